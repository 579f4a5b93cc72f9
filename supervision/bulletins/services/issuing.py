"""From draft to the approver and out; the number is given in the transaction of the issue."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import leaders_of_units, rights_of, who_may
from chuangmo.errors import Invalid, Refused
from chuangmo.notices.services import NoticeDraft, notify, notify_many, settle
from supervision.bulletins.models import Bulletin, BulletinState
from supervision.bulletins.rights import approvers
from supervision.bulletins.services.permission import found_bulletin, move, note
from supervision.gate import require_office
from supervision.papers.services import document_number, take_number

__all__ = ["KIND", "cancel_bulletin", "issue_bulletin", "propose_bulletin", "return_bulletin"]

KIND = "bulletin"
State = BulletinState
MOVED = "这份通报刚才有了变动，请刷新"


@transaction.atomic
def propose_bulletin(*, by: User, bulletin_id: int, edit: int, approver_id: int | None) -> Bulletin:
    """Put the draft before a named person, who isn't the one who proposes it."""
    require_office(by, "送签通报")
    one = found_bulletin(bulletin_id)
    named = {person.pk: person for person in approvers(one.office_id, by)}
    if approver_id not in named:
        raise Invalid({"approver": "请选择签发人：创模办的领导或其他工作人员，不能是自己"})
    if not one.recipients.exists():
        raise Invalid({"approver": "还没有发送单位，请先填写"})
    one = move(
        one,
        State.DRAFT,
        edit,
        MOVED,
        state=State.PROPOSED,
        proposed_by=by,
        proposed_at=timezone.now(),
        approver=named[approver_id],
        returned_reason="",
    )
    note(one, by, "送签通报", f"签发人 {named[approver_id]}")
    notify(
        to=[approver_id],
        kind="proposal",
        title=f"通报待签发：{one.title}",
        text=f"{by} 送签，请审阅后签发或退回。",
        action="去签发",
        url=one.get_absolute_url(),
        subject_kind="bulletin",
        subject_id=one.pk,
        subject_label=one.title,
        key=f"bulletin-{one.pk}-{one.edit}",
    )
    return one


@transaction.atomic
def return_bulletin(*, by: User, bulletin_id: int, edit: int, reason: str) -> Bulletin:
    """The approver sends it back with a reason; the one who proposed it may take it back, too."""
    one = found_bulletin(bulletin_id)
    if by.pk not in (one.approver_id, one.proposed_by_id):
        raise Refused("只有签发人可以退回，只有送签人可以撤回")
    plain = reason.strip()
    if not plain or len(plain) > 400:
        raise Invalid({"reason": "请写明退回的理由（最多 400 字）"})
    one = move(one, State.PROPOSED, edit, MOVED, state=State.DRAFT, approver=None, returned_reason=plain)
    note(one, by, "退回通报", plain)
    settle(subject_kind="bulletin", subject_ids=[one.pk], kinds=["proposal"])
    return one


@transaction.atomic
def issue_bulletin(*, by: User, bulletin_id: int, edit: int) -> Bulletin:
    """The named approver issues it: number, day, and notices to the units. What it says is frozen."""
    one = found_bulletin(bulletin_id)
    if one.state == State.PROPOSED and by.pk != one.approver_id:
        raise Refused(f"这份通报由{one.approver}签发")
    if not rights_of(by).sees_campaign:
        raise Refused("您的账号现在没有签发的权限")
    today = clock.today()
    number = take_number(KIND, one.office_id, today.year)
    one = move(
        one,
        State.PROPOSED,
        edit,
        MOVED,
        state=State.ISSUED,
        year=today.year,
        number=number,
        document_number=document_number(KIND, one.office, today.year, number),
        issued_on=today,
        issued_at=timezone.now(),
    )
    note(one, by, "签发通报")
    settle(subject_kind="bulletin", subject_ids=[one.pk], kinds=["proposal"])
    _tell(one)
    return one


@transaction.atomic
def cancel_bulletin(*, by: User, bulletin_id: int, reason: str) -> Bulletin:
    """Cancel what was issued. The number stays with it and isn't given again. The office, or who issued it."""
    one = found_bulletin(bulletin_id)
    if by.pk != one.approver_id:
        require_office(by, "作废通报")
    plain = reason.strip()
    if not plain or len(plain) > 400:
        raise Invalid({"reason": "请写明作废的原因（最多 400 字）"})
    one = move(
        one,
        State.ISSUED,
        None,
        "这份通报没有印发，或已经作废",
        state=State.CANCELLED,
        cancelled_on=clock.today(),
        cancelled_by=by,
        cancelled_reason=plain,
    )
    note(one, by, "作废通报", plain)
    return one


def _tell(one: Bulletin) -> None:
    """Reviewers and leaders of every unit that gets it, and of those that it names."""
    named = {int(row["unit_id"]) for row in one.rows.get("late", [])}
    units = sorted({*one.recipients.values_list("pk", flat=True), *named})
    reviewers, leaders = who_may("sign_off", units), leaders_of_units(units)
    notify_many(
        NoticeDraft(
            user_id=person,
            kind="criticism",
            title=f"{one.document_number} {one.title}",
            text="通报点到本单位的事项，请抓紧办理。" if unit in named else "请查阅。",
            action="查看通报",
            url=one.get_absolute_url(),
            subject_kind="bulletin",
            subject_id=one.pk,
            subject_label=one.title,
            unit_id=unit,
            key=f"bulletin-{one.pk}-issued",
        )
        for unit in units
        for person in sorted({*reviewers[unit], *(leader.pk for leader in leaders[unit])})
    )
