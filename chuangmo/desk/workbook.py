"""Registers as Excel workbooks: real numbers and dates, a frozen head; read with the sheet's own row numbers."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import tablib
from import_export.formats.base_formats import XLSX
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from chuangmo.workbooks import workbook_fault

__all__ = ["Unreadable", "Workbook"]

_WIDEST = 40


class Unreadable(ValueError):
    """Why a file is not read, as a sentence for the person."""


class Workbook(XLSX):
    """Reads the first sheet, leaving out empty rows (`dataset.sheet_rows` says where each row stands)."""

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        if fault := workbook_fault(in_stream):
            raise Unreadable(f"文件{fault}。")
        book = openpyxl.load_workbook(BytesIO(in_stream), read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(values_only=True)
        headers = [_text(value) for value in next(rows)]
        while headers and not headers[-1]:
            headers.pop()
        if not headers:
            raise ValueError("no heading")
        dataset = tablib.Dataset(headers=headers)
        dataset.sheet_rows = []
        for number, values in enumerate(rows, start=2):
            if any(_text(value) for value in values):
                cells = [*values, *([None] * len(headers))][: len(headers)]
                dataset.append(cells)
                dataset.sheet_rows.append(number)
        return dataset

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        book = openpyxl.Workbook()
        sheet = book.active
        widths = []
        for column, title in enumerate(dataset.headers or [], start=1):
            sheet.cell(1, column, title).font = Font(bold=True)
            widths.append(_width(title))
        for row, values in enumerate(dataset, start=2):
            for column, value in enumerate(values, start=1):
                if isinstance(value, str):
                    value = ILLEGAL_CHARACTERS_RE.sub("", value)
                cell = sheet.cell(row, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"  # a text that begins with = is no formula
                widths[column - 1] = max(widths[column - 1], _width(value))
        for column, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(column)].width = min(width, _WIDEST) + 2
        sheet.freeze_panes = "A2"
        stream = BytesIO()
        book.save(stream)
        return stream.getvalue()


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _width(value: object) -> int:
    text = _text(value)
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)
