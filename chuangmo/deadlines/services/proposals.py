"""What the ladder proposes, the office decides. No machine issues anything."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from chuangmo.access.models import User
from chuangmo.deadlines.models import Proposal
from chuangmo.deadlines.services.permission import note, require_office, require_reason
from chuangmo.deadlines.services.telling import tell_of_proposal
from chuangmo.errors import Refused, Stale

__all__ = ["confirm_proposal", "decline_proposal"]


@transaction.atomic
def confirm_proposal(*, proposal_id: int, by: User, reason: str = "") -> Proposal:
    """The office takes the measure up; whoever carries it out is told (settings.PROPOSALS_CONFIRMED)."""
    proposal = _decide(proposal_id, Proposal.State.CONFIRMED, by, reason)
    for path in settings.PROPOSALS_CONFIRMED:
        import_string(path)(proposal=proposal, by=by)
    tell_of_proposal(proposal)
    return proposal


@transaction.atomic
def decline_proposal(*, proposal_id: int, by: User, reason: str) -> Proposal:
    """The office doesn't take it up, and says why; the ladder goes on."""
    require_reason(reason, limit=400)
    return _decide(proposal_id, Proposal.State.DECLINED, by, reason)


def _decide(proposal_id: int, state: str, by: User, reason: str) -> Proposal:
    proposal = (
        Proposal.objects.select_related("obligation", "obligation__unit", "rung")
        .filter(pk=proposal_id)
        .first()
    )
    if proposal is None:
        raise Refused("没有这条建议")
    require_office(by, proposal.obligation, "决定这条建议")
    if proposal.state == Proposal.State.OPEN and not proposal.obligation.is_open:
        raise Stale("这件事已经办结，建议自动失效")
    decided = Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.OPEN).update(
        state=state, decided_by=by, decided_at=timezone.now(), reason=reason.strip()[:400]
    )
    if not decided:
        raise Stale("这条建议刚才已经有了决定，请刷新")
    proposal.refresh_from_db(fields=["state", "decided_by", "decided_at", "reason"])
    word = "确认" if state == Proposal.State.CONFIRMED else "不采纳"
    note(proposal.obligation, by, f"{word}“{proposal.rung.get_action_display()}”建议", reason)
    return proposal
