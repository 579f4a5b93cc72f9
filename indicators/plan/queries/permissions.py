"""The whole table of who may do what, as the same predicates that pages ask would answer it on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of_all
from chuangmo.org.models import Unit
from indicators.plan.models import Assignment, AssignmentRole, Indicator, Plan

__all__ = ["RIGHTS", "Permitted", "permission_table"]

RIGHTS = {"report": "填报", "sign_off": "审核", "verify": "核定", "accept": "审定"}


@dataclass(frozen=True, slots=True)
class Permitted:
    """That a person may do something (a key of RIGHTS) with the reports of a unit on an indicator."""

    unit: Unit
    indicator: Indicator
    role: str
    person: User
    right: str


def permission_table(plan: Plan, at: date | None = None) -> list[Permitted]:
    """Unit × indicator × person × right on a day (today), by unit, indicator, right; six queries.

    `role` is the unit's assignment. Who may enter and sign off comes from rights on the unit, who verifies from
    rights on the indicator's leads, who accepts from the office's rights on the unit. (That nobody signs off what
    they submitted themselves depends on the single report and is not in this table.)
    """
    day = at or clock.today()
    people: dict[tuple[str, int], list[User]] = defaultdict(list)
    for rights in rights_of_all(day):
        for permission, units in rights.units.items():
            for unit_id in units:
                people[permission, unit_id].append(rights.user)
    assignments = list(
        Assignment.objects.valid(day)
        .filter(indicator__plan=plan)
        .select_related("unit", "indicator__plan")
        .order_by("unit__order", "unit__name", "indicator__number", "role")
    )
    leads: dict[int, list[int]] = defaultdict(list)
    for row in assignments:
        if row.role == AssignmentRole.LEAD:
            leads[row.indicator_id].append(row.unit_id)
    seen: set[tuple[int, int]] = set()
    table = []
    for row in assignments:
        # A unit with two roles on an indicator (a member of a group that is responsible too) has one set of rights.
        if (row.unit_id, row.indicator_id) in seen:
            continue
        seen.add((row.unit_id, row.indicator_id))
        for right, person in _persons(row, people, leads[row.indicator_id]):
            table.append(Permitted(row.unit, row.indicator, row.role, person, right))
    return table


def _persons(
    row: Assignment, people: dict[tuple[str, int], list[User]], leads: list[int]
) -> Iterator[tuple[str, User]]:
    for right in ("report", "sign_off"):
        for person in people.get((right, row.unit_id), ()):
            yield right, person
    if row.unit_id not in leads:  # a lead's own report skips the step
        verifiers = {person.pk: person for lead in leads for person in people.get(("sign_off", lead), ())}
        for person in sorted(verifiers.values(), key=lambda person: person.username):
            yield "verify", person
    for person in people.get(("accept", row.unit_id), ()):
        yield "accept", person
