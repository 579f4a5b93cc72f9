"""Forecasts of the year's percentiles: CO's 95th, ozone's 90th of the daily values.

The rest of the year is filled with the daily values of the same months of each earlier year in turn: so many ends of the
year. The likely one is their median; the range goes from the least to the greatest, and two tenths further, less as the
year closes. Ozone is a matter of summer: without an earlier whole year there is no projection.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal

from indicators.assessment.rules.schema import MonPart
from indicators.assessment.rules.wording import value_text
from indicators.standards.air_day import CityDay
from indicators.standards.air_limits import ANNUAL, CODES, NAMES, PLACES, UNITS
from indicators.standards.air_year import percentile
from indicators.standards.rounding import format_number

from .allowance import outlook_of
from .part import PartForecast, plain
from .projecting import Projection

__all__ = [
    "PERCENTILES",
    "SAME_DAYS",
    "YEARS",
    "Months",
    "limit_of",
    "month_values",
    "percentile_forecast",
    "project_percentile",
]

SAME_DAYS = "same days"
PERCENTILES = ("co_p95", "o3_8h_p90")
YEARS = 3
_WIDER = Decimal("0.2")  # [D, docs/forecast.md]: two or three years are no sample

Months = Sequence[Sequence[Decimal]]


def limit_of(part: MonPart, code: str) -> Decimal:
    """The rule's own limit of an annual statistic, else the standard's."""
    own: Decimal | None = (part.limits or {}).get(code)  # type: ignore[call-overload]
    return ANNUAL[code].limit if own is None else own


def month_values(days: Iterable[CityDay], pollutant: str, year: int) -> list[list[Decimal]]:
    """The daily values of a year by month, from January on without a gap."""
    column = CODES.index(pollutant)
    values: dict[int, list[Decimal]] = defaultdict(list)
    for day in days:
        if day.day.year == year and (value := day.values[column]) is not None:
            values[day.day.month].append(value)
    found = []
    for month in range(1, 13):
        if not values[month]:
            break
        found.append(values[month])
    return found


def project_percentile(so_far: Months, past: Mapping[int, Months], share: Decimal) -> Projection | None:
    """The year's percentile. None without a month of this year, or (before December) without an earlier whole year."""
    if not so_far:
        return None
    mine = [value for month in so_far for value in month]
    rests = [
        [value for month in months[len(so_far) :] for value in month]
        for months in past.values()
        if len(months) == 12
    ]
    if len(so_far) == 12:
        rests = [[]]
    ends = sorted(percentile([*mine, *rest], share) for rest in rests)
    if not ends:
        return None
    likely = (ends[(len(ends) - 1) // 2] + ends[len(ends) // 2]) / 2
    # The range closes as the year does.
    wider = _WIDER * likely * (Decimal(12 - len(so_far)) / 12).sqrt()
    return Projection(SAME_DAYS, ends[0] - wider, likely, ends[-1] + wider, Decimal(12 - len(so_far)))


def percentile_forecast(
    part: MonPart, code: str, days: Sequence[CityDay], plan_year: int, as_of: date
) -> tuple[Decimal, PartForecast] | None:
    """How it stands against its limit (likely ÷ limit), and the forecast."""
    annual = ANNUAL[code]
    share = annual.percentile
    assert share is not None
    so_far = month_values([day for day in days if day.day <= as_of], annual.pollutant, plan_year)
    past = {year: month_values(days, annual.pollutant, year) for year in range(plan_year - YEARS, plan_year)}
    projection = project_percentile(so_far, past, share)
    if projection is None:
        return None
    limit, places, unit = limit_of(part, code), PLACES[annual.pollutant], UNITS[annual.pollutant]
    judged = limit + Decimal("0.5").scaleb(-places) - Decimal("0.001")
    name = f"{NAMES[annual.pollutant]} 第 {share * 100:.0f} 百分位数"
    return projection.likely / limit, PartForecast(
        code=part.code,
        name=part.name,
        outlook=outlook_of(projection, "<=", judged),
        likely=plain(projection.likely),
        low=plain(projection.low),
        high=plain(projection.high),
        unit=unit,
        places=places,
        allowance=_words(name, so_far, share, limit, places, unit, plan_year),
        method=SAME_DAYS,
        cut=date(plan_year, len(so_far), monthrange(plan_year, len(so_far))[1]).isoformat(),
        threshold=f"{name} ≤ {format_number(limit)} {unit}",
    )


def _words(
    name: str, so_far: Months, share: Decimal, limit: Decimal, places: int, unit: str, year: int
) -> str:
    """What is left: with no more days above the limit than the share leaves out, the percentile keeps it."""
    values = [value for month in so_far for value in month]
    above = sum(value > limit for value in values)
    whole = 366 if monthrange(year, 2)[1] == 29 else 365
    allowed = whole - int((1 + (whole - 1) * share).to_integral_value(ROUND_CEILING))
    now = value_text(percentile(values, share), places, unit)
    left = allowed - above
    rest = f"余 {left} 天" if left >= 0 else f"已多 {-left} 天"
    return f"{name}至今 {now}；高于限值的已有 {above} 天，全年不超过 {allowed} 天即达标，{rest}"
