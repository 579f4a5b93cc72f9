"""From a file's bytes to its rows: gzip, BOM, UTF-8 or GB 18030, comma or tab, or a workbook; the header found."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from indicators.stationfiles.faults import Faults
from indicators.stationfiles.workbooks import rows_of_workbook

__all__ = ["Row", "Table", "read_table"]

MAX_BYTES = 512 * 1024 * 1024
DELIMITERS = ",\t;，"
_GZIP, _ZIP, _OLE = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Row(NamedTuple):
    """A line of the file, by its number there, and its cells."""

    number: int
    cells: list[str]


class Table(NamedTuple):
    header: Row
    rows: list[Row]


def read_table(path: Path, faults: Faults) -> Table:
    """The header and the rows that have a cell. StationFileError where the file is no table at all.

    A row that is shorter or longer than the header becomes a fault and is left out.
    """
    raw = _bytes(path, faults)
    rows = _numbered(raw, faults) if raw.startswith((_ZIP, _OLE)) else _rows(_text(raw, faults), faults)
    header = next(rows, None)
    if header is None:
        raise faults.refuse("文件是空的")
    width = len(header.cells)
    kept = []
    for row in rows:
        if len(row.cells) > width and any(cell.strip() for cell in row.cells[width:]):
            faults.add(row.number, "", f"有 {len(row.cells)} 格，表头只有 {width} 列")
        elif len(row.cells) < width:
            faults.add(row.number, "", f"只有 {len(row.cells)} 格，表头有 {width} 列，这一行不完整")
        else:
            kept.append(row)
    return Table(header, kept)


def _bytes(path: Path, faults: Faults) -> bytes:
    try:
        raw = path.read_bytes()
        if raw.startswith(_GZIP):
            with gzip.open(io.BytesIO(raw)) as file:
                raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise faults.refuse("没有这个文件") from None
    except (OSError, EOFError, zlib.error) as error:
        raise faults.refuse(f"读不出来（{error}）") from error
    if len(raw) > MAX_BYTES:
        raise faults.refuse("文件太大")
    return raw


def _numbered(raw: bytes, faults: Faults) -> Iterator[Row]:
    for number, cells in enumerate(rows_of_workbook(raw, faults), 1):
        if any(map(str.strip, cells)):
            yield Row(number, cells)


def _text(raw: bytes, faults: Faults) -> str:
    for encoding in ("utf-16",) if raw.startswith(_UTF16) else ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise faults.refuse("不是文本文件，或者编码不是 UTF-8、GBK")


def _rows(text: str, faults: Faults) -> Iterator[Row]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                yield Row(reader.line_num, cells)
    except csv.Error as error:
        raise faults.refuse(f"这一行读不下去（{error}）", reader.line_num) from error
