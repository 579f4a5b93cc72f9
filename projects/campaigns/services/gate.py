"""The one door through which members are read for a change, and through which what happened to them is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils import timezone

from chuangmo.access.models import User
from chuangmo.audit.services import record
from chuangmo.errors import Invalid, Refused
from projects.campaigns.models import Member, MemberEvent, Task

__all__ = ["MEMBER", "MOST", "hold_members", "hold_task", "note", "write_events"]

MEMBER = "task_member"
MOST = 500  # members in one batch


def hold_task(task_id: int) -> Task:
    """The task, locked: whoever changes its register as a whole takes turns."""
    task = (
        Task.objects.select_for_update(of=("self",)).select_related("plan", "lead").filter(pk=task_id).first()
    )
    if task is None:
        raise Refused("没有这项任务")
    return task


def hold_members(task_id: int, member_ids: Collection[int]) -> tuple[Task, list[Member]]:
    """The task, and these of its members, locked, in the register's order. Raises Refused, Invalid (none, too many)."""
    task = Task.objects.select_related("plan", "lead").filter(pk=task_id).first()
    if task is None:
        raise Refused("没有这项任务")
    ids = set(member_ids)
    if not ids:
        raise Invalid({"members": "请先勾选对象"})
    if len(ids) > MOST:
        raise Invalid({"members": f"一次最多办理 {MOST} 个对象"})
    members = list(
        Member.objects.select_for_update(of=("self",))
        .select_related("unit", "post", "ticked_by")
        .filter(task=task, pk__in=ids)
        .order_by("unit__order", "name", "pk")
    )
    if len(members) != len(ids):
        raise Refused("有的对象不在这项任务的名单里，请刷新")
    for member in members:
        member.task = task
    return task, members


def note(
    *, by: User, members: Iterable[Member], action: str, changes: Mapping[str, Any], reason: str = ""
) -> None:
    """An event and an audit row for each member; within the caller's transaction."""
    members = list(members)
    write_events(by=by, members=members, action=action, reason=reason)
    for member in members:
        record(
            by=by,
            action=action,
            object_kind=MEMBER,
            object_id=member.pk,
            label=f"{member.task}：{member.name}",
            unit_id=member.unit_id,
            reason=reason,
            changes=changes,
        )


def write_events(*, by: User, members: Iterable[Member], action: str, reason: str = "") -> None:
    """The members' own histories, without audit rows: an import is one row of the audit for all."""
    now, name = timezone.now(), by.get_full_name()
    MemberEvent.objects.bulk_create(
        (
            MemberEvent(member=member, at=now, action=action, by=by, by_name=name[:40], reason=reason[:300])
            for member in members
        ),
        batch_size=1000,
    )
