"""The text of a file, by page, and what stands in the way."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from archives.texts.reading.archives import Bomb
from archives.texts.rules import problems
from archives.texts.rules.fingerprints import signature_of

MOST_CHARACTERS, MOST_PAGES = 2_000_000, 3_000
# Characters that neither a database nor a page takes.
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_OLE = b"\xd0\xcf\x11\xe0"
Answer = dict[str, Any]


class Locked(Exception):
    """The file asks for a password."""


class CutOff(Exception):
    """The file ends before its end; what could be read is in `pages`."""

    def __init__(self, pages: list[str] | None = None) -> None:
        self.pages = pages or []
        super().__init__()


def read_text(path: Path, mime: str) -> Answer:
    """The fields of `child.Reading`."""
    answer: Answer = {"problem": "", "note": "", "pages": []}
    reader = _reader(mime)
    if reader is None:
        answer["problem"] = problems.NO_READER
        return answer
    try:
        answer["pages"] = reader(path, answer)
    except Locked:
        answer |= {"problem": problems.ENCRYPTED, "is_encrypted": True}
    except CutOff as cut:
        answer |= {"problem": problems.TRUNCATED, "pages": cut.pages}
    except Bomb:
        answer["problem"] = problems.BOMB
    except (zipfile.BadZipFile, EOFError):
        answer["problem"] = problems.TRUNCATED
    except MemoryError:
        raise
    except Exception as error:
        answer |= {"problem": problems.UNREADABLE, "note": f"{type(error).__name__}: {error}"[:200]}
    _tidy(answer)
    return answer


def _tidy(answer: Answer) -> None:
    """Bounded, free of what can't be stored; the fingerprint; and the word for a file without words."""
    pages, left = [], MOST_CHARACTERS
    for page in answer["pages"][:MOST_PAGES]:
        text = _UNFIT.sub(" ", page)[:left].strip()
        left -= len(text)
        pages.append(text)
    answer["is_cut"] = left <= 0 or len(answer["pages"]) > MOST_PAGES
    answer["pages"] = pages
    whole = "\n".join(pages)
    if not answer["problem"] and not re.search(r"\w", whole):
        answer["problem"] = problems.EMPTY
    answer["signature"] = signature_of(whole)


def _reader(mime: str) -> Callable[[Path, Answer], list[str]] | None:
    from archives.texts.reading import office, pdf, pictures, plain

    if mime.startswith("image/"):
        return plain.read_plain if mime == "image/svg+xml" else pictures.read_picture
    return {
        "application/pdf": pdf.read_pdf,
        "application/ofd": office.read_ofd,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": office.read_docx,
        "application/vnd.openxmlformats-officedocument.presentationml.presentation": office.read_pptx,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": office.read_tables,
        "application/vnd.ms-excel": office.read_tables,
        "application/msword": office.read_nothing,
        "application/vnd.ms-works": office.read_nothing,
        "application/vnd.ms-powerpoint": office.read_nothing,
        "text/plain": plain.read_plain,
        "text/csv": plain.read_plain,
    }.get(mime)
