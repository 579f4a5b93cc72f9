"""The matrix and the catalogue as pages show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from archives.holdings.models import MaterialTerms, Piece
from archives.holdings.queries.completeness import Cell, cells_of
from archives.holdings.queries.slots import MATERIAL, Slot
from archives.holdings.rights import visible_to
from archives.holdings.rules.standing import SlotState
from chuangmo.access.queries import Rights
from chuangmo.deadlines.models import Obligation
from chuangmo.files.models import MaterialKind
from chuangmo.org.models import Unit
from chuangmo.workcalendar.queries import work_calendar
from indicators.plan.models import Indicator, MaterialRequirement, Milestone, Plan
from indicators.plan.queries.materials import ARCHIVE_MILESTONE

__all__ = [
    "CatalogueRow",
    "CatalogueYear",
    "Matrix",
    "MatrixRow",
    "ShownSlot",
    "archive_day",
    "catalogue",
    "due_days",
    "matrix_of",
]


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One indicator: its cells by column (None where nothing is wanted), and the sums."""

    indicator: Indicator
    cells: Sequence[Cell | None]
    wanted: int
    accepted: int

    @property
    def share(self) -> float | None:
        return self.accepted / self.wanted if self.wanted else None


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows by indicator; columns by year and kind, in that order."""

    years: Sequence[int]
    kinds: Sequence[str]
    rows: Sequence[MatrixRow]
    wanted: int
    accepted: int
    open_units: int

    @property
    def share(self) -> float | None:
        return self.accepted / self.wanted if self.wanted else None

    @property
    def columns(self) -> list[tuple[int, str]]:
        return [(year, kind) for year in self.years for kind in self.kinds]


def matrix_of(plan: Plan, slots: Sequence[Slot]) -> Matrix:
    """The matrix of these papers. One query."""
    cells = {(cell.indicator_number, cell.year, cell.kind): cell for cell in cells_of(slots)}
    years = sorted({slot.year for slot in slots})
    kinds: list[str] = list(MaterialKind.values)
    wanted: dict[int, int] = defaultdict(int)
    accepted: dict[int, int] = defaultdict(int)
    for cell in cells.values():
        wanted[cell.indicator_number] += cell.wanted
        accepted[cell.indicator_number] += cell.accepted
    rows = [
        MatrixRow(
            one,
            [cells.get((one.number, year, kind)) for year in years for kind in kinds],
            wanted[one.number],
            accepted[one.number],
        )
        for one in Indicator.objects.filter(plan=plan).order_by("number")
    ]
    owing = {slot.unit_id for slot in slots if slot.is_open}
    return Matrix(years, kinds, rows, sum(wanted.values()), sum(accepted.values()), len(owing))


@dataclass(frozen=True, slots=True)
class ShownSlot:
    """One paper with its unit, and the piece where the reader may open it."""

    slot: Slot
    unit: Unit | None
    piece: Piece | None
    is_mine: bool


@dataclass(frozen=True, slots=True)
class CatalogueYear:
    """One required material in one year: who has brought it, who has not."""

    year: int
    shown: Sequence[ShownSlot]

    @property
    def accepted(self) -> int:
        return sum(one.slot.state == SlotState.ACCEPTED for one in self.shown)

    @property
    def wanted(self) -> int:
        return sum(one.slot.state != SlotState.WAIVED for one in self.shown)


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """One required material with its years, and the checklist items that it proves besides."""

    requirement: MaterialRequirement
    years: Sequence[CatalogueYear]
    checklist: Sequence[str]


def catalogue(slots: Sequence[Slot], rights: Rights) -> list[CatalogueRow]:
    """The papers by material and year, as the person may see them: four queries whatever their number."""
    units = Unit.objects.in_bulk({slot.unit_id for slot in slots if slot.unit_id is not None})
    pieces = (
        visible_to(rights).select_related("case").in_bulk([slot.piece_id for slot in slots if slot.piece_id])
    )
    materials = MaterialRequirement.objects.select_related("indicator").in_bulk(
        {slot.requirement_id for slot in slots}
    )
    items: dict[int, list[str]] = defaultdict(list)
    links = MaterialTerms.objects.filter(requirement__in=materials, checklist__isnull=False)
    for requirement_id, item in links.order_by("checklist__order").values_list(
        "requirement_id", "checklist__item"
    ):
        items[requirement_id].append(item)
    groups: dict[int, dict[int, list[ShownSlot]]] = defaultdict(lambda: defaultdict(list))
    for slot in slots:
        unit = units.get(slot.unit_id) if slot.unit_id is not None else None
        piece = pieces.get(slot.piece_id) if slot.piece_id is not None else None
        is_mine = slot.unit_id is not None and rights.may("report", slot.unit_id)
        groups[slot.requirement_id][slot.year].append(ShownSlot(slot, unit, piece, is_mine))
    return [
        CatalogueRow(
            materials[requirement_id],
            [CatalogueYear(year, shown) for year, shown in years.items()],
            items[requirement_id],
        )
        for requirement_id, years in groups.items()
    ]


def archive_day(plan: Plan) -> date | None:
    """The day by which the plan wants all material, or the next working day. Two queries."""
    milestone = Milestone.objects.filter(plan=plan, code=ARCHIVE_MILESTONE).first()
    return work_calendar().next_working_day(milestone.due_on) if milestone else None


def due_days(slots: Sequence[Slot]) -> dict[tuple[int, int], tuple[date | None, int]]:
    """Until when each unit has to bring each material, with the obligation's id: (requirement, unit) → (day, id). One query."""
    rows = Obligation.objects.filter(
        kind=MATERIAL,
        subject_kind=MATERIAL,
        subject_id__in={slot.requirement_id for slot in slots},
        superseded=False,
    )
    return {
        (subject, unit): (due, pk)
        for subject, unit, due, pk in rows.order_by("cycle").values_list(
            "subject_id", "unit_id", "due_on", "pk"
        )
    }
