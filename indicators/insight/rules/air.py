"""Forecasts of what the air monitoring judges: good days, and the annual statistics of six pollutants."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from indicators.assessment.rules.schema import MonPart
from indicators.assessment.rules.wording import value_text
from indicators.standards.air_day import CityDay
from indicators.standards.air_limits import CODES, NAMES, PLACES, UNITS
from indicators.standards.rounding import format_number

from .allowance import Needed, needed_ratio, outlook_of, ratio_words
from .good_days import AirMonth, DaysForecast, allowance_words, project_days
from .part import PartForecast, plain
from .percentiles import PERCENTILES, limit_of, percentile_forecast
from .projecting import WEATHER, Flow, Projection, project_ratio

__all__ = ["air_months", "annual_forecast", "good_days_forecast", "month_sums"]

_YEARS = 3
_MEANS = ("pm25", "pm10", "no2", "so2")


def air_months(days: Iterable[CityDay], year: int) -> list[AirMonth]:
    """Months of a year with valid days, from January on without a gap."""
    answers: dict[int, list[bool]] = defaultdict(list)
    for day in days:
        if day.day.year == year and day.good is not None:
            answers[day.day.month].append(day.good)
    found = []
    for month in range(1, 13):
        if not answers[month]:
            break
        found.append(AirMonth(month, sum(answers[month]), len(answers[month]), monthrange(year, month)[1]))
    return found


def good_days_forecast(
    part: MonPart, days: Sequence[CityDay], plan_year: int, as_of: date
) -> PartForecast | None:
    """The share of good days of the calendar's, and the days left: 截至5月已有 12 天超标，全年最多 54 天，余 42 天."""
    assert part.limit is not None
    so_far = air_months([day for day in days if day.day <= as_of], plan_year)
    past = {year: air_months(days, year) for year in range(plan_year - _YEARS, plan_year)}
    calendar = {month: monthrange(plan_year, month)[1] for month in range(1, 13)}
    found = project_days(so_far, past, calendar=calendar, limit_pct=part.limit)
    if found is None:
        return None
    cut = date(plan_year, so_far[-1].month, calendar[so_far[-1].month])
    projection = _shares(found, sum(calendar.values()))
    needed = Needed(None, impossible=found.left < 0)
    return PartForecast(
        code=part.code,
        name=part.name,
        outlook=outlook_of(projection, part.op, part.limit, needed),
        likely=plain(projection.likely),
        low=plain(projection.low),
        high=plain(projection.high),
        unit=part.unit,
        places=1,
        allowance=allowance_words(found, so_far[-1].month),
        method=found.method,
        cut=cut.isoformat(),
    )


def _shares(found: DaysForecast, days: int) -> Projection:
    """Bad days as the share of good ones: few bad days are the high end."""
    low, likely, high = ((days - bad) * Decimal(100) / days for bad in (found.high, found.likely, found.low))
    return Projection(found.method, low, likely, high, Decimal(0))


def month_sums(days: Iterable[CityDay], code: str, year: int) -> list[tuple[Decimal, Decimal]]:
    """Sum of daily means and number of days by month, from January on without a gap."""
    column = CODES.index(code)
    values: dict[int, list[Decimal]] = defaultdict(list)
    for day in days:
        value = day.values[column]
        if day.day.year == year and value is not None:
            values[day.day.month].append(value)
    found = []
    for month in range(1, 13):
        if not values[month]:
            break
        found.append((sum(values[month], Decimal(0)), Decimal(len(values[month]))))
    return found


def annual_forecast(
    part: MonPart, days: Sequence[CityDay], plan_year: int, as_of: date
) -> PartForecast | None:
    """The annual statistic that stands worst against its limit: four means, two percentiles (CO, O₃).

    Judged rounded (修约值), so the limit counts as half a unit more.
    """
    ways = [(code, _mean_forecast) for code in _MEANS] + [(code, percentile_forecast) for code in PERCENTILES]
    found = [one for code, way in ways if (one := way(part, code, days, plan_year, as_of)) is not None]
    return max(found, key=lambda one: one[0])[1] if found else None


def _mean_forecast(
    part: MonPart, code: str, days: Sequence[CityDay], plan_year: int, as_of: date
) -> tuple[Decimal, PartForecast] | None:
    so_far = month_sums([day for day in days if day.day <= as_of], code, plan_year)
    if not so_far:
        return None
    years = [month_sums(days, code, year) for year in range(plan_year - _YEARS, plan_year)]
    past = [months for months in years if len(months) == 12]
    upper, lower = (
        Flow(
            (1,) * 12, tuple(one[side] for one in so_far), tuple(tuple(one[side] for one in y) for y in past)
        )
        for side in (0, 1)
    )
    projection = project_ratio(upper, lower, Decimal(1), damping=WEATHER)
    if projection is None:
        return None
    limit, places, unit = limit_of(part, code), PLACES[code], UNITS[code]
    judged = limit + Decimal("0.5").scaleb(-places) - Decimal("0.001")
    needed = needed_ratio(
        upper.total, lower.total, projection.rest, scale=Decimal(1), op="<=", limit=judged, ceiling=None
    )
    now, left = upper.total / lower.total, 12 - len(so_far)
    words = f"{NAMES[code]} 至今平均 {value_text(now, places, unit)}，限值 {format_number(limit)} {unit}"
    if left:
        rest = "最后1个月" if left == 1 else f"后{left}个月"
        words += "；" + ratio_words(needed, rest, "<=", unit, places, now)
    return projection.likely / limit, PartForecast(
        code=part.code,
        name=part.name,
        outlook=outlook_of(projection, "<=", judged, needed),
        likely=plain(projection.likely),
        low=plain(projection.low),
        high=plain(projection.high),
        unit=unit,
        places=places,
        allowance=words,
        method=projection.method,
        cut=date(plan_year, len(so_far), monthrange(plan_year, len(so_far))[1]).isoformat(),
        threshold=f"{NAMES[code]} ≤ {format_number(limit)} {unit}",
    )
