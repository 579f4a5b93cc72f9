"""What an address asks for, and whether this person may look at it."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest

from chuangmo.errors import Invalid, Refused
from supervision.inspections.models import Finding, Inspection
from supervision.inspections.queries.lists import inspection_seen, listed_findings
from supervision.inspections.rights import Hand, hand_for

__all__ = [
    "add_faults",
    "finding_asked",
    "inspection_asked",
    "may_note",
    "reader",
    "require_note",
    "require_own",
]


def reader(request: HttpRequest) -> Hand:
    """Refused for a mere assessor."""
    hand = hand_for(request)
    if not hand.rights.sees_campaign:
        raise Refused("您的角色不能查看督查；如需查看，请联系管理员。")
    return hand


def inspection_asked(request: HttpRequest, inspection_id: int) -> tuple[Inspection, Hand]:
    """404 for everybody who may not know of it, as if there were none."""
    hand = hand_for(request)
    found = inspection_seen(hand, inspection_id)
    if found is None:
        raise Http404("没有这次检查")
    return found, hand


def finding_asked(request: HttpRequest, finding_id: int) -> tuple[Finding, Hand]:
    hand = hand_for(request)
    found = listed_findings(hand).select_related("item", "created_by").filter(pk=finding_id).first()
    if found is None:
        raise Http404("没有这个问题")
    return found, hand


def may_note(hand: Hand, inspection: Inspection | None, office_id: int) -> bool:
    """Write findings down: the office's people, and who goes along."""
    if hand.seat_at(office_id) is not None:
        return True
    return inspection is not None and inspection.team.filter(pk=hand.rights.user.pk).exists()


def require_note(hand: Hand, inspection: Inspection | None, office_id: int) -> None:
    if not may_note(hand, inspection, office_id):
        raise Refused("只有实施单位的人员和检查人员可以登记")


def require_own(hand: Hand, office_id: int) -> None:
    if hand.seat_at(office_id) is None:
        raise Refused("只有实施单位的人员可以办理")


def add_faults(form: forms.Form, error: Invalid) -> None:
    """Each fault at its field; those of no field above the form."""
    for name, fault in error.faults.items():
        form.add_error(name if name in form.fields else None, fault)
