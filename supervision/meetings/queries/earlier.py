"""What became of earlier decisions: with it the next meeting opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from supervision.meetings.models import Decision, DecisionState, Meeting, MeetingState

__all__ = ["Became", "became", "earlier_decisions", "last_meeting"]


@dataclass(frozen=True, slots=True)
class Became:
    """A decision, the sign of where it stands (chuangmo.shell.signs) and the word."""

    decision: Decision
    state: str
    word: str


def became(decision: Decision, today: date) -> Became:
    """按期办结, 逾期办结, 已报完成, 逾期未办, 办理中, 已撤销."""
    late = decision.is_late(today)
    if decision.state == DecisionState.DONE:
        return Became(decision, "done_late" if late else "done", "逾期办结" if late else "按期办结")
    if decision.state == DecisionState.REPORTED:
        return Became(decision, "submitted", "已报完成，待确认")
    if decision.state == DecisionState.WITHDRAWN:
        return Became(decision, "let_off", "已撤销")
    if decision.state == DecisionState.DRAFT:
        return Became(decision, "draft", "未生效")
    return Became(decision, "overdue" if late else "not_due", "逾期未办" if late else "办理中")


def last_meeting(meeting: Meeting) -> Meeting | None:
    """The meeting of the series before this one whose minutes were issued. One query."""
    return (
        Meeting.objects.filter(
            series=meeting.series_id,
            state=MeetingState.ISSUED,
            number__lt=meeting.number,
            plan=meeting.plan_id,
            office=meeting.office_id,
        )
        .select_related("series", "plan", "office__county")
        .order_by("-number")
        .first()
    )


def earlier_decisions(meeting: Meeting, today: date) -> Sequence[Became]:
    """Decisions of the series' earlier meetings in this plan: all of the last one, of those before it what is still open.
    Two queries."""
    last = last_meeting(meeting)
    if last is None:
        return []
    rows = (
        Decision.objects.binding()
        .filter(
            meeting__series=meeting.series_id,
            meeting__plan=meeting.plan_id,
            meeting__office=meeting.office_id,
        )
        .filter(meeting__number__lt=meeting.number)
        .select_related("unit", "meeting__series", "meeting__plan", "meeting__office__county")
        .order_by("meeting__number", "due_on", "pk")
    )
    open_now = (DecisionState.OPEN, DecisionState.REPORTED)
    return [became(row, today) for row in rows if row.meeting_id == last.pk or row.state in open_now]
