"""What the portfolio's Gantt needs of the projects on one page, and nothing else: stages as plain rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from projects.works.models import Project, Schedule, ScheduledStage, ScheduleState
from projects.works.queries.portfolio import decided_of, state_word
from projects.works.queries.standings import reported_of
from projects.works.rules.light import Reported

__all__ = ["ChartRow", "ChartSchedule", "ChartStage", "chart_rows"]


class ChartStage(NamedTuple):
    """One stage as it is drawn."""

    code: str
    name: str
    start_on: date
    finish_on: date
    is_critical: bool


@dataclass(frozen=True, slots=True)
class ChartSchedule:
    """One version of a schedule with its stages in their order."""

    number: int
    finish_on: date
    stages: Sequence[ChartStage]


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One project: the schedule in force, the first one, what was accepted last. `state_word`: how far the schedule is."""

    project: Project
    is_parent: bool
    state_word: str
    schedule: ChartSchedule | None
    baseline: ChartSchedule | None
    reported: Reported | None


def chart_rows(project_ids: Sequence[int]) -> list[ChartRow]:
    """In the plan's order. Seven queries."""
    projects = list(
        Project.objects.filter(pk__in=project_ids)
        .only("plan", "code", "name", "parent", "start_by", "finish_by", "order")
        .prefetch_related("plan")
        .order_by("order", "pk")
    )
    parents = set(
        Project.objects.filter(parent__in=project_ids).order_by().values_list("parent_id", flat=True)
    )
    versions: dict[int, list[Schedule]] = defaultdict(list)
    schedules = Schedule.objects.filter(project__in=project_ids).order_by("number")
    for one in schedules.only("project", "number", "state", "finish_on"):
        versions[one.project_id].append(one)
    stages, reported = _stages(project_ids), reported_of(project_ids)
    rows = []
    for project in projects:
        in_force, baseline, shown = decided_of(versions[project.pk])
        rows.append(
            ChartRow(
                project,
                project.pk in parents,
                state_word(shown),
                _drawn(in_force, stages),
                _drawn(baseline, stages),
                reported.get(project.pk),
            )
        )
    return rows


def _stages(project_ids: Sequence[int]) -> dict[int, list[ChartStage]]:
    """Of every version that was ever in force, by schedule."""
    rows = ScheduledStage.objects.filter(
        schedule__project__in=project_ids,
        schedule__state__in=[ScheduleState.APPROVED, ScheduleState.REPLACED],
    ).order_by("schedule", "order", "pk")
    found: dict[int, list[ChartStage]] = defaultdict(list)
    for schedule, code, name, start_on, finish_on, is_critical in rows.values_list(
        "schedule_id", "code", "name", "start_on", "finish_on", "is_critical"
    ):
        found[schedule].append(ChartStage(code, name, start_on, finish_on, is_critical))
    return found


def _drawn(schedule: Schedule | None, stages: dict[int, list[ChartStage]]) -> ChartSchedule | None:
    return ChartSchedule(schedule.number, schedule.finish_on, stages[schedule.pk]) if schedule else None
