"""What is owed around an order besides the unit's part: the office's review, and who decides what the unit asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.deadlines.models import Obligation, Proposal
from chuangmo.deadlines.queries.decisions import requests_in_county
from chuangmo.deadlines.services import confirm_proposal, decide_extension, request_extension, sweep
from chuangmo.errors import Refused
from chuangmo.notices.models import Notice
from supervision.orders import services
from supervision.orders.models import Order, OrderRules
from tests.chuangmo.deadlines.ladder import make_ladder
from tests.factories import ObligationFactory
from tests.supervision.story import Supervision, make_supervision

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> Supervision:
    return make_supervision()


def reviews() -> list[tuple[int, str, date | None, bool]]:
    """Cycle, owing unit, day, whether it is open."""
    rows = Obligation.objects.filter(kind="order_review").select_related("unit").order_by("cycle")
    return [(row.cycle, row.unit.short_name, row.due_on, row.is_open) for row in rows]


def test_the_office_owes_a_review_of_every_answer(world: Supervision, today: Callable[[date], None]) -> None:
    make_ladder()
    order = world.order("signed")
    assert reviews() == []
    order = world.go(order, "answered")
    assert reviews() == [(1, "市创模办", date(2017, 6, 9), True)]  # three working days
    today(date(2017, 6, 12))
    sweep(date(2017, 6, 12))
    owed = Obligation.objects.get(kind="order_review")
    told = Notice.objects.filter(subject_kind="obligation", subject_id=owed.pk)
    assert set(told.values_list("user__username", flat=True)) == {"office"}
    order.refresh_from_db()
    services.send_order_back(
        by=world.cast.office, order_id=order.pk, version=order.version, reason="没有封堵"
    )
    assert [open_now for *_, open_now in reviews()] == [False]
    order.refresh_from_db()
    services.answer_order(by=world.cast.owner, order_id=order.pk, version=order.version, text="已封堵")
    assert reviews()[1:] == [(2, "市创模办", date(2017, 6, 15), True)]
    order.refresh_from_db()
    services.review_order(by=world.cast.office, order_id=order.pk, version=order.version, text="已封堵")
    done = Obligation.objects.get(kind="order_review", cycle=2)
    assert (done.done_by, done.done_on) == (world.cast.office, date(2017, 6, 12))


def test_a_late_review_is_chased_and_makes_no_second_order(
    world: Supervision, today: Callable[[date], None]
) -> None:
    make_ladder()
    world.order("answered")
    today(date(2017, 6, 15))
    sweep(date(2017, 6, 15))  # four working days past the review's day
    proposal = Proposal.objects.get(obligation__kind="order_review", rung__action="order")
    confirm_proposal(proposal_id=proposal.pk, by=world.cast.office)
    assert Order.objects.count() == 1


def test_a_cancelled_order_needs_no_review(world: Supervision) -> None:
    OrderRules.objects.update_or_create(pk=1, defaults={"review_days": 5})
    order = world.order("answered")
    assert reviews() == [(1, "市创模办", date(2017, 6, 13), True)]
    services.cancel_order(by=world.cast.office, order_id=order.pk, version=order.version, reason="误发")
    assert reviews() == [(1, "市创模办", date(2017, 6, 13), False)]


def test_a_county_office_decides_about_its_own_order(world: Supervision) -> None:
    own = world.cast.county_office
    order = world.order("signed", by=own, office=world.county_seat, co_units=[])
    owed = Obligation.objects.get(subject_kind="order", subject_id=order.pk, kind="order")
    asked = request_extension(
        obligation_id=owed.pk, until=date(2017, 7, 3), reason="等管材", by=world.cast.owner
    )
    told = Notice.objects.filter(subject_kind="deadline_request", subject_id=asked.pk)
    assert set(told.values_list("user__username", flat=True)) == {own.username}
    for other in (world.other_county_office, world.cast.owner, world.cast.inspector, world.cast.observer):
        with pytest.raises(Refused):
            decide_extension(request_id=asked.pk, granted=True, decision="同意", by=other)
    decide_extension(request_id=asked.pk, granted=True, decision="同意", by=own)
    order.refresh_from_db()
    assert (order.due_on, order.original_due_on) == (date(2017, 7, 3), date(2017, 6, 20))
    answered = world.go(order, "answered", own)
    assert reviews() == [(1, answered.office.short_name, date(2017, 6, 9), True)]


def test_the_city_decides_about_its_own_orders(world: Supervision) -> None:
    order = world.order("signed")
    owed = Obligation.objects.get(subject_kind="order", subject_id=order.pk, kind="order")
    asked = request_extension(
        obligation_id=owed.pk, until=date(2017, 7, 3), reason="等管材", by=world.cast.owner
    )
    with pytest.raises(Refused, match="只有创模办"):
        decide_extension(request_id=asked.pk, granted=True, decision="同意", by=world.cast.county_office)
    done = decide_extension(request_id=asked.pk, granted=True, decision="同意", by=world.cast.office)
    assert done.state == "granted"


def home_of(user: User) -> tuple[str, int]:
    """The home page and how many queries it took."""
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/").content.decode()
    return page, len(queries)


def test_a_county_office_finds_what_its_units_ask_on_its_home_page(world: Supervision) -> None:
    """Its own orders' first, counted, with the form; the city's to be seen only; nothing of other counties."""
    cast, own = world.cast, world.cast.county_office
    assert "本县区的期限申请" not in home_of(own)[0]
    order = world.order("signed", by=own, office=world.county_seat, co_units=[])
    mine = Obligation.objects.get(subject_kind="order", subject_id=order.pk, kind="order")
    citys = [ObligationFactory(unit=cast.county, subject_label=f"五月报表 {n}") for n in range(2)]
    for row in [*citys, mine]:
        request_extension(obligation_id=row.pk, until=date(2017, 7, 3), reason="等管材", by=cast.owner)
    seen = requests_in_county(rights_of(own))
    assert [one.obligation for one in seen.requests] == [mine, *citys]
    assert (seen.count, seen.request_count) == (1, 3)
    page, queries = home_of(own)
    assert "本县区的期限申请" in page and page.count("待市创模办决定") == 2
    for nobody in (world.other_county_office, cast.owner, cast.observer, cast.inspector, cast.office):
        assert "本县区的期限申请" not in home_of(nobody)[0]
    for n in range(8):
        more = ObligationFactory(unit=cast.county, subject_label=f"四月报表 {n}")
        request_extension(obligation_id=more.pk, until=date(2017, 7, 3), reason="等管材", by=cast.owner)
    page, again = home_of(own)
    assert again == queries and "全部 11 个申请" in page


def test_the_page_lets_the_office_decide_whose_order_it_is(world: Supervision) -> None:
    own = world.cast.county_office
    order = world.order("signed", by=own, office=world.county_seat, co_units=[])
    owed = Obligation.objects.get(subject_kind="order", subject_id=order.pk, kind="order")
    asked = request_extension(
        obligation_id=owed.pk, until=date(2017, 7, 3), reason="等管材", by=world.cast.owner
    )
    unit = Client()
    unit.force_login(world.cast.owner, "django.contrib.auth.backends.ModelBackend")
    assert (
        f"延期申请待{world.county_seat.short_name}决定" in unit.get(f"/deadlines/{owed.pk}/").content.decode()
    )
    answers = {}
    for name, user in {"unit": world.cast.owner, "stranger": world.other_county_office, "own": own}.items():
        client = Client()
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        typed = {"granted": "yes", "decision": "同意", "until": "2017-07-03"}
        answers[name] = client.post(f"/deadlines/requests/{asked.pk}/", typed).status_code
    asked.refresh_from_db()
    assert (answers, asked.state) == ({"unit": 403, "stranger": 404, "own": 302}, "granted")
