"""Who hears of a meeting and of decisions. Each in the transaction of what it tells."""

from __future__ import annotations

from collections.abc import Iterable

from chuangmo import clock
from chuangmo.access.queries import leaders_of_units, who_may
from chuangmo.access.rules import ACCEPT, REPORT, SIGN_OFF
from chuangmo.days import cn_day, long_date
from chuangmo.deadlines.queries.deciders import people_of_office
from chuangmo.notices.rules import kinds
from chuangmo.notices.services import NoticeDraft, notify, notify_many, settle
from supervision.meetings.models import Decision, Meeting, MeetingSeries

__all__ = [
    "CALL",
    "DECISION",
    "tell_call",
    "tell_cancelled",
    "tell_decided",
    "tell_reported",
    "tell_sent_back",
]

CALL, DECISION = "meeting", "decision"


def when(meeting: Meeting) -> str:
    """6 月 12 日 09:30，市政府三楼会议室"""
    day = cn_day(meeting.held_on)
    time = f" {meeting.starts_at:%H:%M}" if meeting.starts_at else ""
    return f"{day}{time}" + (f"，{meeting.place}" if meeting.place else "")


def called_people(series: MeetingSeries, unit_ids: Iterable[int]) -> dict[int, list[int]]:
    """Who of each unit is told of a meeting: leaders, or those who report and sign off; a unit without either gets its
    other ones, so that nobody is forgotten."""
    ids = sorted(set(unit_ids))
    leaders = {unit: [user.pk for user in users] for unit, users in leaders_of_units(ids).items()}
    reporters, reviewers = who_may(REPORT, ids), who_may(SIGN_OFF, ids)
    contacts = {unit: sorted({*reporters[unit], *reviewers[unit]}) for unit in ids}
    first, second = (
        (leaders, contacts) if series.calls == MeetingSeries.Calls.LEADERS else (contacts, leaders)
    )
    return {unit: first[unit] or second[unit] for unit in ids}


def tell_call(meeting: Meeting, unit_ids: Iterable[int], *, changed: str = "") -> int:
    """The call, or (with what changed) that it changed: one notice a person, receipts on the meeting's page. Returns how
    many are new."""
    people = called_people(meeting.series, unit_ids)
    title = f"{'会议安排有变' if changed else '会议通知'}：{meeting}，{when(meeting)}"
    text = f"定于 {when(meeting)} 召开{meeting}。" + (f"\n变更：{changed}" if changed else "")
    text += f"\n{meeting.notice}" if meeting.notice else ""
    drafts = [
        NoticeDraft(
            user_id=user,
            kind=kinds.OTHER,
            title=title,
            text=text,
            action="请回复是否参加",
            url=meeting.get_absolute_url(),
            subject_kind=CALL,
            subject_id=meeting.pk,
            subject_label=str(meeting),
            unit_id=unit,
            due_on=meeting.held_on,
            urgency="now",
            mandatory=True,
            key=f"meeting:{meeting.pk}:{meeting.version if changed else 'call'}",
        )
        for unit, users in people.items()
        for user in users
    ]
    return len(notify_many(drafts))


def tell_cancelled(meeting: Meeting, unit_ids: Iterable[int], reason: str) -> None:
    settle(subject_kind=CALL, subject_ids=[meeting.pk], kinds=[kinds.OTHER])
    people = {user for users in called_people(meeting.series, unit_ids).values() for user in users}
    notify(
        to=people,
        kind=kinds.OTHER,
        title=f"会议取消：{meeting}（原定 {when(meeting)}）",
        text=f"{meeting}取消。\n原因：{reason}",
        action="不用参加",
        url=meeting.get_absolute_url(),
        subject_kind=CALL,
        subject_id=meeting.pk,
        subject_label=str(meeting),
        urgency="now",
        mandatory=True,
        key=f"meeting:{meeting.pk}:cancelled",
    )


def tell_decided(decisions: Iterable[Decision]) -> None:
    """The units' people and leaders hear what they have to do, and until when."""
    rows = list(decisions)
    ids = {row.unit_id for row in rows}
    reporters, leaders = who_may(REPORT, ids), leaders_of_units(ids)
    notify_many(
        NoticeDraft(
            user_id=user,
            kind=kinds.OTHER,
            title=f"议定事项：{row}，{cn_day(row.due_on)}前完成",
            text=f"{row.origin_label}议定：{row.text}\n责任单位：{row.unit}\n完成时限：{long_date(row.due_on)}",
            action="去办理",
            url=row.get_absolute_url(),
            subject_kind=DECISION,
            subject_id=row.pk,
            subject_label=str(row),
            unit_id=row.unit_id,
            due_on=row.due_on,
            key=f"decision:{row.pk}:decided",
        )
        for row in rows
        for user in sorted({*reporters[row.unit_id], *(one.pk for one in leaders[row.unit_id])})
    )


def tell_reported(decision: Decision, number: int) -> None:
    """The office that decided it hears that something waits for its word."""
    meeting = decision.meeting
    notify(
        to=people_of_office(meeting.office_id, clock.today())
        if meeting is not None and meeting.office.county_id is not None
        else who_may(ACCEPT, [decision.unit_id])[decision.unit_id],
        kind=kinds.PROPOSAL,
        title=f"待确认：{decision.unit.short_name}报告完成“{decision}”",
        text=f"{decision.unit}报告已完成：{decision.text}\n{decision.report}",
        action="去确认",
        url=decision.get_absolute_url(),
        subject_kind=DECISION,
        subject_id=decision.pk,
        subject_label=str(decision),
        unit=decision.unit,
        key=f"decision:{decision.pk}:reported:{number}",
    )


def tell_sent_back(decision: Decision, reason: str, number: int) -> None:
    settle(subject_kind=DECISION, subject_ids=[decision.pk], kinds=[kinds.PROPOSAL])
    notify(
        to=who_may(REPORT, [decision.unit_id])[decision.unit_id],
        kind=kinds.RETURNED,
        title=f"退回重办：{decision}，{cn_day(decision.due_on)}前再报",
        text=f"创模办退回：{decision.text}\n原因：{reason}",
        action="重新办理",
        url=decision.get_absolute_url(),
        subject_kind=DECISION,
        subject_id=decision.pk,
        subject_label=str(decision),
        unit=decision.unit,
        due_on=decision.due_on,
        urgency="now",
        key=f"decision:{decision.pk}:back:{number}",
    )
