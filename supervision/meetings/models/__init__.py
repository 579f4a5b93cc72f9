"""Meetings, their agenda and attendance, and the decisions that come of them."""

from supervision.meetings.models.decision import Decision, DecisionEvent, DecisionState
from supervision.meetings.models.meeting import AgendaItem, Answer, Attendance, Meeting, MeetingState, Outcome
from supervision.meetings.models.series import MeetingSeries

__all__ = [
    "AgendaItem",
    "Answer",
    "Attendance",
    "Decision",
    "DecisionEvent",
    "DecisionState",
    "Meeting",
    "MeetingSeries",
    "MeetingState",
    "Outcome",
]
