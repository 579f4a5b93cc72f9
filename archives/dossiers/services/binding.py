"""Chapters printed apart become one book: pages, fonts once, contents, links between chapters, bookmarks, page labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from django.template.loader import render_to_string

from archives.dossiers.rules.words import chapter_words, page_label
from archives.dossiers.services.fonts import carrier
from archives.dossiers.services.printing import Printed, print_html
from chuangmo.shell.display import THIN_SPACE
from chuangmo.shell.printing import UNBROKEN_SPACE

__all__ = ["JUMP", "BoundChapter", "bind", "front_pages"]

JUMP = "dossier:"  # scheme of links into other chapters, see `rules.chapters.chapter_link`
_CONTENTS = "contents"


@dataclass(frozen=True)
class BoundChapter:
    """A printed chapter on its way into the book; `number` "" for pages without numbers."""

    slug: str
    number: str
    title: str
    printed: Printed

    @property
    def pages(self) -> int:
        return int(self.printed.meta["pages"])


def front_pages(context: Mapping[str, Any], chapters: Sequence[BoundChapter]) -> list[BoundChapter]:
    """Cover with signatures, and the contents, whose page numbers are those of the printed chapters.

    `context`: what templates/dossiers/print/cover.html and contents.html name.
    """
    cover = _printed("dossiers/print/cover.html", context)
    contents = _printed("dossiers/print/contents.html", {**context, "lines": list(_lines(chapters))})
    return [
        BoundChapter("cover", "", "封面", cover),
        BoundChapter(_CONTENTS, "目", "目录", contents),
    ]


def _printed(template: str, context: Mapping[str, Any]) -> Printed:
    return print_html(render_to_string(template, dict(context)).replace(THIN_SPACE, UNBROKEN_SPACE))


def _lines(chapters: Sequence[BoundChapter]) -> Iterator[dict[str, str]]:
    """Lines of the contents: chapters; sections of those that are no indicator's."""
    for chapter in chapters:
        outline = chapter.printed.meta["outline"]
        yield {
            "kind": "chapter",
            "number": chapter.number,
            "title": chapter.title,
            "words": chapter_words(chapter.number),
            "page": page_label(chapter.number, 1),
            "link": f"{JUMP}{chapter.slug}",
        }
        if chapter.slug.startswith("indicator-"):
            continue
        anchors = chapter.printed.meta["anchors"]
        for title, page, _x, y, _children in outline[0][4] if outline else ():
            yield {
                "kind": "section",
                "number": "",
                "title": title,
                "words": "",
                "page": page_label(chapter.number, page + 1),
                "link": f"{JUMP}{chapter.slug}#{_anchor_at(anchors, page, y)}",
            }


def _anchor_at(anchors: Mapping[str, Sequence[float]], page: int, y: float) -> str:
    """The anchor nearest to a bookmark."""
    there = [(abs(place[2] - y), name) for name, place in anchors.items() if place[0] == page]
    return min(there)[1] if there else "top"


def bind(chapters: Sequence[BoundChapter], target: Path, *, title: str, author: str) -> int:
    """Write the book; returns how many pages it has. The order of `chapters` is that of the book."""
    with pikepdf.new() as book:
        fonts = _fonts(book, chapters)
        starts: dict[str, int] = {}
        for chapter in chapters:
            starts[chapter.slug] = len(book.pages)
            _take_in(book, chapter, fonts)
        _link(book, chapters, starts)
        _bookmark(book, chapters, starts)
        _label(book, chapters, starts)
        book.Root.Lang = pikepdf.String("zh-CN")
        book.Root.PageMode = pikepdf.Name.UseOutlines
        with book.open_metadata(set_pikepdf_as_editor=False) as meta:
            meta["dc:title"] = title
            meta["dc:creator"] = [author]
            meta["dc:language"] = ["zh-CN"]
        book.docinfo["/Title"] = pikepdf.String(title)
        book.docinfo["/Author"] = pikepdf.String(author)
        book.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return len(book.pages)


