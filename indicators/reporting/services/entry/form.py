"""The whole form at once, for who has no script."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from chuangmo.access.models import User
from indicators.reporting.services.checks import cell_key, cells_of
from indicators.reporting.services.entry.cells import label_of, said, write_cell
from indicators.reporting.services.entry.results import CellChange, CellStale, Conflict, SavedAll, TextChange
from indicators.reporting.services.entry.texts import (
    find_answer,
    said_answer,
    text_row,
    write_answer,
    write_text,
)
from indicators.reporting.services.entry.writing import record_many
from indicators.reporting.services.gate import lock_for_entry


def save_all(
    *,
    by: User,
    report_id: int,
    cells: Mapping[str, CellChange],
    answers: Mapping[str, TextChange],
    texts: Mapping[str, TextChange],
) -> SavedAll:
    """Save a whole form at once; what somebody else changed meanwhile is left alone and listed. Raises as `save_cell`."""
    changes: dict[str, list[str]] = {}
    conflicts: list[Conflict] = []
    with transaction.atomic():
        report = lock_for_entry(by=by, report_id=report_id)
        for row in cells_of(report) if cells else []:
            if change := cells.get(cell_key(row)):
                before = said(row)
                try:
                    if write_cell(row, change, by):
                        changes[label_of(row)] = [before, said(row)]
                except CellStale as stale:
                    conflicts.append(stale.conflict)
        for key, text in answers.items():
            answer = find_answer(report, key)
            before = said_answer(answer.answer, answer.note)
            try:
                if write_answer(answer, text, by):
                    changes[answer.item.item] = [before, said_answer(answer.answer, answer.note)]
            except CellStale as stale:
                conflicts.append(stale.conflict)
        for kind, text in texts.items():
            narrative = text_row(report, kind)
            before = narrative.text
            try:
                if write_text(narrative, text, by):
                    changes[str(narrative.get_kind_display())] = [before, narrative.text]
            except CellStale as stale:
                conflicts.append(stale.conflict)
        record_many(report, by, "保存", changes)
    return SavedAll(changed=len(changes), conflicts=conflicts)
