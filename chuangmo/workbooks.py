"""What a workbook would unfold to, told before a reader tries. Pure."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib

__all__ = ["BROKEN_ZIP", "workbook_fault"]

MAX_UNPACKED = 400 * 1024 * 1024
# Readers keep a place for each cell between the first and the last one of a sheet, some 30 bytes each: two cells in far
# corners would take all memory there is. A year of hours of eight stations has half a million.
MAX_CELLS = 8_000_000
# What reading a damaged zip raises: its own error, those of the three ways of packing, and ValueError for places before
# the file's beginning (bytes are missing) and names in no encoding.
BROKEN_ZIP = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
)
_CELL = re.compile(rb"""<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*["']([A-Z]{1,3})(\d{1,7})["'][^>/]*>""")
_PLACELESS = re.compile(rb"""<(?:\w+:)?c(?=[\s>])(?![^>]*\sr\s*=)[^>/]*>""")
_ROW = re.compile(rb"""<(?:\w+:)?row\s(?:[^>]*?\s)?r\s*=\s*["'](\d{1,7})["']""")
# Of other makers' workbooks inside a zip, which a reader would take, too.
_OTHER_KINDS = frozenset({"xl/workbook.bin", "content.xml"})


def workbook_fault(content: bytes) -> str:
    """Why this xlsx should not be read (Chinese, to stand behind its name), or "" if it may; "" for what is no zip.

    An entry longer than its directory says fails its checksum here and counts as broken.
    """
    try:
        if not zipfile.is_zipfile(io.BytesIO(content)):
            return ""
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            entries = book.infolist()
            if not _OTHER_KINDS.isdisjoint(entry.filename for entry in entries):
                return "不是 xlsx 工作簿；请用 Excel 另存为 xlsx 再导入"
            if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                return f"解开后超过 {MAX_UNPACKED // 1024 // 1024} MB，请分成几个文件"
            for entry in entries:
                height, width = _extent(book.read(entry))
                if height * width > MAX_CELLS:
                    return f"的工作表有 {height} 行 × {width} 列，太大；请删去数据以外零散的单元格，或分成几个文件"
    except BROKEN_ZIP:
        return "不是完好的 Excel 文件（可能有密码或已损坏），没有导入"
    return ""


def _extent(part: bytes) -> tuple[int, int]:
    """Rows and columns up to the last cell that holds something (a cell without a place follows its row)."""
    places = _CELL.findall(part)
    height = max(map(int, {row for _, row in places}), default=0)
    width = max(map(_column, {letters for letters, _ in places}), default=0)
    if placeless := len(_PLACELESS.findall(part)):
        height = max(height, placeless, *(int(row) for row in _ROW.findall(part)))
        width += placeless
    return height, width


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