def _fonts(book: pikepdf.Pdf, chapters: Sequence[BoundChapter]) -> Any:
    """The fonts of the whole book, by their names in the pages."""
    made = carrier(chapter.printed.meta["fonts"] for chapter in chapters)
    source = pikepdf.open(_stream(made))
    return book.copy_foreign(source.pages[0].obj.Resources.Font)


def _stream(content: bytes) -> Any:
    from io import BytesIO

    return BytesIO(content)


def _take_in(book: pikepdf.Pdf, chapter: BoundChapter, fonts: Any) -> None:
    start = len(book.pages)
    source = pikepdf.open(_stream(chapter.printed.pdf))
    book.pages.extend(source.pages)
    # All pages and drawings of a chapter share one dictionary of fonts.
    resources = book.pages[start].obj.Resources
    for name in list(resources.get("/Font", {}).keys()):
        resources.Font[name] = fonts[name]
    for empty in ("/Pattern", "/Shading", "/XObject", "/ExtGState"):
        if empty in resources and not len(resources[empty]):
            del resources[empty]


def _link(book: pikepdf.Pdf, chapters: Sequence[BoundChapter], starts: Mapping[str, int]) -> None:
    """Jumps within a chapter and into others become places in the book; one that leads nowhere is taken off."""
    places = {chapter.slug: chapter.printed.meta["anchors"] for chapter in chapters}
    for chapter in chapters:
        start = starts[chapter.slug]
        for page in book.pages[start : start + chapter.pages]:
            if "/Annots" not in page.obj:
                continue
            kept = [link for link in page.obj.Annots if _resolved(book, link, chapter.slug, places, starts)]
            page.obj.Annots = pikepdf.Array(kept)


def _resolved(
    book: pikepdf.Pdf,
    link: Any,
    slug: str,
    places: Mapping[str, Mapping[str, Sequence[float]]],
    starts: Mapping[str, int],
) -> bool:
    if "/Dest" in link:
        target, anchor = slug, str(link.Dest)
    elif "/A" in link and str(link.A.get("/URI", "")).startswith(JUMP):
        target, _, anchor = str(link.A.URI).removeprefix(JUMP).partition("#")
    else:
        return True  # out of the book
    if target not in starts:
        return False
    place = places[target].get(anchor or "top", [0, 0, 842])
    if "/A" in link:
        del link["/A"]
    link.Dest = _place(book, starts[target], place)
    return True


def _place(book: pikepdf.Pdf, start: int, place: Sequence[float]) -> pikepdf.Array:
    page = book.pages[start + int(place[0])].obj
    return pikepdf.Array([page, pikepdf.Name.XYZ, round(place[1], 1), round(place[2], 1), 0])


def _bookmark(book: pikepdf.Pdf, chapters: Sequence[BoundChapter], starts: Mapping[str, int]) -> None:
    with book.open_outline() as outline:
        for chapter in chapters:
            start = starts[chapter.slug]
            first = f"{chapter.number}　{chapter.title}" if chapter.number.isdecimal() else chapter.title
            top = pikepdf.OutlineItem(first, start, "XYZ", left=0, top=842)
            top.is_closed = True
            for title, page, x, y, _ in _sections(chapter):
                top.children.append(
                    pikepdf.OutlineItem(title, start + page, "XYZ", left=round(x, 1), top=round(y, 1))
                )
            outline.root.append(top)


def _sections(chapter: BoundChapter) -> Sequence[Any]:
    outline = chapter.printed.meta["outline"]
    return outline[0][4] if outline and chapter.number and chapter.slug != _CONTENTS else ()


def _label(book: pikepdf.Pdf, chapters: Sequence[BoundChapter], starts: Mapping[str, int]) -> None:
    """What viewers show as page number: 8-3."""
    numbers: list[Any] = []
    for chapter in chapters:
        label = pikepdf.Dictionary(P=pikepdf.String(f"{chapter.number or chapter.title}-"), S=pikepdf.Name.D)
        numbers += [starts[chapter.slug], label]
    book.Root.PageLabels = pikepdf.Dictionary(Nums=pikepdf.Array(numbers))
