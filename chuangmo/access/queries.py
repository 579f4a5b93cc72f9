"""What a person may do now, read once per request and asked everywhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from chuangmo import clock
from chuangmo.access.models import Grant, Membership, Role, UnitGroupObjectPermission, User
from chuangmo.access.rules import ACCEPT, OVERSEE, REPORT, SIGN_OFF, VIEW
from chuangmo.org.models import Unit
from chuangmo.prepared import Param, Prepared


@dataclass(frozen=True)
class Rights:
    """A person's rights on one day: ids of units by permission, and the roles held anywhere."""

    user: User
    on: date
    units: dict[str, frozenset[int]] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    member_of: frozenset[int] = frozenset()

    def may(self, permission: str, unit_id: int) -> bool:
        return unit_id in self.units.get(permission, frozenset())

    @property
    def report(self) -> frozenset[int]:
        return self.units.get(REPORT, frozenset())

    @property
    def sign_off(self) -> frozenset[int]:
        return self.units.get(SIGN_OFF, frozenset())

    @property
    def accept(self) -> frozenset[int]:
        return self.units.get(ACCEPT, frozenset())

    @property
    def oversee(self) -> frozenset[int]:
        return self.units.get(OVERSEE, frozenset())

    @property
    def view(self) -> frozenset[int]:
        return self.units.get(VIEW, frozenset())

    @property
    def is_office(self) -> bool:
        return Role.OFFICE in self.roles

    @property
    def is_admin(self) -> bool:
        return Role.ADMIN in self.roles

    @property
    def sees_campaign(self) -> bool:
        """Everyone with a role except a mere assessor reads wall, indicators and matrix."""
        return bool(self.roles - {Role.ASSESSOR})


def rights_of(user: User, at: date | None = None) -> Rights:
    """Read a person's rights: three queries. Permissions come from guardian's rows of the role groups that the person
    is in, and count only while the membership behind the group does; grants count until their day."""
    return _rights(user, at or clock.today(), None)


def _rights(user: User, day: date, memberships: Iterable[Membership] | None) -> Rights:
    """See `rights_of`; the memberships of the day may be at hand."""
    if not user.is_authenticated or not user.is_active:
        return Rights(user=user, on=day)
    if memberships is None:
        # Somebody may have left since this user was read: the account is asked again.
        held = {(unit_id, role) for unit_id, role in _MEMBERSHIPS.rows(user=user.pk, day=day)}
    else:
        held = {(one.unit_id, one.role) for one in memberships}
    units: dict[str, set[int]] = defaultdict(set)
    for codename, unit_id, role_unit_id, role in _PERMISSIONS.rows(user=user.pk):
        if (role_unit_id, role) in held:
            units[codename].add(unit_id)
    for codename, unit_id in _GRANTS.rows(user=user.pk, day=day):
        units[codename].add(unit_id)
        units[VIEW].add(unit_id)
    return Rights(
        user=user,
        on=day,
        units={name: frozenset(ids) for name, ids in units.items()},
        roles=frozenset(role for _, role in held),
        member_of=frozenset(unit_id for unit_id, _ in held),
    )


def _memberships(user: int, day: date) -> QuerySet[Any, Any]:
    mine = Membership.objects.valid(day).filter(user=user, user__is_active=True)
    return mine.order_by().values_list("unit_id", "role")


def _permissions(user: int) -> QuerySet[Any, Any]:
    return UnitGroupObjectPermission.objects.filter(group__user=user).values_list(
        "permission__codename", "content_object_id", "group__unit_role__unit_id", "group__unit_role__role"
    )


def _grants(user: int, day: date) -> QuerySet[Any, Any]:
    return Grant.objects.filter(user=user, until__gte=day).order_by().values_list("permission", "unit_id")


_MEMBERSHIPS = Prepared(_memberships, user=int, day=date)
_PERMISSIONS = Prepared(_permissions, user=int)
_GRANTS = Prepared(_grants, user=int, day=date)


def rights_of_all(at: date | None = None) -> list[Rights]:
    """The rights of every active person who has any, in the order of user names: four queries whatever the number.

    The same rows as `rights_of` reads, for proofs (`check_permissions`) rather than for pages.
    """
    day = at or clock.today()
    people = {user.pk: user for user in User.objects.filter(is_active=True)}
    held: dict[int, set[tuple[int, str]]] = defaultdict(set)
    units: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for user_id, unit_id, role in Membership.objects.valid(day).values_list("user_id", "unit_id", "role"):
        held[user_id].add((unit_id, role))
    rows = UnitGroupObjectPermission.objects.filter(group__user__isnull=False).values_list(
        "group__user",
        "permission__codename",
        "content_object_id",
        "group__unit_role__unit_id",
        "group__unit_role__role",
    )
    for user_id, codename, unit_id, role_unit_id, role in rows:
        if (role_unit_id, role) in held[user_id]:
            units[user_id][codename].add(unit_id)
    for user_id, codename, unit_id in Grant.objects.filter(until__gte=day).values_list(
        "user_id", "permission", "unit_id"
    ):
        units[user_id][codename].add(unit_id)
        units[user_id][VIEW].add(unit_id)
    return [
        Rights(
            user=user,
            on=day,
            units={name: frozenset(ids) for name, ids in units[pk].items()},
            roles=frozenset(role for _, role in held[pk]),
            member_of=frozenset(unit_id for unit_id, _ in held[pk]),
        )
        for pk, user in sorted(people.items(), key=lambda item: item[1].username)
        if held.get(pk) or units.get(pk)
    ]


