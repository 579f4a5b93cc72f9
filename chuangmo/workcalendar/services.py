"""Changes to the calendar of working days. What hangs on it is told (settings.CALENDAR_CHANGED): open deadlines follow."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from chuangmo.audit.services import record
from chuangmo.workcalendar.models import CalendarDay

if TYPE_CHECKING:
    from chuangmo.access.models import User

WORDS = {True: "上班", False: "放假", None: "按国家日历"}


@transaction.atomic
def set_calendar_day(
    *, by: User | None, day: date, is_working: bool | None, note: str = ""
) -> CalendarDay | None:
    """Say that people work (True) or don't (False) on that day; None gives it back to the statutory calendar.

    Who may is asked by the administrator's desk: this floor knows no roles.
    """
    before = CalendarDay.objects.select_for_update().filter(day=day).first()
    was = before.is_working if before else None
    row = None
    if is_working is not None:
        row, _ = CalendarDay.objects.update_or_create(
            day=day, defaults={"is_working": is_working, "note": note}
        )
    elif before is not None:
        before.delete()
    if was != is_working:
        record(
            by=by,
            action="改日历",
            object_kind="calendar_day",
            object_id=day.isoformat(),
            label=day.isoformat(),
            reason=note,
            changes={"上班": [WORDS[was], WORDS[is_working]]},
        )
        for path in settings.CALENDAR_CHANGED:
            import_string(path)(by=by)
    return row
