"""What is on the pages of a PDF, in millimetres, beside the figures of GB/T 9704-2012."""

from __future__ import annotations

import itertools
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pypdf import PdfReader

MM = 72 / 25.4
PAGE = (210.0, 297.0)
LEFT, TOP, WIDTH, HEIGHT = 28, 37, 156, 225  # of the type area (5.2.1)
LINE = HEIGHT / 22  # 22 lines a page (5.2.3)
CHARACTERS = 28  # a line (5.2.3)

Word = tuple[float, float, float, float, str]


def words(path: Path) -> list[list[Word]]:
    """By page: left, top, right, bottom in mm, text."""
    text = subprocess.run(
        ["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    found = re.compile(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
    return [
        [(*(float(place) / MM for place in word[:4]), word[4]) for word in found.findall(page)]
        for page in text.split("<page ")[1:]
    ]


def text_of(path: Path) -> str:
    """All that it says, without blanks and line ends."""
    return "".join(word[4] for page in words(path) for word in page)


def fonts(path: Path) -> dict[str, bool]:
    """Name (without the subset's letters) → whether the font is embedded."""
    text = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout
    lines = [line.split() for line in text.splitlines()[2:]]
    return {line[0].rpartition("+")[2]: line[-5] == "yes" for line in lines}


@dataclass(frozen=True)
class Measures:
    """Of the whole paper: page size, edges of what stands in the type area, distance of wrapped lines."""

    page: tuple[float, float]
    left: float
    right: float
    top: float
    bottom: float
    pitches: frozenset[float]


def measures(path: Path) -> Measures:
    pages = words(path)
    sizes = {(page.mediabox.width / MM, page.mediabox.height / MM) for page in PdfReader(path).pages}
    assert len(sizes) == 1
    inside = [word for page in pages for word in page if word[1] > TOP - 2 and word[3] < TOP + HEIGHT + 3]
    return Measures(
        page=tuple(round(float(side), 1) for side in sizes.pop()),  # type: ignore[arg-type]
        left=min(word[0] for word in inside),
        right=max(word[2] for word in inside),
        top=min(word[1] for word in inside),
        bottom=max(word[3] for word in inside),
        pitches=frozenset(pitch for page in pages for pitch in _pitches(page)),
    )


def _pitches(page: Sequence[Word]) -> set[float]:
    """Of lines that go on at the left edge after one that reaches the right edge: the body's own distance."""
    return {
        round(after[1] - before[1], 1)
        for before, after in itertools.pairwise(page)
        if before[2] > LEFT + WIDTH - WIDTH / CHARACTERS - 1
        and abs(after[0] - LEFT) < 1
        and abs((after[3] - after[1]) - (before[3] - before[1])) < 0.3
        and 0 < after[1] - before[1] < 2 * LINE
    }


def is_standard(path: Path, *, tolerance_mm: float = 1.0) -> None:
    """Page, type area, lines and characters as the standard has them."""
    found = measures(path)
    assert found.page == PAGE
    assert abs(found.left - LEFT) <= tolerance_mm
    assert found.right <= LEFT + WIDTH + tolerance_mm
    assert found.top >= TOP - tolerance_mm
    assert found.bottom <= TOP + HEIGHT + tolerance_mm
    assert found.pitches, "no paragraph of more than one line"
    assert max(abs(pitch - LINE) for pitch in found.pitches) <= 0.1
