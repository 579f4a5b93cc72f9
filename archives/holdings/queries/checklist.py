"""What proves the items of a checklist: the same paper that the archive wants, uploaded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archives.holdings.models import Accession, MaterialTerms
from indicators.plan.models import ChecklistItem, Indicator

__all__ = ["ItemEvidence", "items_of"]


@dataclass(frozen=True, slots=True)
class ItemEvidence:
    """One item of a checklist with the archive numbers of what proves it; `is_linked` where a required material names it."""

    item: ChecklistItem
    is_linked: bool
    numbers: Sequence[str]


def items_of(indicator: Indicator) -> list[ItemEvidence]:
    """The indicator's checklist with its proof: three queries, one where it has none."""
    items = list(ChecklistItem.objects.filter(indicator=indicator).order_by("order"))
    if not items:
        return []
    linked: dict[int, set[int]] = {}
    for item_id, requirement_id in MaterialTerms.objects.filter(checklist__in=items).values_list(
        "checklist", "requirement_id"
    ):
        linked.setdefault(item_id, set()).add(requirement_id)
    wanted = {requirement for ids in linked.values() for requirement in ids}
    given: dict[int, list[str]] = {}
    rows = Accession.objects.counting().filter(requirements__in=wanted).order_by("archive_number")
    for requirement_id, number in rows.values_list("requirements", "archive_number"):
        given.setdefault(requirement_id, []).append(number)
    return [
        ItemEvidence(
            item,
            item.pk in linked,
            sorted({number for one in linked.get(item.pk, ()) for number in given.get(one, ())}),
        )
        for item in items
    ]
