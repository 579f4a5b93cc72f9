"""All projects at once, for the list and the portfolio's Gantt: a constant number of queries, whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from chuangmo.access.queries import Rights
from chuangmo.days import cn_day
from chuangmo.keys import key_in
from chuangmo.org.models import Unit
from indicators.plan.models import Indicator, Plan
from projects.works.models import Project, ProjectKind, Schedule, ScheduledStage, ScheduleState
from projects.works.queries.standings import Stands, stands_of
from projects.works.rights import visible_projects
from projects.works.signs import LIGHT_CHOICES, LIGHTS

__all__ = [
    "FilterChoice",
    "ProjectRow",
    "decided_of",
    "filter_choices",
    "leaves_of",
    "listed_rows",
    "narrowed",
    "project_rows",
    "state_word",
    "with_standings",
]

_SCHEDULE_WORDS = {
    ScheduleState.APPROVED: ("accepted", "已批准"),
    ScheduleState.PROPOSED: ("submitted", "待批准"),
    ScheduleState.RETURNED: ("returned", "已退回"),
    ScheduleState.DRAFT: ("draft", "编排中"),
}


StageDays = tuple[str, date, date]  # name, first and last day


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
    """Kind, unit, indicator, state of the schedule; only what occurs among the projects that the person sees. Three
    queries."""
    seen = visible_projects(rights).filter(plan=plan).order_by()
    pairs = seen.values_list("owner_id", "bureau_id").distinct()
    units = Unit.objects.filter(pk__in={pk for pair in pairs for pk in pair if pk is not None})
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
    if (unit := key_in(values.get("unit", ""))) is not None:
        projects = projects.filter(Q(owner=unit) | Q(bureau=unit) | Q(parts__owner=unit)).distinct()
    if (number := key_in(values.get("indicator", ""))) is not None:
        projects = projects.filter(indicators__number=number)
    return _in_state(projects, values.get("schedule", ""))


def _in_state(projects: QuerySet[Project], wanted: str) -> QuerySet[Project]:
    """Those whose schedule is shown in a state (`decided_of`), or that have none."""

    def has(*states: str) -> Exists:
        found = Schedule.objects.filter(project=OuterRef("pk")).order_by()
        return Exists(found.filter(state__in=states) if states else found)

    if wanted == "none":
        return projects.exclude(has())
    if wanted == ScheduleState.PROPOSED:
        return projects.filter(has(wanted))
    if wanted == ScheduleState.APPROVED:
        return projects.filter(has(wanted)).exclude(has(ScheduleState.PROPOSED))
    if wanted in _SCHEDULE_WORDS:
        return projects.filter(has(wanted)).exclude(has(ScheduleState.PROPOSED, ScheduleState.APPROVED))
    return projects


def leaves_of(plan: Plan, project_ids: Sequence[int]) -> list[int]:
    """Those that stand for themselves: without the sums of sub-projects, in the same order. One query."""
    parts = Project.objects.filter(plan=plan, parent__isnull=False).order_by()
    parents = set(parts.values_list("parent_id", flat=True))
    return [pk for pk in project_ids if pk not in parents]


def with_standings(plan: Plan, rows: Sequence[ProjectRow], today: date) -> list[ProjectRow]:
    """The rows with lights and money. Five queries."""
    found = stands_of(plan, [(row.project, row.schedule) for row in rows if not row.is_parent], today)
    return [replace(row, stands=found.get(row.project.pk)) for row in rows]


def project_rows(projects: QuerySet[Project], today: date) -> list[ProjectRow]:
    """The lines of these projects in the plan's order, parts below their parent, with every stage. Seven queries."""
    stages = Prefetch("stages", ScheduledStage.objects.order_by("schedule", "order"))
    found = _read(projects, Schedule.objects.order_by("number").prefetch_related(stages))
    return [
        _row(
            project,
            lambda schedule: [
                (stage.name, stage.start_on, stage.finish_on) for stage in schedule.stages.all()
            ],
            today,
        )
        for project in found
    ]


def listed_rows(project_ids: Sequence[int], today: date, stands: Mapping[int, Stands]) -> list[ProjectRow]:
    """The same for a list, which shows of the stages only what should be going on, and no money: how they stand is read
    already (`queries.kept`), stages that are over are left unread. Eight queries."""
    found = _read(Project.objects.filter(pk__in=project_ids), Schedule.objects.order_by("number"))
    ahead = _stages_ahead(project_ids, today)
    rows = [_row(project, lambda schedule: ahead.get(schedule.pk, ()), today) for project in found]
    return [replace(row, stands=stands.get(row.project.pk)) for row in rows]


def _read(projects: QuerySet[Project], schedules: QuerySet[Schedule]) -> list[Project]:
    return list(
        projects.select_related("owner", "bureau")
        .prefetch_related("plan", "indicators", "parts__owner", Prefetch("schedules", schedules))
        .order_by("order", "pk")
    )


def _stages_ahead(project_ids: Sequence[int], today: date) -> dict[int, list[StageDays]]:
    """The stages that are not over by the schedules in force, by schedule."""
    rows = ScheduledStage.objects.filter(
        schedule__project__in=project_ids, schedule__state=ScheduleState.APPROVED, finish_on__gte=today
    ).order_by("schedule", "order")
    found: dict[int, list[StageDays]] = defaultdict(list)
    for schedule, name, start_on, finish_on in rows.values_list(
        "schedule_id", "name", "start_on", "finish_on"
    ):
        found[schedule].append((name, start_on, finish_on))
    return found


def decided_of(schedules: Sequence[Schedule]) -> tuple[Schedule | None, Schedule | None, Schedule | None]:
    """Of a project's versions in their order: the one in force, the baseline, and the one whose state is shown."""
    in_force = next((one for one in schedules if one.state == ScheduleState.APPROVED), None)
    decided = (one for one in schedules if one.state in (ScheduleState.APPROVED, ScheduleState.REPLACED))
    newest = schedules[-1] if schedules else None
    shown = newest if newest is not None and newest.state == ScheduleState.PROPOSED else in_force or newest
    return in_force, next(decided, None), shown


def state_word(shown: Schedule | None) -> str:
    return _SCHEDULE_WORDS[ScheduleState(shown.state)][1] if shown else "还没有编排"


def _row(project: Project, stages: Callable[[Schedule], Iterable[StageDays]], today: date) -> ProjectRow:
    in_force, baseline, shown = decided_of(list(project.schedules.all()))
    parts = list(project.parts.all())
    return ProjectRow(
        project=project,
        units=_owners(project, parts),
        is_parent=bool(parts),
        schedule=in_force,
        baseline=baseline,
        state=str(shown.state) if shown else "none",
        state_word="" if parts else state_word(shown),
        now=stages_on(stages(in_force), today) if in_force else "",
    )


def _owners(project: Project, parts: Sequence[Project]) -> str:
    owners = [project.owner] if project.owner else [part.owner for part in parts if part.owner]
    return "、".join(dict.fromkeys(unit.short_name for unit in owners))


def stages_on(stages: Iterable[StageDays], today: date) -> str:
    """What should be going on today by the schedule, in words."""
    stages = list(stages)
    going = [name for name, start_on, finish_on in stages if start_on <= today <= finish_on]
    if going:
        return "、".join(going)
    ahead = sorted((start_on, name) for name, start_on, _ in stages if start_on > today)
    return f"{cn_day(ahead[0][0])}起{ahead[0][1]}" if ahead else "各阶段应已完成"
