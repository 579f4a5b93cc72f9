"""What a source of the agenda says (settings.AGENDA_SOURCES). Pure."""

from __future__ import annotations

from dataclasses import dataclass

# Kinds in the order in which they stand on the agenda, with their words.
KINDS = {
    "earlier": "上次议定事项",
    "overdue": "逾期未办",
    "order": "督办单",
    "project": "红灯工程",
    "indicator": "未达标和有风险的指标",
    "hand": "其他",
}
ORDER = {kind: place for place, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class AgendaPoint:
    """One point: `key` says what it is about and stays the same (unit, project, indicator), so that drawing again adds
    nothing; `detail` has a line for each fact."""

    kind: str
    key: str
    title: str
    detail: str
    unit_id: int | None = None
    url: str = ""
