"""MON, air: annual values of six pollutants (HJ 663-2013 table 1, GB 3095-2012) and the share of good days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from chuangmo.days import long_day
from chuangmo.periods import Period, month
from indicators.standards.air_day import CityDay, aqi
from indicators.standards.air_limits import ANNUAL, CODES, NAMES, PLACES, UNITS
from indicators.standards.air_year import (
    AirYear,
    Statistic,
    allowance,
    assess_year,
    month_days_needed,
    short_months,
)
from indicators.standards.rounding import format_number

from ..judging import judge_value, meets
from ..results import InputRow, Missing, PartVerdict, Point, Step
from ..schema import MonPart, Rounding
from ..statuses import Status, all_of
from ..wording import OP_SIGNS, distance_text, missing_text, threshold_text, value_text
from ._measured import cut_of, decided, label_until, missing_reading, nothing_due, over_until
from .registry import Context

__all__ = ["judge_annual", "judge_good_days"]

YEAR_DAYS = 365  # the allowance counts 365 days, leap year or not (domain.md §4)
_LABELS = {
    "so2": "SO₂ 年均值",
    "no2": "NO₂ 年均值",
    "pm10": "PM₁₀ 年均值",
    "pm25": "PM₂.₅ 年均值",
    "co_p95": "CO 日均值第 95 百分位数",
    "o3_8h_p90": "O₃ 日最大 8 小时均值第 90 百分位数",
}


# The six annual values ----------------------------------------------------------------------------------


def judge_annual(part: MonPart, context: Context) -> PartVerdict:
    """Each statistic of the year to date against its limit, rounded first as the standard says; AND over the six.

    A statistic is valid by month while the year runs (27 days, February 25) and by 324 days at its end; one that is
    not is 数据不全, whatever its value, since the days that are missing could change it.
    """
    threshold = f"六项均达到 {part.standard}"
    months = _judged_months(part, context)
    if not months:
        return nothing_due(part, context, threshold, part.name, _first_owed(part, context))
    year = _year_until(context, context.plan_year, months[-1].end)
    steps = [_statistic_step(part, statistic, months, context) for statistic in year.statistics.values()]
    status = all_of(step.status for step in steps)
    met, known = sum(step.status.holds for step in steps), any(step.value is not None for step in steps)
    missing = _merged_missing(steps)
    return decided(
        part,
        steps,
        context,
        status=status,
        value=Decimal(met) if known else None,
        text=f"{met}/{len(steps)} 项" if known else value_text(None, 0, ""),
        threshold=threshold,
        formula="\n".join(f"{step.label}：{step.formula}" for step in steps if step.formula),
        expression="城市日均值的年平均（CO、O₃ 为百分位数），修约后与限值比较",
        remark=_annual_remark(steps, status, missing),
        cut=months[-1].end,
        missing=missing,
    )


def _statistic_step(part: MonPart, statistic: Statistic, months: Sequence[Period], context: Context) -> Step:
    pollutant = ANNUAL[statistic.code].pollutant
    places, unit = PLACES[pollutant], UNITS[pollutant]
    limit = (part.limits or {}).get(statistic.code, statistic.limit)  # type: ignore[call-overload]
    missing = [
        _short_month(part, statistic, months[number - 1], context) for number in statistic.short_months
    ]
    return Step(
        label=_LABELS[statistic.code],
        status=_statistic_status(part, statistic, limit),
        value=statistic.value,
        text=value_text(statistic.reported, places, unit),
        threshold=f"{OP_SIGNS[part.op]} {format_number(limit)} {unit}",
        formula=_statistic_formula(statistic, places, unit),
        start=months[0].start,
        end=months[-1].end,
        reason=_why_invalid(statistic, months),
        remark=_statistic_remark(part, statistic, limit, places, unit),
        missing=tuple(missing),
        provisional=months[-1].end < date(context.plan_year, 12, 31),
        inputs=tuple(_month_of(pollutant, one, statistic, context) for one in months),
    )


def _statistic_status(part: MonPart, statistic: Statistic, limit: Decimal) -> Status:
    value = statistic.value if part.rounding.mode == "full" else statistic.reported
    if value is None or not statistic.valid:
        return Status.PARTIAL
    return judge_value(value, part.op, limit, part.margin_pct, Rounding())


def _statistic_formula(statistic: Statistic, places: int, unit: str) -> str:
    if statistic.value is None or statistic.reported is None:
        return ""
    share = ANNUAL[statistic.code].percentile
    exact = format_number(statistic.value, places + 3)
    rounded = f"，修约为 {format_number(statistic.reported, places)} {unit}"
    if share is None:
        total = format_number(statistic.value * statistic.days, places)
        return f"日均值合计 {total} ÷ {statistic.days} 天 = {exact}{rounded}"
    place = 1 + (statistic.days - 1) * share
    at = f"第 1 + {statistic.days - 1} × {share} = {format_number(place)} 个"
    return f"{statistic.days} 天由小到大排列，取{at} = {exact}{rounded}"


def _why_invalid(statistic: Statistic, months: Sequence[Period]) -> str:
    if statistic.valid:
        return ""
    if statistic.short_months:
        return f"{'、'.join(str(number) for number in statistic.short_months)} 月有效天数不足，统计无效"
    return f"全年有效 {statistic.days} 天，少于 324 天，统计无效" if len(months) == 12 else "没有有效数据"


def _statistic_remark(part: MonPart, statistic: Statistic, limit: Decimal, places: int, unit: str) -> str:
    if statistic.reported is None or not statistic.valid:
        return ""
    return distance_text(part.op, statistic.reported, limit, unit, places)


def _annual_remark(steps: Sequence[Step], status: Status, missing: Sequence[Missing]) -> str:
    if status is Status.PARTIAL:
        return missing_text(missing) or next((step.reason for step in steps if step.reason), "")
    telling = [step for step in steps if step.status is status]
    if status is Status.MET:
        return ""
    return "；".join(f"{step.label} {step.text}，{step.remark}" for step in telling)


def _month_of(pollutant: str, period: Period, statistic: Statistic, context: Context) -> InputRow:
    column = CODES.index(pollutant)
    values = [
        value
        for day in _days_of(context, period.start, period.end)
        if (value := day.values[column]) is not None
    ]
    mean = sum(values, Decimal(0)) / len(values) if values else None
    short = period.start.month in statistic.short_months
    return InputRow(
        label=period.label,
        text=value_text(mean, PLACES[pollutant] + 1, UNITS[pollutant]),
        status=Status.PARTIAL if short else Status.MET,
        note=f"有效 {len(values)} 天" + (f"，需 {month_days_needed(period.start.month)} 天" if short else ""),
        batches=_batches(context, period),
    )


# Good days ------------------------------------------------------------------------------------------------


def judge_good_days(part: MonPart, context: Context) -> PartVerdict:
    """Good days ÷ valid days, unrounded; the share of calendar days and the allowance stand beside it.

    With months short of valid days the verdict is 数据不全, unless the limit could not be held any more even if
    every missing day had been good.
    """
    assert part.limit is not None  # the schema asks for a limit here
    threshold = threshold_text(part.op, part.limit, part.unit)
    months = _judged_months(part, context)
    if not months:
        return nothing_due(part, context, threshold, "达标天数 ÷ 有效天数 × 100", _first_owed(part, context))
    year = _year_until(context, context.plan_year, months[-1].end)
    days = _days_of(context, months[0].start, months[-1].end)
    missing = _short_of_valid(part, days, months, context)
    rate = None if year.good_rate is None else year.good_rate * 100
    status = _good_status(part, year, rate, bool(missing))
    step = Step(
        label=label_until(context, months[-1].end),
        status=status,
        value=rate,
        text=value_text(rate, part.places, part.unit),
        threshold=threshold,
        formula=_good_formula(year, rate, part),
        start=months[0].start,
        end=months[-1].end,
        remark=_allowance_words(part, year),
        missing=tuple(missing),
        inputs=tuple(_good_month(period, days, context) for period in months),
    )
    return decided(
        part,
        [step],
        context,
        status=status,
        value=rate,
        text=step.text,
        threshold=threshold,
        formula=step.formula,
        expression="达标天数 ÷ 有效天数 × 100",
        remark=missing_text(missing) if status is Status.PARTIAL else step.remark,
        cut=months[-1].end,
        missing=missing,
        years=_years(part, context),
        series=_series(part, months, days),
    )


def _good_status(part: MonPart, year: AirYear, rate: Decimal | None, incomplete: bool) -> Status:
    assert part.limit is not None
    gap = year.calendar_days - year.valid_days
    if incomplete and year.calendar_days:
        best = Decimal(year.good_days + gap) * 100 / year.calendar_days
        return Status.PARTIAL if meets(best, part.op, part.limit) else Status.MISSED
    if rate is None:
        return Status.PARTIAL
    return judge_value(rate, part.op, part.limit, part.margin_pct, part.rounding)


def _good_formula(year: AirYear, rate: Decimal | None, part: MonPart) -> str:
    if rate is None:
        return ""
    of_calendar = format_number(year.good_rate_of_calendar * 100, part.places)
    return (
        f"达标 {year.good_days} 天 ÷ 有效 {year.valid_days} 天 × 100 = {value_text(rate, max(part.places, 2), '%')}"
        f"（占日历天数 {year.calendar_days} 天的 {of_calendar}%）"
    )


def _allowance_words(part: MonPart, year: AirYear) -> str:
    assert part.limit is not None
    left = allowance(year.bad_days, part.limit / 100, YEAR_DAYS)
    rest = f"余 {left.remaining} 天" if left.remaining >= 0 else f"已多 {-left.remaining} 天"
    return (
        f"截至{year.through.month}月已有 {year.bad_days} 天超标，全年最多 {left.allowed} 天，{rest}；"
        f"占日历天数 {format_number(year.good_rate_of_calendar * 100, part.places)}%"
    )


def _good_month(period: Period, days: Sequence[CityDay], context: Context) -> InputRow:
    mine = [day for day in days if period.start <= day.day <= period.end]
    valid = [day for day in mine if day.good is not None]
    bad = [day for day in valid if not day.good]
    short = len(valid) < month_days_needed(period.start.month)
    return InputRow(
        label=period.label,
        text=f"达标 {len(valid) - len(bad)} 天 / 有效 {len(valid)} 天",
        status=Status.PARTIAL if short else Status.MET,
        note="；".join(_bad_day(day) for day in bad),
        batches=_batches(context, period),
    )


def _bad_day(day: CityDay) -> str:
    index = aqi(day.values)
    what = "、".join(NAMES[code] for code in index.primary) if index else ""
    return f"{long_day(day.day)} AQI {index.value if index else '—'}（{what}）"


def _years(part: MonPart, context: Context) -> list[Point]:
    """The three years before, where their readings are at hand."""
    points = []
    for number in range(context.plan_year - 3, context.plan_year):
        end = date(number, 12, 31)
        days = _days_of(context, date(number, 1, 1), end)
        if not days:
            continue
        year = assess_year(number, days)
        rate = None if year.good_rate is None else year.good_rate * 100
        complete = not short_months([day.day for day in days if day.good is not None], range(1, 13))
        points.append(
            Point(f"{number}年", date(number, 1, 1), end, rate, value_text(rate, part.places, "%"), complete)
        )
    return points


def _series(part: MonPart, months: Sequence[Period], days: Sequence[CityDay]) -> list[Point]:
    """The share of good days month by month."""
    points = []
    for period in months:
        answers = [day.good for day in days if period.start <= day.day <= period.end and day.good is not None]
        rate = Decimal(sum(answers)) * 100 / len(answers) if answers else None
        complete = len(answers) >= month_days_needed(period.start.month)
        points.append(
            Point(
                period.label,
                period.start,
                period.end,
                rate,
                value_text(rate, part.places, "%"),
                complete,
            )
        )
    return points


# Days and months ------------------------------------------------------------------------------------------


def _days_of(context: Context, start: date, end: date) -> list[CityDay]:
    return [day for day in context.inputs.readings.city_days if start <= day.day <= end]


def _year_until(context: Context, year: int, through: date) -> AirYear:
    return assess_year(year, _days_of(context, date(year, 1, 1), through), through=through)


def _judged_months(part: MonPart, context: Context) -> list[Period]:
    days = context.inputs.readings.city_days
    valid: dict[tuple[int, int], int] = {}
    for day in days:
        if day.good is not None:
            valid[day.day.year, day.day.month] = valid.get((day.day.year, day.day.month), 0) + 1

    def answered(period: Period) -> bool:
        start = period.start
        return valid.get((start.year, start.month), 0) >= month_days_needed(start.month)

    return cut_of(over_until("month", context), answered, part.due_days, context.due_by)


def _short_of_valid(
    part: MonPart, days: Sequence[CityDay], months: Sequence[Period], context: Context
) -> list[Missing]:
    there = [day.day for day in days if day.good is not None]
    found = []
    for number in short_months(there, [period.start.month for period in months]):
        period = month(context.plan_year, number)
        valid = sum(day.month == number for day in there)
        found.append(_too_few(part, "环境空气质量", valid, period, context, "air"))
    return found


def _short_month(part: MonPart, statistic: Statistic, period: Period, context: Context) -> Missing:
    pollutant = ANNUAL[statistic.code].pollutant
    column = CODES.index(pollutant)
    days = _days_of(context, period.start, period.end)
    valid = sum(day.values[column] is not None for day in days)
    return _too_few(part, NAMES[pollutant], valid, period, context, f"air.{pollutant}")


def _too_few(part: MonPart, what: str, valid: int, period: Period, context: Context, element: str) -> Missing:
    needed = month_days_needed(period.start.month)
    words = f"{what}日数据" if valid == 0 else f"{what}日数据（有效 {valid} 天，需 {needed} 天）"
    return missing_reading(context, words, period, part.due_days, element=element)


def _merged_missing(steps: Sequence[Step]) -> list[Missing]:
    """A month without any day of any pollutant is missing once, not six times."""
    per_month: dict[Period, list[Missing]] = {}
    for step in steps:
        for one in step.missing:
            per_month.setdefault(one.period, []).append(one)
    found = []
    for ones in per_month.values():
        nothing = len(ones) == len(ANNUAL) and not any("有效" in one.element_name for one in ones)
        if nothing:
            first = ones[0]
            found.append(
                Missing(first.unit, first.unit_name, "air", "环境空气质量日数据", first.period, first.due_on)
            )
        else:
            found.extend(ones)
    return found


def _first_owed(part: MonPart, context: Context) -> list[Missing]:
    first = month(context.plan_year, 1)
    return [missing_reading(context, "环境空气质量日数据", first, part.due_days, element="air")]


def _batches(context: Context, period: Period) -> tuple[int, ...]:
    return context.inputs.readings.air_batches.get((period.start.year, period.start.month), ())
