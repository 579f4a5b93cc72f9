"""Files that wait to be taken into the archive: what hangs on accepted things and fits what is still wanted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence

from django.conf import settings
from django.utils.module_loading import import_string

from archives.holdings.models import MaterialTerms, PieceVersion
from archives.holdings.queries.slots import Slot
from archives.holdings.rules.suggesting import Suggestion, best_of, fit
from chuangmo.access.queries import Rights
from indicators.plan.models import Plan

__all__ = ["Suggestion", "suggestion_of", "suggestions_for"]

Source = Callable[[Plan, Collection[int]], Iterable[Suggestion]]


def suggestion_of(rights: Rights, plan: Plan, unit_id: int, key: str) -> Suggestion | None:
    """The file of that key, if it may (still) be taken over for this unit by this person."""
    if not rights.may("report", unit_id):
        return None
    return next((one for one in _all(plan, [unit_id]) if one.key == key), None)


def suggestions_for(plan: Plan, slots: Sequence[Slot]) -> dict[tuple[int, int, int], list[Suggestion]]:
    """What fits each open paper (requirement, unit, year), the best first; a constant number of queries.

    What already is a piece for the same requirement of the unit is not suggested again.
    """
    unit_ids = {slot.unit_id for slot in slots if slot.unit_id is not None}
    if not unit_ids:
        return {}
    by_unit: dict[int, list[Suggestion]] = defaultdict(list)
    for one in _all(plan, unit_ids):
        by_unit[one.unit_id].append(one)
    taken = set(
        PieceVersion.objects.filter(piece__unit__in=unit_ids, piece__discarded_at__isnull=True)
        .order_by()
        .values_list("piece__requirements", "piece__unit_id", "file_id")
    )
    items: dict[int, set[str]] = defaultdict(set)
    links = MaterialTerms.objects.filter(
        requirement__in={slot.requirement_id for slot in slots}, checklist__isnull=False
    )
    for requirement_id, code in links.values_list("requirement_id", "checklist__code"):
        items[requirement_id].add(code)
    return {
        (slot.requirement_id, slot.unit_id, slot.year): best_of(
            (_fit(slot, one, items[slot.requirement_id]), one)
            for one in by_unit[slot.unit_id]
            if (slot.requirement_id, slot.unit_id, one.file_id) not in taken
        )
        for slot in slots
        if slot.unit_id is not None
    }


def _fit(slot: Slot, one: Suggestion, checklist: Collection[str]) -> int:
    assert slot.unit_id is not None
    return fit(
        one,
        name=slot.name,
        kind=slot.kind,
        indicator_id=slot.indicator_id,
        unit_id=slot.unit_id,
        year=slot.year,
        checklist=checklist,
    )


def _all(plan: Plan, unit_ids: Collection[int]) -> list[Suggestion]:
    sources: list[Source] = [import_string(path) for path in settings.EVIDENCE_SUGGESTIONS]
    return [one for source in sources for one in source(plan, unit_ids)]
