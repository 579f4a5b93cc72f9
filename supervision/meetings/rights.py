"""Who may see and do what with meetings and decisions. Pages, services and exports ask these and no others."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from chuangmo.access.queries import Rights
from supervision.meetings.models import Attendance, Decision, DecisionState, Meeting, MeetingState
from supervision.meetings.rules.moves import DECISION_MOVES, MEETING_MOVES, OFFICE, UNIT, allowed


def acts_for(rights: Rights) -> frozenset[int]:
    """The units for which the person reports or signs off."""
    return rights.report | rights.sign_off


def visible_meetings(rights: Rights) -> QuerySet[Meeting]:
    """The office sees all; everybody else what a unit that they may view was called to."""
    if rights.is_office:
        return Meeting.objects.all()
    if not rights.sees_campaign:
        return Meeting.objects.none()
    called = Attendance.objects.filter(meeting=OuterRef("pk"), unit__in=rights.view)
    return Meeting.objects.filter(Exists(called)).exclude(state=MeetingState.DRAFT)


def visible_decisions(rights: Rights) -> QuerySet[Decision]:
    """Those of units that the person may view; what does not bind yet only the office's."""
    if rights.is_office:
        return Decision.objects.all()
    if not rights.sees_campaign:
        return Decision.objects.none()
    return Decision.objects.binding().filter(unit__in=rights.view)


def hands_at_meeting(rights: Rights, meeting: Meeting) -> set[str]:
    hands = {OFFICE} if rights.is_office else set()
    mine = acts_for(rights)
    if mine and Attendance.objects.filter(meeting=meeting, unit__in=mine).exists():
        hands.add(UNIT)
    return hands


def hands_at_decision(rights: Rights, decision: Decision) -> set[str]:
    hands = {OFFICE} if rights.is_office else set()
    if decision.unit_id in acts_for(rights):
        hands.add(UNIT)
    return hands


def may_with_meeting(rights: Rights, meeting: Meeting) -> set[str]:
    """The actions that the person may take now."""
    return allowed(MEETING_MOVES, meeting.state, hands_at_meeting(rights, meeting))


def may_with_decision(rights: Rights, decision: Decision) -> set[str]:
    return allowed(DECISION_MOVES, decision.state, hands_at_decision(rights, decision))


def decision_attachment_rights(rights: Rights, decision_id: int) -> bool:
    """For settings.ATTACHMENT_OWNERS: whoever sees the decision reads what hangs on it."""
    return visible_decisions(rights).filter(pk=decision_id).exclude(state=DecisionState.DRAFT).exists()
