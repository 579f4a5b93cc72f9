"""The places of a text in which something was found, with what stands around them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archives.texts.rules.terms import fold

__all__ = ["Part", "first_place", "marked", "snippet"]

BEFORE, LENGTH = 24, 110


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of plain text, and whether it is what was looked for. Templates escape it as any text."""

    text: str
    is_hit: bool = False


def marked(text: str, needles: Iterable[str]) -> list[Part]:
    """The whole text in parts; joined they are the text again."""
    pattern = _pattern(needles)
    if pattern is None:
        return [Part(text)] if text else []
    parts, at = [], 0
    for hit in pattern.finditer(fold(text)):
        if hit.start() > at:
            parts.append(Part(text[at : hit.start()]))
        parts.append(Part(text[hit.start() : hit.end()], is_hit=True))
        at = hit.end()
    if at < len(text):
        parts.append(Part(text[at:]))
    return parts


def first_place(text: str, needles: Iterable[str]) -> int | None:
    """Where the first of any of the needles begins."""
    pattern = _pattern(needles)
    hit = pattern.search(fold(text)) if pattern is not None else None
    return hit.start() if hit is not None else None


def snippet(text: str, needles: Sequence[str]) -> list[Part]:
    """A line of the text around the first place where the first of the needles stands that stands there at all."""
    line = re.sub(r"\s+", " ", text).strip()
    start = 0
    for needle in needles:
        place = first_place(line, [needle])
        if place is not None:
            start = max(0, place - BEFORE)
            break
    end = min(len(line), start + LENGTH)
    parts = marked(line[start:end], needles)
    if start:
        parts.insert(0, Part("…"))
    if end < len(line):
        parts.append(Part("…"))
    return parts


def _pattern(needles: Iterable[str]) -> re.Pattern[str] | None:
    """Matches any needle, the longest first, blanks and line breaks between its characters allowed."""
    wanted = sorted({fold(needle) for needle in needles if needle.strip()}, key=len, reverse=True)
    if not wanted:
        return None
    return re.compile(
        "|".join(r"\s*".join(re.escape(ch) for ch in needle if not ch.isspace()) for needle in wanted)
    )
