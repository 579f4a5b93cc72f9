"""The text of one file."""

from __future__ import annotations

from dataclasses import dataclass

from archives.texts.models import FileText
from chuangmo.files.models import StoredFile

__all__ = ["ExtractedText", "text_of"]


@dataclass(frozen=True, slots=True)
class ExtractedText:
    """`pages`: text by page (a sheet, a slide; a Word file is one page). `problem`: its code (`rules.problems`), or "";
    `is_read` is False for a file that waits to be read."""

    pages: list[str]
    problem: str
    note: str = ""
    is_read: bool = True


def text_of(stored_file: StoredFile) -> ExtractedText:
    """What was read of the file; two queries."""
    row = FileText.objects.filter(file=stored_file).first()
    if row is None:
        return ExtractedText([], "", is_read=False)
    pages = [""] * row.pages
    for page, body in row.chunks.order_by("page", "order").values_list("page", "body"):
        pages[page - 1] += body
    return ExtractedText(pages, row.problem, row.note)
