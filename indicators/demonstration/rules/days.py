"""When things happened in the demonstration: everything before the morning of 6 June 2017, in working hours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .chance import one_of, pick

__all__ = ["NOW", "TODAY", "Course", "WorkDays", "at", "course", "written_at"]

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2017, 6, 6)
_OPENS, _CLOSES = time(8, 40), time(17, 50)
_BEFORE_DUE = (0, 0, 1, 1, 1, 2, 2, 3, 4, 5, 6)  # working days
_LATE = (1, 1, 2, 3)
_STEPS = ((0, 1, 1, 2), (0, 1, 1, 2), (0, 1, 1, 2))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """That moment in the city."""
    return datetime.combine(day, time(hour, minute), ZONE)


NOW = at(TODAY, 9, 30)


@dataclass(frozen=True, slots=True)
class WorkDays:
    """The calendar as functions: the n-th working day from a day, and the day itself or the next one."""

    add: Callable[[date, int], date]
    next: Callable[[date], date]


@dataclass(frozen=True, slots=True)
class Course:
    """The moments at which a report would be submitted, signed off, verified and accepted; None: never."""

    submitted: datetime | None
    signed_off: datetime | None
    verified: datetime | None
    accepted: datetime | None

    def reached(self, now: datetime = NOW) -> int:
        """How many of the four have happened."""
        moments = (self.submitted, self.signed_off, self.verified, self.accepted)
        return sum(1 for moment in moments if moment is not None and moment <= now)


def course(about: tuple[object, ...], first: date, due_on: date, days: WorkDays) -> Course:
    """How a report goes: `first` is the first day on which it could be written, `due_on` its due day."""
    if pick(100, "late", *about) < 6:
        day = days.add(due_on, one_of(_LATE, "how late", *about))
    else:
        day = days.add(due_on, -one_of(_BEFORE_DUE, "before", *about))
    moment = _moment(max(day, days.next(first)), "submit", about)
    moments = [moment]
    for place, waits in enumerate(_STEPS):
        moment = _after(moment, one_of(waits, place, *about), place, about, days)
        moments.append(moment)
    return Course(*moments)


def written_at(about: tuple[object, ...], submitted: datetime | None, first: date) -> datetime:
    """When the cells were filled in: shortly before submission, or lately where there was none yet."""
    if submitted is not None:
        return submitted - timedelta(minutes=5 + pick(50, "writing", *about))
    day = max(first, TODAY - timedelta(days=pick(5, "draft", *about)))
    return min(_moment(day, "draft", about), NOW - timedelta(minutes=5 + pick(30, *about)))


def _moment(day: date, what: object, about: tuple[object, ...]) -> datetime:
    minutes = pick(360, what, *about)
    lunch = 130 if minutes > 180 else 0
    return datetime.combine(day, _OPENS, ZONE) + timedelta(minutes=minutes + lunch)


def _after(before: datetime, wait: int, place: int, about: tuple[object, ...], days: WorkDays) -> datetime:
    """A step some working days on; on the same day at least a little later, else in the next morning."""
    if wait:
        return _moment(days.add(before.date(), wait), place, about)
    later = before + timedelta(minutes=20 + pick(90, place, *about))
    if later.time() <= _CLOSES:
        return later
    return datetime.combine(days.add(before.date(), 1), _OPENS, ZONE) + timedelta(
        minutes=pick(90, place, *about)
    )
