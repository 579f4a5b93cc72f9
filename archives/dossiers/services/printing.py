"""One chapter on paper: from its content to pages, without the fonts.

Fonts are embedded once for the whole book (`dossiers.services.fonts`): a subset of each in every chapter would cost most of
the time and make the book eight times as large. Glyphs keep the numbers of the whole font in every subset, so that pages
printed apart fit one that is made later for all of them.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.template.loader import render_to_string

from archives.dossiers.rules.chapters import set_chapter
from archives.dossiers.services.fonts import LateFonts, quiet_fonts
from chuangmo.shell.display import THIN_SPACE
from chuangmo.shell.printing import UNBROKEN_SPACE

__all__ = ["GETA", "Printed", "chapter_html", "pdf_of", "print_html", "sheet_path"]

GETA = "〓"  # printers' mark for a character that they have no type of
_POINTS = 0.75  # of a CSS pixel


@dataclass(frozen=True)
class Printed:
    """Pages without fonts. `meta`: pages, anchors (name → page, x, y in points), outline (title, page, x, y, children), fonts
    (`LateFonts.as_json`), missing (characters that no font has, printed as 〓)."""

    pdf: bytes
    meta: Mapping[str, Any]


def chapter_html(
    *,
    slug: str,
    number: str,
    title: str,
    content: Mapping[str, Any],
    book_title: str,
    foot: str,
    is_demo: bool,
) -> str:
    """The HTML of a chapter."""
    chapter = set_chapter(slug, number, title, content, site_url=settings.SITE_URL)
    html = render_to_string(
        "dossiers/print/chapter.html",
        {"chapter": chapter, "book_title": book_title, "foot": foot, "is_demo": is_demo},
    )
    return html.replace(THIN_SPACE, UNBROKEN_SPACE)


def print_html(html: str) -> Printed:
    """Pages of a document, fonts left out. Characters that no font of this machine has become 〓 and are named."""
    with _swept_afterwards():
        printed, missing = _print(html)
    if not missing:
        return printed
    with _swept_afterwards():
        printed, _ = _print(html.translate({ord(one): GETA for one in missing}))
    return Printed(printed.pdf, {**printed.meta, "missing": "".join(sorted(missing))})


@contextmanager
def _swept_afterwards() -> Iterator[None]:
    """No search for garbage while a chapter is printed, one afterwards among what the printing left.

    Boxes and pages hold each other in circles, so that a worker would keep several chapters of them; but searching all that
    the process holds, again and again, costs about a tenth of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.collect()
        gc.unfreeze()
        if was_on:
            gc.enable()


def _print(html: str) -> tuple[Printed, set[str]]:
    document = _render(html)
    document.fonts = LateFonts()
    pdf = bytes(document.write_pdf())
    fonts: LateFonts = document.fonts
    meta = {
        "pages": len(document.pages),
        "anchors": {
            name: [page, x * _POINTS, (sheet.height - y) * _POINTS]
            for page, sheet in enumerate(document.pages)
            for name, (x, y) in _anchors(sheet)
        },
        "outline": _outline(document.make_bookmark_tree(_POINTS, transform_pages=True)),
        "fonts": fonts.as_json(),
        "missing": "",
    }
    return Printed(pdf, meta), fonts.missing


def _anchors(page: Any) -> Iterable[tuple[str, tuple[float, float]]]:
    return ((name, position[:2]) for name, position in page.anchors.items())


def _outline(tree: Any) -> list[Any]:
    return [[title, page, x, y, _outline(children)] for title, (page, x, y), children, _state in tree]


def pdf_of(html: str) -> bytes:
    """A whole PDF of one document, with its fonts: to look at a chapter while it is written."""
    return bytes(_render(html).write_pdf())


def _render(html: str) -> Any:
    from weasyprint import HTML  # slow to load, and most processes never print

    quiet_fonts()
    return HTML(string=html, url_fetcher=_refuse).render(stylesheets=[_sheet()])


@lru_cache(maxsize=1)
def _sheet() -> Any:
    from weasyprint import CSS

    return CSS(filename=str(sheet_path()))


def sheet_path() -> Path:
    """The style sheet of the book."""
    found = finders.find("css/dossier.css")
    if found is None:
        raise ImproperlyConfigured("static/css/dossier.css is missing")
    return Path(str(found))


def _refuse(url: str, *args: object, **kwargs: object) -> dict[str, Any]:
    raise ValueError(f"a print fetches nothing: {url}")
