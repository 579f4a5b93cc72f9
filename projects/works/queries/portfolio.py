"""All projects at once, for the list and the portfolio's Gantt: a constant number of queries, whatever their number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from chuangmo.access.queries import Rights
from chuangmo.org.models import Unit
from indicators.plan.models import Indicator, Plan
from projects.works.models import Project, ProjectKind, Schedule, ScheduledStage, ScheduleState
from projects.works.queries.standings import Stands, stands_of
from projects.works.rights import visible_projects
from projects.works.signs import LIGHT_CHOICES, LIGHTS

__all__ = [
    "FilterChoice",
    "ProjectRow",
    "filter_choices",
    "listed",
    "narrowed",
    "project_rows",
    "rows_of",
    "with_standings",
]

_SCHEDULE_WORDS = {
    ScheduleState.APPROVED: ("accepted", "已批准"),
    ScheduleState.PROPOSED: ("submitted", "待批准"),
    ScheduleState.RETURNED: ("returned", "已退回"),
    ScheduleState.DRAFT: ("draft", "编排中"),
}


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """One line of the list. `schedule` is in force, `baseline` the first that was; `now` what should be going on."""

    project: Project
    units: str
    is_parent: bool
    schedule: Schedule | None
    baseline: Schedule | None
    state: str
    state_word: str
    now: str
    stands: Stands | None = None

    @property
    def light(self) -> tuple[str, str]:
        """Status and word of the light."""
        return LIGHTS[self.stands.work.light] if self.stands else LIGHTS["none"]

    @property
    def finish_on(self) -> date:
        return self.schedule.finish_on if self.schedule else self.project.finish_by


@dataclass(frozen=True, slots=True)
class FilterChoice:
    """One filter: its name in the address, its label, its options, the chosen value."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    value: str = ""


def filter_choices(plan: Plan, rights: Rights, values: Mapping[str, str]) -> list[FilterChoice]:
    """Kind, unit, indicator, state of the schedule; only what occurs among the projects that the person sees. Two queries."""
    seen = visible_projects(rights).filter(plan=plan).order_by()
    units = Unit.objects.filter(Q(owned_projects__in=seen) | Q(overseen_projects__in=seen)).distinct()
    indicators = Indicator.objects.filter(projects__in=seen).distinct().order_by("number")
    options: dict[str, tuple[str, list[tuple[str, str]]]] = {
        "kind": ("类别", [(str(value), str(label)) for value, label in ProjectKind.choices]),
        "unit": ("单位", [(str(unit.pk), unit.short_name) for unit in units.order_by("order", "name")]),
        "indicator": ("支撑指标", [(str(one.number), str(one)) for one in indicators]),
        "schedule": (
            "工期",
            [("none", "还没有编排"), *[(str(state), word) for state, (_, word) in _SCHEDULE_WORDS.items()]],
        ),
        "light": ("亮灯", LIGHT_CHOICES),
    }
    return [
        FilterChoice(name, label, tuple(found), values.get(name, ""))
        for name, (label, found) in options.items()
    ]


def narrowed(projects: QuerySet[Project], values: Mapping[str, str]) -> QuerySet[Project]:
    """The projects that fit the filters; what cannot be read filters nothing."""
    if values.get("kind") in ProjectKind.values:
        projects = projects.filter(kind=values["kind"])
    if (unit := _number(values.get("unit", ""))) is not None:
        projects = projects.filter(Q(owner=unit) | Q(bureau=unit) | Q(parts__owner=unit)).distinct()
    if (number := _number(values.get("indicator", ""))) is not None:
        projects = projects.filter(indicators__number=number)
    return projects


def with_standings(plan: Plan, rows: Sequence[ProjectRow], today: date) -> list[ProjectRow]:
    """The rows with lights and money. Five queries."""
    found = stands_of(plan, [(row.project, row.schedule) for row in rows if not row.is_parent], today)
    return [replace(row, stands=found.get(row.project.pk)) for row in rows]


def project_rows(
    projects: QuerySet[Project], today: date, values: Mapping[str, Any] | None = None
) -> list[ProjectRow]:
    """The lines of these projects in the plan's order, parts below their parent. Six queries."""
    rows = rows_of(listed(projects), today)
    wanted = (values or {}).get("schedule", "")
    return [row for row in rows if row.state == wanted] if wanted in _states() else rows


def listed(projects: QuerySet[Project]) -> QuerySet[Project]:
    """The projects in the plan's order with everything that their lines say. Six queries."""
    schedules = Schedule.objects.order_by("number").prefetch_related(
        Prefetch("stages", ScheduledStage.objects.order_by("schedule", "order"))
    )
    return (
        projects.select_related("plan", "owner", "bureau", "parent")
        .prefetch_related("indicators", "parts__owner", Prefetch("schedules", schedules))
        .order_by("order", "pk")
    )


def rows_of(projects: Iterable[Project], today: date) -> list[ProjectRow]:
    """The lines of `listed` projects."""
    return [_row(project, today) for project in projects]


def _states() -> set[str]:
    return {"none", *(str(state) for state in _SCHEDULE_WORDS)}


def _row(project: Project, today: date) -> ProjectRow:
    schedules = list(project.schedules.all())
    in_force = next((one for one in schedules if one.state == ScheduleState.APPROVED), None)
    decided = [one for one in schedules if one.state in (ScheduleState.APPROVED, ScheduleState.REPLACED)]
    newest = schedules[-1] if schedules else None
    shown = newest if newest is not None and newest.state == ScheduleState.PROPOSED else in_force or newest
    parts = list(project.parts.all())
    return ProjectRow(
        project=project,
        units=_owners(project, parts),
        is_parent=bool(parts),
        schedule=in_force,
        baseline=decided[0] if decided else None,
        state=str(shown.state) if shown else "none",
        state_word="" if parts else _SCHEDULE_WORDS[ScheduleState(shown.state)][1] if shown else "还没有编排",
        now=stages_on(in_force.stages.all(), today) if in_force else "",
    )


def _owners(project: Project, parts: Sequence[Project]) -> str:
    owners = [project.owner] if project.owner else [part.owner for part in parts if part.owner]
    return "、".join(dict.fromkeys(unit.short_name for unit in owners))


def stages_on(stages: Iterable[ScheduledStage], today: date) -> str:
    """What should be going on today by the schedule, in words."""
    stages = list(stages)
    going = [stage.name for stage in stages if stage.start_on <= today <= stage.finish_on]
    if going:
        return "、".join(going)
    ahead = sorted((stage.start_on, stage.name) for stage in stages if stage.start_on > today)
    return f"{ahead[0][0].month} 月 {ahead[0][0].day} 日起{ahead[0][1]}" if ahead else "各阶段应已完成"


def _number(text: str) -> int | None:
    """An id from an address; None for what can't be one."""
    return int(text) if text.isdecimal() and len(text) < 16 else None
