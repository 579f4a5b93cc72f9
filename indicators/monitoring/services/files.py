"""Opening a file of readings: CSV (UTF-8, GBK, UTF-16; plain or .gz) and workbooks, as sheets of texts."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import PurePath
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from chuangmo.errors import Invalid
from chuangmo.workbooks import workbook_fault
from indicators.monitoring.rules.parsing import Sheet
from indicators.monitoring.services.xls import rows_of_xls
from indicators.reporting.rules.parsing import cell_text

__all__ = ["ACCEPTED", "open_sheets", "text_of"]

# What may be brought, and as what it is stored.
ACCEPTED = {
    "csv": "text/csv",
    "txt": "text/plain",
    "gz": "application/gzip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
}
MARK = "\ufeff"  # of the byte order; GB 18030 has one, too, and a text joined of two files a second one
MAX_UNPACKED = 400 * 1024 * 1024


def open_sheets(name: str, content: bytes) -> list[Sheet]:
    """The sheets of a file by its name and content. Raises Invalid({"file": …}) where it can't be read at all."""
    stem, suffix = PurePath(name).stem, PurePath(name).suffix.lower()
    if suffix == ".gz":
        content, stem = _unpack(name, content), PurePath(stem).stem
    if suffix in (".xlsx", ".xls"):
        return _workbook(name, content)
    return [Sheet(stem, _lines(name, text_of(name, content)))]


def _unpack(name: str, content: bytes) -> bytes:
    try:
        with gzip.open(io.BytesIO(content)) as packed:
            unpacked = packed.read(MAX_UNPACKED + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Invalid({"file": f"“{name}”不是完好的 gz 文件，没有导入"}) from error
    if len(unpacked) > MAX_UNPACKED:
        raise Invalid({"file": f"“{name}”解开后超过 {MAX_UNPACKED // 1024 // 1024} MB，请分成几个文件"})
    return unpacked


def text_of(name: str, content: bytes) -> str:
    """The text of a CSV: UTF-8 (with or without mark), UTF-16 with mark, else GBK as Chinese Excel writes it."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "gb18030"]:
        try:
            text = content.decode(encoding).removeprefix(MARK)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:  # else it is another encoding, UTF-16 without its mark for one
            return text
    raise Invalid({"file": f"“{name}”的文字编码看不懂；请另存为 UTF-8 或 GBK 编码的 CSV"})


def _lines(name: str, text: str) -> Iterator[Sequence[str]]:
    head = text[:4000]
    mark = max(",\t;", key=head.count) if head else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        yield from reader
    except csv.Error as error:
        raise Invalid({"file": f"“{name}”第 {reader.line_num} 行不是完整的 CSV（{error}）"}) from error


def _workbook(name: str, content: bytes) -> list[Sheet]:
    if fault := workbook_fault(content):
        raise Invalid({"file": f"“{name}”{fault}"})
    sheets = _sheets(content) if zipfile.is_zipfile(io.BytesIO(content)) else rows_of_xls(content)
    if sheets is None:
        raise Invalid({"file": f"“{name}”不是完好的 Excel 文件（可能有密码或已损坏），没有导入"})
    return [Sheet(sheet, _rows(rows)) for sheet, rows in sheets]


def _sheets(content: bytes) -> list[tuple[str, list[list[Any]]]] | None:
    """The sheets of an xlsx; None where it is damaged."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [
            (sheet, book.get_sheet_by_name(sheet).to_python(skip_empty_area=False))
            for sheet in book.sheet_names
        ]
    except CalamineError:
        return None
    except BaseException as error:  # the reader's own breaks are no Exception and have no name to import
        if type(error).__name__ == "PanicException":
            return None
        raise


def _rows(rows: list[list[Any]]) -> Iterator[list[str]]:
    for row in rows:
        yield [_text(cell) for cell in row]


def _text(value: Any) -> str:
    """As `cell_text`, but a day at midnight keeps its hour, which an hourly file needs."""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return f"{value} 00:00:00"
    return value.isoformat() if isinstance(value, time) else cell_text(value)
