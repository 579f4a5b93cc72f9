"""How a project stands: planned and real per cent, light, expected finish, days late, money. Pure.

Source: domain.md §7 [D]: green on schedule; yellow late by at most 15 days or at least 10 points behind the plan; red beyond,
or the finish date passed. Thresholds come from `LightRule`. A month that was not accepted is not known, never zero.

A stage counts by its working days. Within a stage the plan runs evenly over its calendar days.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from chuangmo.days import cn_day

__all__ = [
    "Judged",
    "Light",
    "MoneyStanding",
    "PlanStage",
    "Reported",
    "Standing",
    "Thresholds",
    "judged",
    "money_standing",
    "on_day",
    "planned_percent",
    "real_percent",
    "standing",
]

DONE = 100


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a light turns; the plan's row of `LightRule`."""

    yellow_days: int = 15
    behind_points: int = 10
    money_days: int = 30
    ahead_points: int = 10


@dataclass(frozen=True, slots=True)
class PlanStage:
    """A stage of the schedule in force."""

    code: str
    name: str
    days: int
    start: date
    finish: date


@dataclass(frozen=True, slots=True)
class Reported:
    """What was accepted last: the month's end, per cent by stage, the first real beginning, real days by stage."""

    as_of: date
    percents: Mapping[str, int]
    started_on: date | None = None
    days: Mapping[str, tuple[date | None, date | None]] = field(default_factory=dict)  # real days by stage


class Light:
    """Codes of the lights; signs and words are the page's."""

    GREEN, YELLOW, RED = "green", "yellow", "red"
    DONE, WAITING, UNKNOWN, NONE = "done", "waiting", "unknown", "none"


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands. `why` says it in words, each with who-what-when; per cents are None where they are not known."""

    light: str
    why: tuple[str, ...] = ()
    as_of: date | None = None
    planned: Decimal | None = None
    real: Decimal | None = None
    late_days: int = 0
    expected: date | None = None
    expected_late: int = 0

    @property
    def behind(self) -> Decimal | None:
        """Points behind the plan; negative when ahead."""
        return None if self.planned is None or self.real is None else self.planned - self.real


@dataclass(frozen=True, slots=True)
class Judged:
    """What a project's standing owes to the schedule and to what was accepted, and nothing to the day on which it is read:
    the same until one of these changes. `begins` and `finish_on` are None without a schedule; `known` is None where
    nothing was accepted yet."""

    begins: date | None = None
    finish_on: date | None = None
    known: Standing | None = None


def planned_percent(stages: Sequence[PlanStage], day: date) -> Decimal | None:
    """Per cent that the schedule expects at the end of a day; None without stages."""
    total = sum(stage.days for stage in stages)
    if not total:
        return None
    return sum((stage.days * _share(stage, day) for stage in stages), Decimal(0)) * DONE / total


def _share(stage: PlanStage, day: date) -> Decimal:
    if day < stage.start:
        return Decimal(0)
    if day >= stage.finish:
        return Decimal(1)
    return Decimal((day - stage.start).days + 1) / ((stage.finish - stage.start).days + 1)


def real_percent(stages: Sequence[PlanStage], percents: Mapping[str, int]) -> Decimal | None:
    """Per cent that was accepted; None where a stage of the schedule is not among the figures."""
    total = sum(stage.days for stage in stages)
    if not total or any(stage.code not in percents for stage in stages):
        return None
    return Decimal(sum(stage.days * percents[stage.code] for stage in stages)) / total


def standing(
    stages: Sequence[PlanStage],
    reported: Reported | None,
    *,
    finish_on: date,
    today: date,
    rule: Thresholds,
) -> Standing:
    """The light of one project with a schedule (NONE without), judged at the last accepted month's end."""
    return on_day(judged(stages, reported, finish_on=finish_on, rule=rule), today)


def judged(
    stages: Sequence[PlanStage], reported: Reported | None, *, finish_on: date, rule: Thresholds
) -> Judged:
    """The part of the standing that doesn't hang on today."""
    if not stages:
        return Judged()
    begins = min(stage.start for stage in stages)
    return Judged(begins, finish_on, _known(stages, reported, begins, finish_on, rule) if reported else None)


def on_day(found: Judged, today: date) -> Standing:
    """How it stands on a day: whatever was accepted, it is red when the finish date has passed without the work done."""
    if found.begins is None or found.finish_on is None:
        return Standing(Light.NONE, ("还没有批准的工期",))
    if found.known is None:
        return _unreported(found.begins, found.finish_on, today)
    if found.known.light == Light.DONE or today <= found.finish_on:
        return found.known
    passed = f"已过完成日期 {(today - found.finish_on).days} 天"
    return replace(found.known, light=Light.RED, why=(passed, *found.known.why))


