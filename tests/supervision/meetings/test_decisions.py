"""A decision from the minutes to its end: owed, chased, reported, accepted or sent back, extended, redispatched."""

from __future__ import annotations

from datetime import date

import pytest

from chuangmo.deadlines.models import Firing, Obligation
from chuangmo.deadlines.services import (
    decide_extension,
    decide_objection,
    object_assignment,
    reconcile,
    request_extension,
    sweep,
)
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.notices.models import Notice
from supervision.meetings.models import Decision, MeetingSeries
from supervision.meetings.queries.earlier import earlier_decisions
from supervision.meetings.services import (
    accept_decision,
    convene_meeting,
    draw_agenda,
    issue_minutes,
    make_order,
    report_decision,
    send_back_decision,
    withdraw_decision,
)
from supervision.orders.models import Order
from tests.chuangmo.deadlines.ladder import make_ladder
from tests.factories import Cast
from tests.supervision.meetings import story

pytestmark = pytest.mark.django_db


def owed(decision: Decision) -> Obligation:
    return Obligation.objects.get(kind="decision", subject_id=decision.pk, superseded=False)


def act(service, cast_member, decision: Decision, **more) -> Decision:
    return service(by=cast_member, decision_id=decision.pk, version=decision.version, **more)


def test_the_ladder_runs_for_a_decision_until_it_is_reported(cast: Cast, today) -> None:
    make_ladder()
    decision = story.issued(cast).decisions.get()
    assert not reconcile(date(2017, 6, 6))  # what was bound is what the source says: nothing to add
    today(date(2017, 6, 23))
    sweep(date(2017, 6, 23))  # three working days late
    fired = Firing.objects.filter(obligation=owed(decision))
    assert set(fired.values_list("rung__action", flat=True)) == {"remind", "chase", "order"}
    done = act(report_decision, cast.owner, decision, report="已完成")
    assert (done.state, done.reported_on, owed(decision).done_on) == (
        "reported",
        date(2017, 6, 23),
        date(2017, 6, 23),
    )
    assert done.is_late(date(2017, 6, 23))
    assert Notice.objects.filter(subject_kind="decision", kind="proposal", user=cast.office).count() == 1
    reconcile(date(2017, 6, 23))
    assert owed(decision).waived_at is None
    done = act(accept_decision, cast.office, done, text="属实")
    assert (done.state, done.done_on) == ("done", date(2017, 6, 23))
    assert list(decision.events.values_list("action", "text")) == [
        ("议定", ""),
        ("生效", "2017 年第 1 次联席会议纪要（水创办〔2017〕1号）；2017年6月20日前完成"),
        ("报告完成", "已完成"),
        ("确认办结", "属实"),
    ]


def test_what_is_sent_back_is_owed_again(cast: Cast, today) -> None:
    decision = story.decision_at(cast, "reported")
    with pytest.raises(Invalid, match="退回原因"):
        act(send_back_decision, cast.office, decision, reason=" ")
    today(date(2017, 6, 20))  # on its last day: two working days more
    back = act(send_back_decision, cast.office, decision, reason="没有验收报告")
    assert (back.state, back.due_on, back.original_due_on) == ("open", date(2017, 6, 22), story.DUE)
    row = owed(back)
    assert (row.cycle, row.due_on, row.done_at) == (2, date(2017, 6, 22), None)
    assert Notice.objects.filter(user=cast.owner, kind="returned", subject_id=back.pk).count() == 1
    # The page that was open before is too old, and what was done since stands.
    with pytest.raises(Stale):
        report_decision(by=cast.owner, decision_id=back.pk, version=back.version - 1, report="再报")
    again = act(report_decision, cast.owner, back, report="已补验收报告")
    assert owed(again).done_on == date(2017, 6, 20)


def test_a_withdrawn_decision_is_owed_no_more(cast: Cast) -> None:
    decision = story.decision_at(cast, "open")
    gone = act(withdraw_decision, cast.office, decision, reason="并入另一件")
    row = owed(gone)
    assert (gone.state, row.waived_reason) == ("withdrawn", "议定事项已撤销：并入另一件")
    reconcile(date(2017, 6, 6))
    assert owed(gone).waived_reason == "议定事项已撤销：并入另一件"


