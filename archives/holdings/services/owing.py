"""Material is owed until every wanted year of it is in the archive, whichever came first: the obligation or the papers."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from archives.holdings.queries.slots import MATERIAL, slots_of
from archives.holdings.rules.standing import SlotState
from chuangmo.deadlines.models import Obligation
from chuangmo.deadlines.services import fulfil
from indicators.plan.models import Plan

__all__ = ["materials_settled"]


def materials_settled(at: date, horizon: date) -> tuple[()]:
    """For settings.OBLIGATION_SOURCES, after the material that is owed: what is in the archive already is done."""
    plan = Plan.objects.filter(is_current=True).first()
    rows = Obligation.objects.open().filter(kind=MATERIAL, subject_kind=MATERIAL)
    if plan is None or not rows.exists():
        return ()
    states: dict[tuple[int, int | None], set[SlotState]] = defaultdict(set)
    for slot in slots_of(plan):
        states[slot.requirement_id, slot.unit_id].add(slot.state)
    for row in rows:
        if states[row.subject_id, row.unit_id] == {SlotState.ACCEPTED}:
            fulfil(row, None)
    return ()
