"""Archive complete: a part of the score (settings.SCORE_PARTS).

A row for each material that a unit owes to the archive; it won the share of its years that were in the archive on the
evening of the period's last day. Before its day nothing is judged; what the office waived is shown and does not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal

from django.utils import timezone

from archives.holdings.queries.catalogue import archive_day
from archives.holdings.queries.slots import MATERIAL, Slot, slots_of
from archives.holdings.rules.standing import SlotState
from chuangmo.deadlines.models import Obligation
from chuangmo.deadlines.services.reconciling import GONE
from supervision.scores.parts.indicators import plan_of
from supervision.scores.rules.parts import PartResult, Row

__all__ = ["archive_complete"]


def archive_complete(unit_ids: Sequence[int], start: date, end: date) -> dict[int, PartResult]:
    """One row for each material of these units; eleven queries whatever their number."""
    plan = plan_of(end)
    if plan is None:
        return {}
    slots = slots_of(plan, as_of=end, unit_ids=unit_ids)
    days, waived = _obligations(unit_ids, end)
    day = archive_day(plan)
    groups: dict[tuple[int, int], list[Slot]] = defaultdict(list)
    for slot in slots:
        if slot.unit_id is not None:
            groups[slot.unit_id, slot.requirement_id].append(slot)
    found: dict[int, list[Row]] = defaultdict(list)
    for (unit_id, requirement_id), wanted in groups.items():
        place = (requirement_id, unit_id)
        found[unit_id].append(_row(wanted, days.get(place, day), waived.get(place, ""), end))
    return {unit_id: PartResult(tuple(rows)) for unit_id, rows in found.items()}


def _row(wanted: Sequence[Slot], due_on: date | None, waived: str, end: date) -> Row:
    slot = wanted[0]
    there = sum(one.state == SlotState.ACCEPTED for one in wanted)
    missing = "、".join(str(one.year) for one in wanted if one.state != SlotState.ACCEPTED)
    note = f"已归档 {there}/{len(wanted)} 年" + (f"，缺 {missing} 年" if missing else "")
    if waived:
        note = f"免交：{waived}"
    elif due_on is None or due_on > end:
        note = f"未到期，不计入；{note}"
    return Row(
        label=f"归档材料 {slot.indicator_number} {slot.name}",
        url=f"/archives/wanted/{slot.requirement_id}/",
        share=Decimal(there) / len(wanted),
        note=note,
        counts=not waived and due_on is not None and due_on <= end,
    )


def _obligations(
    unit_ids: Sequence[int], end: date
) -> tuple[dict[tuple[int, int], date | None], dict[tuple[int, int], str]]:
    """Until when each material is owed, and why it is not: by (requirement, unit). One query."""
    evening = timezone.make_aware(datetime.combine(end, time.max))
    rows = Obligation.objects.filter(
        kind=MATERIAL, subject_kind=MATERIAL, unit__in=unit_ids, superseded=False
    ).order_by("cycle")
    days, waived = {}, {}
    for row in rows:
        place = (row.subject_id, row.unit_id)
        days[place] = row.due_on
        if row.waived_at is not None and row.waived_at <= evening and row.waived_reason != GONE:
            waived[place] = row.waived_reason
    return days, waived
