"""Who may change an inspection, and how changes are written down without telling the inspected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.audit.services import record
from chuangmo.errors import Refused
from chuangmo.org.models import Unit
from supervision.gate import require_text
from supervision.inspections.models import Finding, Inspection
from supervision.inspections.rights import Hand, Seat

__all__ = [
    "dissolved_fault",
    "held_inspection",
    "note_finding",
    "note_tour",
    "outside_fault",
    "require_reason",
    "require_seat",
]


def require_seat(by: User, office_id: int, what: str) -> Seat:
    """The seat from which the person supervises for that office; Refused without one."""
    seat = Hand(rights_of(by)).seat_at(office_id)
    if seat is None:
        raise Refused(f"只有实施单位的人员可以{what}")
    return seat


def held_inspection(inspection_id: int) -> Inspection:
    """The row, locked where the database can."""
    row = (
        Inspection.objects.select_for_update(of=("self",))
        .select_related("office", "plan")
        .filter(pk=inspection_id)
        .first()
    )
    if row is None:
        raise Refused("没有这次检查")
    return row


def dissolved_fault(unit: Unit, on: date | None = None) -> str:
    """Why nothing can be sent to this unit any more, with its successor; empty while it exists."""
    day = on or clock.today()
    if unit.is_valid(day):
        return ""
    if unit.valid_to is not None and unit.valid_to < day:
        text = f"{unit.name}已于 {unit.valid_to:%Y-%m-%d} 撤销"
        return (
            f"{text}，由{unit.successor.name}承接，请改发该单位"
            if unit.successor
            else f"{text}，没有登记承接单位"
        )
    return f"{unit.name}从 {unit.valid_from:%Y-%m-%d} 起才设立"


def outside_fault(seat: Seat, units: Iterable[Unit]) -> str:
    """Which of these units the office may not supervise; empty if none."""
    if seat.county_id is None:
        return ""
    outside = [unit.name for unit in units if seat.county_id not in (unit.pk, unit.county_id)]
    return f"{'、'.join(outside)}不在本县区，由市创模办督办" if outside else ""


def require_reason(reason: str, text: str = "请写明原因", limit: int = 200) -> str:
    """The reason without spaces around it; Invalid (field `reason`) when there is none, or too much."""
    return require_text("reason", reason, text, limit)


def note_tour(
    row: Inspection,
    by: User | None,
    action: str,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
) -> None:
    """One audit row. The log names neither place nor unit of a covert inspection before its release."""
    hidden = row.is_covert and row.released_at is None
    record(
        by=by,
        action=action,
        object_kind="inspection",
        object_id=row.pk,
        label=f"暗访 {row.pk}" if hidden else str(row),
        unit_id=None if hidden else row.office_id,
        reason="" if hidden else reason,
        changes={} if hidden else changes,
    )


def note_finding(
    row: Finding,
    by: User | None,
    action: str,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
) -> None:
    """The same for a finding: before its release the log says only that there is one."""
    record(
        by=by,
        action=action,
        object_kind="finding",
        object_id=row.pk,
        label=str(row) if row.is_released else f"问题 {row.pk}",
        unit_id=row.unit_id if row.is_released else None,
        reason=reason if row.is_released else "",
        changes=changes if row.is_released else {},
    )
