"""An order from draft to 销号: numbers, days, what is owed, who hears, what others hook in."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from chuangmo.days import long_date
from chuangmo.deadlines.models import Obligation, Proposal
from chuangmo.deadlines.services import (
    confirm_proposal,
    decide_extension,
    decide_objection,
    decide_suspension,
    object_assignment,
    request_extension,
    request_suspension,
    sweep,
)
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.notices.models import Notice
from supervision.orders import services
from supervision.orders.models import Order, OrderEvent, OrderRules
from supervision.orders.queries.page import story_of
from tests.chuangmo.deadlines.ladder import make_ladder
from tests.factories import ObligationFactory, UnitFactory
from tests.supervision.story import DUE, Supervision

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def owed(order: Order, kind: str = "order") -> Obligation:
    return Obligation.objects.filter(
        subject_kind="order", subject_id=order.pk, kind=kind, unit=order.unit_id
    ).latest("cycle")


def test_the_whole_way(world: Supervision, today) -> None:
    """Issued, signed, answered late, sent back, answered, reviewed, closed: every line with its file on one timeline."""
    cast = world.cast
    order = world.order()
    assert (order.document_number, order.year, order.number) == ("水创督〔2017〕1号", 2017, 1)
    assert (owed(order, "order_sign").due_on, owed(order).due_on) == (date(2017, 6, 7), DUE)
    told = Notice.objects.filter(subject_kind="order")
    assert set(told.filter(mandatory=True).values_list("user", flat=True)) == {
        cast.owner.pk,
        cast.owner2.pk,
        cast.colleague.pk,
    }
    assert set(told.filter(mandatory=False).values_list("user", flat=True)) == {
        cast.lead.pk,
        cast.lead_clerk.pk,
    }
    services.sign_order(by=cast.colleague, order_id=order.pk, version=order.version)
    assert owed(order, "order_sign").done_by == cast.colleague
    today(date(2017, 6, 21))
    order.refresh_from_db()
    proof = SimpleUploadedFile("整改照片说明.txt", "已封堵".encode())
    services.answer_order(
        by=cast.owner, order_id=order.pk, version=order.version, text="已封堵", uploads=[proof]
    )
    order.refresh_from_db()
    with pytest.raises(Invalid) as fault:
        services.send_order_back(by=cast.office, order_id=order.pk, version=order.version, reason=" ")
    assert fault.value.faults == {"reason": "请写明退回的原因"}
    services.send_order_back(by=cast.office, order_id=order.pk, version=order.version, reason="河面仍有油花")
    order.refresh_from_db()
    assert (order.state, order.due_on, order.original_due_on) == ("sent_back", date(2017, 6, 28), DUE)
    assert (owed(order).cycle, owed(order).due_on, owed(order).is_open) == (2, date(2017, 6, 28), True)
    order = world.go(order, "closed")
    assert (order.state, order.closed_late, order.due_on) == ("closed", True, date(2017, 6, 28))
    assert not Obligation.objects.open().filter(subject_kind="order").exists()
    words = [line.word for line in reversed(story_of(order)) if line.word != "办结"]
    assert words == ["起草", "签发", "签收", "反馈", "退回重办", "反馈", "复核", "销号"]
    assert [file.name for line in story_of(order) for file in line.files] == ["整改照片说明.txt"]
    punctual = [line.text.rsplit("，", 1)[1] for line in reversed(story_of(order)) if line.word == "办结"]
    # signed; answered late, sent back in time; answered, reviewed in time
    assert punctual == ["按时", "逾期", "按时", "按时", "按时"]


@pytest.mark.parametrize(
    ("asked", "becomes"),
    [
        (date(2017, 10, 1), date(2017, 10, 9)),  # National Day, eight days off
        (date(2017, 6, 10), date(2017, 6, 12)),  # a Saturday
        (date(2017, 9, 30), date(2017, 9, 30)),  # a Saturday on which people worked
    ],
)
def test_a_holiday_moves_and_is_told(world: Supervision, asked: date, becomes: date) -> None:
    order = world.order(due_on=asked)
    assert (order.due_on, owed(order).due_on) == (becomes, becomes)
    assert order.asked_due_on == (asked if asked != becomes else None)
    text = OrderEvent.objects.get(order=order, action="issue").text
    told = f"办结期限{long_date(asked)}不是工作日，顺延到{long_date(becomes)}"
    assert text == (told if asked != becomes else "")


def test_a_dissolved_unit_is_refused_with_its_successor(world: Supervision, today) -> None:
    going = UnitFactory(name="市园林局", valid_to=date(2017, 6, 7), successor=world.cast.bureau)
    draft = world.draft(unit=going, co_units=[])
    today(date(2017, 6, 8))
    says = "市园林局已于 2017-06-07 撤销，由市城市管理局承接，请改发该单位"
    for act in (
        lambda: world.draft(unit=going, co_units=[]),
        lambda: services.issue_draft(by=world.cast.office, order_id=draft.pk, version=draft.version),
    ):
        with pytest.raises(Invalid) as told:
            act()
        assert told.value.faults == {"unit": says}
    with pytest.raises(Invalid) as told:
        world.draft(co_units=[going])
    assert told.value.faults == {"co_units": says}
    assert world.order().number == 1  # the refusals took none


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 121}, "title"),
        ({"requirements": ""}, "requirements"),
        ({"requirements": "长" * 4001}, "requirements"),
        ({"due_on": date(2017, 6, 5)}, "due_on"),
        ({"due_on": date(2018, 6, 8)}, "due_on"),
    ],
)
def test_bad_input_is_told_at_its_field(world: Supervision, change, field: str) -> None:
    with pytest.raises(Invalid) as told:
        world.draft(**change)
    assert list(told.value.faults) == [field]
    with pytest.raises(Invalid) as told:
        world.draft(co_units=[world.cast.county])
    assert told.value.faults == {"co_units": "承办单位不能同时是协办单位"}


def test_numbers_go_by_kind_office_and_year_and_a_cancelled_one_stays(world: Supervision, today) -> None:
    first, second = world.order(), world.order("cancelled")
    third = world.order()
    renewed = world.order("renewed")
    county = world.order(office=world.county_seat, by=world.cast.county_office, co_units=[])
    numbers = [one.document_number for one in (first, second, third, renewed, renewed.following, county)]
    assert numbers == [
        "水创督〔2017〕1号",
        "水创督〔2017〕2号",
        "水创督〔2017〕3号",
        "水创督〔2017〕4号",
        "水创再督〔2017〕1号",
        "钟山创督〔2017〕1号",
    ]
    assert (second.state, second.number) == ("cancelled", 2)
    today(date(2018, 1, 3))
    assert world.order(due_on=date(2018, 2, 1)).document_number == "水创督〔2018〕1号"


def test_a_second_order_ends_the_first(world: Supervision) -> None:
    first = world.order("signed")
    draft = services.renew_order(
        by=world.cast.office, order_id=first.pk, version=first.version, requirements="再次督办", due_on=DUE
    )
    first.refresh_from_db()
    assert (first.state, draft.state, draft.kind, draft.previous) == ("signed", "draft", "second", first)
    with pytest.raises(Refused, match="已有二次督办单"):
        services.renew_order(
            by=world.cast.office, order_id=first.pk, version=first.version, requirements="x", due_on=DUE
        )
    services.issue_draft(by=world.cast.office, order_id=draft.pk, version=draft.version)
    first.refresh_from_db()
    assert first.state == "renewed"
    assert owed(first).waived_reason == "已转二次督办（水创再督〔2017〕1号）"
    assert owed(Order.objects.get(pk=draft.pk)).is_open


def test_a_stale_page_is_told_who_was_faster(world: Supervision) -> None:
    order = world.order()
    shown = order.version
    services.sign_order(by=world.cast.owner, order_id=order.pk, version=shown)
    with pytest.raises(Stale, match="李静已“签收”，督办单现在是“已签收”"):
        services.sign_order(by=world.cast.colleague, order_id=order.pk, version=shown)


# What deadlines do to it ----------------------------------------------------------------------------------


def test_an_extension_moves_the_day_and_the_old_one_stays(world: Supervision) -> None:
    order = world.order("signed")
    asked = request_extension(
        obligation_id=owed(order).pk, until=date(2017, 7, 1), reason="等管材", by=world.cast.owner
    )
    decide_extension(request_id=asked.pk, granted=True, decision="同意", by=world.cast.office)
    order.refresh_from_db()
    assert (order.due_on, order.original_due_on, order.is_moved) == (date(2017, 7, 3), DUE, True)
    words = {line.word for line in story_of(order)}
    assert {"申请延期", "同意延期"} <= words
    order = world.go(order, "closed")
    assert order.closed_late is False


def test_a_suspension_moves_what_counts(world: Supervision, today) -> None:
    order = world.order("signed")
    asked = request_suspension(
        obligation_id=owed(order).pk, until=date(2017, 6, 12), reason="停工", by=world.cast.owner
    )
    decide_suspension(request_id=asked.pk, granted=True, decision="同意", by=world.cast.office)
    today(date(2017, 6, 23))
    assert world.go(order, "closed").closed_late is False


def test_an_objection_passes_it_to_another_unit(world: Supervision) -> None:
    cast = world.cast
    order = world.order("signed")
    asked = object_assignment(obligation_id=owed(order).pk, reason="不是我区排口", by=cast.owner)
    decide_objection(
        request_id=asked.pk, granted=True, decision="改由城管局", by=cast.office, to_unit=cast.bureau
    )
    order.refresh_from_db()
    assert (order.unit, order.state, order.number, order.signed_on) == (cast.bureau, "issued", 1, None)
    assert not order.helpers.exists()  # it helped before
    assert owed(order).is_open and owed(order, "order_sign").is_open
    assert not Obligation.objects.open().filter(unit=cast.county).exists()
    services.sign_order(by=cast.lead, order_id=order.pk, version=order.version)


def test_an_unanswered_order_climbs_the_ladder_and_a_confirmed_proposal_drafts_the_second(
    world: Supervision, today
) -> None:
    make_ladder()
    order = world.order("signed")
    today(date(2017, 6, 26))
    sweep()
    proposal = Proposal.objects.get(obligation=owed(order))
    assert proposal.rung.action == "order"
    confirm_proposal(proposal_id=proposal.pk, by=world.cast.office)
    second = Order.objects.get(previous=order)
    assert (second.state, second.kind, second.source_kind) == ("draft", "second", "proposal")
    assert second.due_on == date(2017, 7, 10)


def test_a_confirmed_proposal_drafts_an_order_and_issues_nothing(world: Supervision, settings) -> None:
    settings.PROPOSALS_CONFIRMED = ["supervision.orders.services.proposal_confirmed"]  # of this part alone
    ladder = make_ladder()
    for offset, action in ((3, "order"), (7, "circular")):
        row = ObligationFactory(unit=world.cast.county, subject_label=f"报表{offset}", subject_id=offset)
        Obligation.objects.filter(pk=row.pk).update(level=offset)
        proposal = Proposal.objects.create(obligation=row, rung=ladder[offset], proposed_on=date(2017, 6, 6))
        assert ladder[offset].action == action
        confirm_proposal(proposal_id=proposal.pk, by=world.cast.office)
    draft = Order.objects.get()
    assert (draft.state, draft.unit, draft.title, draft.number) == (
        "draft",
        world.cast.county,
        "报表3逾期未办结",
        None,
    )
    assert draft.source_url.startswith("/deadlines/")


def test_terms_are_data(world: Supervision) -> None:
    OrderRules.objects.create(sign_days=3, redo_days=10)
    order = world.order("sent_back")
    assert owed(order, "order_sign").original_due_on == date(2017, 6, 9)
    assert order.due_on == date(2017, 6, 20)
    back = world.order("answered")
    services.send_order_back(
        by=world.cast.office, order_id=back.pk, version=back.version, reason="再办", due_on=date(2017, 6, 17)
    )
    back.refresh_from_db()
    assert back.due_on == date(2017, 6, 19)  # a Saturday


def test_files_that_cannot_be_kept_are_all_named_and_nothing_moves(world: Supervision) -> None:
    order = world.order("signed")
    bad = [SimpleUploadedFile("a.exe", b"MZ"), SimpleUploadedFile("b.pdf", b"")]
    with pytest.raises(Invalid) as told:
        services.answer_order(
            by=world.cast.owner, order_id=order.pk, version=order.version, text="x", uploads=bad
        )
    assert "a.exe" in told.value.faults["files"] and "b.pdf" in told.value.faults["files"]
    order.refresh_from_db()
    assert order.state == "signed"
