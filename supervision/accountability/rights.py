"""Who may see and do what with measures."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from chuangmo.access.models import Role
from chuangmo.access.queries import Rights
from supervision.accountability.models import Measure, MeasureState
from supervision.accountability.rules.moves import APPROVER, OFFICE, allowed

# Who of the city reads what was issued, beside the office: those who supervise and those who lead.
READERS = frozenset({Role.INSPECTOR, Role.OBSERVER})
OUT = (MeasureState.ISSUED, MeasureState.HELD, MeasureState.CLOSED)


def visible_measures(rights: Rights) -> QuerySet[Measure]:
    """The office sees all; inspectors, leaders and a unit's own people what was issued (a proposal to hold somebody to
    account isn't for the unit concerned)."""
    if rights.is_office:
        return Measure.objects.all()
    if rights.roles & READERS:
        return Measure.objects.filter(state__in=OUT)
    mine = rights.report | rights.sign_off
    if not mine or not rights.sees_campaign:
        return Measure.objects.none()
    return Measure.objects.filter(Q(state__in=OUT) & Q(unit__in=mine) & ~Q(kind="account"))


def hands_at(rights: Rights, measure: Measure) -> set[str]:
    hands = {OFFICE} if rights.is_office else set()
    if rights.is_office and measure.approver_id == rights.user.pk:
        hands.add(APPROVER)
    return hands


def may_with(rights: Rights, measure: Measure) -> set[str]:
    return allowed(measure.state, measure.kind, hands_at(rights, measure))


def measure_attachment_rights(rights: Rights, measure_id: int) -> bool:
    """For settings.ATTACHMENT_OWNERS."""
    return visible_measures(rights).filter(pk=measure_id).exists()
