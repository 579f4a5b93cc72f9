"""Working days of the People's Republic of China, with local changes above them.

Source: domain.md §5 (a due day that is no working day moves on; statutory holidays and make-up days included).
The State Council's yearly notices come from chinesecalendar; a year whose notice it doesn't know counts
Monday to Friday until somebody enters overrides (`knows_year` tells which kind a year is).

`overrides` maps a day to True (a working day) or False (a free day) and wins over everything. Pure: the caller
reads the overrides from the calendar's table once and passes them in.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from chinese_calendar import holidays, workdays

__all__ = [
    "NO_OVERRIDES",
    "add_working_days",
    "is_working_day",
    "knows_year",
    "next_working_day",
    "working_days_between",
]

NO_OVERRIDES: Mapping[date, bool] = MappingProxyType({})

_ONE_DAY = timedelta(days=1)
# Sets of plain dates, so that a question costs two look-ups: asking the library scans its whole table each time.
_FREE_WEEKDAYS = frozenset(holidays)
_MAKE_UP_DAYS = frozenset(workdays)
_KNOWN_YEARS = frozenset(day.year for day in holidays)


def knows_year(year: int) -> bool:
    """True if the statutory holidays of that year are known, False if Monday to Friday stands in."""
    return year in _KNOWN_YEARS


def is_working_day(day: date, overrides: Mapping[date, bool] = NO_OVERRIDES) -> bool:
    """True if people work on that day: an override, else a make-up day, else a weekday that is no holiday."""
    decided = overrides.get(day)
    if decided is not None:
        return decided
    return day in _MAKE_UP_DAYS or (day.weekday() < 5 and day not in _FREE_WEEKDAYS)


def next_working_day(day: date, overrides: Mapping[date, bool] = NO_OVERRIDES) -> date:
    """The day itself if people work on it, else the first working day after it."""
    while not is_working_day(day, overrides):
        day += _ONE_DAY
    return day


def add_working_days(day: date, n: int, overrides: Mapping[date, bool] = NO_OVERRIDES) -> date:
    """The n-th working day after (n > 0) or before (n < 0) that day; the day itself, working or not, for 0."""
    step = _ONE_DAY if n > 0 else -_ONE_DAY
    remaining = abs(n)
    while remaining:
        day += step
        if is_working_day(day, overrides):
            remaining -= 1
    return day


def working_days_between(start: date, end: date, overrides: Mapping[date, bool] = NO_OVERRIDES) -> int:
    """How many working days `end` lies after `start`: those of start+1 … end; negative when end is earlier.

    The inverse of `add_working_days`: `working_days_between(d, add_working_days(d, n)) == n`.
    """
    if end < start:
        return -sum(is_working_day(end + timedelta(days=i), overrides) for i in range((start - end).days))
    return sum(is_working_day(start + timedelta(days=i + 1), overrides) for i in range((end - start).days))
