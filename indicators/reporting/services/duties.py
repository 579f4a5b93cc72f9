"""Who owes what in which period, from assignments read once: no query for each token or unit.

Reporter tokens (domain.md §3): `counties`, `responsible`, `lead`, `unit:NAME`, joined by `+`; resolved against the
indicator's own assignments on the period's last day, as `reporting.rights` does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cached_property

from chuangmo.org.models import Unit, UnitKind, UnitName
from chuangmo.periods import Period
from indicators.plan.models import Assignment, AssignmentRole, Plan, Site, SiteKind

COUNTY_KINDS = frozenset({UnitKind.COUNTY, UnitKind.ZONE})
DUTY_HOLDERS = frozenset({AssignmentRole.LEAD, AssignmentRole.RESPONSIBLE, AssignmentRole.MEMBER})


class DutyBook:
    """The assignments of one plan, all units and sites: three queries, then none."""

    def __init__(self, plan: Plan) -> None:
        self._rows: dict[int, list[Assignment]] = defaultdict(list)
        for row in Assignment.objects.filter(indicator__plan=plan).order_by("id"):
            self._rows[row.indicator_id].append(row)
        self.units = {unit.pk: unit for unit in Unit.objects.all()}
        self._sites: dict[str, list[Site]] = defaultdict(list)
        for site in Site.objects.order_by("kind", "order", "code"):
            self._sites[site.kind].append(site)

    @cached_property
    def _by_name(self) -> dict[str, int]:
        """Canonical names, and other names where they fit one unit only."""
        found: dict[str, set[int]] = defaultdict(set)
        for name, unit_id in UnitName.objects.values_list("name", "unit_id"):
            found[name].add(unit_id)
        names = {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}
        return {**names, **{unit.name: unit.pk for unit in self.units.values()}}

    def holders(self, indicator_id: int, at: date) -> dict[int, set[str]]:
        """Roles by unit that are valid on that day."""
        roles: dict[int, set[str]] = defaultdict(set)
        for row in self._rows[indicator_id]:
            if row.is_valid(at):
                roles[row.unit_id].add(row.role)
        return roles

    def narrators(self, indicator_id: int, at: date) -> set[int]:
        """Units that owe the monthly narrative: lead, responsible, members of a responsible group."""
        return {unit for unit, roles in self.holders(indicator_id, at).items() if roles & DUTY_HOLDERS}

    def reporters(self, token: str, indicator_id: int, at: date) -> set[int]:
        """Units that a reporter token names for the indicator on that day."""
        roles = self.holders(indicator_id, at)
        named: set[int] = set()
        for part in (part.strip() for part in token.split("+")):
            if part.startswith("unit:"):
                unit_id = self._by_name.get(part.removeprefix("unit:").strip())
                named |= {unit_id} & roles.keys() if unit_id else set()
            elif part == "lead":
                named |= {unit for unit, held in roles.items() if AssignmentRole.LEAD in held}
            elif part in ("responsible", "counties"):
                named |= {
                    unit
                    for unit, held in roles.items()
                    if AssignmentRole.RESPONSIBLE in held
                    and (part == "responsible" or self.units[unit].kind in COUNTY_KINDS)
                }
        return named

    def whole_unit(self, unit_id: int) -> Site | None:
        """The unit as a whole."""
        return self._whole_units.get(unit_id)

    @cached_property
    def _whole_units(self) -> dict[int, Site]:
        return {site.unit_id: site for site in self._sites[SiteKind.UNIT]}

    def sites(self, kind: str, unit_id: int, period: Period) -> list[Site]:
        """Sites of that kind that exist at some time in the period: a county's own, anybody else's all."""
        own = self.units[unit_id].kind in COUNTY_KINDS
        return [
            site
            for site in self._sites[kind]
            if (not own or site.unit_id == unit_id)
            and (site.valid_from is None or site.valid_from <= period.end)
            and (site.valid_to is None or site.valid_to >= period.start)
        ]

    def add_whole_units(self, unit_ids: Iterable[int]) -> None:
        """Make the whole-unit site of every unit that has none yet."""
        missing = [self.units[unit] for unit in sorted(set(unit_ids)) if unit not in self._whole_units]
        if not missing:
            return
        Site.objects.bulk_create(
            [
                Site(code=f"unit-{unit.pk}", name=unit.short_name, kind=SiteKind.UNIT, unit=unit)
                for unit in missing
            ],
            ignore_conflicts=True,
        )
        self._sites[SiteKind.UNIT] = list(Site.objects.filter(kind=SiteKind.UNIT))
        self.__dict__.pop("_whole_units", None)
