"""倒排工期: from the finish date back to the beginning, on working days; critical path and slack. Pure.

Source: domain.md §7. A stage of n days takes n working days, both ends included, and begins after all its predecessors
have ended. Every stage lies as late as the finish allows; a stage that is done keeps its days. The critical path is the
longest chain; slack is how many working days a stage could begin earlier if the whole began on the schedule's first day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import networkx as nx

from chuangmo.days import cn_date

__all__ = [
    "Calendar",
    "Conflict",
    "Planned",
    "PlannedStage",
    "StageInput",
    "conflicts_in",
    "schedule_backwards",
    "stage_faults",
]

MAX_DAYS = 500  # two working years: more is a slip of the finger
MAX_STAGES = 40


class Calendar(Protocol):
    """What is asked of the calendar of working days (`workcalendar.queries.WorkCalendar`)."""

    def is_working_day(self, day: date) -> bool: ...

    def add_working_days(self, day: date, n: int) -> date: ...

    def working_days_between(self, start: date, end: date) -> int: ...


@dataclass(frozen=True, slots=True)
class StageInput:
    """A stage as a person writes it: working days, codes of its predecessors. `done`: its days, once it is finished;
    `begun`: its real first day and how many per cent are done, while it goes on."""

    code: str
    name: str
    days: int | None
    after: tuple[str, ...] = ()
    done: tuple[date, date] | None = None
    begun: tuple[date, int] | None = None


@dataclass(frozen=True, slots=True)
class PlannedStage:
    """A stage with its days (both included) and its slack in working days; `left` are the working days that a stage which
    has begun still needs, None for one that has not."""

    code: str
    name: str
    days: int
    after: tuple[str, ...]
    start: date
    finish: date
    slack: int
    critical: bool
    done: bool = False
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A whole schedule in the order given; `critical_path` names the longest chain from its first stage to its last."""

    stages: tuple[PlannedStage, ...]
    critical_path: tuple[str, ...]
    finish: date

    @property
    def start(self) -> date:
        return min(stage.start for stage in self.stages)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something that the schedule can't keep, in words; `code` is the stage's, empty for the whole."""

    code: str
    text: str


# Faults -------------------------------------------------------------------------------------------------


def stage_faults(stages: Sequence[StageInput]) -> dict[str, str]:
    """What is wrong with these stages, by cell (`days:eia`, `after:tender`, `name:x1`, `stages`); empty when nothing is."""
    if not stages:
        return {"stages": "至少要有一个阶段"}
    if len(stages) > MAX_STAGES:
        return {"stages": f"阶段最多 {MAX_STAGES} 个，现有 {len(stages)} 个"}
    faults: dict[str, str] = {}
    names: dict[str, str] = {}
    codes = {stage.code for stage in stages}
    for stage in stages:
        if not stage.name.strip():
            faults[f"name:{stage.code}"] = "请写阶段名称"
        elif stage.name.strip() in names:
            faults[f"name:{stage.code}"] = f"阶段“{stage.name.strip()}”写了两次"
        names.setdefault(stage.name.strip(), stage.code)
        if fault := _days_fault(stage.days):
            faults[f"days:{stage.code}"] = fault
        if fault := _after_fault(stage, codes):
            faults[f"after:{stage.code}"] = fault
    if not any(cell.startswith("after:") for cell in faults):
        faults |= _circle(stages)
    return faults


def _days_fault(days: int | None) -> str:
    if days is None:
        return "请写工期（工作日）"
    if days <= 0:
        return f"工期是 {days} 个工作日，至少要 1 个"
    return f"工期是 {days} 个工作日，最多 {MAX_DAYS} 个" if days > MAX_DAYS else ""


def _after_fault(stage: StageInput, codes: set[str]) -> str:
    if stage.code in stage.after:
        return "不能以自己为前置阶段"
    return "" if set(stage.after) <= codes else "前置阶段不在本表里"


def _circle(stages: Sequence[StageInput]) -> dict[str, str]:
    """One circle of predecessors, told at the stage that closes it, with the way round in words."""
    graph = _graph(stages)
    try:
        edges = nx.find_cycle(graph)
    except nx.NetworkXNoCycle:
        return {}
    names = {stage.code: stage.name for stage in stages}
    order = [stage.code for stage in stages]
    ring = [edge[0] for edge in edges]
    first = min(range(len(ring)), key=lambda place: order.index(ring[place]))
    ring = ring[first:] + ring[:first]
    way = " → ".join(names[code] for code in [*ring, ring[0]])
    return {f"after:{ring[0]}": f"前置阶段互相等待：{way}"}


def _graph(stages: Iterable[StageInput]) -> nx.DiGraph:
    """Stages as nodes in the given order, an edge from each predecessor to what waits for it."""
    graph = nx.DiGraph()
    rows = list(stages)
    graph.add_nodes_from(stage.code for stage in rows)
    graph.add_edges_from((before, stage.code) for stage in rows for before in stage.after)
    return graph


# Scheduling ---------------------------------------------------------------------------------------------


def schedule_backwards(stages: Sequence[StageInput], finish_by: date, calendar: Calendar) -> Planned:
    """The schedule that ends by `finish_by` (the last working day not after it). The stages are free of faults.

    What is done keeps its days and binds nobody before it; everything else lies as late as it may.
    """
    last = finish_by if calendar.is_working_day(finish_by) else calendar.add_working_days(finish_by, -1)
    graph = _graph(stages)
    rows = {stage.code: stage for stage in stages}
    order = list(nx.lexicographical_topological_sort(graph, key=list(rows).index))
    ends = _latest(graph, rows, order)
    begins = _earliest(graph, rows, order, ends)
    planned = []
    for stage in stages:
        days = stage.days or 1
        start = ends[stage.code] - days + 1
        slack = start - begins[stage.code]
        dates = stage.done or (
            _working_day(last, start, calendar),
            _working_day(last, ends[stage.code], calendar),
        )
        planned.append(
            PlannedStage(
                stage.code,
                stage.name.strip(),
                days,
                stage.after,
                *dates,
                slack=0 if stage.done else slack,
                critical=not stage.done and slack == 0,
                done=stage.done is not None,
                left=_left(stage, days),
            )
        )
    return Planned(tuple(planned), _longest(graph, rows), last)


def _left(stage: StageInput, days: int) -> int | None:
    """Working days that a stage under way still needs at the pace that was planned: the part not done, rounded up."""
    if stage.begun is None or stage.done is not None:
        return None
    return -(-days * (100 - stage.begun[1]) // 100)


def _latest(graph: nx.DiGraph, rows: Mapping[str, StageInput], order: Sequence[str]) -> dict[str, int]:
    """The latest last day of each stage, in working days counted from the finish (0, −1, −2 …)."""
    ends: dict[str, int] = {}
    for code in reversed(order):
        following = [ends[other] - (rows[other].days or 1) for other in graph.successors(code)]
        ends[code] = min(following, default=0)
    return ends


def _earliest(
    graph: nx.DiGraph, rows: Mapping[str, StageInput], order: Sequence[str], ends: Mapping[str, int]
) -> dict[str, int]:
    """The earliest first day of each open stage if the open ones begin with the schedule's first day."""
    open_codes = [code for code in order if rows[code].done is None]
    first = min((ends[code] - (rows[code].days or 1) + 1 for code in open_codes), default=0)
    begins: dict[str, int] = {}
    for code in order:
        before = [
            begins[other] + (rows[other].days or 1)
            for other in graph.predecessors(code)
            if rows[other].done is None
        ]
        begins[code] = max(before, default=first)
    return begins


