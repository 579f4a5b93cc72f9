"""The checklist of a tour: the plan's items of its indicators, and of those that its projects support."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from indicators.plan.models import ChecklistItem
from supervision.inspections.models import Inspection, ItemResult

__all__ = ["CheckLine", "check_lines", "items_of"]


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One item with what was seen of it on this tour (empty: not looked at)."""

    item: ChecklistItem
    result: str


def items_of(inspection: Inspection) -> QuerySet[ChecklistItem]:
    """In the order of indicators and their lists."""
    return (
        ChecklistItem.objects.filter(
            Q(indicator__inspections=inspection) | Q(indicator__projects__inspections=inspection)
        )
        .select_related("indicator")
        .order_by("indicator__number", "order", "pk")
        .distinct()
    )


def check_lines(inspection: Inspection) -> list[CheckLine]:
    """Two queries."""
    seen = dict(ItemResult.objects.filter(inspection=inspection).values_list("item_id", "result"))
    return [CheckLine(item, seen.get(item.pk, "")) for item in items_of(inspection)]
