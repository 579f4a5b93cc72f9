"""A block copied from a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from chuangmo.access.models import User
from chuangmo.errors import Invalid
from indicators.reporting.services.checks import cell_key, cells_of, findings_of
from indicators.reporting.services.entry.cells import find_cell, label_of, said, state_of, write_cell
from indicators.reporting.services.entry.results import CellChange, CellStale, Pasted
from indicators.reporting.services.entry.writing import record_many
from indicators.reporting.services.gate import lock_for_entry
from indicators.reporting.services.placing import place_block


def paste_block(*, by: User, report_id: int, at_cell: str, text: str, versions: Mapping[str, int]) -> Pasted:
    """Put a block copied from a spreadsheet into the form, from `at_cell` on (see `placing`).

    All cells in one transaction: good ones saved, unreadable ones kept with their faults, those that somebody else
    changed since the page showed them left alone and listed. Blank cells of the block change nothing. Raises as
    `save_cell`, and Invalid for a block without anything in it.
    """
    with transaction.atomic():
        report = lock_for_entry(by=by, report_id=report_id)
        cells = cells_of(report)
        placed, outside = place_block(cells, find_cell(cells, at_cell), text)
        if not placed and not outside:
            raise Invalid({at_cell: "剪贴板里没有可以粘贴的内容"})
        changes: dict[str, list[str]] = {}
        conflicts = []
        for row, raw in placed:
            before = said(row)
            seen = versions.get(cell_key(row), row.version)
            try:
                if write_cell(row, CellChange(seen, raw=raw), by):
                    changes[label_of(row)] = [before, said(row)]
            except CellStale as stale:
                conflicts.append(stale.conflict)
        record_many(report, by, "粘贴", changes)
    return Pasted(
        cells=[state_of(row) for row, _ in placed],
        conflicts=conflicts,
        outside=outside,
        findings=findings_of(report, cells),
        at=timezone.now(),
    )
