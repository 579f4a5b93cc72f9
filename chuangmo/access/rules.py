"""What each role may do: the one table behind object permissions (domain.md §1). Pure."""

from __future__ import annotations

from dataclasses import dataclass

REPORT = "report"
SIGN_OFF = "sign_off"
ACCEPT = "accept"
OVERSEE = "oversee"
VIEW = "view_unit"


WORDS = {REPORT: "填报", SIGN_OFF: "审核", ACCEPT: "审定", OVERSEE: "督导", VIEW: "查看"}
# What makes a person a reviewer: nobody may give it to themselves.
REVIEWING = frozenset({SIGN_OFF, ACCEPT})


@dataclass(frozen=True)
class RoleRights:
    """Permissions on the unit of the membership, on the units inside its county, and on every unit of the city."""

    own: frozenset[str] = frozenset()
    county: frozenset[str] = frozenset()
    city: frozenset[str] = frozenset()


RIGHTS: dict[str, RoleRights] = {
    "reporter": RoleRights(own=frozenset({VIEW, REPORT})),
    "reviewer": RoleRights(own=frozenset({VIEW, SIGN_OFF})),
    "office": RoleRights(city=frozenset({VIEW, OVERSEE, ACCEPT})),
    "county_office": RoleRights(own=frozenset({VIEW}), county=frozenset({VIEW, OVERSEE})),
    "inspector": RoleRights(city=frozenset({VIEW})),
    "observer": RoleRights(city=frozenset({VIEW})),
    "assessor": RoleRights(),
    "admin": RoleRights(city=frozenset({VIEW})),
}


@dataclass(frozen=True)
class Place:
    """A unit as far as rights ask: which one, and inside which county (a county lies inside itself)."""

    id: int
    county_id: int | None = None


def unit_permissions(role: str, home: Place, target: Place) -> frozenset[str]:
    """What somebody with that role in `home` may do with regard to `target`."""
    rights = RIGHTS[role]
    names = rights.city
    if target.id == home.id:
        names |= rights.own
    if home.county_id is not None and home.county_id == target.county_id:
        names |= rights.county
    return names


def is_reviewing(role: str) -> bool:
    """Whether the role signs off or accepts anywhere."""
    rights = RIGHTS[role]
    return bool((rights.own | rights.county | rights.city) & REVIEWING)
