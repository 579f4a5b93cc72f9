"""Issuing the minutes: numbered, frozen, their decisions bound."""

from __future__ import annotations

import hashlib
import json

from django.db import transaction

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.errors import Invalid, Stale
from chuangmo.notices.rules import kinds
from chuangmo.notices.services import notify
from supervision.meetings.models import Meeting, MeetingState, Outcome
from supervision.meetings.queries.minutes import minutes_content
from supervision.meetings.services.decisions import bind_decisions
from supervision.meetings.services.permission import meeting_for, note
from supervision.meetings.services.telling import CALL, called_people
from supervision.papers.services import document_number, take_number

__all__ = ["issue_minutes"]


@transaction.atomic
def issue_minutes(*, by: User, meeting_id: int, signer: str) -> Meeting:
    """Number and freeze the minutes under the name of whoever signs for them; decisions bind from now on, those who were
    called are told. Invalid where something is missing, all of it at once."""
    meeting = meeting_for(by, meeting_id, "issue")
    faults = {}
    if not signer.strip():
        faults["signer"] = "请填写签发人"
    if meeting.attendances.filter(outcome=Outcome.NONE).exists():
        faults["attendance"] = "还有单位没有登记到会情况"
    if not meeting.items.exclude(minutes="").exists():
        faults["minutes"] = "还没有记录任何议题的纪要"
    if faults:
        raise Invalid(faults)
    today = clock.today()
    number = document_number(
        meeting.series.paper_kind,
        meeting.office,
        today.year,
        take_number(meeting.series.paper_kind, meeting.office_id, today.year),
    )
    meeting.signer, meeting.issued_on, meeting.document_number = signer.strip()[:40], today, number
    decisions = list(meeting.decisions.filter(state="draft").select_related("unit"))
    bind_decisions(by=by, decisions=decisions, label=f"{meeting}纪要（{number}）")
    content = minutes_content(meeting)
    moved = Meeting.objects.filter(pk=meeting.pk, state=MeetingState.HELD).update(
        state=MeetingState.ISSUED,
        signer=meeting.signer,
        issued_on=today,
        issued_by=by,
        document_number=number,
        content=content,
        digest=digest_of(content),
    )
    if not moved:
        raise Stale("纪要刚才已经印发，请刷新")
    meeting.refresh_from_db()
    note(meeting, by, "印发纪要", changes={"文号": ["", number], "议定事项": [0, len(decisions)]})
    _tell(meeting)
    return meeting


def digest_of(content: object) -> str:
    """SHA-256 of the frozen minutes."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _tell(meeting: Meeting) -> None:
    units = list(meeting.attendances.values_list("unit_id", flat=True))
    people = {user for users in called_people(meeting.series, units).values() for user in users}
    notify(
        to=people,
        kind=kinds.OTHER,
        title=f"{meeting}纪要已印发（{meeting.document_number}）",
        text=f"{meeting}纪要已由{meeting.signer}签发。",
        action="查看纪要",
        url=meeting.get_absolute_url(),
        subject_kind=CALL,
        subject_id=meeting.pk,
        subject_label=str(meeting),
        key=f"meeting:{meeting.pk}:minutes",
    )
