"""The lead names the day by which a figure that somebody outside publishes has to be in (domain.md §5, `publication`)."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.audit.services import record
from chuangmo.deadlines.services import reschedule
from chuangmo.errors import Invalid, Refused
from chuangmo.review.models import EDITABLE
from chuangmo.workcalendar.queries import work_calendar
from indicators.reporting.models import Report, ReportPart
from indicators.reporting.rights import may_name_publication
from indicators.reporting.rules.due import locks_on

MAX_WAIT = timedelta(days=3 * 365)  # the statistical year book of a year is out well before


def name_publication(*, report_id: int, due_on: date, reason: str, by: User) -> int:
    """Set the due day of this report and of every other unit's for the same publication; it is chased from then on.

    A day that is no working day moves to the next one; the lock follows by 5 working days. Naming another day later
    moves what is still open. Returns how many reports were dated. Raises Refused for anybody but the lead or the
    steering office, Invalid by field.
    """
    with transaction.atomic():
        report = Report.objects.select_related("case", "indicator", "unit", "obligation").get(pk=report_id)
        if not may_name_publication(rights_of(by), report):
            raise Refused("只有牵头单位或创模办可以填公布日期，且只用于等待公布的数据")
        reason = reason.strip()
        if faults := _faults(report, due_on, reason):
            raise Invalid(faults)
        calendar = work_calendar()
        day = calendar.next_working_day(due_on)
        waiting = _waiting(report)
        before = {one.pk: one.obligation.due_on if one.obligation else None for one in waiting}
        reschedule(
            (one.obligation_id, day, locks_on(day, calendar.add_working_days))
            for one in waiting
            if one.obligation_id is not None
        )
        for one in waiting:
            was = before[one.pk]
            record(
                by=by,
                action="填公布日期",
                object_kind="report",
                object_id=one.pk,
                label=str(one),
                unit_id=one.unit_id,
                reason=reason,
                changes={"应报日期": [was.isoformat() if was else "", day.isoformat()]},
            )
        return len(waiting)


def _waiting(report: Report) -> list[Report]:
    """The open reports that wait for the same publication: same indicator and period, all units."""
    return list(
        Report.objects.filter(
            indicator=report.indicator_id,
            period_kind=report.period_kind,
            period_start=report.period_start,
            part=ReportPart.PUBLISHED,
            case__state__in=EDITABLE,
            obligation__cycle=1,
            obligation__done_at__isnull=True,
            obligation__waived_at__isnull=True,
        ).select_related("indicator", "unit", "obligation")
    )


def _faults(report: Report, due_on: date, reason: str) -> dict[str, str]:
    faults = {}
    if due_on <= report.period_end:
        faults["due_on"] = f"公布日期应在{report.period.label}结束（{report.period_end:%Y-%m-%d}）之后"
    elif due_on > report.period_end + MAX_WAIT:
        faults["due_on"] = "日期离报告期太远，请核对年份"
    if not reason:
        faults["reason"] = "请写明由谁、在哪里公布"
    return faults
