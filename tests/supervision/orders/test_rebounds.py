"""反弹: the same place and kind within the months, a verdict that fell; opened again, listed apart, first."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client

from chuangmo.access.queries import rights_of
from indicators.assessment.models import Verdict
from indicators.assessment.rules import rule_json, validate_rule
from indicators.plan.models import RuleVersion
from supervision.inspections.rights import Hand
from supervision.orders import services
from supervision.orders.models import Order, OrderRules, Rebound
from supervision.orders.queries.lists import listed_orders
from supervision.orders.rules.spans import months_before
from tests.indicators.assessment.conftest import RATE
from tests.supervision.story import PLACE, Supervision

pytestmark = pytest.mark.django_db


def closed(world: Supervision, **more) -> Order:
    return world.order("closed", finding=world.finding(**more), co_units=[])


@pytest.mark.parametrize(
    ("again", "comes_back"),
    [
        ({}, True),
        ({"place": "德坞河 2号排口旁", "latitude": Decimal("26.5915"), "longitude": Decimal("104.83")}, True),
        ({"place": "别处", "latitude": Decimal("26.60"), "longitude": Decimal("104.83")}, False),
        ({"place": "别处"}, False),
        ({"kind_id": "dust"}, False),
        ({"unit_id": "other"}, False),
    ],
    ids=["same name", "close by", "far away", "another place", "another kind", "another unit"],
)
def test_what_counts_as_the_same_problem(world: Supervision, again: dict, comes_back: bool) -> None:
    order = closed(world, latitude=Decimal("26.59"), longitude=Decimal("104.83"))
    again = {
        **again,
        **({"kind_id": world.dust.pk} if "kind_id" in again else {}),
        **({"unit_id": world.cast.other_county.pk} if "unit_id" in again else {}),
    }
    found = world.finding(**again)
    order.refresh_from_db()
    assert order.is_rebound is comes_back
    assert Rebound.objects.filter(order=order, finding=found).exists() is comes_back
    if comes_back:
        assert (order.state, order.rebound_count, order.closed_on) == ("sent_back", 1, None)
        assert order.due_on == date(2017, 6, 13)


def test_the_months_are_data(world: Supervision, today) -> None:
    order = closed(world)
    today(date(2017, 12, 7))
    world.finding()
    order.refresh_from_db()
    assert order.state == "closed"  # six months and a day
    OrderRules.objects.create(rebound_months=7)
    world.finding()
    order.refresh_from_db()
    assert order.state == "sent_back"


def test_a_covert_finding_opens_it_at_its_release_not_before(world: Supervision) -> None:
    order = closed(world)
    row = world.moved(world.tour(), "begin")
    world.finding(row)
    order.refresh_from_db()
    assert order.state == "closed"
    world.moved(row, "finish", "release")
    order.refresh_from_db()
    assert (order.state, order.rebounded_on) == ("sent_back", date(2017, 6, 6))


def test_it_is_listed_apart_and_first_until_it_is_closed_again(world: Supervision) -> None:
    order = closed(world)
    urgent = world.order(due_on=date(2017, 6, 7), co_units=[])
    world.finding()
    client = Client()
    client.force_login(world.cast.owner, backend="django.contrib.auth.backends.ModelBackend")
    hub = client.get("/supervision/")
    assert [(line.label, line.count) for line in hub.context["first"]] == [("反弹，先督办", 1)]
    assert [one.pk for one in listed_orders(Hand(rights_of(world.cast.owner)))] == [order.pk, urgent.pk]
    assert PLACE in client.get("/supervision/rebounds/").content.decode()
    assert world.go(Order.objects.get(pk=order.pk), "closed").is_rebound is False
    assert client.get("/supervision/").context["first"] == []


def test_the_office_may_see_for_itself(world: Supervision) -> None:
    order = world.order("closed")
    services.note_rebound(by=world.cast.office, order_id=order.pk, version=order.version, reason="复查又发现")
    assert Rebound.objects.get().cause == "hand"
    order.refresh_from_db()
    again = world.go(order, "closed")
    services.note_rebound(by=world.cast.office, order_id=order.pk, version=again.version, reason="第三次")
    again.refresh_from_db()
    assert again.rebound_count == 2


# Verdicts -------------------------------------------------------------------------------------------------


def reach(world: Supervision, *statuses: str) -> None:
    """The current verdicts of the cast's indicator for the months up to May, then the hook as the assessment calls it."""
    indicator = world.cast.indicator
    rule, _ = RuleVersion.objects.get_or_create(
        indicator=indicator, version=1, defaults={"body": rule_json(validate_rule(RATE))}
    )
    ends = [date(2017, 3, 31), date(2017, 4, 30), date(2017, 5, 31)][-len(statuses) :]
    Verdict.objects.filter(indicator=indicator).delete()
    for end, status in zip(ends, statuses, strict=True):
        Verdict.objects.create(
            indicator=indicator,
            as_of=end,
            rule=rule,
            status=status,
            headline="",
            threshold="",
            result={},
            inputs_digest="",
            computed_at="2017-06-06T00:00Z",
        )
    services.verdicts_reached(subject=SimpleNamespace(indicator_id=indicator.pk), ends=ends)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("statuses", "falls"),
    [
        (("met", "missed"), True),
        (("margin", "missed"), True),
        (("missed", "missed"), False),
        (("partial", "missed"), False),
        (("met", "margin"), False),
        (("met", "partial"), False),
        (("met", "missed", "met"), False),
        (("missed",), False),
    ],
)
def test_which_verdicts_fall(world: Supervision, statuses: tuple[str, ...], falls: bool) -> None:
    reach(world, *statuses)
    assert Rebound.objects.exists() is falls


def test_a_fallen_verdict_opens_the_orders_of_its_indicator_once(world: Supervision) -> None:
    order = world.order("closed", indicator=world.cast.indicator)
    other = world.order("closed")
    for _ in "ab":
        reach(world, "met", "missed")
    order.refresh_from_db()
    other.refresh_from_db()
    assert (order.state, order.rebound_count, other.state) == ("sent_back", 1, "closed")
    assert Rebound.objects.get().order == order
    reach(world, "met", "met")  # corrected
    assert Rebound.objects.get().lapsed_on == date(2017, 6, 6)
    reach(world, "met", "missed")
    assert Rebound.objects.filter(lapsed_on__isnull=True, order__isnull=True).count() == 1


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2017, 6, 6), 6, date(2016, 12, 6)),
        (date(2017, 3, 31), 1, date(2017, 2, 28)),
        (date(2017, 1, 1), 13, date(2015, 12, 1)),
        (date(2017, 6, 6), 0, date(2017, 6, 6)),
    ],
)
def test_months_before(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before
    assert before <= day - timedelta(days=28 * months)
