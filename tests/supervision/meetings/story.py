"""A 联席会议 of the cast's county and bureau, brought as far as a test wants it."""

from __future__ import annotations

from datetime import date, time

from chuangmo import clock
from supervision.meetings.models import Decision, Meeting, MeetingSeries, Outcome
from supervision.meetings.services import (
    Entry,
    accept_decision,
    add_item,
    answer_call,
    cancel_meeting,
    convene_meeting,
    hold_meeting,
    issue_minutes,
    plan_meeting,
    record_attendance,
    report_decision,
    save_minutes,
    withdraw_decision,
)
from supervision.meetings.services.meetings import Arrangement
from supervision.meetings.services.minutes import Decided
from tests.factories import Cast

DAY = date(2017, 6, 6)  # the tests' today
DUE = date(2017, 6, 20)


def make_series(cast: Cast) -> MeetingSeries:
    """Its members: the indicator's lead, and the owner's county. The stranger's county isn't called."""
    series, made = MeetingSeries.objects.get_or_create(
        code="joint", defaults={"name": "联席会议", "with_counties": False, "calls": "contacts"}
    )
    if made:
        series.units.add(cast.county)
    return series


def arrangement(**more) -> Arrangement:
    values = {
        "held_on": clock.today(), "starts_at": time(9, 30), "place": "市政府三楼会议室", "chair": "郑市长",
        "notice": "请带整改台账。", **more,
    }  # fmt: skip
    return Arrangement(**values)


def planned(cast: Cast, **more) -> Meeting:
    """With one item."""
    meeting = plan_meeting(
        by=cast.office, plan=cast.plan, series=make_series(cast), arrangement=arrangement(**more)
    )
    add_item(by=cast.office, meeting_id=meeting.pk, title="生活垃圾处理", unit_id=cast.county.pk)
    return meeting


def convened(cast: Cast, **more) -> Meeting:
    return convene_meeting(by=cast.office, meeting_id=planned(cast, **more).pk)


def held(cast: Cast) -> Meeting:
    meeting = convened(cast)
    answer_call(
        by=cast.owner, meeting_id=meeting.pk, unit_id=cast.county.pk, answer="comes", person="李副区长"
    )
    return hold_meeting(by=cast.office, meeting_id=meeting.pk)


def decided(
    cast: Cast, meeting: Meeting, text: str = "完成渗滤液提标改造", due_on: date = DUE, unit=None
) -> None:
    """Minutes of the first item with one decision more."""
    item = meeting.items.first()
    line = Decided("new", None, text, (unit or cast.county).pk, due_on)
    save_minutes(
        by=cast.office,
        meeting_id=meeting.pk,
        entries=[Entry(item.pk, item.version, item.minutes or "会议听取了汇报。", (line,))],
    )


def registered(cast: Cast, meeting: Meeting) -> None:
    """Everybody came."""
    rows = meeting.attendances.all()
    record_attendance(
        by=cast.office,
        meeting_id=meeting.pk,
        came={row.pk: (Outcome.PRESENT, row.person or "某人", row.post) for row in rows},
    )


def issued(cast: Cast, **more) -> Meeting:
    """With one decision of the county, due on 20 June unless told otherwise."""
    meeting = held(cast)
    decided(cast, meeting, **more)
    registered(cast, meeting)
    return issue_minutes(by=cast.office, meeting_id=meeting.pk, signer="郑市长")


def cancelled(cast: Cast) -> Meeting:
    return cancel_meeting(by=cast.office, meeting_id=convened(cast).pk, reason="与市委会议冲突")


def decision_at(cast: Cast, state: str) -> Decision:
    """A decision of the county in that state."""
    if state == "draft":
        meeting = held(cast)
        decided(cast, meeting)
        return meeting.decisions.get()
    decision = issued(cast).decisions.get()
    if state in ("reported", "done"):
        decision = report_decision(
            by=cast.owner, decision_id=decision.pk, version=decision.version, report="已完成"
        )
    if state == "done":
        decision = accept_decision(by=cast.office, decision_id=decision.pk, version=decision.version)
    if state == "withdrawn":
        decision = withdraw_decision(
            by=cast.office, decision_id=decision.pk, version=decision.version, reason="合并办理"
        )
    return decision


def services_hold(cast: Cast, meeting: Meeting) -> Meeting:
    return hold_meeting(by=cast.office, meeting_id=meeting.pk)
