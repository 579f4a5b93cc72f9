"""Who may see and do what with meetings and decisions. Pages, services and exports ask these and no others."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from chuangmo.access.models import Role
from chuangmo.access.queries import Rights, office_unit_id
from supervision.inspections.rights import Hand
from supervision.meetings.models import Attendance, Decision, DecisionState, Meeting, MeetingState
from supervision.meetings.rules.moves import DECISION_MOVES, MEETING_MOVES, OFFICE, UNIT, allowed


def acts_for(rights: Rights) -> frozenset[int]:
    """The units for which the person reports or signs off."""
    return rights.report | rights.sign_off


def county_offices(rights: Rights) -> list[int]:
    """The county offices for which the person supervises; they convene meetings of their own counties. A query for their people
    alone."""
    if Role.COUNTY_OFFICE not in rights.roles:
        return []
    return [seat.office_id for seat in Hand(rights).seats if seat.county_id is not None]


def convening_office(rights: Rights) -> int | None:
    """The office for which the person convenes: the city's before a county's."""
    return office_unit_id(rights) if rights.is_office else next(iter(county_offices(rights)), None)


def convenes(rights: Rights, meeting: Meeting) -> bool:
    """Whether the person belongs to the office that convened it."""
    if rights.is_office and meeting.office.county_id is None:
        return True
    return meeting.office.county_id is not None and meeting.office_id in county_offices(rights)


def visible_meetings(rights: Rights) -> QuerySet[Meeting]:
    """The city's office sees all, a county's its own; everybody else what a unit that they may view was called to."""
    if rights.is_office:
        return Meeting.objects.all()
    if not rights.sees_campaign:
        return Meeting.objects.none()
    called = Attendance.objects.filter(meeting=OuterRef("pk"), unit__in=rights.view)
    known = Q(Exists(called)) & ~Q(state=MeetingState.DRAFT)
    return Meeting.objects.filter(known | Q(office__in=county_offices(rights)))


def visible_decisions(rights: Rights) -> QuerySet[Decision]:
    """Those of units that the person may view; what does not bind yet only the office's."""
    if rights.is_office:
        return Decision.objects.all()
    if not rights.sees_campaign:
        return Decision.objects.none()
    known = Q(unit__in=rights.view) & ~Q(state=DecisionState.DRAFT)
    return Decision.objects.filter(known | Q(meeting__office__in=county_offices(rights)))


def hands_at_meeting(rights: Rights, meeting: Meeting) -> set[str]:
    hands = {OFFICE} if convenes(rights, meeting) else set()
    mine = acts_for(rights)
    if mine and Attendance.objects.filter(meeting=meeting, unit__in=mine).exists():
        hands.add(UNIT)
    return hands


def hands_at_decision(rights: Rights, decision: Decision) -> set[str]:
    meeting = decision.meeting
    is_office = rights.is_office if meeting is None else convenes(rights, meeting)
    hands = {OFFICE} if is_office else set()
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
