"""Role groups of units and the object permissions that they hold (`access.rules.RIGHTS`, by way of guardian).

A group is made when the first person gets the role. City-wide roles hold rows for every unit: when a unit is made,
`ensure_unit_roles` adds its rows to the groups that reach it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q

from chuangmo.access.models import Role, UnitGroupObjectPermission, UnitRole, User
from chuangmo.access.rules import Place, unit_permissions
from chuangmo.org.models import Unit, UnitKind

__all__ = [
    "UnitRight",
    "desk_permissions",
    "ensure_role",
    "ensure_unit_roles",
    "places",
    "rights_of_roles",
    "unit_permission_ids",
]


@dataclass(frozen=True, slots=True)
class UnitRight:
    """One row of guardian's: that a group holds a permission on a unit."""

    group_id: int
    permission: str
    unit_id: int


def place_of(unit: Unit) -> Place:
    return Place(unit.pk, unit.pk if unit.kind == UnitKind.COUNTY else unit.county_id)


def places() -> dict[int, Place]:
    """All units as the rules see them, by id; one query."""
    return {unit.pk: place_of(unit) for unit in Unit.objects.only("kind", "county_id")}


def rights_of_roles(
    roles: Iterable[UnitRole], homes: dict[int, Place], targets: Iterable[Place]
) -> Iterator[UnitRight]:
    """The rows that these role groups should hold on these units. No query."""
    wanted = list(targets)
    for role in roles:
        for target in wanted:
            for name in unit_permissions(role.role, homes[role.unit_id], target):
                yield UnitRight(role.group_id, name, target.id)


def unit_permission_ids() -> dict[str, int]:
    """Ids of the permissions on units by code; one query."""
    rows = Permission.objects.filter(content_type__app_label="org", content_type__model="unit")
    return dict(rows.values_list("codename", "pk"))


def write_rights(rights: Iterable[UnitRight]) -> None:
    """Store rows, leaving those that are there."""
    ids = unit_permission_ids()
    UnitGroupObjectPermission.objects.bulk_create(
        [
            UnitGroupObjectPermission(
                group_id=right.group_id, permission_id=ids[right.permission], content_object_id=right.unit_id
            )
            for right in rights
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )


def desk_permissions() -> set[int]:
    """Ids of the permissions that an administrator has at the desk (settings.DESK_REGISTERS); one query."""
    wanted = Q(pk__in=[])
    for register, actions in settings.DESK_REGISTERS.items():
        app, model = register.split(".")
        codenames = [f"{action}_{model}" for action in actions.split()]
        wanted |= Q(content_type__app_label=app, content_type__model=model, codename__in=codenames)
    return set(Permission.objects.filter(wanted).values_list("pk", flat=True))


@transaction.atomic
def ensure_role(unit: Unit, role: str) -> UnitRole:
    """The unit's group for a role, made with its object permissions when it is not there yet."""
    found = UnitRole.objects.filter(unit=unit, role=role).first()
    if found is not None:
        return found
    group, _ = Group.objects.get_or_create(name=f"{unit.pk}:{role}")
    unit_role = UnitRole.objects.create(unit=unit, role=role, group=group)
    known = places()
    write_rights(rights_of_roles([unit_role], known, known.values()))
    if role == Role.ADMIN:
        group.permissions.set(desk_permissions())
    return unit_role


@transaction.atomic
def ensure_unit_roles(unit: Unit, *, by: User | None = None) -> None:
    """Give every group that reaches this unit its rows for it: the office, inspectors, observers, the own county's.

    Called when a unit is made, or moved into another county (what does not count any more is taken away).
    """
    known = places()
    roles = list(UnitRole.objects.all())
    here = known[unit.pk]
    own_homes = [role for role in roles if role.unit_id == unit.pk]
    wanted = set(rights_of_roles(roles, known, [here])) | set(
        rights_of_roles(own_homes, known, known.values())
    )
    stored = UnitGroupObjectPermission.objects.filter(
        Q(content_object=unit, group__unit_role__isnull=False) | Q(group__unit_role__unit=unit)
    ).values_list("pk", "group_id", "permission__codename", "content_object_id")
    gone = [pk for pk, group, name, target in stored if UnitRight(group, name, target) not in wanted]
    UnitGroupObjectPermission.objects.filter(pk__in=gone).delete()
    write_rights(wanted)
