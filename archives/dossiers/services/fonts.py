"""Fonts of a book whose chapters are printed apart: glyphs noted while chapters are drawn, each font embedded once.

WeasyPrint keeps glyph numbers when it takes a subset. So a chapter is written with its fonts left empty, and with a note of the
glyphs it uses; at the end one small page is printed (the carrier) whose fonts are told of all glyphs of all chapters, and
every chapter points to those.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

__all__ = ["Carrier", "LateFonts", "carrier", "quiet_fonts"]

_STYLES = {0: "normal", 1: "oblique", 2: "italic"}


class LateFonts(dict[Any, Any]):
    """`Document.fonts` of a chapter: fonts are known, noted and written without their outlines."""

    def __setitem__(self, key: Any, font: Any) -> None:
        font.clean = _leave
        font.file_content = font.file_content[
            :4
        ]  # the kind of font shows in it; the rest is twenty megabytes
        super().__setitem__(key, font)

    @property
    def missing(self) -> set[str]:
        """Characters for which a glyph was looked for in vain."""
        return {chr(codepoint) for font in self.values() for codepoint in font.missing}

    def as_json(self) -> dict[str, Any]:
        """By hash (its name in the pages): family, weight, style, and per glyph its text and width."""
        found: dict[str, Any] = {}
        for font in self.values():
            note = found.setdefault(
                font.hash,
                {
                    "family": font.family,
                    "weight": int(font.weight),
                    "style": _STYLES.get(font.style, "normal"),
                    "texts": {},
                    "widths": {},
                },
            )
            note["texts"] |= {str(glyph): text for glyph, text in font.to_unicode.items()}
            note["widths"] |= {str(glyph): width for glyph, width in font.widths.items()}
        return found


def _leave(to_unicode: Mapping[int, str], hinting: bool) -> None:
    """In place of `Font.clean`: nothing is embedded yet."""


class Carrier(dict[Any, Any]):
    """`Document.fonts` of the carrier: each font is told, when first used, of all glyphs that any chapter uses."""

    def __init__(self, noted: Mapping[str, Any]) -> None:
        super().__init__()
        self._noted = noted

    def __setitem__(self, key: Any, font: Any) -> None:
        note = self._noted.get(font.hash, {"texts": {}, "widths": {}})
        font.to_unicode |= {int(glyph): text for glyph, text in note["texts"].items()}
        font.widths |= {int(glyph): width for glyph, width in note["widths"].items()}
        font.file_content = font.file_content[
            :4
        ]  # the subset is taken from the face; the copy is twenty megabytes
        super().__setitem__(key, font)

    @property
    def hashes(self) -> set[str]:
        return {font.hash for font in self.values()}


def carrier(notes: Iterable[Mapping[str, Any]]) -> bytes:
    """A PDF of one page whose fonts hold all glyphs of these chapters' notes. LookupError where a font that a chapter was
    printed with cannot be had any more (fonts of the machine were changed)."""
    from weasyprint import HTML

    noted = _union(notes)
    quiet_fonts()
    lines = "".join(_line(note) for note in noted.values())
    document = HTML(string=f'<!doctype html><html lang="zh-CN"><body>{lines}</body></html>').render()
    document.fonts = Carrier(noted)
    pdf = bytes(document.write_pdf())
    gone = [note["family"] for name, note in noted.items() if name not in document.fonts.hashes]
    if gone:
        raise LookupError(f"fonts were changed while the book was printed: {', '.join(gone)}")
    return pdf


def _union(notes: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for note in notes:
        for name, font in note.items():
            known = found.setdefault(name, {**font, "texts": {}, "widths": {}})
            known["texts"] |= font["texts"]
            known["widths"] |= font["widths"]
    return found


def _line(note: Mapping[str, Any]) -> str:
    """One character in that very font."""
    sample = next((text for text in note["texts"].values() if len(text) == 1 and not text.isspace()), "a")
    family = note["family"].replace('"', "")
    style = f"font: {note['style']} {note['weight']} 12px '{family}'"
    return f'<p style="{escape(style)}">{escape(sample)}</p>'


def quiet_fonts() -> None:
    """fontTools tells of every table it drops."""
    import logging

    logging.getLogger("fontTools").setLevel(logging.ERROR)
