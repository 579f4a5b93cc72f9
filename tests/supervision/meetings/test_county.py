"""A county's office convenes meetings of its own county: it alone conducts them, and they bind nobody outside."""

from __future__ import annotations

from datetime import date

import pytest

from chuangmo.access.queries import rights_of
from chuangmo.deadlines.models import Obligation
from chuangmo.errors import Invalid, Refused
from chuangmo.notices.models import Notice
from supervision.meetings.models import Meeting, Outcome
from supervision.meetings.queries.decisions import waiting_for_office
from supervision.meetings.rights import visible_decisions, visible_meetings
from supervision.meetings.services import (
    Entry,
    accept_decision,
    add_item,
    convene_meeting,
    draw_agenda,
    hold_meeting,
    issue_minutes,
    make_order,
    plan_meeting,
    record_attendance,
    report_decision,
    save_minutes,
)
from supervision.meetings.services.minutes import Decided
from supervision.orders.models import Order
from tests.factories import ObligationFactory
from tests.supervision.meetings import story
from tests.supervision.story import Supervision, make_supervision

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> Supervision:
    return make_supervision()


def planned(world: Supervision) -> Meeting:
    """By the county's office."""
    return plan_meeting(
        by=world.cast.county_office,
        plan=world.cast.plan,
        series=story.make_series(world.cast),
        arrangement=story.arrangement(),
    )


def decided(world: Supervision, meeting: Meeting, unit) -> None:
    item = meeting.items.get()
    line = Decided("new", None, "完成提标改造", unit.pk, story.DUE)
    entry = Entry(item.pk, item.version, "听取了汇报。", (line,))
    save_minutes(by=world.cast.county_office, meeting_id=meeting.pk, entries=[entry])


def test_from_the_call_to_the_end_of_a_decision(world: Supervision) -> None:
    cast, own = world.cast, world.cast.county_office
    story.planned(cast)
    meeting = planned(world)
    assert (str(meeting), meeting.office) == ("钟山区 2017 年第 1 次联席会议", world.county_seat)
    ObligationFactory(unit=cast.county, subject_label="五月报表")
    ObligationFactory(unit=cast.other_county, subject_label="外县的报表")
    assert draw_agenda(by=own, meeting_id=meeting.pk) == 1
    assert meeting.items.get().unit == cast.county
    convene_meeting(by=own, meeting_id=meeting.pk)
    assert list(meeting.attendances.values_list("unit__short_name", flat=True)) == ["钟山区"]
    hold_meeting(by=own, meeting_id=meeting.pk)
    with pytest.raises(Invalid) as error:
        decided(world, meeting, cast.bureau)
    assert error.value.faults == {"unit-new": "市城市管理局不在本县区，由市创模办安排"}
    decided(world, meeting, cast.county)
    row = meeting.attendances.get()
    record_attendance(by=own, meeting_id=meeting.pk, came={row.pk: (Outcome.PRESENT, "李副区长", "")})
    done = issue_minutes(by=own, meeting_id=meeting.pk, signer="李区长")
    assert done.document_number.startswith("钟山")
    decision = done.decisions.get()
    assert Obligation.objects.filter(kind="decision", subject_id=decision.pk, unit=cast.county).count() == 1
    reported = report_decision(
        by=cast.owner, decision_id=decision.pk, version=decision.version, report="已完成"
    )
    told = Notice.objects.filter(subject_kind="decision", subject_id=decision.pk, kind="proposal")
    assert set(told.values_list("user__username", flat=True)) == {own.username}
    assert list(waiting_for_office(rights_of(own))) == [reported]
    assert list(waiting_for_office(rights_of(cast.office))) == []
    with pytest.raises(Refused):
        accept_decision(by=cast.office, decision_id=reported.pk, version=reported.version)
    assert accept_decision(by=own, decision_id=reported.pk, version=reported.version).state == "done"


def test_who_sees_and_conducts_it(world: Supervision) -> None:
    meeting = planned(world)
    people = {name: who for name, who in world.people().items() if name != "anonymous"}
    seen = {name for name, who in people.items() if visible_meetings(rights_of(who)).exists()}
    assert seen == {"office", "county_office"}
    for name, who in people.items():
        if name == "county_office":
            continue
        with pytest.raises(Refused):
            add_item(by=who, meeting_id=meeting.pk, title="议题")
    for who in (world.cast.owner, world.cast.inspector, world.cast.observer, world.deputy):
        with pytest.raises(Refused, match="只有创模办可以筹备会议"):
            plan_meeting(
                by=who,
                plan=world.cast.plan,
                series=meeting.series,
                arrangement=story.arrangement(),
            )


def test_the_citys_meetings_stay_the_citys(world: Supervision) -> None:
    """The county's office reads what its county was called to, and conducts nothing."""
    done = story.issued(world.cast)
    own = rights_of(world.cast.county_office)
    assert list(visible_meetings(own)) == [done]
    assert list(visible_decisions(own)) == [done.decisions.get()]
    decision = done.decisions.get()
    with pytest.raises(Refused):
        accept_decision(by=world.cast.county_office, decision_id=decision.pk, version=decision.version)


def test_each_office_counts_its_own_meetings(world: Supervision) -> None:
    first = planned(world)
    city = story.planned(world.cast)
    second = planned(world)
    assert [one.number for one in (first, city, second)] == [1, 1, 2]


def test_what_a_county_decided_becomes_its_own_order(world: Supervision) -> None:
    own, meeting = world.cast.county_office, planned(world)
    add_item(by=own, meeting_id=meeting.pk, title="渗滤液", unit_id=world.cast.county.pk)
    convene_meeting(by=own, meeting_id=meeting.pk)
    hold_meeting(by=own, meeting_id=meeting.pk)
    decided(world, meeting, world.cast.county)
    row = meeting.attendances.get()
    record_attendance(by=own, meeting_id=meeting.pk, came={row.pk: (Outcome.PRESENT, "李副区长", "")})
    issue_minutes(by=own, meeting_id=meeting.pk, signer="李区长")
    decision = meeting.decisions.get()
    make_order(by=own, decision_id=decision.pk, version=decision.version)
    order = Order.objects.get()
    assert (order.office, order.state, order.due_on) == (world.county_seat, "draft", date(2017, 6, 20))
