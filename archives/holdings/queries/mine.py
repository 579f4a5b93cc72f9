"""What a person's units owe to the archive: for their own page and the home page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from archives.holdings.models import Piece
from archives.holdings.queries.catalogue import archive_day, due_days
from archives.holdings.queries.slots import Slot, slots_of
from archives.holdings.queries.suggestions import suggestions_for
from archives.holdings.rules.standing import SlotState
from chuangmo.access.queries import Rights
from chuangmo.org.models import Unit
from chuangmo.review.models import ReviewEvent
from chuangmo.review.rules import SEND_BACK
from indicators.plan.models import Plan

__all__ = ["Owed", "OwedLine", "owed_of"]

_ORDER = {SlotState.RETURNED: 0, SlotState.DRAFT: 1, SlotState.MISSING: 2}


@dataclass(frozen=True, slots=True)
class OwedLine:
    """One paper that a unit of the person still has to bring, or to put right."""

    slot: Slot
    unit: Unit
    due_on: date | None
    piece: Piece | None
    reason: str
    suggestion_count: int


@dataclass(frozen=True, slots=True)
class Owed:
    """What is open, first what came back; and how much is on its way, in the archive, let off."""

    lines: Sequence[OwedLine]
    in_review: int
    accepted: int
    waived: int

    @property
    def returned(self) -> int:
        return sum(line.slot.state == SlotState.RETURNED for line in self.lines)

    def late_at(self, day: date) -> int:
        """How many are past their day."""
        return sum(line.due_on is not None and line.due_on < day for line in self.lines)


def owed_of(plan: Plan, rights: Rights, *, with_suggestions: bool = True) -> Owed:
    """For the units that the person reports for; a constant number of queries."""
    slots = slots_of(plan, unit_ids=rights.report)
    open_slots = [slot for slot in slots if slot.is_open]
    units = Unit.objects.in_bulk(rights.report) if open_slots else {}
    days = due_days(open_slots) if open_slots else {}
    day = archive_day(plan) if open_slots else None
    pieces = Piece.objects.select_related("case").in_bulk(
        [one.piece_id for one in open_slots if one.piece_id]
    )
    reasons = _reasons(pieces.values())
    fitting = suggestions_for(plan, open_slots) if with_suggestions else {}
    lines = []
    for slot in open_slots:
        assert slot.unit_id is not None
        piece = pieces.get(slot.piece_id) if slot.piece_id else None
        lines.append(
            OwedLine(
                slot=slot,
                unit=units[slot.unit_id],
                due_on=days.get((slot.requirement_id, slot.unit_id), (day, 0))[0],
                piece=piece,
                reason=reasons.get(piece.case_id, "") if piece and slot.state == SlotState.RETURNED else "",
                suggestion_count=len(fitting.get((slot.requirement_id, slot.unit_id, slot.year), ())),
            )
        )
    lines.sort(key=lambda line: _ORDER[line.slot.state])
    return Owed(
        lines=lines,
        in_review=sum(slot.state in (SlotState.OFFERED, SlotState.CHECKED) for slot in slots),
        accepted=sum(slot.state == SlotState.ACCEPTED for slot in slots),
        waived=sum(slot.state == SlotState.WAIVED for slot in slots),
    )


def _reasons(pieces: Iterable[Piece]) -> dict[int, str]:
    """Why each returned piece came back: the last word."""
    cases = [piece.case_id for piece in pieces]
    events = ReviewEvent.objects.filter(case__in=cases, action=SEND_BACK).order_by("pk")
    return dict(events.values_list("case_id", "reason"))
