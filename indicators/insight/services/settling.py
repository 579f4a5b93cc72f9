"""What the office does with a suspicion: sends the report back, takes an explanation, dismisses it, opens it again."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.audit.services import record
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.review import services as review
from chuangmo.review.models import Case, State
from indicators.insight.models import Suspicion
from indicators.reporting.models import Report, ReportValue

__all__ = ["DECISIONS", "decide", "send_back"]

MAX_REASON = 400
# What may be decided, and from which states.
DECISIONS: dict[str, tuple[str, ...]] = {
    Suspicion.State.EXPLAINED: (Suspicion.State.OPEN,),
    Suspicion.State.DISMISSED: (Suspicion.State.OPEN,),
    Suspicion.State.OPEN: (
        Suspicion.State.EXPLAINED,
        Suspicion.State.DISMISSED,
        Suspicion.State.SENT_BACK,
    ),
}


def decide(*, by: User, suspicion_id: int, decision: str, reason: str = "") -> Suspicion:
    """Take the figures as explained, dismiss the suspicion, or open it again. The first two need a reason.

    Raises Refused (no office, no such decision), Invalid (no reason) and Stale (decided, or gone, meanwhile).
    """
    with transaction.atomic():
        suspicion = _begin(by, suspicion_id)
        if decision not in DECISIONS:
            raise Refused("没有这种处理办法。")
        reason = reason.strip()
        if decision != Suspicion.State.OPEN:
            reason = _checked(reason)
        _write(suspicion, DECISIONS[decision], decision, reason, by)
        return suspicion


def send_back(*, by: User, suspicion_id: int, report_id: int, revision_no: int, reason: str) -> Suspicion:
    """Return one of the reports concerned for correction, with the numbers in the reason: unlocked if it was accepted,
    sent back with remarks on its cells if it is in review. `revision_no` is what the page showed.

    Raises Refused, Invalid and Stale, those of the review's move included.
    """
    with transaction.atomic():
        suspicion = _begin(by, suspicion_id)
        reason = _checked(reason.strip())
        if report_id not in _reports_of(suspicion):
            raise Refused("这份报表与这条存疑无关。")
        report = Report.objects.select_related("case").get(pk=report_id)
        case: Case = report.case
        if case.state == State.ACCEPTED:
            review.unlock(case_id=case.pk, revision_no=revision_no, by=by, reason=reason)
        elif case.is_editable:
            raise Refused("这份报表已在填报单位手里，等重新报送即可。")
        else:
            remarks = _remarks(suspicion, report)
            review.send_back(case_id=case.pk, revision_no=revision_no, by=by, reason=reason, remarks=remarks)
        _write(suspicion, (Suspicion.State.OPEN,), Suspicion.State.SENT_BACK, reason, by)
        return suspicion


def _begin(by: User, suspicion_id: int) -> Suspicion:
    if not rights_of(by).is_office:
        raise Refused("只有创模办可以处理存疑数据。")
    suspicion = (
        Suspicion.objects.select_for_update(of=("self",))
        .select_related("rule", "indicator", "unit")
        .filter(pk=suspicion_id)
        .first()
    )
    if suspicion is None:
        raise Refused("没有这条存疑。")
    return suspicion


def _checked(reason: str) -> str:
    if not reason:
        raise Invalid({"reason": "请写明理由"})
    if len(reason) > MAX_REASON:
        raise Invalid({"reason": f"理由过长（{len(reason)} 字），最多 {MAX_REASON} 字"})
    return reason


def _write(suspicion: Suspicion, allowed: tuple[str, ...], state: str, reason: str, by: User) -> None:
    """SQLite ignores the row lock, so the update itself says what it was decided on."""
    before = suspicion.get_state_display()
    columns = {"state": state, "reason": reason, "decided_by": by, "decided_at": timezone.now()}
    seen = Suspicion.objects.filter(pk=suspicion.pk, state__in=allowed, numbers=suspicion.numbers)
    if not seen.update(**columns):
        now = Suspicion.objects.get(pk=suspicion.pk)
        who = f"由 {now.decided_by} " if now.decided_by else ""
        raise Stale(f"这条存疑已{who}改为“{now.get_state_display()}”，请刷新。")
    for name, value in columns.items():
        setattr(suspicion, name, value)
    record(
        by=by,
        action="处理存疑数据",
        object_kind="suspicion",
        object_id=suspicion.pk,
        label=f"{suspicion.indicator} {suspicion.period.label} {suspicion.rule}",
        unit_id=suspicion.unit_id,
        reason=reason,
        changes={"状态": [before, suspicion.get_state_display()]},
    )


def _reports_of(suspicion: Suspicion) -> set[int]:
    return {cell["report"] for cell in suspicion.cells if cell["report"]}


def _remarks(suspicion: Suspicion, report: Report) -> dict[str, str]:
    """The suspicion's words on the report's own cells among those concerned."""
    codes = {cell["element"] for cell in suspicion.cells if cell["report"] == report.pk}
    cells = ReportValue.objects.filter(report=report, element__code__in=codes).values_list("pk", flat=True)
    return {f"v{pk}": suspicion.text for pk in cells}
