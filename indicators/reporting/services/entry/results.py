"""What is asked of a place in the form, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from chuangmo.errors import Stale
from indicators.reporting.services.checks import Finding


@dataclass(frozen=True, slots=True)
class CellChange:
    """What a person did to a cell; None = not touched. `answer` is one of the three answers without a figure, or ""
    to go back to a figure."""

    version: int
    raw: str | None = None
    answer: str | None = None
    reason: str | None = None
    explanation: str | None = None


@dataclass(frozen=True, slots=True)
class CellState:
    """A figure cell as it is stored now; `note` tells how the text was understood, where that is not obvious."""

    cell: str
    version: int
    raw: str
    answer: str
    value: Decimal | None
    fault: str = ""
    note: str = ""
    reason: str = ""
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else was faster on one cell: what they put there, who and when, and what was not written."""

    cell: str
    label: str
    theirs: str
    mine: str
    by: str
    at: datetime | None
    version: int
    current: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        when = f"（{timezone.localtime(self.at):%H:%M}）" if self.at else ""
        return (
            f"“{self.label}”刚才已由 {self.by or '他人'}{when}改为“{self.theirs or '空白'}”，"
            f"您填的“{self.mine or '空白'}”没有保存；请选用哪一个"
        )


class CellStale(Stale):
    """The cell was changed since the page showed it; `conflict` holds both values."""

    def __init__(self, conflict: Conflict) -> None:
        self.conflict = conflict
        super().__init__(conflict.message)


@dataclass(frozen=True, slots=True)
class SavedCell:
    """One saved cell, and what the checks now find in the whole report."""

    state: CellState
    findings: list[Finding]
    at: datetime


@dataclass(frozen=True, slots=True)
class SavedText:
    """A saved narrative text or checklist answer: its key and new version."""

    cell: str
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Pasted:
    """What became of a block: the cells as they are now, those that somebody else changed meanwhile, and what fell
    outside the form (in words)."""

    cells: list[CellState]
    conflicts: list[Conflict]
    outside: list[str]
    findings: list[Finding]
    at: datetime

    @property
    def bad(self) -> int:
        return sum(bool(cell.fault) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class TextChange:
    """A narrative text or checklist note as the page sends it with its version."""

    text: str
    version: int
    answer: str = ""


@dataclass(frozen=True, slots=True)
class SavedAll:
    """A whole form saved without a script: how many places changed, and who was faster where."""

    changed: int
    conflicts: list[Conflict]
