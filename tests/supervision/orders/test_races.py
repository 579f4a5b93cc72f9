"""Several at once, in threads with connections of their own: one wins, the others are told, numbers have no gap and no double."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from chuangmo.deadlines.models import DeadlineRequest, Obligation
from chuangmo.deadlines.services import decide_extension, request_extension
from chuangmo.errors import Refused, Stale
from supervision.orders import services
from supervision.orders.models import Order, OrderEvent
from supervision.papers.services.numbers import take_number
from tests.supervision.story import Supervision, at_once, make_supervision

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3


class Broken(Exception):
    """A transaction that fails after its number was taken."""


@pytest.fixture
def world(transactional_db: None) -> Supervision:
    return make_supervision()


def test_two_sign_the_same_order_at_once(world: Supervision) -> None:
    for _ in range(ROUNDS):
        order = world.order()
        told = at_once(
            *(
                lambda by=by, order=order: services.sign_order(
                    by=by, order_id=order.pk, version=order.version
                )
                for by in (world.cast.owner, world.cast.colleague)
            )
        )
        assert [type(one) for one in told if one] == [Stale]
        assert "已“签收”" in str(next(one for one in told if one))
        assert OrderEvent.objects.filter(order=order, action="sign").count() == 1


def test_closing_against_sending_back(world: Supervision) -> None:
    for _ in range(ROUNDS):
        order = world.order("reviewed")
        who = {"by": world.cast.office, "order_id": order.pk, "version": order.version}
        closed, back = at_once(
            lambda who=who: services.close_order(**who),
            lambda who=who: services.send_order_back(**who, reason="又黑了"),
        )
        order.refresh_from_db()
        open_now = Obligation.objects.open().filter(subject_kind="order", subject_id=order.pk).count()
        if closed is None:
            assert (order.state, type(back), open_now) == ("closed", Stale, 0)
        else:
            assert (order.state, type(closed), back, open_now) == ("sent_back", Stale, None, 1)


def test_extending_against_cancelling(world: Supervision) -> None:
    """The office grants a later day while a colleague cancels the order: never an order without, or a debt without order."""
    for _ in range(ROUNDS):
        order = world.order("signed")
        owed = Obligation.objects.get(subject_kind="order", subject_id=order.pk, kind="order")
        asked = request_extension(
            obligation_id=owed.pk, until=date(2017, 7, 3), reason="等管材", by=world.cast.owner
        )
        order.refresh_from_db()
        granted, cancelled = at_once(
            lambda pk=asked.pk: decide_extension(
                request_id=pk, granted=True, decision="同意", by=world.cast.office
            ),
            lambda order=order: services.cancel_order(
                by=world.cast.office, order_id=order.pk, version=order.version, reason="误发"
            ),
        )
        order.refresh_from_db()
        open_now = Obligation.objects.open().filter(subject_kind="order", subject_id=order.pk)
        if cancelled is None:
            assert isinstance(granted, Stale)
            assert (order.state, open_now.count()) == ("cancelled", 0)
            assert DeadlineRequest.objects.get(pk=asked.pk).state == "open"
        else:
            assert (granted, type(cancelled)) == (None, Stale)
            assert (order.state, order.due_on) == ("signed", date(2017, 7, 3))
            assert open_now.get().due_on == date(2017, 7, 3)


@pytest.mark.postgres_only
def test_twenty_writers_take_every_number_once(world: Supervision) -> None:
    """Half of the drafts can't be issued: their numbers are given back. 20 threads, each two orders."""
    drafts = [world.draft(co_units=[]) for _ in range(40)]
    bad = {one.pk for one in drafts[::4]}
    Order.objects.filter(pk__in=bad).update(finding=world.finding(world.moved(world.tour(), "begin")).pk)

    def issue(place: int) -> None:
        for order in drafts[place * 2 : place * 2 + 2]:
            try:
                services.issue_draft(by=world.cast.office, order_id=order.pk, version=order.version)
            except Refused:
                assert order.pk in bad

    assert at_once(*(lambda place=place: issue(place) for place in range(20))) == [None] * 20
    numbers = sorted(Order.objects.filter(number__isnull=False).values_list("number", flat=True))
    assert numbers == list(range(1, 31))
    words = Order.objects.filter(number__isnull=False).values_list("document_number", flat=True)
    assert len(set(words)) == 30


@pytest.mark.postgres_only
def test_a_number_taken_in_a_transaction_that_fails_is_given_back(world: Supervision) -> None:
    """Twenty writers at once, every second of whom breaks after the number was taken."""
    taken: list[int] = []

    def take(place: int) -> None:
        try:
            with transaction.atomic():
                number = take_number("order", world.cast.city_office.pk, 2017)
                if place % 2:
                    raise Broken
            taken.append(number)
        except Broken:
            pass

    at_once(*(lambda place=place: take(place) for place in range(20)))
    assert sorted(taken) == list(range(1, 11))
