"""PDF: text by page. Nothing outside of the file is opened, whatever it refers to."""

from __future__ import annotations

import io
import logging
from itertools import islice
from pathlib import Path
from typing import Any

from archives.texts.reading.archives import Bomb
from archives.texts.reading.texts import CutOff, Locked
from archives.texts.rules import problems

END, END_WITHIN = b"%%EOF", 4096
MOST_OBJECTS = 100_000
MAPS = Path("/usr/share/poppler/cMap")


def read_pdf(path: Path, answer: dict[str, Any]) -> list[str]:
    """One text for each page. `Locked` where a password is asked for; `CutOff` where the file's end is missing."""
    from pypdf.errors import LimitReachedError, PyPdfError

    logging.getLogger("pypdf").setLevel(
        logging.CRITICAL
    )  # what it makes of a bad file is our answer, not a warning
    is_whole = _has_end(path)
    answer["has_script"] = _has_script(path)
    try:
        pages = _pages(path if is_whole else _mended(path), answer)
    except LimitReachedError as error:
        raise Bomb from error
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        if not is_whole:
            raise CutOff from error
        raise
    if not is_whole:
        raise CutOff(pages)
    if not pages:
        answer["problem"] = problems.ZERO_PAGES
    return pages


def _pages(source: Path | io.BytesIO, answer: dict[str, Any]) -> list[str]:
    from pypdf import PdfReader

    reader = PdfReader(source)
    if reader.is_encrypted:
        answer["is_encrypted"] = True
        if not reader.decrypt(""):
            raise Locked
    return [_text(page) for page in reader.pages]


def _has_script(path: Path) -> bool:
    """Whether any object of the file is an action that runs a script or starts a program."""
    import pikepdf

    try:
        with pikepdf.open(path) as document:
            return any(
                isinstance(one, pikepdf.Dictionary)
                and ("/JS" in one or str(one.get("/S", "")) in {"/JavaScript", "/Launch"})
                for one in islice(document.objects, MOST_OBJECTS)
            ) or _acts(document.Root)
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError):
        return False


def _acts(root: Any) -> bool:
    """An action written into the catalogue itself is no object of its own."""
    opening = root.get("/OpenAction")
    return hasattr(opening, "keys") and str(opening.get("/S", "")) in {"/JavaScript", "/Launch"}


def lacks_glyphs(path: Path) -> bool:
    """Whether a Chinese font is neither in the file nor known to this machine (Debian's poppler-data)."""
    import pikepdf

    if MAPS.is_dir():
        return False
    try:
        with pikepdf.open(path) as document:
            return any(
                isinstance(one, pikepdf.Dictionary)
                and one.get("/Subtype") == "/Type0"
                and not str(one.get("/Encoding", "/Identity")).startswith("/Identity")
                and not _is_embedded(one)
                for one in islice(document.objects, MOST_OBJECTS)
            )
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError):
        return False


def _is_embedded(font: Any) -> bool:
    described = font.DescendantFonts[0].get("/FontDescriptor", {})
    return any(name in described for name in ("/FontFile", "/FontFile2", "/FontFile3"))


def _mended(path: Path) -> io.BytesIO:
    """What can still be found in a file without its end; `CutOff` where that is nothing."""
    import pikepdf

    stream = io.BytesIO()
    try:
        with pikepdf.open(path) as found:
            found.save(stream)
    except pikepdf.PasswordError as error:
        raise Locked from error
    except pikepdf.PdfError as error:
        raise CutOff from error
    return stream


def _text(page: Any) -> str:
    """The page's text; a page that can't be read is empty, the others are read."""
    from pypdf.errors import LimitReachedError

    try:
        return str(page.extract_text())
    except (LimitReachedError, MemoryError):
        raise
    except Exception:
        return ""


def _has_end(path: Path) -> bool:
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - END_WITHIN))
        return END in stream.read()
