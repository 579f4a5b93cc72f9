"""The ladder in working days: which due days a rung has reached on a day. Pure.

Source: domain.md §8: offsets in working days from the due day; §5: statutory holidays and make-up days count. A rung
of offset n belongs to the n-th working day after (before, for n < 0) the due day. Days of 挂账 after the due day don't
count: with s of them, it is the (n + s)-th.

The sweep asks the other way round, so that one comparison of dates in the database answers for all obligations: up to
which due day has the rung been reached? (`rung_day` never falls when the due day rises.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

AddWorkingDays = Callable[[date, int], date]
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RungShape:
    """What the sweep needs of a rung: its row, its offset and the least gap to what was told before (working days)."""

    id: int
    offset: int
    min_gap: int = 0


def rung_day(due_on: date, offset: int, stopped_days: int, add_working_days: AddWorkingDays) -> date:
    """The day that a rung belongs to; the due day itself for offset 0."""
    return add_working_days(due_on, offset + stopped_days)


def latest_due(at: date, offset: int, add_working_days: AddWorkingDays) -> date:
    """The latest due day d for which `rung_day(d, offset, 0) <= at`."""
    if offset > 0:
        return add_working_days(at + _ONE_DAY, -offset) - _ONE_DAY
    return add_working_days(at, -offset)


def told_by(at: date, min_gap: int, add_working_days: AddWorkingDays) -> date:
    """The latest day on which somebody may have been told before, so that telling again on `at` keeps the gap."""
    return at if min_gap == 0 else latest_due(at, min_gap, add_working_days)


def stopped(start: date, end: date, is_working_day: Callable[[date], bool]) -> int:
    """How many working days lie in start … end, both included; 0 when end is before start."""
    return sum(is_working_day(start + timedelta(days=n)) for n in range((end - start).days + 1))


def unknown_years(days: Iterable[date], knows_year: Callable[[int], bool]) -> list[int]:
    """The years of these days whose holidays nobody entered, in order."""
    return sorted({day.year for day in days if not knows_year(day.year)})
