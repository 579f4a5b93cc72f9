"""Office files: Word, Excel, PowerPoint and the national OFD; WPS's own where they are the old Microsoft ones."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from archives.texts.reading.archives import Bomb, open_zip
from archives.texts.reading.texts import Locked
from archives.texts.rules import problems

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_CELLS = 4_000_000  # a sheet is read as the rectangle that its outermost cells span
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def refuse_locked(path: Path) -> None:
    """`Locked` for an Office file that asks for a password; the new formats then lie in an OLE container, too."""
    with path.open("rb") as stream:
        if stream.read(8) != OLE:
            return
        stream.seek(0)
        import msoffcrypto

        if msoffcrypto.OfficeFile(stream).is_encrypted():
            raise Locked


def read_docx(path: Path, answer: dict[str, Any]) -> list[str]:
    """Paragraphs and tables in their order, as one page: Word's pages are made by the printer."""
    import docx

    refuse_locked(path)
    with open_zip(path) as archive:
        answer["has_script"] = _has_macros(archive)
    document = docx.Document(str(path))
    return ["\n".join(_blocks(document))]


def _blocks(document: Any) -> Iterator[str]:
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            for row in block.rows:
                yield "\t".join(cell.text for cell in row.cells)
        else:
            yield block.text


def read_tables(path: Path, answer: dict[str, Any]) -> list[str]:
    """Each sheet is a page: cells parted by tabs. The name of the sheet stands first."""
    pages = []
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            answer["has_script"] = _has_macros(archive)
    for name, rows in sheets(path):
        lines = ("\t".join(cell_text(cell) for cell in row).rstrip("\t") for row in rows)
        pages.append("\n".join([name, *(line for line in lines if line)]))
    if not any("\n" in page for page in pages):
        answer["problem"] = problems.EMPTY
    return pages


def sheets(path: Path, *, most_rows: int | None = None) -> Iterator[tuple[str, list[list[Any]]]]:
    from python_calamine import CalamineWorkbook

    refuse_locked(path)
    if zipfile.is_zipfile(path) or path.read_bytes()[:2] == b"PK":
        open_zip(path).close()
    with path.open("rb") as stream:
        book = CalamineWorkbook.from_filelike(stream)
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height * sheet.total_width > MOST_CELLS:
                raise Bomb
            yield name, sheet.to_python(nrows=most_rows)


def cell_text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def read_pptx(path: Path, answer: dict[str, Any]) -> list[str]:
    """One text for each slide, in the order of their numbers."""
    with open_zip(path) as archive:
        return [
            "\n".join(
                "".join(run.text or "" for run in paragraph.iter(f"{_DRAWING}t"))
                for paragraph in ElementTree.fromstring(archive.read(name)).iter(f"{_DRAWING}p")
            )
            for name in _numbered(archive, r"ppt/slides/slide(\d+)\.xml")
        ]


def read_ofd(path: Path, answer: dict[str, Any]) -> list[str]:
    """One text for each page of the first document (GB/T 33190: TextCode elements)."""
    with open_zip(path) as archive:
        names = _numbered(archive, r"/?Doc_0/Pages/Page_(\d+)/Content\.xml")
        if not names:
            answer["problem"] = problems.ZERO_PAGES
        return [
            "\n".join(
                one.text or ""
                for one in ElementTree.fromstring(archive.read(name)).iter()
                if one.tag.endswith("}TextCode")
            )
            for name in names
        ]


def read_nothing(path: Path, answer: dict[str, Any]) -> list[str]:
    """The old binary formats: only whether they can be opened."""
    refuse_locked(path)
    answer |= {"problem": problems.NO_READER, "note": "旧格式不读取文字，请另存为 docx、pptx 或 PDF 再上传"}
    return []


def _has_macros(archive: zipfile.ZipFile) -> bool:
    return any(name.lower().endswith("vbaproject.bin") for name in archive.namelist())


def _numbered(archive: zipfile.ZipFile, pattern: str) -> list[str]:
    found = [(int(match[1]), name) for name in archive.namelist() if (match := re.fullmatch(pattern, name))]
    return [name for _, name in sorted(found)]
