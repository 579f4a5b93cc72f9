"""Who owes what in which period, and about which sites: read once, then asked without further queries."""

from __future__ import annotations

import logging
from collections import defaultdict
from datetime import date

from chuangmo.org.models import Unit, UnitKind
from chuangmo.periods import Period
from indicators.plan.models import Assignment, AssignmentRole, Plan, Site, SiteKind
from indicators.plan.queries import duty_book
from indicators.plan.services.sites import ensure_whole_unit_sites

COUNTY_KINDS = frozenset({UnitKind.COUNTY, UnitKind.ZONE})
NARRATORS = (AssignmentRole.LEAD, AssignmentRole.RESPONSIBLE, AssignmentRole.MEMBER)

logger = logging.getLogger(__name__)


class OwedBook:
    """The duties of one plan with the units and sites; makes the whole-unit site of a unit that has none."""

    def __init__(self, plan: Plan, *, make_sites: bool = True) -> None:
        if make_sites:
            ensure_whole_unit_sites()
        self._duties = duty_book(plan)
        self._narrators: dict[int, list[Assignment]] = defaultdict(list)
        for row in Assignment.objects.filter(indicator__plan=plan, role__in=NARRATORS).order_by("id"):
            self._narrators[row.indicator_id].append(row)
        self._sites: dict[str, list[Site]] = defaultdict(list)
        for site in Site.objects.order_by("kind", "order", "code"):
            self._sites[site.kind].append(site)
        self._whole_units = {site.unit_id: site for site in self._sites[SiteKind.UNIT]}

    @property
    def units(self) -> dict[int, Unit]:
        return self._duties.units

    def narrators(self, indicator_id: int, at: date) -> list[int]:
        """Units that owe the monthly narrative: lead, responsible, members of a responsible group."""
        rows = self._narrators[indicator_id]
        return list(dict.fromkeys(row.unit_id for row in rows if row.is_valid(at)))

    def reporters(self, token: str, indicator_id: int, at: date) -> list[int]:
        """Units that a reporter token names for the indicator on that day."""
        try:
            return self._duties.unit_ids(token, indicator_id, at)
        except KeyError as unknown:
            logger.warning("填报单位“%s”中的单位 %s 不存在，没有开立报表", token, unknown)
            return []

    def whole_unit(self, unit_id: int) -> Site:
        """The unit as a whole; not stored where the book was only to be read and the unit is new."""
        return self._whole_units.get(unit_id) or Site(unit_id=unit_id, kind=SiteKind.UNIT)

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
