"""What the called units answer, and who came."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.errors import Invalid, Refused
from chuangmo.notices.rules import kinds
from chuangmo.notices.services import settle
from supervision.meetings.models import Answer, Attendance, Meeting, Outcome
from supervision.meetings.rights import acts_for
from supervision.meetings.services.permission import meeting_for, note
from supervision.meetings.services.telling import CALL

__all__ = ["Came", "answer_call", "record_attendance"]

# What the office registers for one unit: (outcome, person, post).
Came = tuple[str, str, str]


@transaction.atomic
def answer_call(
    *, by: User, meeting_id: int, unit_id: int, answer: str, person: str, post: str = "", reason: str = ""
) -> Attendance:
    """A unit says who comes, who comes instead, or why nobody does. May be changed until the meeting."""
    meeting = meeting_for(by, meeting_id, "answer")
    row = Attendance.objects.filter(meeting=meeting, unit=unit_id).select_related("unit").first()
    if row is None or unit_id not in acts_for(rights_of(by)):
        raise Refused("只能为本单位回复")
    faults = {}
    if answer not in (Answer.COMES, Answer.PROXY, Answer.LEAVE):
        faults["answer"] = "请选择是否参加"
    elif answer != Answer.LEAVE and not person.strip():
        faults["person"] = "请填写参会人姓名"
    elif answer == Answer.LEAVE and not reason.strip():
        faults["reason"] = "请写明请假原因"
    if faults:
        raise Invalid(faults)
    before = row.get_answer_display()
    row.answer, row.person, row.post = answer, person.strip()[:40], post.strip()[:40]
    row.reason, row.answered_by, row.answered_at = reason.strip()[:200], by, timezone.now()
    row.save(update_fields=["answer", "person", "post", "reason", "answered_by", "answered_at"])
    settle(subject_kind=CALL, subject_ids=[meeting.pk], kinds=[kinds.OTHER], user_ids=[by.pk])
    note(
        meeting,
        by,
        "回复会议通知",
        unit_id=unit_id,
        reason=row.reason,
        changes={"回复": [before, f"{row.get_answer_display()} {row.person}".strip()]},
    )
    return row


@transaction.atomic
def record_attendance(*, by: User, meeting_id: int, came: Mapping[int, Came]) -> int:
    """Who came, by attendance id; returns how many rows changed. A proxy needs a name."""
    meeting = meeting_for(by, meeting_id, "attend")
    rows = {row.pk: row for row in Attendance.objects.filter(meeting=meeting).select_related("unit")}
    faults, changed = {}, []
    for pk, (outcome, person, post) in came.items():
        row = rows.get(pk)
        if row is None:
            continue
        if outcome not in Outcome.values:
            faults[f"outcome-{pk}"] = "请选择"
        if outcome == Outcome.PROXY and not person.strip():
            faults[f"person-{pk}"] = "代会请填姓名"
        if (row.outcome, row.person, row.post) != (outcome, person.strip(), post.strip()):
            row.outcome, row.person, row.post = outcome, person.strip()[:40], post.strip()[:40]
            changed.append(row)
    if faults:
        raise Invalid(faults)
    Attendance.objects.bulk_update(changed, ["outcome", "person", "post"])
    if changed:
        note(meeting, by, "登记到会", changes={"单位": ["", _summary(rows.values())]})
    return len(changed)


def _summary(rows: object) -> str:
    names: dict[str, list[str]] = {}
    for row in rows:  # type: ignore[attr-defined]
        names.setdefault(row.get_outcome_display(), []).append(row.unit.short_name)
    return "；".join(f"{word} {len(units)}" for word, units in names.items())


def all_registered(meeting: Meeting) -> bool:
    return not meeting.attendances.filter(outcome=Outcome.NONE).exists()
