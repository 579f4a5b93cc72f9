"""What each role may do: the one table behind object permissions (domain.md §1). Pure."""

from __future__ import annotations

from dataclasses import dataclass

REPORT = "report"
SIGN_OFF = "sign_off"
ACCEPT = "accept"
OVERSEE = "oversee"
VIEW = "view_unit"


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
