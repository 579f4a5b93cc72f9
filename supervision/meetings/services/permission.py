"""Whether somebody may take a step now, and how it is written down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.audit.services import record
from chuangmo.errors import Refused, Stale
from supervision.gate import require_office
from supervision.meetings.models import Decision, DecisionEvent, DecisionState, Meeting, MeetingState
from supervision.meetings.rights import (
    convenes,
    hands_at_decision,
    hands_at_meeting,
    visible_decisions,
    visible_meetings,
)
from supervision.meetings.rules.moves import DECISION_MOVES, MEETING_MOVES, OFFICE

__all__ = ["decision_for", "log", "meeting_for", "note", "require_deciding"]


def meeting_for(by: User, meeting_id: int, action: str) -> Meeting:
    """The meeting, locked where the database can; Refused for a person who may not do that, Stale where the state no
    longer allows it."""
    rights = rights_of(by)
    found = Meeting.objects.select_for_update(of=("self",)).select_related(
        "series", "plan", "office", "office__county"
    )
    meeting = found.filter(pk=meeting_id).first()
    if meeting is None or not visible_meetings(rights).filter(pk=meeting_id).exists():
        raise Refused("没有这次会议")
    who, states, word = MEETING_MOVES[action]
    if who not in hands_at_meeting(rights, meeting):
        raise Refused(f"只有{'创模办' if who == OFFICE else '参会单位'}可以{word}")
    if meeting.state not in states:
        raise Stale(f"会议现在是“{MeetingState(meeting.state).label}”，不能{word}")
    return meeting


def decision_for(by: User, decision_id: int, action: str) -> Decision:
    """The same for a decision."""
    rights = rights_of(by)
    found = Decision.objects.select_for_update(of=("self",)).select_related(
        "unit", "meeting", "meeting__office"
    )
    decision = found.filter(pk=decision_id).first()
    if decision is None or not visible_decisions(rights).filter(pk=decision_id).exists():
        raise Refused("没有这件议定事项")
    who, states, word = DECISION_MOVES[action]
    if who not in hands_at_decision(rights, decision):
        raise Refused(f"只有{'创模办' if who == OFFICE else '责任单位'}可以{word}")
    if decision.state not in states:
        raise Stale(f"这件事现在是“{DecisionState(decision.state).label}”，不能{word}")
    return decision


def require_deciding(by: User, meeting: Meeting | None, what: str) -> None:
    """Refused unless the person's office convened the meeting; of what no meeting decided, unless it is the city's."""
    if meeting is None:
        require_office(by, what)
    elif not convenes(rights_of(by), meeting):
        raise Refused(f"只有创模办可以{what}")


def note(
    meeting: Meeting,
    by: User,
    action: str,
    *,
    unit_id: int | None = None,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
) -> None:
    """One audit row about the meeting."""
    record(
        by=by,
        action=action,
        object_kind="meeting",
        object_id=meeting.pk,
        label=str(meeting),
        unit_id=unit_id,
        reason=reason,
        changes=changes,
    )


def log(
    decision: Decision,
    by: User | None,
    action: str,
    text: str = "",
    changes: Mapping[str, Any] | None = None,
) -> None:
    """One step of a decision: its own row for the page, and the audit row."""
    DecisionEvent.objects.create(decision=decision, action=action, text=text, by=by)
    record(
        by=by,
        action=action,
        object_kind="decision",
        object_id=decision.pk,
        label=str(decision),
        unit_id=decision.unit_id,
        reason=text[:200],
        changes=changes,
    )
