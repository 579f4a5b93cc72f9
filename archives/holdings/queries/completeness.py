"""How complete the archive is: indicator × year × kind, with counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from archives.holdings.queries.slots import Slot, slots_of
from archives.holdings.rules.standing import SlotState
from indicators.plan.models import Plan

__all__ = ["Cell", "cells_of", "completeness"]

# A cell shows the first of these that any of its papers is in.
WORST_FIRST = (
    SlotState.RETURNED,
    SlotState.MISSING,
    SlotState.DRAFT,
    SlotState.OFFERED,
    SlotState.CHECKED,
    SlotState.ACCEPTED,
    SlotState.WAIVED,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """The wanted papers of one indicator, year and kind. `wanted` leaves out those that the office waived."""

    indicator_number: int
    year: int
    kind: str
    wanted: int
    accepted: int
    checked: int
    offered: int
    returned: int
    draft: int
    missing: int
    waived: int
    state: SlotState

    @property
    def is_complete(self) -> bool:
        return self.accepted == self.wanted

    @property
    def share(self) -> Decimal | None:
        """Accepted ÷ wanted; None where nothing is wanted."""
        return Decimal(self.accepted) / self.wanted if self.wanted else None


def completeness(plan: Plan, as_of: date | None = None) -> list[Cell]:
    """One cell for every indicator, year and kind of which something is wanted; eight queries whatever the number of units.

    With `as_of` as it was at the end of that day.
    """
    return cells_of(slots_of(plan, as_of=as_of))


def cells_of(slots: Iterable[Slot]) -> list[Cell]:
    """The cells of these papers, in the order of indicator, year and kind as they come."""
    counts: dict[tuple[int, int, str], Counter[SlotState]] = defaultdict(Counter)
    for slot in slots:
        counts[slot.indicator_number, slot.year, slot.kind][slot.state] += 1
    return [_cell(place, count) for place, count in counts.items()]


def _cell(place: tuple[int, int, str], count: Counter[SlotState]) -> Cell:
    return Cell(
        *place,
        wanted=count.total() - count[SlotState.WAIVED],
        accepted=count[SlotState.ACCEPTED],
        checked=count[SlotState.CHECKED],
        offered=count[SlotState.OFFERED],
        returned=count[SlotState.RETURNED],
        draft=count[SlotState.DRAFT],
        missing=count[SlotState.MISSING],
        waived=count[SlotState.WAIVED],
        state=next(state for state in WORST_FIRST if count[state]),
    )
