"""How a report gets to each state, told by the cast through the services."""

from __future__ import annotations

from decimal import Decimal

from chuangmo.review import services
from chuangmo.review.models import Case, State
from indicators.reporting.models import Answer, Report, ReportValue
from tests.factories import Cast

TYPED = {"i18.produced": "1000", "i18.treated": "900"}
# Every way has one submission, but for an unlocked report nothing new was submitted either.
WAYS: dict[str, tuple[str, ...]] = {
    State.DRAFT: (),
    State.SUBMITTED: ("submit",),
    State.SIGNED_OFF: ("submit", "sign_off"),
    State.VERIFIED: ("submit", "sign_off", "verify"),
    State.ACCEPTED: ("submit", "sign_off", "verify", "accept"),
    State.RETURNED: ("submit", "send_back"),
    State.UNLOCKED: ("submit", "sign_off", "verify", "accept", "unlock"),
}
ACTORS = {
    "submit": "owner",
    "withdraw": "owner",
    "sign_off": "colleague",
    "verify": "lead",
    "accept": "office",
    "send_back": "colleague",
    "unlock": "office",
}


def report_in(cast: Cast, state: str, **more: object) -> Report:
    """A report of the county with both cells filled, brought to a state."""
    report = cast.report(values=dict(TYPED), **more)
    for action in WAYS[state]:
        step(cast, report, action)
    return report


def step(cast: Cast, report: Report, action: str, reason: str = "请核对后重报", **more: object) -> Case:
    """The next move of the story by whoever usually makes it, on the page as it is now."""
    case = Case.objects.get(pk=report.case_id)
    by = more.pop("by", None) or getattr(cast, ACTORS[action])
    return getattr(services, action)(
        case_id=case.pk, revision_no=case.revision_no, by=by, reason=reason, **more
    )


def go(cast: Cast, report: Report, *actions: str) -> Case:
    """Several moves; the case as it is afterwards."""
    for action in actions:
        step(cast, report, action)
    return Case.objects.get(pk=report.case_id)


def retype(report: Report, code: str, value: str | None, answer: str = Answer.VALUE, **more: str) -> None:
    """Change a live cell, past the entry page."""
    ReportValue.objects.filter(report=report, element__code=code).update(
        raw=value or "", value=None if value is None else Decimal(value), answer=answer, **more
    )


def cell_of(report: Report, code: str) -> str:
    """The cell's key."""
    return f"v{ReportValue.objects.get(report=report, element__code=code).pk}"
