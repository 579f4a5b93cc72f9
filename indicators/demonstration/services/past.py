"""The figures of the years before the plan: accepted as a whole in January, without reports of their own."""

from __future__ import annotations

from datetime import date

from chuangmo.audit.services import record
from chuangmo.period_fields import period_columns
from indicators.demonstration.rules.days import at
from indicators.demonstration.rules.figures import history_periods
from indicators.demonstration.services.sheets import World
from indicators.plan.models import DataElement, Site, SiteKind
from indicators.reporting.models import Answer, Figure

__all__ = ["ACCEPTED_AT", "load_past"]

ACCEPTED_AT = at(date(2017, 1, 9), 15, 20)
BATCH = 500


def load_past(world: World) -> int:
    """Write them; returns how many."""
    office = world.office()
    sites = {site.code: site for site in Site.objects.select_related("unit")}
    whole = {site.unit_id: site for site in sites.values() if site.kind == SiteKind.UNIT}
    rows = []
    for code in sorted(world.elements):
        element = world.elements[code]
        for who in world.figures.reporters(code):
            unit = world.units.get(who)
            place = whole[unit.pk] if unit is not None else sites[who]
            unit = unit or world.site_reporter(element)
            for period in history_periods(world.figures.element(code)):
                value = world.figures.of(code, who, period)
                if value is not None:
                    rows.append(
                        Figure(
                            element=element,
                            unit=unit,
                            site=place,
                            answer=_answer(element, value),
                            value=value,
                            accepted_by=office,
                            accepted_at=ACCEPTED_AT,
                            **period_columns(period),
                        )
                    )
    Figure.objects.bulk_create(rows, batch_size=BATCH)
    record(
        by=office,
        action="补录历史数据",
        object_kind="plan",
        object_id=world.plan.pk,
        label=world.plan.name,
        reason="2013—2016年统计年报和部门台账（演示）",
        changes={"已审定数据": [0, len(rows)]},
    )
    return len(rows)


def _answer(element: DataElement, value: object) -> str:
    return Answer.VALUE if value or element.measure == "是否" else Answer.NONE
