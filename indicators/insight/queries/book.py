"""Everything that the consistency watch looks at, in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chuangmo.org.models import Unit
from chuangmo.periods import Kind, Period
from indicators.insight.models import WatchRule
from indicators.insight.rules.watching import Book, Element, Place, Rule, Value
from indicators.plan.models import Plan, ReportItem, Site, SiteKind
from indicators.reporting.models import Answer, Figure, ReportValue

__all__ = ["Names", "book_of", "names_of", "rule_of", "rules_in_force"]

YEARS_BACK = 4


@dataclass(frozen=True)
class Names:
    """Keys and names of units and sites, read once."""

    units: dict[str, Unit]
    sites: dict[str, Site]


def rules_in_force() -> list[Rule]:
    """The rules that are switched on, in their order. One query."""
    return [rule_of(row) for row in WatchRule.objects.filter(is_on=True)]


def rule_of(row: WatchRule) -> Rule:
    """A row as the plain value that the checks take."""
    return Rule(
        code=row.code,
        name=row.name,
        kind=row.kind,
        left=row.left,
        op=row.op,
        right=row.right,
        scope=row.scope,
        tolerance_pct=Decimal(row.tolerance_pct),
        sensitivity=Decimal(row.sensitivity),
        min_change_pct=row.min_change_pct,
        run=row.run,
        elements=frozenset(
            code.strip() for code in row.elements.replace("，", ",").split(",") if code.strip()
        ),
    )


def names_of() -> Names:
    """Units by id and sites by code, as texts. Two queries."""
    return Names(
        units={str(unit.pk): unit for unit in Unit.objects.all()},
        sites={site.code: site for site in Site.objects.exclude(kind=SiteKind.UNIT)},
    )


def book_of(plan: Plan, codes: Collection[str] | None = None) -> Book:
    """The accepted figures of these elements (all that the plan collects by default). Four queries."""
    items = ReportItem.objects.filter(indicator__plan=plan).select_related("element", "indicator")
    if codes is not None:
        items = items.filter(element__code__in=codes)
    elements = {
        item.element.code: Element(
            code=item.element.code,
            name=item.element.name,
            measure=item.element.measure,
            indicator=item.indicator_id,
            precision=item.element.precision,
            entry=item.element.entry,
            over_time=item.element.over_time,
        )
        for item in items.order_by("-indicator__number")
    }
    ids = [item.element_id for item in items]
    sites = {
        pk: "" if kind == SiteKind.UNIT else code
        for pk, code, kind in Site.objects.values_list("pk", "code", "kind")
    }
    return Book(elements, _values(ids, plan.year, sites), plan.year, _owed(ids, plan.year, sites))


def _values(ids: list[int], year: int, sites: dict[int, str]) -> list[Value]:
    rows = (
        Figure.objects.current()
        .filter(
            element__in=ids, period_end__gte=date(year - YEARS_BACK, 1, 1), period_end__lte=date(year, 12, 31)
        )
        .exclude(answer=Answer.NOT_APPLICABLE)
        .order_by("pk")
        .values_list(
            "element__code",
            "unit_id",
            "site_id",
            "period_kind",
            "period_start",
            "period_end",
            "value",
            "pk",
            "reason",
        )
    )
    return [
        Value(
            code,
            Place(str(unit), sites[site]),
            Period(Kind(kind), start, end),
            value if value is not None else Decimal(0),
            pk,
            reason,
        )
        for code, unit, site, kind, start, end, value, pk, reason in rows.iterator(chunk_size=5000)
    ]


def _owed(ids: list[int], year: int, sites: dict[int, str]) -> dict[tuple[str, str], set[Place]]:
    """Who has a cell for an element and period of the plan's year; what is waived or not applicable is not owed."""
    rows = (
        ReportValue.objects.filter(
            element__in=ids,
            report__period_end__gte=date(year, 1, 1),
            report__period_end__lte=date(year, 12, 31),
        )
        .exclude(answer=Answer.NOT_APPLICABLE)
        .exclude(report__obligation__waived_at__isnull=False)
        .order_by("pk")
        .values_list(
            "element__code",
            "report__unit_id",
            "site_id",
            "report__period_kind",
            "report__period_start",
            "report__period_end",
        )
    )
    owed: dict[tuple[str, str], set[Place]] = defaultdict(set)
    for code, unit, site, kind, start, end in rows.iterator(chunk_size=5000):
        owed[code, Period(Kind(kind), start, end).code].add(Place(str(unit), sites[site]))
    return owed
