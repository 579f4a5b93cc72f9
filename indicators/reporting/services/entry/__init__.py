"""Filling in a report: cells, blocks from a spreadsheet, checklist answers, texts, the whole form.

Every write locks the report's case first, asks the gate, and changes a row only under the version that the page saw.
What cannot be read is stored as it was typed, with the reason: nothing typed is lost.
"""

from indicators.reporting.services.entry.blocks import paste_block
from indicators.reporting.services.entry.cells import save_cell, set_explanation
from indicators.reporting.services.entry.form import save_all
from indicators.reporting.services.entry.results import (
    CellChange,
    CellStale,
    CellState,
    Conflict,
    Pasted,
    SavedAll,
    SavedCell,
    SavedText,
    TextChange,
)
from indicators.reporting.services.entry.texts import save_answer, save_text

__all__ = [
    "CellChange",
    "CellStale",
    "CellState",
    "Conflict",
    "Pasted",
    "SavedAll",
    "SavedCell",
    "SavedText",
    "TextChange",
    "paste_block",
    "save_all",
    "save_answer",
    "save_cell",
    "save_text",
    "set_explanation",
]