def who_may(permission: str, unit_ids: Iterable[int], at: date | None = None) -> dict[int, list[int]]:
    """Ids of the active people who may do that for each of these units on a day (today): the same as
    `rights_of(user).may(permission, unit)`, asked from the units' side. Two queries; every unit has an entry."""
    day, wanted = at or clock.today(), frozenset(unit_ids)
    if not wanted:
        return {}
    found: dict[int, set[int]] = {unit_id: set() for unit_id in sorted(wanted)}
    asked: dict[str, Param] = {"permission": permission, "units": wanted, "day": day}
    for unit_id, user_id in (*_HELD.rows(**asked), *_GRANTED.rows(**asked)):
        found[unit_id].add(user_id)
    return {unit_id: sorted(people) for unit_id, people in found.items()}


def _held(permission: str, units: frozenset[int], day: date) -> QuerySet[Any, Any]:
    seat = Membership.objects.valid(day).filter(
        user=OuterRef("group__user"),
        unit=OuterRef("group__unit_role__unit_id"),
        role=OuterRef("group__unit_role__role"),
    )
    return UnitGroupObjectPermission.objects.filter(
        Exists(seat),
        content_object__in=units,
        permission__codename=permission,
        group__user__is_active=True,
    ).values_list("content_object_id", "group__user")


def _granted(permission: str, units: frozenset[int], day: date) -> QuerySet[Any, Any]:
    granted = Grant.objects.filter(
        unit__in=units, permission=permission, until__gte=day, user__is_active=True
    )
    return granted.order_by().values_list("unit_id", "user_id")


# Planned anew: asked for one unit, or for all of them.
_HELD = Prepared(_held, plan_anew=True, permission=str, units=frozenset, day=date)
_GRANTED = Prepared(_granted, plan_anew=True, permission=str, units=frozenset, day=date)


def leaders_of(unit: Unit, at: date | None = None) -> list[User]:
    """Who is copied from 催办 on; see `leaders_of_units`."""
    return leaders_of_units([unit.pk], at)[unit.pk]


def leaders_of_units(unit_ids: Iterable[int], at: date | None = None) -> dict[int, list[User]]:
    """The leaders of each unit on a day (today): active people whose membership is marked so, whatever their role;
    where nobody is, the unit's reviewers, so that a 催办 never goes nowhere. One query; every unit has an entry."""
    wanted = frozenset(unit_ids)
    rows = _LEADERS.objects(units=wanted, day=at or clock.today()) if wanted else []
    marked: dict[int, dict[int, User]] = {unit_id: {} for unit_id in wanted}
    reviewers: dict[int, dict[int, User]] = {unit_id: {} for unit_id in wanted}
    for row in rows:
        (marked if row.is_leader else reviewers)[row.unit_id][row.user_id] = row.user
    return {unit_id: list((marked[unit_id] or reviewers[unit_id]).values()) for unit_id in sorted(wanted)}


def _leaders(units: frozenset[int], day: date) -> QuerySet[Any, Any]:
    return (
        Membership.objects.valid(day)
        .filter(Q(is_leader=True) | Q(role=Role.REVIEWER), unit__in=units, user__is_active=True)
        .select_related("user")
        .order_by("user__username", "pk")
    )


_LEADERS = Prepared(_leaders, plan_anew=True, units=frozenset, day=date)


def grants_in_force(at: date | None = None) -> list[Grant]:
    """Exceptions that count on a day (today), the next to end first."""
    grants = Grant.objects.filter(until__gte=at or clock.today()).select_related("user", "unit", "by")
    return list(grants.order_by("until", "id"))


def rights_for(request: HttpRequest) -> Rights:
    """The rights of the person behind a request, read at most once."""
    cached: Rights | None = getattr(request, "_chuangmo_rights", None)
    if cached is None:
        cached = _rights(request.user, clock.today(), memberships_for(request))  # type: ignore[arg-type]
        request._chuangmo_rights = cached  # type: ignore[attr-defined]
    return cached


def memberships_for(request: HttpRequest) -> list[Membership]:
    """The memberships that count today of the person behind a request, with their units in order; read at most once,
    since the head of every page shows them and the rights hang on them."""
    cached: list[Membership] | None = getattr(request, "_chuangmo_memberships", None)
    if cached is None:
        cached = _MINE.objects(user=request.user.pk, day=clock.today()) if request.user.pk else []
        request._chuangmo_memberships = cached  # type: ignore[attr-defined]
    return cached


def _mine(user: int, day: date) -> QuerySet[Any, Any]:
    mine = Membership.objects.valid(day).filter(user=user).select_related("unit")
    return mine.order_by("unit__order", "unit_id", "role")


_MINE = Prepared(_mine, user=int, day=date)


def office_unit_id(rights: Rights) -> int | None:
    """The unit for which a person of the steering office acts."""
    return (
        rights.user.memberships.filter(role=Role.OFFICE, unit__in=rights.member_of)
        .values_list("unit_id", flat=True)
        .first()
    )
