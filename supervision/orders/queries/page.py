"""One order: its story with files and deadlines on one line of time, what this person may do now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chuangmo.deadlines.models import Obligation
from chuangmo.deadlines.queries.timeline import timeline_of
from chuangmo.files.models import Attachment
from supervision.inspections.models import Comment, Finding
from supervision.inspections.rights import Hand, visible_comments, visible_findings
from supervision.orders.models import OPEN_STATES, CoUnit, Order, OrderState, Rebound
from supervision.orders.rights import helps_as, may_act, may_answer, visible_orders

__all__ = ["OrderPage", "StoryLine", "moves_by_role", "order_page", "order_seen"]

S = OrderState
# Move → the states in which the graph has it (the tests hold this against the graph itself).
WHEN: Mapping[str, tuple[str, ...]] = {
    "issue": (S.DRAFT,),
    "sign": (S.ISSUED,),
    "answer": (S.SIGNED, S.SENT_BACK),
    "review": (S.ANSWERED,),
    "send-back": (S.ANSWERED, S.REVIEWED),
    "close": (S.REVIEWED,),
    "second": (S.ISSUED, S.SIGNED, S.ANSWERED, S.SENT_BACK),
    "cancel": (S.DRAFT, *OPEN_STATES),
    "rebound": (S.CLOSED,),
    "note": OPEN_STATES,
    "help": OPEN_STATES,
}
OF_OFFICE = frozenset({"issue", "review", "send-back", "close", "second", "cancel", "rebound", "note"})
OF_UNIT = frozenset({"sign", "answer", "note"})
OF_HELPER = frozenset({"help", "note"})


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One line of the timeline (supervision/_story.html)."""

    at: datetime
    word: str
    who: str
    text: str = ""
    kind: str = ""
    files: Sequence[Attachment] = ()


@dataclass(frozen=True)
class OrderPage:
    """Everything on the page of one order."""

    order: Order
    helpers: list[CoUnit]
    story: list[StoryLine]
    owed: list[Obligation]
    finding: Finding | None  # None where the person may not see it
    following: Order | None
    rebounds: list[Rebound]
    comments: list[Comment]
    moves: frozenset[str]  # what the person may do now
    asks: Obligation | None  # for which the unit may ask for an extension …
    own_help: list[CoUnit] = field(default_factory=list)


def order_seen(hand: Hand, order_id: int) -> Order | None:
    """Unknown to everybody who may not see it."""
    return (
        visible_orders(hand)
        .select_related(
            "unit",
            "office",
            "plan",
            "indicator__plan",
            "project__plan",
            "previous",
            "issued_by",
            "created_by",
        )
        .filter(pk=order_id)
        .first()
    )


def moves_by_role(hand: Hand, order: Order) -> frozenset[str]:
    """What the person's part in the order allows, whatever its state."""
    found: frozenset[str] = frozenset()
    if may_act(hand, order):
        found |= OF_OFFICE
    if may_answer(hand, order):
        found |= OF_UNIT
    if helps_as(hand, order):
        found |= OF_HELPER
    return found


def order_page(order: Order, hand: Hand) -> OrderPage:
    """A constant number of queries."""
    helpers = list(order.helpers.select_related("unit", "signed_by"))
    roles = moves_by_role(hand, order)
    owed = list(
        Obligation.objects.filter(subject_kind="order", subject_id=order.pk, unit=order.unit_id)
        .select_related("unit")
        .order_by("kind", "cycle")
    )
    open_now = next((one for one in owed if one.kind == "order" and one.is_open), None)
    own_help = [one for one in helps_as(hand, order) if one.signed_on is None]
    moves = {move for move in roles if order.state in WHEN[move]}
    if not own_help:
        moves.discard("help")
    following = visible_orders(hand).filter(previous=order).first()
    if following is not None:
        moves -= {"second"}
    return OrderPage(
        order=order,
        helpers=helpers,
        story=story_of(order),
        owed=owed,
        finding=visible_findings(hand).select_related("kind").filter(pk=order.finding_id).first()
        if order.finding_id
        else None,
        following=following,
        rebounds=list(order.rebounds.order_by("-pk")),
        comments=list(
            visible_comments(hand)
            .filter(subject_kind="order", subject_id=order.pk)
            .select_related("body", "by")
        ),
        moves=frozenset(moves),
        asks=open_now if may_answer(hand, order) else None,
        own_help=own_help,
    )


def story_of(order: Order) -> list[StoryLine]:
    """Moves, words, files, rungs, requests and decisions, newest first."""
    lines = [
        StoryLine(
            at=event.at,
            word=event.word,
            who=f"{event.by_name}{f'（{event.unit.short_name}）' if event.unit else ''}",
            text=event.text,
            kind=_colour(event.action),
            files=list(event.files.all()),
        )
        for event in order.events.select_related("unit").prefetch_related("files__file")
    ]
    lines += [
        StoryLine(one.at, one.word, one.who, one.text, one.kind) for one in timeline_of("order", order.pk)
    ]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _colour(action: str) -> str:
    return {"close": "ok", "review": "ok", "send_back": "warn", "reopen": "warn", "cancel": "warn"}.get(
        action, ""
    )
