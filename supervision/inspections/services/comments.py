"""Deputies say something; the office answers, or makes a finding of it (`findings.raise_finding`)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from chuangmo.access.models import Membership, Role, User
from chuangmo.access.queries import rights_of
from chuangmo.audit.services import record
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.notices.rules import kinds
from chuangmo.notices.services import notify, settle
from chuangmo.org.models import Unit
from supervision.inspections.models import Comment
from supervision.inspections.rights import Hand
from supervision.inspections.services.gate import require_reason

__all__ = ["answer_comment", "write_comment"]

SUBJECT = "comment"


@transaction.atomic
def write_comment(
    *,
    by: User,
    text: str,
    place: str = "",
    unit: Unit | None = None,
    subject_kind: str = "",
    subject_id: int | None = None,
    subject_label: str = "",
    subject_url: str = "",
) -> Comment:
    """A remark of the person's oversight body; the city's steering office hears of it. Refused, Invalid (`text`)."""
    rights = rights_of(by)
    if not Hand(rights).may_comment:
        raise Refused("只有人大、政协和其他监督机构可以提意见")
    if not text.strip():
        raise Invalid({"text": "请写明意见"})
    if len(text.strip()) > 2000:
        raise Invalid({"text": f"最多 2000 字，现有 {len(text.strip())} 字"})
    body = Membership.objects.valid(rights.on).filter(user=by, role=Role.INSPECTOR).order_by("pk").first()
    assert body is not None
    row = Comment.objects.create(
        body_id=body.unit_id,
        text=text.strip(),
        place=place.strip()[:120],
        unit=unit,
        subject_kind=subject_kind,
        subject_id=subject_id,
        subject_label=subject_label[:200],
        subject_url=subject_url,
        by=by,
    )
    _note(row, by, "提出监督意见")
    notify(
        to=Membership.objects.valid(rights.on)
        .filter(role=Role.OFFICE, user__is_active=True)
        .values_list("user_id", flat=True)
        .distinct(),
        kind=kinds.PROPOSAL,
        title=f"{row.body.short_name}提出监督意见",
        text=row.text,
        action="去处理",
        url=row.get_absolute_url(),
        subject_kind=SUBJECT,
        subject_id=row.pk,
        subject_label=str(row),
        key=f"comment:{row.pk}",
    )
    return row


@transaction.atomic
def answer_comment(*, by: User, comment_id: int, answer: str) -> Comment:
    """The city's steering office answers, once."""
    if not rights_of(by).is_office:
        raise Refused("只有市创模办可以答复监督意见")
    try:
        kept = require_reason(answer, "请写明答复", 2000)
    except Invalid as error:
        raise Invalid({"answer": error.faults["reason"]}) from error
    done = Comment.objects.filter(pk=comment_id, answered_at__isnull=True).update(
        answer=kept, answered_by=by, answered_at=timezone.now()
    )
    if not done:
        raise Stale("这条意见刚才已经答复，请刷新")
    row = Comment.objects.select_related("body", "by").get(pk=comment_id)
    _note(row, by, "答复监督意见", kept)
    settle(subject_kind=SUBJECT, subject_ids=[row.pk], kinds=[kinds.PROPOSAL])
    notify(
        to=[row.by],
        kind=kinds.DECISION,
        title=f"监督意见已答复：{row}",
        text=kept,
        action="查看",
        url=row.get_absolute_url(),
        subject_kind=SUBJECT,
        subject_id=row.pk,
        subject_label=str(row),
        key=f"comment-answer:{row.pk}",
    )
    return row


def _note(row: Comment, by: User, action: str, reason: str = "") -> None:
    record(
        by=by,
        action=action,
        object_kind=SUBJECT,
        object_id=row.pk,
        label=str(row),
        unit_id=row.body_id,
        reason=reason,
    )
