"""What the same cells said before: accepted figures, and where there is none what an earlier report says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from chuangmo.periods import Period
from chuangmo.prepared import Prepared
from indicators.plan.models import DataElement
from indicators.reporting.models import Answer, Figure, Report, ReportValue

__all__ = ["History", "earlier_periods", "history_of"]

Place = tuple[int, int]  # element, site


class History:
    """Earlier values by cell and by first day of the period, all of one kind of period."""

    def __init__(self, values: dict[Place, dict[date, Decimal | None]]) -> None:
        self._values = values

    def value(self, element_id: int, site_id: int, period: Period) -> Decimal | None:
        """What was reported for that period as it was typed (January-to-date where the element is); None = no figure."""
        return self._values.get((element_id, site_id), {}).get(period.start)

    def amount(self, element: DataElement, site_id: int, period: Period) -> Decimal | None:
        """The period's own amount: the difference of two totals where the element is entered January-to-date."""
        value = self.value(element.pk, site_id, period)
        if element.entry != DataElement.Entry.CUMULATIVE or value is None:
            return value
        return own_amount(value, period, self.value(element.pk, site_id, period.previous()))


def own_amount(total: Decimal, period: Period, total_before: Decimal | None) -> Decimal | None:
    """A period's amount from January-to-date totals; None where the total of the period before is missing."""
    if period.start.month == 1 or period.previous().start.year != period.start.year:
        return total
    return None if total_before is None else total - total_before


def earlier_periods(period: Period, count: int) -> list[Period]:
    """The `count` periods before, nearest first."""
    found: list[Period] = []
    for _ in range(count):
        period = period.previous()
        found.append(period)
    return found


def history_of(report: Report, elements: Collection[int], periods: Sequence[Period]) -> History:
    """Earlier values of these elements (ids) of the report's unit in those periods, which follow each other: one query,
    a second one where a figure is not accepted yet and an earlier report may say it."""
    values: dict[Place, dict[date, Decimal | None]] = defaultdict(dict)
    if not elements or not periods:
        return History(values)
    starts = [period.start for period in periods]
    asked: dict[str, Any] = {
        "unit": report.unit_id,
        "elements": frozenset(elements),
        "kind": report.period_kind,
        "first": min(starts),
        "last": max(starts),
    }
    found: set[tuple[int, date]] = set()
    for element, site, start, value in _ACCEPTED.rows(**asked):
        values[element, site][start] = value
        found.add((element, start))
    if any((element, start) not in found for element in elements for start in starts[:1]):
        for element, site, start, value in _TYPED.rows(**asked):
            values[element, site].setdefault(start, value)
    return History(values)


def _accepted(
    unit: int, elements: frozenset[int], kind: str, first: date, last: date
) -> QuerySet[Figure, Any]:
    rows = Figure.objects.current().filter(
        unit_id=unit, element_id__in=elements, period_kind=kind, period_start__range=(first, last)
    )
    return rows.order_by().values_list("element_id", "site_id", "period_start", "value")


def _typed(
    unit: int, elements: frozenset[int], kind: str, first: date, last: date
) -> QuerySet[ReportValue, Any]:
    rows = ReportValue.objects.filter(
        report__unit_id=unit,
        report__period_kind=kind,
        report__period_start__range=(first, last),
        element_id__in=elements,
        answer__in=[Answer.VALUE, Answer.NONE],
    )
    return rows.order_by().values_list("element_id", "site_id", "report__period_start", "value")


_KINDS: dict[str, Any] = {"unit": int, "elements": frozenset, "kind": str, "first": date, "last": date}
_ACCEPTED, _TYPED = Prepared(_accepted, **_KINDS), Prepared(_typed, **_KINDS)
