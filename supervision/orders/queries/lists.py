"""What the lists and panels of orders show: constant queries whatever the size."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, DateField, F, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from chuangmo.deadlines.models import Obligation
from supervision.inspections.rights import Hand
from supervision.orders.models import OPEN_STATES, Order, OrderState, Rebound
from supervision.orders.rights import visible_orders

__all__ = [
    "UNIT_STATES",
    "OrderCounts",
    "for_office",
    "for_unit",
    "listed_orders",
    "listed_rebounds",
    "order_counts",
    "to_help",
]

# What the unit has to do something about; what the office has.
UNIT_STATES = (OrderState.ISSUED, OrderState.SIGNED, OrderState.SENT_BACK)
OFFICE_STATES = (OrderState.ANSWERED, OrderState.REVIEWED)


def listed_orders(hand: Hand) -> QuerySet[Order]:
    """What the person may see, what came back first, then by the day that counts (`due_now`: 挂账 moves it)."""
    owed = Obligation.objects.filter(
        subject_kind="order", kind="order", subject_id=OuterRef("pk"), unit=OuterRef("unit"), superseded=False
    ).order_by("-cycle")
    return (
        visible_orders(hand)
        .select_related("unit", "office", "indicator", "project")
        .annotate(
            due_now=Coalesce(Subquery(owed.values("due_on")[:1]), F("due_on"), output_field=DateField()),
            came_back=Case(
                When(rebounded_on__isnull=False, state__in=OPEN_STATES, then=0),
                default=1,
                output_field=IntegerField(),
            ),
            rank=Case(When(state__in=OPEN_STATES, then=0), default=1, output_field=IntegerField()),
        )
        .order_by("came_back", "rank", "due_now", "pk")
    )


def for_unit(hand: Hand) -> QuerySet[Order]:
    """Orders that the person's unit has to sign for or to answer."""
    able = hand.rights.report | hand.rights.sign_off
    return listed_orders(hand).filter(unit__in=able, state__in=UNIT_STATES)


def to_help(hand: Hand) -> QuerySet[Order]:
    """Orders that a co-operating unit of the person has not signed for."""
    able = hand.rights.report | hand.rights.sign_off
    return (
        listed_orders(hand)
        .filter(helpers__unit__in=able, helpers__signed_on__isnull=True, state__in=OPEN_STATES)
        .distinct()
    )


def for_office(hand: Hand) -> QuerySet[Order]:
    """Orders of the person's office that wait for it: answered, reviewed, drafts."""
    return listed_orders(hand).filter(office__in=hand.offices, state__in=[*OFFICE_STATES, OrderState.DRAFT])


def listed_rebounds(hand: Hand) -> QuerySet[Rebound]:
    """What came back: with the order, where the person sees it; of indicators without one, whoever watches."""
    seen = Q(order__in=visible_orders(hand).values("pk"))
    if hand.watches:
        seen |= Q(order__isnull=True)
    return (
        Rebound.objects.filter(seen)
        .select_related("order__unit", "order__office", "finding", "indicator__plan")
        .order_by("lapsed_on", "-noted_on", "-pk")
    )


@dataclass(frozen=True, slots=True)
class OrderCounts:
    """How many orders stand where, as the person sees them."""

    to_sign: int
    working: int
    late: int
    answered: int
    drafts: int
    rebounds: int


def order_counts(hand: Hand, at: date) -> OrderCounts:
    """Two queries."""
    owed = Q(state__in=UNIT_STATES)
    found = (
        listed_orders(hand)
        .order_by()
        .aggregate(
            to_sign=Count("pk", filter=Q(state=OrderState.ISSUED)),
            working=Count("pk", filter=Q(state__in=[OrderState.SIGNED, OrderState.SENT_BACK])),
            late=Count("pk", filter=owed & Q(due_now__lt=at)),
            answered=Count("pk", filter=Q(state__in=OFFICE_STATES)),
            drafts=Count("pk", filter=Q(state=OrderState.DRAFT)),
            rebounds=Count("pk", filter=Q(came_back=0)),
        )
    )
    bare = 0
    if hand.watches:
        bare = Rebound.objects.filter(order__isnull=True, lapsed_on__isnull=True).count()
    return OrderCounts(**{**found, "rebounds": found["rebounds"] + bare})
