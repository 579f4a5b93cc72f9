"""A member's way through its states: ticked off by its unit, verified by the lead or the office, sent back, removed.

Every move asks the person's rights for each member, changes only what is still in the state that it was read in, and is
audited for each. What can't be moved in a batch is left with its reason; the rest goes through.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from chuangmo.access.models import User
from chuangmo.access.queries import Rights, rights_of
from chuangmo.errors import Invalid, Refused, Stale
from projects.campaigns.models import Member, MemberState, Task
from projects.campaigns.queries.proofs import proofs_by_member
from projects.campaigns.rights import may_list, may_tick, may_verify
from projects.campaigns.rules.ticking import what_is_missing
from projects.campaigns.services.gate import hold_members, note
from projects.campaigns.services.shares import settle

__all__ = ["Moved", "remove", "send_back", "tick", "verify", "withdraw"]

State = MemberState


@dataclass(frozen=True, slots=True)
class Moved:
    """How many members moved, and which did not: (name, why)."""

    done: int
    left: tuple[tuple[str, str], ...] = ()


@transaction.atomic
def tick(*, by: User, task_id: int, member_ids: Collection[int]) -> Moved:
    """Tick off: every proof is there, the figure reaches its limit. The unit's people, or the post's holder."""
    rights = rights_of(by)
    task, members = hold_members(task_id, member_ids)
    _require(all(may_tick(rights, member) for member in members), "只有责任单位或责任人可以销号")
    has = proofs_by_member([member.pk for member in members])
    left, going = [], []
    for member in members:
        if member.state not in (State.OPEN, State.RETURNED):
            left.append((member.name, member.get_state_display()))
            continue
        missing = what_is_missing(
            task.proofs,
            has.get(member.pk, frozenset()),
            measure=task.measure,
            unit=task.measure_unit,
            minimum=task.minimum,
            value=member.value,
        )
        if missing:
            left.append((member.name, "、".join(missing)))
        else:
            going.append(member)
    return _go(by, task, going, left, State.TICKED, "销号", ticked_by=by, ticked_at=timezone.now(), reason="")


@transaction.atomic
def withdraw(*, by: User, task_id: int, member_ids: Collection[int]) -> Moved:
    """Take a tick back while nobody has verified it."""
    rights = rights_of(by)
    task, members = hold_members(task_id, member_ids)
    _require(all(may_tick(rights, member) for member in members), "只有责任单位或责任人可以撤回")
    going, left = _split(members, [State.TICKED])
    return _go(by, task, going, left, State.OPEN, "撤回销号", ticked_by=None, ticked_at=None)


@transaction.atomic
def verify(*, by: User, task_id: int, member_ids: Collection[int]) -> Moved:
    """Verify what somebody else ticked off. The lead's reviewers and the steering office."""
    task, members = _to_judge(by, task_id, member_ids)
    going, left = _split(members, [State.TICKED])
    left += [
        (member.name, "是您自己销号的，要由别人核销") for member in going if member.ticked_by_id == by.pk
    ]
    going = [member for member in going if member.ticked_by_id != by.pk]
    return _go(by, task, going, left, State.VERIFIED, "核销", verified_by=by, verified_at=timezone.now())


@transaction.atomic
def send_back(*, by: User, task_id: int, member_ids: Collection[int], reason: str) -> Moved:
    """Send back what was ticked off, or verified by mistake, for a reason."""
    task, members = _to_judge(by, task_id, member_ids)
    reason = _reason(reason, "请写明退回的理由")
    going, left = _split(members, [State.TICKED, State.VERIFIED])
    return _go(
        by,
        task,
        going,
        left,
        State.RETURNED,
        "退回",
        why=reason,
        reason=reason,
        verified_by=None,
        verified_at=None,
    )


@transaction.atomic
def remove(*, by: User, task_id: int, member_ids: Collection[int], reason: str) -> Moved:
    """Take members off the register (closed down, entered twice), for a reason. The lead's reviewers and the office; the
    unit itself only what was never ticked off."""
    rights = rights_of(by)
    task, members = hold_members(task_id, member_ids)
    reason = _reason(reason, "请写明移出名单的理由")
    states = [State.OPEN, State.RETURNED, State.TICKED]
    if not may_verify(rights, task):
        allowed = all(may_list(rights, task, member.unit_id) for member in members)
        _require(allowed, "只有责任单位、牵头单位或创模办可以移出名单")
        states = [State.OPEN]
    going, left = _split(members, states)
    return _go(by, task, going, left, State.REMOVED, "移出名单", why=reason, reason=reason)


def _to_judge(by: User, task_id: int, member_ids: Collection[int]) -> tuple[Task, list[Member]]:
    task, members = hold_members(task_id, member_ids)
    rights: Rights = rights_of(by)
    _require(may_verify(rights, task), "只有牵头单位的审核人或创模办可以核销和退回")
    return task, members


def _split(
    members: Sequence[Member], states: Sequence[MemberState]
) -> tuple[list[Member], list[tuple[str, str]]]:
    """Those in one of the states, and why the others stay."""
    going = [member for member in members if member.state in states]
    return going, [
        (member.name, member.get_state_display()) for member in members if member.state not in states
    ]


def _go(
    by: User,
    task: Task,
    going: Sequence[Member],
    left: Sequence[tuple[str, str]],
    to: MemberState,
    action: str,
    why: str = "",
    **fields: Any,
) -> Moved:
    """Move them all, or Stale where one is no longer where it was read."""
    for state in {member.state for member in going}:
        ids = [member.pk for member in going if member.state == state]
        moved = Member.objects.filter(pk__in=ids, state=state).update(
            state=to, version=F("version") + 1, **fields
        )
        if moved != len(ids):
            raise Stale("有的对象刚才已被别人办理，请刷新后再试")
        note(
            by=by,
            members=[member for member in going if member.pk in set(ids)],
            action=action,
            changes={"状态": [State(state).label, to.label]},
            reason=why,
        )
    if going:
        settle([task], by)
    return Moved(len(going), tuple(left))


def _require(allowed: bool, text: str) -> None:
    if not allowed:
        raise Refused(text)


def _reason(text: str, ask: str) -> str:
    text = text.replace("\x00", "").strip()
    if not text:
        raise Invalid({"reason": ask})
    if len(text) > 200:
        raise Invalid({"reason": "理由不超过 200 字"})
    return text
