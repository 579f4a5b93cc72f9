"""Every paper that the archive wants — requirement × unit × year — and where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from archives.holdings.models import Accession, Piece
from archives.holdings.rules.standing import SlotState, best_state, slot_state, years_wanted
from chuangmo import clock
from chuangmo.deadlines.models import Obligation
from chuangmo.deadlines.services.reconciling import GONE
from chuangmo.prepared import Prepared
from indicators.plan.models import MaterialRequirement, Plan
from indicators.plan.queries import duty_book

__all__ = ["MATERIAL", "Slot", "slots_of"]

MATERIAL = "material"  # kind of the obligation, and of its subject
Place = tuple[int, int, int]  # requirement, unit, year


@dataclass(frozen=True, slots=True)
class Slot:
    """One wanted paper. `unit_id` is None where nobody is named who should bring it; `piece_id` the piece that got
    furthest; `case_state` the state of that piece's review."""

    requirement_id: int
    name: str
    kind: str
    indicator_id: int
    indicator_number: int
    unit_id: int | None
    year: int
    state: SlotState
    piece_id: int | None = None
    case_state: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the unit still has to do something for it."""
        return self.state in (SlotState.MISSING, SlotState.DRAFT, SlotState.RETURNED)


def slots_of(
    plan: Plan,
    *,
    as_of: date | None = None,
    indicator_id: int | None = None,
    requirement_id: int | None = None,
    unit_ids: Collection[int] | None = None,
) -> list[Slot]:
    """The plan's wanted papers in the order of indicator, requirement, year and unit: eight queries whatever their number,
    one where none is wanted.

    On an earlier day (`as_of`) only what was accepted by then is known; everything else is missing.
    """
    rows = [
        row
        for row in _WANTED.objects(plan=plan.pk)
        if indicator_id in (None, row.indicator_id) and requirement_id in (None, row.pk)
    ]
    if not rows:
        return []
    answers = _answers(plan, as_of, unit_ids)
    waived = _waived(unit_ids) if as_of is None else set()
    day = min(max(as_of or clock.today(), plan.window_start), plan.window_end)
    book = duty_book(plan, unit_ids=unit_ids)
    found = []
    for row in rows:
        try:
            units: list[int | None] = [*book.provider_ids(row.provider, row.indicator_id, day)]
        except (KeyError, ValueError):  # a name that nobody bears: shown as a gap
            units = []
        for year in years_wanted(row.years, plan.year):
            for unit_id in units or [None]:
                if unit_ids is None or unit_id in unit_ids:
                    found.append(_slot(row, unit_id, year, answers, waived))
    return found


_WANTED = Prepared(
    lambda plan: (
        MaterialRequirement.objects.filter(indicator__plan=plan)
        .select_related("indicator")
        .order_by("indicator__number", "order", "pk")
    ),
    plan=int,
)


def _slot(
    row: MaterialRequirement,
    unit_id: int | None,
    year: int,
    answers: dict[Place, list[tuple[SlotState, int, str]]],
    waived: set[tuple[int, int]],
) -> Slot:
    given = answers.get((row.pk, unit_id, year), []) if unit_id is not None else []
    is_waived = unit_id is not None and (row.pk, unit_id) in waived
    state = best_state((one[0] for one in given), is_waived)
    piece, case_state = next((one[1:] for one in given if one[0] == state), (None, ""))
    return Slot(
        requirement_id=row.pk,
        name=row.name,
        kind=row.kind,
        indicator_id=row.indicator_id,
        indicator_number=row.indicator.number,
        unit_id=unit_id,
        year=year,
        state=state,
        piece_id=piece,
        case_state=case_state,
    )


def _answers(
    plan: Plan, as_of: date | None, unit_ids: Collection[int] | None
) -> dict[Place, list[tuple[SlotState, int, str]]]:
    """What pieces say to each wanted paper: what counts as accepted, and what is on its way. Two queries."""
    found: dict[Place, list[tuple[SlotState, int, str]]] = defaultdict(list)
    for place, piece, state in _accepted(plan, as_of, unit_ids):
        found[place].append((slot_state(state, is_accepted=True), piece, state))
    if as_of is None:
        for place, piece, state in _offered(plan, unit_ids):
            found[place].append((slot_state(state, is_accepted=False), piece, state))
    return found


def _accepted(
    plan: Plan, as_of: date | None, unit_ids: Collection[int] | None
) -> Iterator[tuple[Place, int, str]]:
    rows = _of_units(Accession.objects.counting(as_of), unit_ids)
    rows = rows.filter(plan=plan, requirements__isnull=False).order_by("pk")
    for requirement, unit, first, last, piece, state in rows.values_list(
        "requirements", "unit_id", "covers_from", "year", "piece_id", "piece__case__state"
    ):
        for year in range(first or last, last + 1):
            yield (requirement, unit, year), piece, state


def _offered(plan: Plan, unit_ids: Collection[int] | None) -> Iterator[tuple[Place, int, str]]:
    rows = _of_units(Piece.objects.filter(plan=plan), unit_ids)
    rows = rows.filter(discarded_at__isnull=True, requirements__isnull=False)
    for requirement, unit, first, last, piece, state in rows.order_by("pk").values_list(
        "requirements", "unit_id", "covers_from", "year", "pk", "case__state"
    ):
        for year in range(first or last, last + 1):
            yield (requirement, unit, year), piece, state


def _waived(unit_ids: Collection[int] | None) -> set[tuple[int, int]]:
    """Which units the office let off which material."""
    rows = _of_units(Obligation.objects.filter(subject_kind=MATERIAL), unit_ids)
    rows = rows.filter(waived_at__isnull=False, superseded=False).exclude(waived_reason=GONE)
    return set(rows.order_by().values_list("subject_id", "unit_id"))


def _of_units(rows: QuerySet[Any], unit_ids: Collection[int] | None) -> QuerySet[Any]:
    return rows if unit_ids is None else rows.filter(unit__in=unit_ids)
