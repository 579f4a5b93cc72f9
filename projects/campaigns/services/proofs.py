"""Bringing the files that prove members: one file may prove many (a list of scrapped cars)."""

from __future__ import annotations

from collections.abc import Collection

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from chuangmo.access.models import User
from chuangmo.access.queries import Rights, rights_of
from chuangmo.errors import Invalid, Refused
from chuangmo.files import services as files
from chuangmo.files.models import Attachment
from projects.campaigns.models import Member, MemberState, Task
from projects.campaigns.rights import may_list, may_tick
from projects.campaigns.services.gate import MEMBER, hold_members, write_events

__all__ = ["add_proof", "remove_proof"]

CHANGEABLE = (MemberState.OPEN, MemberState.RETURNED)


def add_proof(
    *, by: User, task_id: int, member_ids: Collection[int], proof: str, upload: UploadedFile
) -> list[Attachment]:
    """Hang one file on these members as the proof of that name. Raises Refused, Invalid (`file`, `proof`, `members`)."""
    with transaction.atomic():
        _held(by, task_id, member_ids, proof)
    files.check_upload(upload)
    stored = files.store(upload)  # writing may take long: no lock is held meanwhile
    with transaction.atomic():
        task, members = _held(by, task_id, member_ids, proof)
        rows = [
            files.attach(
                by=by,
                file=stored,
                name=upload.name or "",
                owner_kind=MEMBER,
                owner_id=member.pk,
                owner_label=f"{task}：{member.name}",
                unit_id=member.unit_id,
                note=proof,
            )
            for member in members
        ]
        write_events(by=by, members=members, action="附依据", reason=f"{proof}：{rows[0].name}")
        return rows


@transaction.atomic
def remove_proof(*, by: User, member_id: int, attachment_id: int) -> Attachment:
    """Take a file off a member that is not ticked off. Raises Refused, Stale."""
    member = Member.objects.select_related("task").filter(pk=member_id).first()
    if member is None:
        raise Refused("没有这个对象")
    task, [member] = hold_members(member.task_id, [member_id])
    _require(rights_of(by), task, [member])
    row = Attachment.objects.filter(
        pk=attachment_id, owner_kind=MEMBER, owner_id=member.pk, removed_at__isnull=True
    ).first()
    if row is None:
        raise Refused("这个对象没有这份依据")
    write_events(by=by, members=[member], action="移除依据", reason=f"{row.note}：{row.name}")
    return files.remove_attachment(
        by=by, attachment=row, owner_label=f"{task}：{member.name}", unit_id=member.unit_id
    )


def _held(by: User, task_id: int, member_ids: Collection[int], proof: str) -> tuple[Task, list[Member]]:
    task, members = hold_members(task_id, member_ids)
    _require(rights_of(by), task, members)
    if proof not in task.proofs:
        raise Invalid({"proof": f"请选择是哪一种依据：{'、'.join(task.proofs)}"})
    return task, members


def _require(rights: Rights, task: Task, members: list[Member]) -> None:
    for member in members:
        if not (may_tick(rights, member) or may_list(rights, task, member.unit_id)):
            raise Refused("只有责任单位、责任人或牵头单位可以附依据")
        if member.state not in CHANGEABLE:
            raise Refused(f"“{member.name}”{member.get_state_display()}，依据不能再改；要改请先撤回或退回")
