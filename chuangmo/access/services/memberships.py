"""People's roles in units, with dates; groups follow in the same transaction."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from chuangmo import clock
from chuangmo.access.models import Membership, Role, UnitRole, User
from chuangmo.access.rules import is_reviewing
from chuangmo.access.services.permission import keep_an_admin, not_past, require_admin
from chuangmo.access.services.unit_roles import ensure_role
from chuangmo.audit.services import record
from chuangmo.errors import Invalid, Refused
from chuangmo.org.models import Unit

__all__ = ["add_membership", "change_membership", "end_membership", "put_into_groups"]


@transaction.atomic
def add_membership(
    *,
    user: User,
    unit: Unit,
    role: str,
    valid_from: date | None = None,
    valid_to: date | None = None,
    is_leader: bool = False,
    by: User | None,
    reason: str = "",
) -> Membership:
    """Give a person a role in a unit from one day to another (both included, either may be open).

    Rights count from `valid_from` on without further ado. Raises Refused (no administrator; a review role for
    oneself; somebody who left) and Invalid (dates, the role is held already on some of these days).
    """
    require_admin(by)
    if not user.is_active:
        raise Refused(f"{user} 的账号已停用，请先恢复账号。")
    if role not in Role.values:
        raise Invalid({"role": f"没有“{role}”这个角色。"})
    _refuse_review_for_oneself(user, role, by)
    membership = Membership(
        user=user, unit=unit, role=role, valid_from=valid_from, valid_to=valid_to, is_leader=is_leader
    )
    _save(membership)
    put_into_groups(user)
    changes = {"期间": ["", days(membership)]} | ({"单位领导": [False, True]} if is_leader else {})
    _record(by, "任职", membership, changes, reason)
    return membership


@transaction.atomic
def change_membership(
    *,
    membership: Membership,
    valid_from: date | None,
    valid_to: date | None,
    is_leader: bool | None = None,
    by: User | None,
    reason: str = "",
) -> Membership:
    """Set other dates, and whether the person leads the unit (None: as before).

    Raises Refused (no administrator, own review role prolonged, last administrator) and Invalid.
    """
    require_admin(by)
    before, led = days(membership), membership.is_leader
    last = membership.valid_to
    longer = last is not None and (valid_to is None or valid_to > last)
    if longer or valid_from != membership.valid_from:
        _refuse_review_for_oneself(membership.user, membership.role, by)
    membership.valid_from, membership.valid_to = valid_from, valid_to
    membership.is_leader = led if is_leader is None else is_leader
    if membership.role == Role.ADMIN and not membership.is_valid(clock.today()):
        keep_an_admin(membership.user, by)
    _save(membership)
    put_into_groups(membership.user)
    changes: dict[str, list[Any]] = {}
    if days(membership) != before:
        changes["期间"] = [before, days(membership)]
    if membership.is_leader != led:
        changes["单位领导"] = [led, membership.is_leader]
    if changes:
        _record(by, "变更任职", membership, changes, reason)
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, on: date, by: User | None, reason: str = "") -> None:
    """Let `on` be the last day of a membership; rights are gone after it, at once where it has passed.

    One that would have begun later is taken back (its history stays). Raises Refused (no administrator, last one).
    """
    require_admin(by)
    if membership.valid_to is not None and membership.valid_to <= on:
        return
    if membership.role == Role.ADMIN and on < clock.today():
        keep_an_admin(membership.user, by)
    before = days(membership)
    if membership.valid_from is not None and membership.valid_from > on:
        _record(by, "撤销任职", membership, {"期间": [before, ""]}, reason)
        membership.delete()
    else:
        membership.valid_to = on
        membership.save()
        _record(by, "结束任职", membership, {"期间": [before, days(membership)]}, reason)
    put_into_groups(membership.user)


def put_into_groups(user: User) -> None:
    """Make the person's groups, and the right to enter the desk, follow from memberships that are not over."""
    held = (
        list(Membership.objects.filter(not_past(), user=user).select_related("unit"))
        if user.is_active
        else []
    )
    groups = {ensure_role(membership.unit, membership.role).group_id for membership in held}
    present = set(UnitRole.objects.filter(group__user=user).values_list("group_id", flat=True))
    user.groups.remove(*(present - groups))
    user.groups.add(*(groups - present))
    staff = user.is_superuser or (user.is_active and any(row.role == Role.ADMIN for row in held))
    if user.is_staff != staff:
        user.is_staff = staff
        user.save(update_fields=["is_staff"])


def days(membership: Membership) -> str:
    return f"{membership.valid_from or '一直'} 至 {membership.valid_to or '长期'}"


def _refuse_review_for_oneself(user: User, role: str, by: User | None) -> None:
    if by is not None and by.pk == user.pk and is_reviewing(role):
        raise Refused("不能给自己审核或审定的权限，请由另一位管理员办理。")


def _save(membership: Membership) -> None:
    """Validate, save. Two memberships of one person in one role of one unit may not overlap."""
    others = Membership.objects.filter(user=membership.user, unit=membership.unit, role=membership.role)
    for other in others.exclude(pk=membership.pk):
        if (
            other.valid_to is None or membership.valid_from is None or other.valid_to >= membership.valid_from
        ) and (
            membership.valid_to is None or other.valid_from is None or membership.valid_to >= other.valid_from
        ):
            held = f"{membership.user} 在{membership.unit}已是{other.get_role_display()}（{days(other)}）。"
            raise Invalid({"valid_from": held})
    try:
        membership.full_clean(validate_constraints=True)
    except ValidationError as error:
        raise Invalid({name: "；".join(texts) for name, texts in error.message_dict.items()}) from error
    membership.save()


def _record(
    by: User | None, action: str, membership: Membership, changes: dict[str, list[Any]], reason: str
) -> None:
    record(
        by=by,
        action=action,
        object_kind="membership",
        object_id=membership.pk,
        label=str(membership),
        unit_id=membership.unit_id,
        reason=reason,
        changes=changes,
    )
