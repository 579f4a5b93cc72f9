"""A year's air: annual statistics with their validity, good days, and what is left of the bad ones.

HJ 663-2013 5.2 and table 1 (annual evaluation), appendix A.2 (means) and A.6 (percentiles); GB 3095-2012 table 4 and HJ 663
table 3: a year has 324 daily figures at least, each month 27, February 25. Statistics are rounded first and then judged
(修约值比较法, HJ 663-2013 table 1, GB/T 8170-2008 4.3.3). They are made of the rounded city days: those are what is published.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from indicators.standards.air_day import CityDay, round_concentration
from indicators.standards.air_limits import ANNUAL, CODES, Annual

__all__ = [
    "AirYear",
    "Allowance",
    "Statistic",
    "allowance",
    "assess_year",
    "month_days_needed",
    "percentile",
    "short_months",
]

MIN_YEAR_DAYS = 324
MIN_MONTH_DAYS = 27
MIN_FEBRUARY_DAYS = 25
GOOD_SHARE = Decimal("0.85")
ALLOWANCE_DAYS = 365


@dataclass(frozen=True, slots=True)
class Statistic:
    """One annual statistic (`code` as in air_limits.ANNUAL).

    value: unrounded; reported: rounded, the one that is judged; both None without any day. days: valid daily
    figures. short_months: months with too few of them. met is None where the statistic is not valid.
    """

    code: str
    value: Decimal | None
    reported: Decimal | None
    limit: Decimal
    days: int
    short_months: tuple[int, ...]
    valid: bool

    @property
    def met(self) -> bool | None:
        if not self.valid or self.reported is None:
            return None
        return self.reported <= self.limit


@dataclass(frozen=True, slots=True)
class AirYear:
    """A year, or the part of it up to `through` (then validity is by month and provisional)."""

    year: int
    through: date
    calendar_days: int
    valid_days: int
    good_days: int
    statistics: Mapping[str, Statistic]

    @property
    def provisional(self) -> bool:
        return self.through < date(self.year, 12, 31)

    @property
    def bad_days(self) -> int:
        return self.valid_days - self.good_days

    @property
    def good_rate(self) -> Decimal | None:
        """Good ÷ valid days, a share of 1, unrounded (it is judged so); None without a valid day."""
        return Decimal(self.good_days) / self.valid_days if self.valid_days else None

    @property
    def good_rate_of_calendar(self) -> Decimal:
        """Good ÷ calendar days: stands beside the rate, is never judged."""
        return Decimal(self.good_days) / self.calendar_days

    @property
    def valid(self) -> bool:
        return all(statistic.valid for statistic in self.statistics.values())

    @property
    def met(self) -> bool | None:
        """All six statistics within their limits; None where the year is not valid."""
        return all(statistic.met for statistic in self.statistics.values()) if self.valid else None


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many bad days a year may have at most, and how many are left (negative: exceeded)."""

    allowed: int
    bad_days: int

    @property
    def remaining(self) -> int:
        return self.allowed - self.bad_days


def allowance(bad_days: int, share: Decimal = GOOD_SHARE, of_days: int = ALLOWANCE_DAYS) -> Allowance:
    """The allowance of bad days for a share of good ones: 85 % of 365 leaves 54."""
    return Allowance(int((1 - share) * of_days), bad_days)


def percentile(values: Sequence[Decimal], share: Decimal) -> Decimal:
    """Percentile of n values: at k = 1 + (n−1)·p of the sorted ones, linear between neighbours (HJ 663-2013 A.6).

    share: 0 to 1. ValueError without values.
    """
    if not values:
        raise ValueError("没有数据，不能计算百分位数")
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below = int(place)
    if below + 1 >= len(ordered):
        return ordered[-1]
    return ordered[below] + (place - below) * (ordered[below + 1] - ordered[below])


def month_days_needed(month: int) -> int:
    """Valid daily figures that a month needs: 27, February 25."""
    return MIN_FEBRUARY_DAYS if month == 2 else MIN_MONTH_DAYS


def short_months(days: Iterable[date], months: Iterable[int]) -> tuple[int, ...]:
    """Those of `months` that have too few of `days`."""
    counted = Counter([day.month for day in days])
    return tuple(month for month in months if counted[month] < month_days_needed(month))


def assess_year(
    year: int,
    days: Iterable[CityDay],
    *,
    through: date | None = None,
    limits: Mapping[str, Annual] = ANNUAL,
) -> AirYear:
    """The year's figures from its days; days of other years, or after `through`, are left out.

    through: the last day looked at, for a year still running; None: the whole year. ValueError: one day twice.
    """
    end = date(year, 12, 31) if through is None else through
    if end.year != year:
        raise ValueError(f"{end} 不在 {year} 年")
    within = [day for day in days if day[0].year == year and day[0] <= end]
    if len({day[0] for day in within}) < len(within):
        raise ValueError(f"{year} 年有重复的日期")
    answers = Counter([day.good for day in within])
    return AirYear(
        year=year,
        through=end,
        calendar_days=(end - date(year - 1, 12, 31)).days if end < date(year, 12, 31) else 365 + isleap(year),
        valid_days=answers[True] + answers[False],
        good_days=answers[True],
        statistics={code: _statistic(code, annual, within, end) for code, annual in limits.items()},
    )


def _statistic(code: str, annual: Annual, days: Sequence[CityDay], end: date) -> Statistic:
    column = CODES.index(annual.pollutant)
    there = [(day, value) for day, values in days if (value := values[column]) is not None]
    values = [value for _, value in there]
    value = _value(annual, values)
    short = short_months([day for day, _ in there], _months_over(end))
    return Statistic(
        code=code,
        value=value,
        reported=None if value is None else round_concentration(annual.pollutant, value),
        limit=annual.limit,
        days=len(values),
        short_months=short,
        valid=bool(values) and not short and (len(values) >= MIN_YEAR_DAYS or _running(end)),
    )


def _value(annual: Annual, values: Sequence[Decimal]) -> Decimal | None:
    if not values:
        return None
    if annual.percentile is None:
        return sum(values, Decimal(0)) / len(values)
    return percentile(values, annual.percentile)


def _running(end: date) -> bool:
    return (end.month, end.day) != (12, 31)


def _months_over(end: date) -> range:
    """The months that are over on `end`."""
    over = end.day == monthrange(end.year, end.month)[1]
    return range(1, end.month + over)
