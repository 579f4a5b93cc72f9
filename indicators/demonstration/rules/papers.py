"""Small files to hang on reports: a PDF, a picture and a table, each marked as a demonstration; the same bytes each time."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import datetime

import xlsxwriter

from .chance import pick

__all__ = ["KINDS", "Paper", "paper"]

MARK = "演示文件，不是实际材料"
KINDS = ("pdf", "png", "xlsx")
_NAMES = {"pdf": ("工作简报", "说明报告"), "png": ("现场照片", "图片资料"), "xlsx": ("数据台账", "数据表格")}

Paper = tuple[str, str, bytes]  # file name, kind of material, content


def paper(kind: str, title: str, rows: list[tuple[str, str]]) -> Paper:
    """A file about `title` (whose report, of when) with a few lines of name and value in it."""
    name, material = _NAMES[kind]
    content = {"pdf": _pdf, "png": _png, "xlsx": _xlsx}[kind](title, rows)
    return f"{title}{name}（演示）.{kind}", material, content


def _pdf(title: str, rows: list[tuple[str, str]]) -> bytes:
    """One page of text in a font that every reader has for Chinese; nothing is embedded."""
    lines = [MARK, title, *(f"{name}：{value}" for name, value in rows[:20])]
    shown = b"".join(b"<%s> Tj T*\n" % line.encode("utf-16-be").hex().encode() for line in lines)
    stream = b"BT /F1 14 Tf 24 TL 72 760 Td\n" + shown + b"ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 7 0 R "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] "
        b"/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    )
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def _png(title: str, rows: list[tuple[str, str]]) -> bytes:
    """A hillside under a sky, in shades that depend on the title; the title and the mark are in its text chunk."""
    width, height = 160, 100
    tint = pick(80, title)
    lines = bytearray()
    for y in range(height):
        lines.append(0)
        for x in range(width):
            ground = y > 60 + (x * (3 + tint % 5) // 17 + tint) % 20
            stripe = (x + y) % 48 < 2
            lines += bytes(
                (240, 240, 240) if stripe else (70 + tint, 120, 60) if ground else (150, 190, 220 - tint // 2)
            )
    text = b"Comment\x00\x00\x00\x00\x00" + f"{MARK}：{title}".encode()
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data)
        for kind, data in (
            (b"IHDR", header),
            (b"iTXt", text),
            (b"IDAT", zlib.compress(bytes(lines), 9)),
            (b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _xlsx(title: str, rows: list[tuple[str, str]]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"title": title, "comments": MARK, "created": datetime(2017, 6, 6)})
    sheet = book.add_worksheet("台账")
    sheet.set_column(0, 1, 32)
    sheet.write_row(0, 0, (MARK,))
    sheet.write_row(1, 0, (title,))
    for place, row in enumerate(rows, 2):
        sheet.write_row(place, 0, row)
    book.close()
    return target.getvalue()
