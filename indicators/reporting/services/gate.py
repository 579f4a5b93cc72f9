"""Whether a report can be filled in now: one question, asked in the transaction of every change and by the page.

Order of the answers: right (403 or 404), then what closes it for everybody: a review under way, a waiver, the office's
lock on the month, the lock after the due day without an exception.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import Rights, rights_of
from chuangmo.deadlines.queries import exceptions_until
from chuangmo.deadlines.rules import entry_open
from chuangmo.errors import Refused
from chuangmo.org.models import valid_at
from chuangmo.review.models import State
from indicators.plan.models import Assignment
from indicators.reporting.models import PeriodLock, Report

__all__ = ["Gate", "NotReporter", "gate_of", "lock_for_entry", "with_gate"]

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


def with_gate(reports: QuerySet[Report]) -> QuerySet[Report]:
    """The reports with everything that `gate_of` asks, in the same query."""
    assigned = Assignment.objects.filter(
        valid_at_end_of(OuterRef("period_end")),
        indicator=OuterRef("indicator_id"),
        unit=OuterRef("unit_id"),
    )
    locks = PeriodLock.objects.filter(
        plan=OuterRef("indicator__plan_id"),
        lifted_at=None,
        period_start__lte=OuterRef("period_end"),
        period_end__gte=OuterRef("period_end"),
    )
    return reports.select_related("case", "obligation", "indicator", "unit").annotate(
        is_assigned=Exists(assigned), is_period_locked=Exists(locks)
    )


def valid_at_end_of(day: OuterRef) -> Q:
    """As `org.models.valid_at`, for a day of the outer query."""
    return valid_at(day)  # type: ignore[arg-type]


def gate_of(report: Report, rights: Rights, at: date) -> Gate:
    """The gate of a report from `with_gate`; one query more only when its lock day has passed."""
    may = rights.may("report", report.unit_id) and report.is_assigned  # type: ignore[attr-defined]
    return Gate(may=may, closed=_closed(report, at))


def _closed(report: Report, at: date) -> str:
    case, obligation = report.case, report.obligation
    if not case.is_editable:
        return f"这份报表{_UNDER_REVIEW.get(State(case.state), '正在审核')}。"
    if report.period_start > at:
        return f"{report.period.label}还没有开始，不能填报。"
    if obligation is not None and obligation.waived_at is not None:
        return f"这份报表已免报：{obligation.waived_reason}。"
    if report.is_period_locked:  # type: ignore[attr-defined]
        return f"{report.period.label}已由创模办锁定，不能修改；要更正请联系创模办。"
    if obligation is not None and obligation.is_locked(at):
        until = exceptions_until(obligation)
        if not entry_open(obligation.locks_on, until, at):
            lock = obligation.locks_on
            return f"已过锁定日期（{lock:%Y-%m-%d}），不能再填；确需补报请向创模办申请延期。"
    return ""


def lock_for_entry(*, by: User, report_id: int) -> Report:
    """The report, its case locked until the transaction ends, or NotReporter / Refused with the reason.

    Everybody who writes cells or submits takes this lock first, so what is frozen is what is stored.
    """
    locked = with_gate(Report.objects.filter(pk=report_id)).select_for_update(of=("case",))
    report = locked.order_by().first()
    if report is None:
        raise NotReporter("没有这份报表")
    gate = gate_of(report, rights_of(by), clock.today())
    if not gate.may:
        raise NotReporter(gate.why)
    if gate.closed:
        raise Refused(gate.closed)
    return report
