"""Who may see and do what with orders. Pages, services and exports ask these predicates and no others.

| who | sees | may |
| --- | --- | --- |
| issuing office or body | all its own, drafts too | draft, issue, review, send back, close, cancel, renew, note 反弹 |
| city's steering office | issued ones of everybody | decide extension, 挂账, objection, as the issuing office may, too |
| responsible unit | its own, issued | sign, answer (reporters and reviewers); ask for extension … |
| co-operating units | theirs, issued | sign for themselves, write to it |
| oversight bodies, leaders, administrators | issued ones of everybody | oversight: comment |
| county's steering office | issued ones of its county's units | — beside its own |
| other units, assessors | none | — |
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from chuangmo.access.models import User
from chuangmo.access.queries import Rights, rights_of
from chuangmo.deadlines.models import Obligation
from supervision.inspections.rights import Hand
from supervision.orders.models import CoUnit, Order, OrderState

__all__ = [
    "deciding_offices",
    "helps_as",
    "may_act",
    "may_answer",
    "order_attachment_rights",
    "visible_orders",
]


def visible_orders(who: User | Rights | Hand) -> QuerySet[Order]:
    """See the table above."""
    hand = _hand(who)
    rights = hand.rights
    if not rights.sees_campaign:
        return Order.objects.none()
    mine = Q(office__in=hand.offices)
    known = ~Q(state=OrderState.DRAFT) & Q(number__isnull=False)  # a draft that was thrown away has none
    if not hand.watches:
        helped = CoUnit.objects.filter(order=OuterRef("pk"), unit__in=rights.view).order_by()
        known &= Q(unit__in=rights.view) | Q(Exists(helped))
    # The draft of a covert finding is as unknown to the inspected as the finding.
    covert = Q(state=OrderState.DRAFT, finding__isnull=False, finding__released_at__isnull=True)
    return Order.objects.filter(mine | known).exclude(covert & Q(unit__in=rights.member_of))


def may_act(hand: Hand, order: Order) -> bool:
    """Do what the issuing office does, with an order to a unit within its area."""
    seat = hand.seat_at(order.office_id)
    if seat is None:
        return False
    return seat.county_id is None or seat.county_id in (order.unit_id, order.unit.county_id)


def may_answer(hand: Hand, order: Order) -> bool:
    """Sign and answer for the responsible unit."""
    rights = hand.rights
    return rights.may("report", order.unit_id) or rights.may("sign_off", order.unit_id)


def helps_as(hand: Hand, order: Order) -> list[CoUnit]:
    """The co-operating units for which the person may sign and write."""
    able = hand.rights.report | hand.rights.sign_off
    return [one for one in order.helpers.all() if one.unit_id in able]


def deciding_offices(obligations: Sequence[Obligation]) -> dict[int, int]:
    """For settings.DEADLINE_DECIDERS: an order's issuing office decides what its unit asks for. One query."""
    orders = Order.objects.filter(pk__in={row.subject_id for row in obligations}).order_by()
    offices = dict(orders.values_list("pk", "office_id"))
    return {row.pk: offices[row.subject_id] for row in obligations if row.subject_id in offices}


def order_attachment_rights(rights: Rights, order_id: int) -> bool:
    """An attachment is seen by whoever sees the order (settings.ATTACHMENT_OWNERS)."""
    return visible_orders(rights).filter(pk=order_id).exists()


def _hand(who: User | Rights | Hand) -> Hand:
    if isinstance(who, Hand):
        return who
    return Hand(who if isinstance(who, Rights) else rights_of(who))
