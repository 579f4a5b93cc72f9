"""What the page of one meeting, and the list of meetings, show. Constant query counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from chuangmo.access.queries import Rights
from chuangmo.audit.models import AuditEvent
from chuangmo.deadlines.queries.timeline import TimelineEntry
from chuangmo.notices.queries import Receipt, receipts_of
from supervision.meetings.models import (
    AgendaItem,
    Answer,
    Attendance,
    Meeting,
    MeetingState,
    Outcome,
)
from supervision.meetings.queries.earlier import Became, became, earlier_decisions
from supervision.meetings.queries.members import members_of
from supervision.meetings.rights import acts_for, convenes, may_with_meeting

__all__ = ["SIGNS", "MeetingPage", "Mine", "events_of", "meeting_page", "meetings_listed", "my_calls"]

# State → sign of the house.
SIGNS: Mapping[str, str] = {
    MeetingState.DRAFT: "draft",
    MeetingState.CONVENED: "submitted",
    MeetingState.HELD: "in_review",
    MeetingState.ISSUED: "done",
    MeetingState.CANCELLED: "let_off",
}


@dataclass(frozen=True, slots=True)
class Mine:
    """The attendance of a unit for which the person acts."""

    row: Attendance

    @property
    def is_answered(self) -> bool:
        return self.row.answer != Answer.NONE


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """One meeting for one person."""

    meeting: Meeting
    may: set[str]
    items: Sequence[AgendaItem]
    attendances: Sequence[Attendance]
    answers: Sequence[tuple[str, int]]
    came: Sequence[tuple[str, int]]
    receipts: Sequence[Receipt]
    seen: int
    earlier: Sequence[Became]
    decisions: Sequence[Became]
    mine: Sequence[Mine]
    events: Sequence[TimelineEntry]
    members: int
    shows_minutes: bool


def meeting_page(meeting: Meeting, rights: Rights, today: date) -> MeetingPage:
    """Ten queries or so, whatever the number of units and items."""
    attendances = list(meeting.attendances.select_related("unit", "answered_by"))
    decisions = meeting.decisions.select_related("unit", "item")
    is_office = rights.is_office or convenes(rights, meeting)
    shows = meeting.state == MeetingState.ISSUED or is_office
    if not shows:
        decisions = decisions.none()
    receipts = receipts_of("meeting", meeting.pk) if is_office else []
    mine = acts_for(rights)
    return MeetingPage(
        meeting=meeting,
        may=may_with_meeting(rights, meeting),
        items=list(meeting.items.select_related("unit")),
        attendances=attendances,
        answers=_counted(attendances, "answer", Answer),
        came=_counted(attendances, "outcome", Outcome),
        receipts=receipts,
        seen=sum(one.is_seen for one in receipts),
        earlier=earlier_decisions(meeting, today),
        decisions=[became(one, today) for one in decisions],
        mine=[Mine(row) for row in attendances if row.unit_id in mine],
        events=events_of("meeting", meeting.pk) if is_office else [],
        members=len(members_of(meeting.series, meeting.plan, meeting.held_on, meeting.office.county_id))
        if meeting.state == MeetingState.DRAFT
        else len(attendances),
        shows_minutes=shows,
    )


def meetings_listed(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """With how many units were called and came, how many decisions there are and are still open. One query."""
    running = Q(decisions__state__in=["open", "reported"])
    came = Q(attendances__outcome__in=[Outcome.PRESENT, Outcome.PROXY])
    return (
        meetings.select_related("series", "plan", "office__county")
        .annotate(
            called=Count("attendances", distinct=True),
            present=Count("attendances", filter=came, distinct=True),
            decided=Count("decisions", filter=~Q(decisions__state="draft"), distinct=True),
            open_decisions=Count("decisions", filter=running, distinct=True),
        )
        .order_by("-held_on", "-pk")
    )


def my_calls(rights: Rights, today: date) -> QuerySet[Attendance]:
    """Meetings to come to which a unit of the person's was called."""
    rows = Attendance.objects.filter(
        unit__in=acts_for(rights), meeting__state=MeetingState.CONVENED, meeting__held_on__gte=today
    )
    return rows.select_related(
        "meeting__series", "meeting__plan", "meeting__office__county", "unit"
    ).order_by("meeting__held_on", "pk")


def events_of(object_kind: str, object_id: int) -> list[TimelineEntry]:
    """What was done, newest first, from the audit rows. One query."""
    rows = AuditEvent.objects.filter(object_kind=object_kind, object_id=str(object_id)).order_by("-pk")
    return [TimelineEntry(row.at, row.action, row.actor_name, _words(row)) for row in rows]


def _words(row: AuditEvent) -> str:
    parts = [row.reason] if row.reason else []
    for name, (before, after) in row.changes.items():
        parts.append(f"{name}：{before} → {after}" if before not in ("", None, 0) else f"{name}：{after}")
    return "\n".join(parts)


def _counted(
    rows: Sequence[Attendance], name: str, words: type[Answer] | type[Outcome]
) -> list[tuple[str, int]]:
    counts = [(str(word.label), sum(getattr(row, name) == word.value for row in rows)) for word in words]
    return [(label, count) for label, count in counts if count]
