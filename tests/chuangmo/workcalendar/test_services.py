"""The calendar's table: read once, changed with an audit row."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chuangmo.audit.models import AuditEvent
from chuangmo.workcalendar.models import CalendarDay
from chuangmo.workcalendar.queries import work_calendar
from chuangmo.workcalendar.services import set_calendar_day

pytestmark = pytest.mark.django_db
FRIDAY = date(2017, 6, 9)


def test_the_calendar_is_read_once() -> None:
    CalendarDay.objects.create(day=FRIDAY, is_working=False)
    with CaptureQueriesContext(connection) as captured:
        calendar = work_calendar()
        answers = (
            calendar.is_working_day(FRIDAY),
            calendar.next_working_day(FRIDAY),
            calendar.add_working_days(date(2017, 6, 8), 1),
            calendar.working_days_between(date(2017, 6, 8), date(2017, 6, 12)),
        )
    assert answers == (False, date(2017, 6, 12), date(2017, 6, 12), 1)
    assert len(captured) == 1


def test_a_day_is_set_changed_and_given_back() -> None:
    set_calendar_day(by=None, day=FRIDAY, is_working=False, note="州庆")
    set_calendar_day(by=None, day=FRIDAY, is_working=True)
    set_calendar_day(by=None, day=FRIDAY, is_working=True)  # says so already: no audit row
    set_calendar_day(by=None, day=FRIDAY, is_working=None)
    assert not CalendarDay.objects.exists()
    assert list(AuditEvent.objects.order_by("id").values_list("changes", flat=True)) == [
        {"上班": ["按国家日历", "放假"]},
        {"上班": ["放假", "上班"]},
        {"上班": ["上班", "按国家日历"]},
    ]