def _known(
    stages: Sequence[PlanStage], reported: Reported, begins: date, finish_on: date, rule: Thresholds
) -> Standing:
    planned = planned_percent(stages, reported.as_of)
    real = real_percent(stages, reported.percents)
    if real == DONE:
        return Standing(Light.DONE, ("各阶段都已完成",), reported.as_of, planned, real)
    late = _late_stages(stages, reported)
    expected = _expected(real, reported, begins)
    known = Standing(
        Light.GREEN,
        as_of=reported.as_of,
        planned=planned,
        real=real,
        late_days=max((days for _, days in late), default=0),
        expected=expected,
        expected_late=max(0, (expected - finish_on).days) if expected else 0,
    )
    return _lit(known, late, rule)


def _unreported(begins: date, finish_on: date, today: date) -> Standing:
    if today > finish_on:
        return Standing(Light.RED, (f"已过完成日期 {(today - finish_on).days} 天，没有审定过进度",))
    if today < begins:
        return Standing(Light.WAITING, (f"{cn_day(begins)}起",))
    return Standing(Light.UNKNOWN, ("还没有审定过进度",))


def _late_stages(stages: Sequence[PlanStage], reported: Reported) -> list[tuple[str, int]]:
    """Stages that should have ended by then and had not, with the days since."""
    return [
        (stage.name, (reported.as_of - stage.finish).days)
        for stage in stages
        if stage.finish < reported.as_of and reported.percents.get(stage.code, DONE) < DONE
    ]


def _expected(real: Decimal | None, reported: Reported, begins: date) -> date | None:
    """The finish if it goes on at the pace so far (from the first real beginning); None where there is no pace."""
    if not real:
        return None
    begun = reported.started_on or begins
    worked = (reported.as_of - begun).days + 1
    if worked <= 0:
        return None
    left = math.ceil((DONE - real) * worked / real)
    return reported.as_of + timedelta(days=min(left, 36_500))


def _lit(known: Standing, late: Sequence[tuple[str, int]], rule: Thresholds) -> Standing:
    why = [f"“{name}”晚 {days} 天" for name, days in late]
    behind = known.behind
    light = Light.GREEN
    if behind is not None and behind >= rule.behind_points:
        light = Light.YELLOW
        why.append(f"进度落后计划 {behind.quantize(Decimal(1))} 个百分点")
    if late:
        light = Light.RED if known.late_days > rule.yellow_days else Light.YELLOW
    if known.real is None:
        why.append("有的阶段没有审定的进度")
        light = light if light != Light.GREEN else Light.UNKNOWN
    return replace(known, light=light, why=tuple(why))


# Money ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MoneyStanding:
    """Money of one project, 万元; None where it is not known. `warnings` in words."""

    planned: Decimal | None = None
    arrived: Decimal | None = None
    paid: Decimal | None = None
    warnings: tuple[str, ...] = field(default_factory=tuple)

    @property
    def balance(self) -> Decimal | None:
        """Arrived and not paid yet."""
        return None if self.arrived is None or self.paid is None else self.arrived - self.paid

    @property
    def paid_rate(self) -> Decimal | None:
        """Paid ÷ planned, a ratio."""
        return None if self.paid is None or not self.planned else self.paid / self.planned

    @property
    def arrived_rate(self) -> Decimal | None:
        """Arrived ÷ planned, a ratio."""
        return None if self.arrived is None or not self.planned else self.arrived / self.planned


def money_standing(
    stages: Sequence[PlanStage],
    *,
    planned: Decimal | None,
    arrived: Decimal | None,
    paid: Decimal | None,
    real: Decimal | None,
    today: date,
    rule: Thresholds,
) -> MoneyStanding:
    """The money with its warnings: paid above arrived, paid ahead of the work, not there for a stage that begins soon.

    A stage needs the planned money times the share of the working days of everything that begins no later than it [D].
    """
    warnings = []
    if arrived is not None and paid is not None and paid > arrived:
        warnings.append(f"累计支付 {_money(paid)} 大于累计到位 {_money(arrived)} 万元")
    if planned and paid is not None and real is not None:
        ahead = paid * DONE / planned - real
        if ahead > rule.ahead_points:
            warnings.append(f"支付比例超过进度 {ahead.quantize(Decimal(1))} 个百分点")
    if planned and (stage := _begins_soon(stages, today, rule.money_days)) is not None:
        total = sum(one.days for one in stages)
        need = planned * sum(one.days for one in stages if one.start <= stage.start) / total
        if (arrived or Decimal(0)) < need:
            there = "还没有审定的到位数" if arrived is None else f"到位 {_money(arrived)}"
            warnings.append(f"“{stage.name}”{cn_day(stage.start)}开始，需到位 {_money(need)} 万元，{there}")
    return MoneyStanding(planned, arrived, paid, tuple(warnings))


def _begins_soon(stages: Sequence[PlanStage], today: date, days: int) -> PlanStage | None:
    soon = [stage for stage in stages if today < stage.start <= today + timedelta(days=days)]
    return min(soon, key=lambda stage: stage.start, default=None)


def _money(amount: Decimal) -> str:
    return f"{amount.quantize(Decimal('0.01')).normalize():f}"
