"""The desk's register of days on which the statutory calendar does not hold."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from chuangmo.desk.admin import ExcelMixin, Register
from chuangmo.workcalendar.models import CalendarDay
from chuangmo.workcalendar.resources import CalendarDayResource
from chuangmo.workcalendar.services import set_calendar_day


@admin.register(CalendarDay)
class CalendarDayAdmin(ExcelMixin, Register):
    resource_classes = [CalendarDayResource]
    list_display = ("day", "is_working", "note")
    list_filter = ("is_working",)
    date_hierarchy = "day"
    search_fields = ("note", "day")

    def get_readonly_fields(self, request: Any, obj: CalendarDay | None = None) -> tuple[str, ...]:
        return ("day",) if obj is not None else ()

    def store(self, row: CalendarDay, by: Any) -> CalendarDay:
        stored = set_calendar_day(by=by, day=row.day, is_working=row.is_working, note=row.note)
        assert stored is not None
        row.pk = stored.pk
        return stored

    def remove(self, row: CalendarDay, by: Any) -> None:
        set_calendar_day(by=by, day=row.day, is_working=None)
