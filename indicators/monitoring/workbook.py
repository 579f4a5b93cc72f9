"""Workbooks of the part: the register as it is shown, a site's readings, empty templates. Written row by row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

__all__ = ["workbook"]

_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])


def workbook(
    sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]], *, notes: Sequence[str] = ()
) -> bytes:
    """Sheets of (name, header, rows): texts stay texts, numbers numbers, days days; `notes` on a sheet of their own."""
    out = BytesIO()
    with xlsxwriter.Workbook(
        out, {"constant_memory": True, "in_memory": True, "strings_to_formulas": False}
    ) as book:
        head = book.add_format({"bold": True, "bg_color": "#E7F0EE", "border": 1, "text_wrap": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, header, rows in sheets:
            sheet = book.add_worksheet(name[:31])
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(header), 14)
            for at, label in enumerate(header):
                sheet.write_string(0, at, label, head)
            for line, row in enumerate(rows, 1):
                for at, value in enumerate(row):
                    _write(sheet, line, at, value, day)
        if notes:
            sheet = book.add_worksheet("说明")
            sheet.set_column(0, 0, 100)
            for line, text in enumerate(notes):
                sheet.write_string(line, 0, text)
    return out.getvalue()


def _write(sheet: Any, line: int, at: int, value: Any, day: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_string(line, at, "是" if value else "否")
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(line, at, float(value))
    elif isinstance(value, datetime | date):
        sheet.write_datetime(line, at, value, day)
    else:
        sheet.write_string(line, at, str(value).translate(_CONTROLS))
