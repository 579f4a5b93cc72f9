"""What a month's progress may say: checks on plain values, each fault by cell. Pure.

Source: issue and domain.md §7. Cells: `percent:<stage>`, `started:<stage>`, `finished:<stage>`, `reason:<stage>`,
`arrived:<source>`, `paid:<source>`, `work`, `coordinator`, `coordination`, `next_plan`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import networkx as nx

__all__ = ["MoneyLine", "Said", "StageLine", "overall_percent", "progress_faults"]

DONE = 100


@dataclass(frozen=True, slots=True)
class StageLine:
    """One stage as reported. `before`: the percentage accepted last, None where there is none. `after`: predecessors."""

    code: str
    name: str
    days: int
    after: tuple[str, ...] = ()
    percent: int | None = None
    started_on: date | None = None
    finished_on: date | None = None
    reason: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """Money of a source so far, 万元; `before` the amounts accepted last."""

    source: str
    name: str
    arrived: Decimal | None = None
    paid: Decimal | None = None
    before: tuple[Decimal, Decimal] | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A whole month: lines, words, and what the rule says of payments above arrivals."""

    month_end: date
    stages: Sequence[StageLine]
    money: Sequence[MoneyLine] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    has_coordinator: bool = False
    refuse_overpaid: bool = True


def overall_percent(stages: Sequence[tuple[int, int | None]]) -> Decimal | None:
    """The project's per cent of (working days, per cent) pairs, weighed by days; None where a stage is not known."""
    total = sum(days for days, _ in stages)
    if not total or any(percent is None for _, percent in stages):
        return None
    return Decimal(sum(days * (percent or 0) for days, percent in stages)) / total


def progress_faults(said: Said) -> dict[str, str]:
    """Everything that keeps this month from being handed in, at once."""
    faults: dict[str, str] = {}
    for stage in said.stages:
        faults |= _stage_faults(stage, said.month_end)
    faults = _open_before_done(said.stages) | faults
    for line in said.money:
        faults |= _money_faults(line, said.refuse_overpaid)
    return faults | _text_faults(said)


def _stage_faults(stage: StageLine, month_end: date) -> dict[str, str]:
    faults: dict[str, str] = {}
    percent = stage.percent
    if percent is None:
        faults[f"percent:{stage.code}"] = "请填完成比例，没有开始的填 0"
        return faults
    if not 0 <= percent <= DONE:
        faults[f"percent:{stage.code}"] = "完成比例在 0 到 100 之间"
    elif stage.before is not None and percent < stage.before and not stage.reason.strip():
        faults[f"reason:{stage.code}"] = f"比上次审定的 {stage.before}% 低，请写明原因"
    if percent > 0 and stage.started_on is None:
        faults[f"started:{stage.code}"] = "已经有进度，请填实际开始日期"
    if percent == DONE and stage.finished_on is None:
        faults[f"finished:{stage.code}"] = "已经 100%，请填实际完成日期"
    if percent < DONE and stage.finished_on is not None:
        faults[f"finished:{stage.code}"] = f"只完成 {percent}%，不能有完成日期"
    if stage.started_on and stage.finished_on and stage.finished_on < stage.started_on:
        faults[f"finished:{stage.code}"] = "完成日期早于开始日期"
    for cell, day in (("started", stage.started_on), ("finished", stage.finished_on)):
        if day is not None and day > month_end:
            faults[f"{cell}:{stage.code}"] = f"日期在本月之后（本月到 {month_end} 为止）"
    return faults


def _open_before_done(stages: Sequence[StageLine]) -> dict[str, str]:
    """A stage is not 100 % while one before it, directly or not, is still open."""
    rows = {stage.code: stage for stage in stages}
    graph = nx.DiGraph()
    graph.add_nodes_from(rows)
    graph.add_edges_from((before, stage.code) for stage in stages for before in stage.after if before in rows)
    faults = {}
    for stage in stages:
        if stage.percent != DONE:
            continue
        before = nx.ancestors(graph, stage.code)
        waiting = [one.name for one in stages if one.code in before and (one.percent or 0) < DONE]
        if waiting:
            faults[f"percent:{stage.code}"] = f"“{'、'.join(waiting)}”还没有完成，不能是 100%"
    return faults


def _money_faults(line: MoneyLine, refuse_overpaid: bool) -> dict[str, str]:
    faults: dict[str, str] = {}
    if (line.arrived is None) != (line.paid is None):
        cell = "arrived" if line.arrived is None else "paid"
        faults[f"{cell}:{line.source}"] = "到位和支付要一起填，没有的填 0"
    for cell, amount in (("arrived", line.arrived), ("paid", line.paid)):
        if amount is not None and amount < 0:
            faults[f"{cell}:{line.source}"] = "金额不能是负数"
    if line.before is not None and line.arrived is None and line.paid is None:
        faults[f"arrived:{line.source}"] = "上次填过这个来源，请填累计数"
    if refuse_overpaid and line.arrived is not None and line.paid is not None and line.paid > line.arrived:
        faults[f"paid:{line.source}"] = (
            f"累计支付 {line.paid.normalize():f} 大于累计到位 {line.arrived.normalize():f} 万元"
        )
    if line.before is not None:
        for cell, amount, was in (
            ("arrived", line.arrived, line.before[0]),
            ("paid", line.paid, line.before[1]),
        ):
            if amount is not None and amount < was:
                faults.setdefault(
                    f"{cell}:{line.source}",
                    f"累计数比上次审定的 {was.normalize():f} 万元少；更正请先解锁上次的进度",
                )
    return faults


def _text_faults(said: Said) -> dict[str, str]:
    faults = {}
    if not said.texts.get("work", "").strip():
        faults["work"] = "请写本月进展"
    if not said.texts.get("next_plan", "").strip() and any(stage.percent != DONE for stage in said.stages):
        faults["next_plan"] = "请写下月计划"
    words = bool(said.texts.get("coordination", "").strip())
    if words and not said.has_coordinator:
        faults["coordinator"] = "请选需要哪个单位协调"
    if said.has_coordinator and not words:
        faults["coordination"] = "请写需要协调什么"
    return faults
