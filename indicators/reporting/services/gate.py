"""Whether a report can be filled in now: one question, asked in the transaction of every change and by the page.

Order of the answers: right (403 or 404), then what closes it for everybody: a review under way, a waiver, the office's
lock on the month, the lock after the due day without an exception.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import Rights
from chuangmo.deadlines.models import LockException
from chuangmo.deadlines.rules import entry_open
from chuangmo.errors import Refused
from chuangmo.org.models import Unit
from chuangmo.periods import Kind, Period
from chuangmo.prepared import Prepared
from chuangmo.review.models import EDITABLE, Case, State
from indicators.plan.models import Indicator
from indicators.reporting.models import PeriodLock, Report
from indicators.reporting.rights import assigned_then, reports_now

__all__ = ["Gate", "NotReporter", "gate_of", "lock_for_entry"]

KIND = "report"
_UNDER_REVIEW = {
    State.SUBMITTED: "已提交，等单位审核；要修改请先撤回，或请审核人退回",
    State.SIGNED_OFF: "单位已审，等牵头单位核定；要修改请审核人退回",
    State.VERIFIED: "牵头已核，等创模办审定；要修改请审核人退回",
    State.ACCEPTED: "已审定；要更正请创模办解锁",
}


class NotReporter(Refused):
    """The person may not fill in this report (or there is none of that number): 404 unless they may see it."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether one person may fill in one report now; `why` says why not, in words for them."""

    may: bool  # the right, whatever the state
    closed: str  # why nobody can now; empty when it is open

    @property
    def is_open(self) -> bool:
        return self.may and not self.closed

    @property
    def why(self) -> str:
        return self.closed if self.may else "您没有填报这份报表的权限，只能查看"


def _standing_locks() -> Exists:
    return Exists(
        PeriodLock.objects.filter(
            plan=OuterRef("indicator__plan_id"),
            lifted_at=None,
            period_start__lte=OuterRef("period_end"),
            period_end__gte=OuterRef("period_end"),
        )
    )


def gate_of(report: Report, rights: Rights, at: date) -> Gate:
    """The gate of a report for a person: one query."""
    facts = _Facts(*_FACTS.rows(report_id=report.pk, user_id=rights.user.pk, day=at)[0])
    may = rights.may("report", report.unit_id) and facts.is_assigned
    return Gate(may=may, closed=facts.closed(at))


# Under the lock ---------------------------------------------------------------------------------------


def _case_of(report_id: int) -> QuerySet[Case, Any]:
    reports = Report.objects.filter(pk=report_id)
    return Case.objects.filter(pk__in=reports.values("case_id")).select_for_update().values_list("pk")


def _facts_of(report_id: int, user_id: int, day: date) -> QuerySet[Report, Any]:
    excepted = LockException.objects.filter(
        obligation__kind=KIND, obligation__subject_kind=KIND, obligation__subject_id=OuterRef("pk")
    )
    return (
        Report.objects.filter(pk=report_id)
        .annotate(
            is_reporter=ExpressionWrapper(Q(reports_now(user_id, day)), output_field=BooleanField()),
            is_assigned=assigned_then(),
            is_period_locked=_standing_locks(),
            until=Subquery(excepted.order_by("-until").values("until")[:1]),
        )
        .order_by()
        .values_list(
            "unit_id",
            "unit__name",
            "indicator_id",
            "indicator__number",
            "indicator__short_name",
            "indicator__plan_id",
            "period_kind",
            "period_start",
            "period_end",
            "part",
            "has_narrative",
            "case_id",
            "case__state",
            "obligation_id",
            "obligation__locks_on",
            "obligation__waived_at",
            "obligation__waived_reason",
            "is_reporter",
            "is_assigned",
            "is_period_locked",
            "until",
        )
    )


_CASE = Prepared(_case_of, report_id=int)
_FACTS = Prepared(_facts_of, report_id=int, user_id=int, day=date)


def lock_for_entry(*, by: User, report_id: int) -> Report:
    """The report, its case locked until the transaction ends, or NotReporter / Refused with the reason.

    Everybody who writes cells or submits takes this lock first, so what is frozen is what is stored. Of the report's unit,
    indicator and case only what names and finds them is filled in.
    """
    if connection.features.has_select_for_update:  # SQLite has one writer at a time anyway
        _CASE.rows(report_id=report_id)
    at = clock.today()
    rows = _FACTS.rows(report_id=report_id, user_id=by.pk, day=at)
    if not rows:
        raise NotReporter("没有这份报表")
    facts = _Facts(*rows[0])
    if not (by.is_active and facts.is_reporter and facts.is_assigned):
        raise NotReporter(Gate(may=False, closed="").why)
    report = facts.report(report_id)
    if closed := facts.closed(at):
        raise Refused(closed)
    return report


class _Facts(NamedTuple):
    """A row of `_facts_of`."""

    unit_id: int
    unit_name: str
    indicator_id: int
    number: int
    short_name: str
    plan_id: int
    period_kind: str
    period_start: date
    period_end: date
    part: str
    has_narrative: bool
    case_id: int
    state: str
    obligation_id: int | None
    locks_on: date | None
    waived_at: datetime | None
    waived_reason: str | None
    is_reporter: bool
    is_assigned: bool
    is_period_locked: bool
    until: date | None

    def closed(self, at: date) -> str:
        """Why nobody can fill in the report on that day; empty when it is open."""
        period = Period(Kind(self.period_kind), self.period_start, self.period_end)
        if self.state not in EDITABLE:
            return f"这份报表{_UNDER_REVIEW[State(self.state)]}。"
        if period.start > at:
            return f"{period.label}还没有开始，不能填报。"
        if self.waived_at is not None:
            return f"这份报表已免报：{self.waived_reason}。"
        if self.is_period_locked:
            return f"{period.label}已由创模办锁定，不能修改；要更正请联系创模办。"
        if not entry_open(self.locks_on, [self.until] if self.until else [], at):
            return f"已过锁定日期（{self.locks_on:%Y-%m-%d}），不能再填；确需补报请向创模办申请延期。"
        return ""

    def report(self, pk: int) -> Report:
        return Report(
            pk=pk,
            unit=Unit(pk=self.unit_id, name=self.unit_name),
            indicator=Indicator(
                pk=self.indicator_id, number=self.number, short_name=self.short_name, plan_id=self.plan_id
            ),
            period_kind=self.period_kind,
            period_start=self.period_start,
            period_end=self.period_end,
            part=self.part,
            has_narrative=self.has_narrative,
            case_id=self.case_id,
            obligation_id=self.obligation_id,
        )
