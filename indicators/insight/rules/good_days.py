"""Good air days: how many bad days the year has had, may still have, and will probably have.

Source of the count: HJ 633-2012 (a day with AQI ≤ 100 is good); the share is good ÷ valid days, the allowance counts
the calendar's days (15 % of 365 = 54), domain.md §4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from indicators.standards.air_year import allowance

from .projecting import RUN_RATE, SEASONAL, WEATHER, damped

__all__ = ["AirMonth", "DaysForecast", "allowance_of", "allowance_words", "project_days"]

# Bad days come in spells, so their number scatters more than independent days would [D, checked in docs/forecast.md].
_SPELLS = Decimal(3)
_WIDTH = Decimal("1.28")
# So many bad days are added to both sides of the comparison with earlier years: a few days more or less in a short
# time say little [D].
_FEW = Decimal(5)


@dataclass(frozen=True, slots=True)
class AirMonth:
    """One month's days: good and valid ones of so many in the calendar."""

    month: int
    good: int
    valid: int
    days: int

    @property
    def bad(self) -> int:
        """Valid and not good."""
        return self.valid - self.good


@dataclass(frozen=True, slots=True)
class DaysForecast:
    """bad: so far. allowed: of the year. likely, low, high: bad days of the whole year (calendar days)."""

    method: str
    bad: int
    allowed: int
    low: Decimal
    likely: Decimal
    high: Decimal

    @property
    def left(self) -> int:
        """Bad days that may still come; negative when there were too many."""
        return self.allowed - self.bad


def allowance_of(limit_pct: Decimal) -> int:
    """85 % → 54 days; of 365, leap year or not."""
    return allowance(0, limit_pct / 100).allowed


def project_days(
    so_far: Sequence[AirMonth],
    past: Mapping[int, Sequence[AirMonth]],
    *,
    calendar: Mapping[int, int],
    limit_pct: Decimal,
    method: str | None = None,
) -> DaysForecast | None:
    """Bad days of the year from its first months. None while no day is valid.

    past: earlier years' months; only years with all twelve count. calendar: days of each month of this year.
    """
    valid = sum(one.valid for one in so_far)
    if not valid:
        return None
    bad = sum(one.bad for one in so_far)
    gone = {one.month for one in so_far}
    left = {month: days for month, days in calendar.items() if month not in gone}
    years = [
        months for months in past.values() if {one.month for one in months if one.valid} == set(range(1, 13))
    ]
    method = method or (SEASONAL if years else RUN_RATE)
    if method == SEASONAL and years:
        usual = {
            month: _rate([one for months in years for one in months if one.month == month])
            for month in range(1, 13)
        }
        expected = sum((usual[one.month] * one.valid for one in so_far), Decimal(0))
        scale = damped((bad + _FEW) / (expected + _FEW), len(so_far), WEATHER)
        rest = sum((min(usual[month] * scale, Decimal(1)) * days for month, days in left.items()), Decimal(0))
    else:
        rest = Decimal(bad) / valid * sum(left.values())
    level = rest / max(bad, 1)  # the level so far is itself a count
    half = _WIDTH * (_SPELLS * rest * (1 + min(level, Decimal(2)))).sqrt()
    room = sum(left.values())
    return DaysForecast(
        method,
        bad,
        allowance_of(limit_pct),
        bad + max(rest - half, Decimal(0)),
        bad + rest,
        bad + min(rest + half, Decimal(room)),
    )


def allowance_words(found: DaysForecast, month: int) -> str:
    """截至5月已有 12 天超标，全年最多 54 天，余 42 天."""
    head = f"截至{month}月已有 {found.bad} 天超标，全年最多 {found.allowed} 天"
    if found.left < 0:
        return f"{head}，已多出 {-found.left} 天，已不可能达标"
    return f"{head}，余 {found.left} 天"


def _rate(months: Sequence[AirMonth]) -> Decimal:
    valid = sum(one.valid for one in months)
    return Decimal(sum(one.bad for one in months)) / valid if valid else Decimal(0)