def _working_day(last: date, offset: int, calendar: Calendar) -> date:
    return calendar.add_working_days(last, offset) if offset else last


def _longest(graph: nx.DiGraph, rows: Mapping[str, StageInput]) -> tuple[str, ...]:
    """The longest chain of stages that are not done, by working days."""
    weighed = nx.DiGraph()
    for code in graph.nodes:
        if rows[code].done is None:
            weighed.add_edge(code, "", days=rows[code].days or 1)
            for following in graph.successors(code):
                if rows[following].done is None:
                    weighed.add_edge(code, following, days=rows[code].days or 1)
    if not weighed:
        return ()
    return tuple(code for code in nx.dag_longest_path(weighed, weight="days") if code)


# Conflicts ----------------------------------------------------------------------------------------------


def conflicts_in(
    planned: Planned, *, today: date, start_by: date, finish_by: date, calendar: Calendar
) -> list[Conflict]:
    """What can't be kept: open stages that would have had to begin before today, or before their done predecessor's
    end; stages under way whose rest does not fit before their last day; a beginning after the plan's start date; a
    finish after the plan's finish date. A stage that has begun is no conflict for having begun."""
    found = []
    finished = {stage.code: stage.finish for stage in planned.stages if stage.done}
    has_begun = any(stage.done or stage.left is not None for stage in planned.stages)
    for stage in planned.stages:
        if stage.done:
            continue
        if stage.left is not None:
            if short := _short_of(stage, today, calendar):
                found.append(Conflict(stage.code, short))
            continue
        if stage.start < today:
            late = calendar.working_days_between(stage.start, today)
            found.append(
                Conflict(
                    stage.code,
                    f"“{stage.name}”最迟 {cn_date(stage.start)}就要开始，已过 {late} 个工作日",
                )
            )
        waits = [finished[code] for code in stage.after if code in finished]
        if waits and max(waits) >= stage.start:
            found.append(
                Conflict(
                    stage.code, f"“{stage.name}”的前置阶段 {cn_date(max(waits))}才完成，晚于倒排的开始日期"
                )
            )
    if not has_begun and planned.start > start_by:
        found.append(
            Conflict(
                "",
                f"倒排的第一步 {cn_date(planned.start)}开始，方案要求 {cn_date(start_by)}前启动，请提前开始",
            )
        )
    if planned.finish > finish_by:
        late = (planned.finish - finish_by).days
        found.append(Conflict("", f"完成日期比方案要求的 {cn_date(finish_by)}晚 {late} 天"))
    return found


def _short_of(stage: PlannedStage, today: date, calendar: Calendar) -> str:
    """Why the rest of a stage under way can't be done by its last day, today included; empty where it can."""
    left = stage.left or 0
    first = today if calendar.is_working_day(today) else calendar.add_working_days(today, 1)
    there = max(calendar.working_days_between(first, stage.finish) + 1, 0)
    if left <= there:
        return ""
    return f"“{stage.name}”还要 {left} 个工作日，到 {cn_date(stage.finish)}只有 {there} 个"