def test_an_extension_moves_the_day_and_keeps_the_first_one(cast: Cast) -> None:
    decision = story.decision_at(cast, "open")
    request = request_extension(
        obligation_id=owed(decision).pk, until=date(2017, 7, 10), reason="雨季停工", by=cast.owner
    )
    decide_extension(
        request_id=request.pk, granted=True, decision="同意", until=date(2017, 7, 10), by=cast.office
    )
    decision.refresh_from_db()
    assert (decision.due_on, decision.original_due_on) == (date(2017, 7, 10), story.DUE)
    reconcile(date(2017, 6, 6))
    assert owed(decision).due_on == date(2017, 7, 10)


def test_an_objection_passes_it_to_another_unit(cast: Cast) -> None:
    decision = story.decision_at(cast, "open")
    request = object_assignment(obligation_id=owed(decision).pk, reason="应由城管局办", by=cast.owner)
    decide_objection(
        request_id=request.pk, granted=True, decision="改派", to_unit=cast.bureau, by=cast.office
    )
    decision.refresh_from_db()
    assert decision.unit == cast.bureau
    open_now = Obligation.objects.open().get(kind="decision", subject_id=decision.pk)
    assert open_now.unit == cast.bureau
    done = act(report_decision, cast.lead, decision, report="已办")
    assert not Obligation.objects.open().filter(kind="decision", subject_id=done.pk).exists()


def test_a_decision_becomes_a_draft_of_an_order_once(cast: Cast, today) -> None:
    decision = story.decision_at(cast, "open")
    today(date(2017, 6, 26))  # late: the order gets a term of its own
    done = act(make_order, cast.office, decision)
    order = Order.objects.get()
    assert (order.unit, order.state, order.source_kind, order.source_id) == (
        cast.county,
        "draft",
        "decision",
        decision.pk,
    )
    assert order.number is None
    assert order.due_on == date(2017, 7, 10)  # ten working days
    assert "2017年6月20日前完成：完成渗滤液提标改造，至今未办结" in order.requirements
    assert (done.state, done.order_url) == ("open", order.get_absolute_url())
    with pytest.raises(Refused, match="已经转为督办单"):
        act(make_order, cast.office, done)
    assert Order.objects.count() == 1


def test_the_next_meeting_opens_with_what_became_of_the_decisions(cast: Cast, today) -> None:
    first = story.held(cast)
    for text in ("按期的", "逾期的", "没办的"):
        story.decided(cast, first, text=text)
    story.registered(cast, first)
    issue_minutes(by=cast.office, meeting_id=first.pk, signer="郑市长")
    on_time, late, undone = first.decisions.order_by("pk")
    act(accept_decision, cast.office, act(report_decision, cast.owner, on_time, report="好了"))
    today(date(2017, 6, 21))
    act(accept_decision, cast.office, act(report_decision, cast.owner, late, report="好了"))
    second = story.planned(cast)
    assert (second.number, str(second)) == (2, "2017 年第 2 次联席会议")
    lines = [(one.decision.text, one.word) for one in earlier_decisions(second, date(2017, 6, 21))]
    assert lines == [("按期的", "按期办结"), ("逾期的", "逾期办结"), ("没办的", "逾期未办")]
    draw_agenda(by=cast.office, meeting_id=second.pk)
    item = second.items.get(kind="earlier")
    assert item.detail == "已办结 2 件，办理中 0 件，逾期 1 件"
    convene_meeting(by=cast.office, meeting_id=second.pk)
    # What a third one hears: of the last meeting all, of the earlier ones what is open.
    third = story.planned(cast)
    MeetingSeries.objects.create(code="liaison", name="联络员会议")
    assert [one.decision.pk for one in earlier_decisions(third, date(2017, 6, 21))] == [
        on_time.pk,
        late.pk,
        undone.pk,
    ]
