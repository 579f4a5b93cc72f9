"""Where the cells of a pasted block go.

One column runs down the form as it stands on the page. Several columns, pasted into figures per site, are a table of
sites (down) by elements (across). Several columns pasted anywhere else keep their first column; the rest has no place.
Blank cells of the block have no effect: a blank never wipes out a figure.
"""

from __future__ import annotations

from collections.abc import Sequence

from chuangmo.errors import Invalid
from indicators.reporting.models import ReportValue
from indicators.reporting.rules.parsing import split_block

MAX_BLOCK = 100_000  # characters; a form has a few hundred cells
MAX_TOLD = 20

Placed = list[tuple[ReportValue, str]]


def place_block(cells: Sequence[ReportValue], start: ReportValue, text: str) -> tuple[Placed, list[str]]:
    """The cells with the text for each, and in words what of the block falls outside. Invalid if it is too large."""
    if len(text) > MAX_BLOCK:
        raise Invalid({f"v{start.pk}": "粘贴的内容太多，请只选要填的几列"})
    rows = split_block(text)
    wide = any(len(row) > 1 for row in rows)
    table = _site_table(cells, start) if wide and start.element.site_kind else _one_column(cells, start)
    placed: Placed = []
    outside: list[str] = []
    for down, row in enumerate(rows):
        for across, typed in enumerate(row):
            if not typed.strip():
                continue
            cell = table[down][across] if down < len(table) and across < len(table[down]) else None
            if cell is not None:
                placed.append((cell, typed))
            else:
                outside.append(f"第 {down + 1} 行第 {across + 1} 列“{typed.strip()[:20]}”超出表格，没有粘贴")
    if len(outside) > MAX_TOLD:
        outside[MAX_TOLD:] = [f"还有 {len(outside) - MAX_TOLD} 格超出表格，没有粘贴"]
    return placed, outside


def _one_column(cells: Sequence[ReportValue], start: ReportValue) -> list[list[ReportValue | None]]:
    at = [cell.pk for cell in cells].index(start.pk)
    return [[cell] for cell in cells[at:]]


def _site_table(cells: Sequence[ReportValue], start: ReportValue) -> list[list[ReportValue | None]]:
    """Sites down, elements of the same kind of site across, from the start cell on."""
    alike = [cell for cell in cells if cell.element.site_kind == start.element.site_kind]
    elements = list(dict.fromkeys(cell.element_id for cell in alike))
    sites = list(dict.fromkeys(cell.site_id for cell in alike))
    by_place = {(cell.site_id, cell.element_id): cell for cell in alike}
    across = elements[elements.index(start.element_id) :]
    return [
        [by_place.get((site, element)) for element in across] for site in sites[sites.index(start.site_id) :]
    ]
