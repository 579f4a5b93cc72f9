"""Proof that groups and object permissions say what memberships say, and the repair where they don't.

Exceptions (`Grant`) are never touched: they are neither derived nor drift.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db import transaction

from chuangmo.access.models import Membership, Role, UnitGroupObjectPermission, UnitRole, User
from chuangmo.access.rules import WORDS
from chuangmo.access.services.permission import not_past
from chuangmo.access.services.unit_roles import (
    UnitRight,
    desk_permissions,
    ensure_role,
    places,
    rights_of_roles,
    write_rights,
)
from chuangmo.audit.services import record
from chuangmo.org.models import Unit

__all__ = ["Difference", "sync_permissions"]

MISSING, EXTRA = "missing", "extra"


@dataclass(frozen=True)
class Difference:
    """One thing that is not as memberships say. `kind`: group, person, right, desk, staff; `what`: missing or extra."""

    kind: str
    what: str
    text: str

    def __str__(self) -> str:
        return f"{'缺少' if self.what == MISSING else '多出'}：{self.text}"


@transaction.atomic
def sync_permissions(*, repair: bool = False, by: User | None = None) -> list[Difference]:
    """Compare groups, their people, their rows on units, the desk's permissions and who may enter the desk with what
    memberships say today. With `repair` they are made so; one audit row says what was.

    A constant number of queries, whatever the number of people and units (without `repair`).
    """
    held = list(
        Membership.objects.filter(not_past(), user__is_active=True)
        .select_related("user", "unit")
        .order_by("pk")
    )
    differences = _groups(held, repair)
    roles = list(UnitRole.objects.select_related("unit"))
    differences += _people(held, roles, repair)
    differences += _rights(roles, repair)
    differences += _desk(roles, repair)
    differences += _staff(held, repair)
    if differences and repair:
        record(
            by=by,
            action="修复权限",
            object_kind="permissions",
            object_id="all",
            label="人员与权限",
            changes={"差异": [[str(difference) for difference in differences], []]},
        )
    return differences


def _groups(held: Iterable[Membership], repair: bool) -> list[Difference]:
    """Every role that somebody holds has a group."""
    present = set(UnitRole.objects.values_list("unit_id", "role"))
    missing = {(row.unit_id, row.role): row for row in held if (row.unit_id, row.role) not in present}
    if repair:
        for row in missing.values():
            ensure_role(row.unit, row.role)
    return [
        Difference("group", MISSING, f"{row.unit} 的“{row.get_role_display()}”权限组")
        for row in missing.values()
    ]


def _people(held: Iterable[Membership], roles: Iterable[UnitRole], repair: bool) -> list[Difference]:
    """Exactly the people of a role are in its group, and nobody is in a group that belongs to no role."""
    by_place = {(role.unit_id, role.role): role for role in roles}
    names = {role.group_id: f"{role.unit} 的“{role.get_role_display()}”组" for role in by_place.values()}
    wanted = {
        (row.user_id, by_place[row.unit_id, row.role].group_id)
        for row in held
        if (row.unit_id, row.role) in by_place
    }
    links = User.groups.through.objects.all()
    present = {(link.user_id, link.group_id): link.pk for link in links}
    people = User.objects.in_bulk([user_id for user_id, _ in wanted ^ present.keys()])
    others = dict(Group.objects.filter(unit_role__isnull=True).values_list("pk", "name"))
    missing = sorted(wanted - present.keys())
    extra = sorted(present.keys() - wanted)
    if repair:
        User.groups.through.objects.bulk_create(
            [User.groups.through(user_id=user_id, group_id=group_id) for user_id, group_id in missing]
        )
        User.groups.through.objects.filter(pk__in=[present[pair] for pair in extra]).delete()

    def text(user_id: int, group_id: int) -> str:
        return (
            f"{people[user_id]} 在{names.get(group_id) or f'无角色的组“{others.get(group_id, group_id)}”'}中"
        )

    return [
        *(Difference("person", MISSING, text(*pair)) for pair in missing),
        *(Difference("person", EXTRA, text(*pair)) for pair in extra),
    ]


def _rights(roles: list[UnitRole], repair: bool) -> list[Difference]:
    """Role groups hold exactly the rows that the table of roles gives them; other groups hold none."""
    known = places()
    wanted = set(rights_of_roles(roles, known, known.values()))
    rows = UnitGroupObjectPermission.objects.values_list(
        "pk", "group_id", "permission__codename", "content_object_id"
    )
    present = {UnitRight(group_id, name, unit_id): pk for pk, group_id, name, unit_id in rows}
    missing, extra = wanted - present.keys(), present.keys() - wanted
    if not missing and not extra:
        return []
    units = dict(Unit.objects.values_list("pk", "name"))
    groups = dict(Group.objects.values_list("pk", "name"))
    groups |= {role.group_id: f"{role.unit} {role.get_role_display()}" for role in roles}
    if repair:
        write_rights(missing)
        UnitGroupObjectPermission.objects.filter(pk__in=[present[right] for right in extra]).delete()

    def listed(rights: Iterable[UnitRight], what: str) -> list[Difference]:
        ordered = sorted(rights, key=lambda right: (right.group_id, right.unit_id, right.permission))
        return [
            Difference(
                "right",
                what,
                f"{groups[right.group_id]} 对 {units[right.unit_id]} 的{WORDS.get(right.permission, right.permission)}权限",
            )
            for right in ordered
        ]

    return listed(missing, MISSING) + listed(extra, EXTRA)


def _desk(roles: Iterable[UnitRole], repair: bool) -> list[Difference]:
    """Administrators' groups hold the desk's permissions, and nobody holds model permissions in another way."""
    desk = desk_permissions()
    admins = {role.group_id: role for role in roles if role.role == Role.ADMIN}
    present: dict[int, set[int]] = {}
    for group_id, permission_id in Group.permissions.through.objects.values_list("group_id", "permission_id"):
        present.setdefault(group_id, set()).add(permission_id)
    differences = []
    for group_id in sorted(present.keys() | admins.keys()):
        wanted, found = (desk if group_id in admins else set()), present.get(group_id, set())
        name = f"{admins[group_id].unit} 管理员组" if group_id in admins else f"组 {group_id}"
        if wanted - found:
            differences.append(Difference("desk", MISSING, f"{name}的后台权限 {len(wanted - found)} 项"))
        if found - wanted:
            differences.append(Difference("desk", EXTRA, f"{name}的后台权限 {len(found - wanted)} 项"))
        if repair and wanted != found:
            Group.objects.get(pk=group_id).permissions.set(wanted)
    for user in User.objects.filter(user_permissions__isnull=False).distinct():
        differences.append(Difference("desk", EXTRA, f"{user} 直接授予的后台权限"))
        if repair:
            user.user_permissions.clear()
    return differences


def _staff(held: Iterable[Membership], repair: bool) -> list[Difference]:
    """Exactly active administrators may enter the desk (and the shell's superusers are marked so)."""
    wanted = {row.user_id for row in held if row.role == Role.ADMIN}
    differences = []
    for user in User.objects.filter(is_superuser=False).only("username", "name", "is_staff"):
        if user.is_staff == (user.pk in wanted):
            continue
        what = EXTRA if user.is_staff else MISSING
        differences.append(Difference("staff", what, f"{user} 进入后台的标记"))
        if repair:
            User.objects.filter(pk=user.pk).update(is_staff=not user.is_staff)
    return differences
