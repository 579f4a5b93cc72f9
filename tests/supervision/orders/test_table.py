"""State × role × action of orders, complete: who may move what from where, and that nobody else can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.errors import Invalid, Refused, Stale
from supervision.inspections.rights import Hand
from supervision.orders import services
from supervision.orders.models import Order, OrderState
from supervision.orders.queries.page import WHEN, moves_by_role, order_page
from supervision.orders.rights import visible_orders
from supervision.orders.views._asked import FORMS
from supervision.orders.views.moves import MOVES
from tests.supervision.story import DUE, Supervision

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

# Action → the states in which it goes through for whoever has the part; everything else is refused.
TABLE = """
          draft issued signed answered reviewed sent_back closed renewed cancelled
issue     city  .      .      .        .        .         .      .       .
sign      .     unit   .      .        .        .         .      .       .
answer    .     .      unit   .        .        unit      .      .       .
review    .     .      .      city     .        .         .      .       .
send-back .     .      .      city     city     .         .      .       .
close     .     .      .      .        city     .         .      .       .
second    .     city   city   city     .        city      .      .       .
rebound   .     .      .      .        .        .         city   .       .
cancel    city  city   city   city     city     city      .      .       .
note      .     all    all    all      all      all       .      .       .
help      .     helper helper helper   helper   helper    .      .       .
"""
PARTS = {
    "city": {"office"},
    "unit": {"owner", "colleague"},
    "helper": {"lead", "helper"},
    "all": {"office", "owner", "colleague", "lead", "helper"},
    ".": set(),
}
# Who sees what: an order of the city's office in any state but draft, and a draft.
SEES_ISSUED = {
    "owner",
    "colleague",
    "lead",
    "helper",
    "office",
    "county_office",
    "inspector",
    "observer",
    "admin",
    "deputy",
}
SEES_DRAFT = {"office"}


def read_table() -> tuple[list[str], dict[str, dict[str, set[str]]]]:
    head, *lines = [line.split() for line in TABLE.splitlines() if line.strip()]
    return head, {
        name: dict(zip(head, (PARTS[cell] for cell in cells), strict=True)) for name, *cells in lines
    }


STATES, MAY = read_table()


def acts(order: Order, helper_id: int) -> dict[str, Callable[[User], Any]]:
    """Each action with what it needs, as the page would send it."""
    who: dict[str, Any] = {"order_id": order.pk, "version": order.version}
    return {
        "issue": lambda by: services.issue_draft(by=by, **who),
        "sign": lambda by: services.sign_order(by=by, **who),
        "answer": lambda by: services.answer_order(by=by, text="已整改", **who),
        "review": lambda by: services.review_order(by=by, text="属实", **who),
        "send-back": lambda by: services.send_order_back(by=by, reason="不到位", **who),
        "close": lambda by: services.close_order(by=by, **who),
        "second": lambda by: services.renew_order(by=by, requirements="再办", due_on=DUE, **who),
        "rebound": lambda by: services.note_rebound(by=by, reason="又来了", **who),
        "cancel": lambda by: services.cancel_order(by=by, reason="误发", **who),
        "note": lambda by: services.write_to_order(by=by, order_id=order.pk, text="补充一句"),
        "help": lambda by: services.sign_as_helper(by=by, order_id=order.pk, helper_id=helper_id),
    }


def test_the_table_knows_every_state_and_action() -> None:
    assert set(STATES) == set(OrderState.values)
    assert set(MAY) == set(MOVES) == set(WHEN) == {*FORMS, "help"}


@pytest.mark.parametrize("state", STATES)
def test_everybody_may_do_what_the_table_says(world: Supervision, state: str) -> None:
    order = world.order(state)
    assert order.state == state
    helper_id = order.helpers.get().pk
    people = {name: user for name, user in world.people().items() if user.is_authenticated}
    wrong = []
    for name, user in people.items():
        for action, act in acts(order, helper_id).items():
            with transaction.atomic():
                try:
                    act(user)
                    went = True
                except (Refused, Stale, Invalid) as error:
                    went = False
                    assert isinstance(error, Refused | Stale), (name, action, error)
                transaction.set_rollback(True)
            if went != (name in MAY[action][state]):
                wrong.append((name, action, went))
    assert wrong == []


@pytest.mark.parametrize("state", STATES)
def test_the_page_offers_what_the_services_allow(world: Supervision, state: str) -> None:
    order = world.order(state)
    for name, user in world.people().items():
        if not user.is_authenticated:
            continue
        hand = Hand(rights_of(user))
        sees = visible_orders(hand).filter(pk=order.pk).exists()
        assert sees == (name in (SEES_DRAFT if state == "draft" else SEES_ISSUED)), name
        if sees:
            offered = set(order_page(order, hand).moves)
            # A second order is begun once.
            allowed = {action for action in MAY if name in MAY[action][state]}
            assert offered == allowed, (name, state)
            assert offered <= moves_by_role(hand, order)


def test_the_graph_and_the_page_agree() -> None:
    """django-fsm's graph, asked for its sources, against the page's list."""
    names = {
        "issue": "issue",
        "sign": "sign",
        "answer": "answer",
        "review": "review",
        "send_back": "send-back",
        "close": "close",
        "renew": "second",
        "cancel": "cancel",
        "reopen": "rebound",
    }
    graph: dict[str, set[str]] = {}
    for one in Order._meta.get_field("state").get_all_transitions(Order):
        graph.setdefault(one.name, set()).add(one.source)
    assert {names[name]: sources for name, sources in graph.items() if name in names} == {
        move: {str(state) for state in states}
        for move, states in WHEN.items()
        if move not in ("note", "help")
    }


def test_counties_issue_and_close_within_their_county(world: Supervision) -> None:
    cast = world.cast
    mine = {"office": world.county_seat, "by": cast.county_office, "co_units": []}
    for unit in (cast.other_county, cast.bureau):
        with pytest.raises(Invalid) as told:
            world.draft(**mine, unit=unit)
        assert told.value.faults == {"unit": f"{unit.name}不在本县区，由市创模办督办"}
    with pytest.raises(Invalid) as told:
        world.draft(**{**mine, "co_units": [cast.bureau]})
    assert list(told.value.faults) == ["co_units"]
    with pytest.raises(Refused):
        world.draft(by=cast.county_office)  # for the city's office
    order = world.order("reviewed", **mine)
    assert order.document_number == "钟山创督〔2017〕1号"
    for by in (cast.office, world.other_county_office, cast.inspector):
        with pytest.raises(Refused):
            services.close_order(by=by, order_id=order.pk, version=order.version)
    services.close_order(by=cast.county_office, order_id=order.pk, version=order.version)
    order.refresh_from_db()
    assert (order.state, order.closed_on, order.closed_late) == ("closed", order.answered_on, False)
    assert not visible_orders(world.other_county_office).filter(pk=order.pk).exists()
    assert visible_orders(cast.office).filter(pk=order.pk).exists()


def test_an_inspecting_body_issues_in_its_own_name_and_a_commenting_one_never(world: Supervision) -> None:
    inspector, deputy = world.cast.inspector, world.deputy
    office = inspector.memberships.get().unit
    order = world.order("issued", office=office, by=inspector)
    assert order.document_number == "水监创督〔2017〕1号"
    with pytest.raises(Refused):
        world.draft(office=deputy.memberships.get().unit, by=deputy)
