"""The calendar of working days as it stands in the database, read once and then asked without further queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from chuangmo.workcalendar import rules
from chuangmo.workcalendar.models import CalendarDay


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The statutory calendar with the overrides of this installation; no query after it is made."""

    overrides: Mapping[date, bool]

    def is_working_day(self, day: date) -> bool:
        return rules.is_working_day(day, self.overrides)

    def next_working_day(self, day: date) -> date:
        """The day itself if people work on it, else the first working day after it."""
        return rules.next_working_day(day, self.overrides)

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after (n > 0) or before (n < 0) that day."""
        return rules.add_working_days(day, n, self.overrides)

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days `end` lies after `start`; negative when it lies before."""
        return rules.working_days_between(start, end, self.overrides)


def work_calendar() -> WorkCalendar:
    """The calendar as of now: one query."""
    return WorkCalendar(dict(CalendarDay.objects.values_list("day", "is_working")))
