"""Who sees and who decides what a unit asks about a deadline.

| who | sees the request | decides |
| --- | --- | --- |
| city's steering office | of every unit | every one |
| county's steering office | of its county's units | about what it made theirs to do itself (its own orders) |
| oversight body | of every unit | likewise |
| unit | its own | — (asks, and takes back) |

The plan gives a county's office no say in what the city's decides: it sees and chases (domain.md §1, §8).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from django.conf import settings
from django.utils.module_loading import import_string

from chuangmo.access.models import Membership, Role
from chuangmo.access.queries import Rights
from chuangmo.access.rules import ACCEPT
from chuangmo.deadlines.models import Obligation

__all__ = ["OFFICES", "deciding_office", "may_decide_requests", "people_of_office", "requests_decided_by"]

OFFICES = (Role.OFFICE, Role.COUNTY_OFFICE, Role.INSPECTOR)
Deciders = Callable[[Sequence[Obligation]], dict[int, int]]  # the offices by the obligations' ids


def deciding_office(obligation: Obligation) -> int | None:
    """The office that made it the unit's to do (settings.DEADLINE_DECIDERS); None: the city's steering office."""
    return _deciding_offices([obligation]).get(obligation.pk)


def may_decide_requests(rights: Rights, obligation: Obligation) -> bool:
    """The steering office always may. At most two queries more."""
    return obligation.pk in requests_decided_by(rights, [obligation])


def requests_decided_by(rights: Rights, obligations: Iterable[Obligation]) -> set[int]:
    """The ids of those about which the person decides. A query for each kind of subject and one for the person's offices,
    however many; none for the steering office."""
    rows = list(obligations)
    found = {row.pk for row in rows if rights.may(ACCEPT, row.unit_id)}
    rest = [row for row in rows if row.pk not in found]
    if not rest or not rights.roles & set(OFFICES):
        return found
    offices = _deciding_offices(rest)
    if not offices:
        return found
    seats = Membership.objects.valid(rights.on).filter(
        user=rights.user.pk, unit__in=set(offices.values()), role__in=OFFICES
    )
    own = set(seats.values_list("unit_id", flat=True))
    return found | {pk for pk, office_id in offices.items() if office_id in own}


def _deciding_offices(obligations: Iterable[Obligation]) -> dict[int, int]:
    """By obligation, where it isn't the city's steering office."""
    by_kind: dict[str, list[Obligation]] = defaultdict(list)
    for row in obligations:
        by_kind[row.subject_kind].append(row)
    found: dict[int, int] = {}
    for kind, rows in by_kind.items():
        if path := settings.DEADLINE_DECIDERS.get(kind):
            source: Deciders = import_string(path)
            found |= source(rows)
    return found


def people_of_office(office_id: int, at: date) -> list[int]:
    """Whoever works there. One query."""
    seats = Membership.objects.valid(at).filter(unit=office_id, role__in=OFFICES, user__is_active=True)
    return list(seats.order_by("user_id").values_list("user_id", flat=True).distinct())
