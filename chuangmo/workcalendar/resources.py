"""Changes to the calendar in and out of Excel."""

from __future__ import annotations

from typing import Any

from chuangmo.desk.resources import RegisterResource, column
from chuangmo.desk.widgets import Day, Text, YesNo
from chuangmo.workcalendar.models import CalendarDay
from chuangmo.workcalendar.services import set_calendar_day


class CalendarDayResource(RegisterResource):
    identity = ("day",)
    day = column("day", "日期", Day(), required=True)
    is_working = column("is_working", "上班", YesNo(), required=True)
    note = column("note", "说明", Text())

    class Meta(RegisterResource.Meta):
        model = CalendarDay

    def store(self, row: CalendarDay, *, is_new: bool, cells: dict[str, Any]) -> None:
        stored = set_calendar_day(by=self.by, day=row.day, is_working=row.is_working, note=row.note)
        assert stored is not None
        row.pk = stored.pk
