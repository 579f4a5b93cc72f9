"""A project's schedules for its page: in force, open, baseline, and what each change moved."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from chuangmo.days import cn_day
from projects.works.models import Project, Schedule, ScheduledStage, ScheduleState
from projects.works.models.schedule import OPEN

__all__ = ["ProjectSchedules", "ShownChange", "ShownStage", "schedules_of", "shown_stages", "stage_names"]


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One version after the first: when, why, and which stages it moved (name, old days, new days)."""

    schedule: Schedule
    moves: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class ShownStage:
    """One row of the schedule's table; `after` as row numbers, `was` the baseline's days where they differ."""

    number: int
    stage: ScheduledStage
    after: str
    was: str


@dataclass(frozen=True, slots=True)
class ProjectSchedules:
    """Everything that was ever decided about when; `current` is in force, `baseline` the first that was."""

    all: tuple[Schedule, ...] = ()
    current: Schedule | None = None
    baseline: Schedule | None = None
    open: Schedule | None = None
    changes: tuple[ShownChange, ...] = ()


def schedules_of(project: Project) -> ProjectSchedules:
    """Two queries."""
    found = list(
        Schedule.objects.filter(project=project)
        .select_related("proposed_by", "decided_by")
        .prefetch_related("stages")
        .order_by("number")
    )
    decided = [one for one in found if one.state in (ScheduleState.APPROVED, ScheduleState.REPLACED)]
    return ProjectSchedules(
        all=tuple(found),
        current=next((one for one in found if one.state == ScheduleState.APPROVED), None),
        baseline=decided[0] if decided else None,
        open=next((one for one in found if one.state in OPEN), None),
        changes=tuple(ShownChange(new, _moves(old, new)) for old, new in itertools.pairwise(decided)),
    )


def stage_names(schedule_ids: Sequence[int]) -> dict[int, list[str]]:
    """The stages of schedules in their order, by schedule. One query."""
    rows = ScheduledStage.objects.filter(schedule__in=schedule_ids).order_by("schedule", "order", "pk")
    found: dict[int, list[str]] = {pk: [] for pk in schedule_ids}
    for schedule, name in rows.values_list("schedule_id", "name"):
        found[schedule].append(name)
    return found


def _moves(old: Schedule, new: Schedule) -> tuple[tuple[str, str, str], ...]:
    before = {stage.code: stage for stage in old.stages.all()}
    after = {stage.code: stage for stage in new.stages.all()}
    moves = [
        (stage.name, _span(before.get(code)), _span(stage))
        for code, stage in after.items()
        if _span(before.get(code)) != _span(stage)
    ]
    return tuple(
        moves + [(stage.name, _span(stage), "取消") for code, stage in before.items() if code not in after]
    )


def shown_stages(schedule: Schedule, baseline: Schedule | None = None) -> list[ShownStage]:
    """The schedule's table; no query where stages are prefetched."""
    stages = list(schedule.stages.all())
    numbers = {stage.code: number for number, stage in enumerate(stages, start=1)}
    first = (
        {stage.code: stage for stage in baseline.stages.all()} if baseline and baseline != schedule else {}
    )
    return [
        ShownStage(
            numbers[stage.code],
            stage,
            "、".join(str(numbers[code]) for code in stage.after),
            _span(first[stage.code])
            if stage.code in first and _span(first[stage.code]) != _span(stage)
            else "",
        )
        for stage in stages
    ]


def _span(stage: ScheduledStage | None) -> str:
    return "无" if stage is None else f"{cn_day(stage.start_on)}—{cn_day(stage.finish_on)}"
