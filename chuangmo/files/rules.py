"""What may be uploaded: by name, by size, and by what the content really is. Pure.

The list of kinds is settings.FILE_KINDS; the extension says what a person sees, the first bytes say what it is, and
both have to fit.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import PurePosixPath

import filetype

__all__ = [
    "HEAD_BYTES",
    "clean_name",
    "content_fault",
    "content_type",
    "date_of_exif",
    "degrees_of_exif",
    "extension",
    "guess_kind",
    "size_words",
]

HEAD_BYTES = 8192  # as much as the sniffing needs
MAX_NAME = 120

# What `filetype` calls the content, by extension. Office's newer formats are zip archives, its older ones OLE files.
_ZIPPED = frozenset({"docx", "xlsx", "pptx", "ofd", "zip"})
_OLE = frozenset({"doc", "xls", "ppt", "wps", "et", "dps"})
_SAME = {"jpeg": "jpg", "tiff": "tif", "heif": "heic"}
_TEXT = frozenset({"txt", "csv"})
_SCRIPTED = frozenset({"svg", "svgz"})
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_PROGRAM = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_MARKUP = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml")


def clean_name(name: str) -> str:
    """The file's own name without folders, control characters or anything that would break a header."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(ch for ch in base if unicodedata.category(ch)[0] != "C" and ch not in '"<>|:*?')
    kept = " ".join(kept.split()).strip(". ") or "未命名"
    suffix = PurePosixPath(kept).suffix[:10]
    return kept if len(kept) <= MAX_NAME else kept[: MAX_NAME - len(suffix)] + suffix


def extension(name: str) -> str:
    """The extension in small letters without its dot: “pdf”."""
    return PurePosixPath(name).suffix.lower().removeprefix(".")


def content_fault(name: str, head: bytes, allowed: Mapping[str, str]) -> str:
    """Why this content may not be stored under this name (Chinese), or "" if it may.

    head: the first bytes. allowed: MIME type by extension (settings.FILE_KINDS).
    """
    suffix = extension(name)
    if suffix in _SCRIPTED and suffix not in allowed:
        return f"不能上传“{name}”：{suffix.upper()} 图片里可以藏程序，请另存为 PNG 或 PDF 再上传"
    if suffix not in allowed:
        listed = "、".join(sorted(allowed))
        return f"不能上传“{name}”：只收 {listed} 文件"
    if not head:
        return f"“{name}”是空文件，没有内容"
    if not _fits(suffix, head):
        return f"“{name}”的内容不是 {suffix} 文件（可能改过扩展名），没有保存"
    return ""


def _fits(suffix: str, head: bytes) -> bool:
    if head.startswith(_PROGRAM):
        return False
    if suffix in _TEXT:
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:100].lower()
        return b"\x00" not in head and filetype.guess(head) is None and not start.startswith(_MARKUP)
    if suffix in _OLE:
        return head.startswith(_OLE_MAGIC)
    if suffix in _ZIPPED:
        return head.startswith(_ZIP_MAGIC)
    found = filetype.guess(head)
    return found is not None and found.extension == _SAME.get(suffix, suffix)


def content_type(name: str, allowed: Mapping[str, str]) -> str:
    """The MIME type under which the file is stored and served, by its (checked) extension."""
    return allowed.get(extension(name), "application/octet-stream")


def guess_kind(name: str, kinds: Sequence[str]) -> str:
    """A first guess of the kind of material by extension; `kinds` = 正式发文, 说明报告, 图片资料, 数据表格."""
    document, statement, picture, table = kinds
    suffix = extension(name)
    if suffix in {"jpg", "jpeg", "png", "tif", "tiff", "gif", "bmp", "heic", "heif"}:
        return picture
    if suffix in {"xls", "xlsx", "et", "csv"}:
        return table
    return document if suffix in {"pdf", "ofd"} else statement


def size_words(size: int) -> str:
    """50 MB, 0.5 MB: for the refusal of a file that is too large."""
    return f"{size / 1024 / 1024:.0f} MB" if size >= 1024 * 1024 else f"{size // 1024} KB"


def date_of_exif(text: object) -> date | None:
    """The day of an EXIF time (“2017:05:12 09:30:00”); None for what is none (“0000:00:00 00:00:00”)."""
    if not isinstance(text, str):
        return None
    try:
        return datetime.strptime(text.strip("\x00 ")[:10], "%Y:%m:%d").date()
    except ValueError:
        return None


def degrees_of_exif(parts: object, half: object) -> float | None:
    """Decimal degrees of EXIF's (degrees, minutes, seconds) and its half of the globe (“N”, “S”, “E”, “W”)."""
    if not isinstance(parts, (tuple, list)) or len(parts) != 3 or half not in ("N", "S", "E", "W"):
        return None
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if not 0 <= value <= (90 if half in ("N", "S") else 180):
        return None
    return round(-value if half in ("S", "W") else value, 6)
