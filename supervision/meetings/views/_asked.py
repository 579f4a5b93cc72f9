"""What an address asks for, and whether this person may see it."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from chuangmo.access.queries import rights_for
from chuangmo.errors import Refused, Stale
from supervision.meetings.models import AgendaItem, Decision, Meeting, MeetingState
from supervision.meetings.rights import (
    hands_at_decision,
    hands_at_meeting,
    visible_decisions,
    visible_meetings,
)
from supervision.meetings.rules.moves import DECISION_MOVES, MEETING_MOVES, OFFICE


def meeting_asked(request: HttpRequest, meeting_id: int) -> Meeting:
    """404 for everybody who may not see it, as if there were none."""
    found = visible_meetings(rights_for(request)).select_related(
        "series", "plan", "office", "office__county", "issued_by"
    )
    return get_object_or_404(found, pk=meeting_id)


def item_asked(request: HttpRequest, item_id: int) -> AgendaItem:
    item = get_object_or_404(AgendaItem, pk=item_id)
    item.meeting = meeting_asked(request, item.meeting_id)
    return item


def decision_asked(request: HttpRequest, decision_id: int) -> Decision:
    found = visible_decisions(rights_for(request)).select_related(
        "unit", "meeting__office", "item", "created_by"
    )
    return get_object_or_404(found, pk=decision_id)


def require_move(request: HttpRequest, meeting: Meeting, action: str) -> None:
    """Before anything that was typed is looked at: Refused for wrong hands, Stale where the state doesn't allow it."""
    who, states, word = MEETING_MOVES[action]
    if who not in hands_at_meeting(rights_for(request), meeting):
        raise Refused(f"只有{'创模办' if who == OFFICE else '参会单位'}可以{word}")
    if meeting.state not in states:
        raise Stale(f"会议现在是“{MeetingState(meeting.state).label}”，不能{word}")


def require_hands(request: HttpRequest, decision: Decision, action: str) -> None:
    """Refused for wrong hands; whether the state allows it, the service says beside what was typed."""
    who, _, word = DECISION_MOVES[action]
    if who not in hands_at_decision(rights_for(request), decision):
        raise Refused(f"只有{'创模办' if who == OFFICE else '责任单位'}可以{word}")
