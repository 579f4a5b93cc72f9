"""The small line beside a figure, as SVG text: the same on page and paper. Charts with axes are `chuangmo.charts`.

Colours are presentation attributes, since WeasyPrint doesn't apply a page's style sheet inside an SVG and the
page's policy forbids inline styles. A line and a dot stay readable in grey.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString

Values = Sequence[Decimal | float | int | None]
Place = tuple[float, float]

INK = "#0e6e63"


def sparkline(values: Values, *, width: int = 96, height: int = 28, label: str = "") -> SafeString:
    """A line without axes; None leaves a gap, a lone value is a short stroke, the last value gets a dot.

    Without a label the drawing is an ornament beside figures that are written out, and hidden from readers aloud.
    Returns an empty string when there is no value at all.
    """
    return _sparkline(
        tuple(None if value is None else float(value) for value in values), width, height, label
    )


@lru_cache(maxsize=2048)
def _sparkline(numbers: tuple[float | None, ...], width: int, height: int, label: str) -> SafeString:
    """Remembered: most lines are what they were at the last visit, and a page has dozens of them."""
    places = _places(numbers, width=width, height=height, pad=3)
    known = [place for place in places if place is not None]
    if not known:
        return SafeString("")
    x, y = known[-1]
    role = format_html(' role="img" aria-label="{}"', label) if label else SafeString(' aria-hidden="true"')
    return format_html(
        '<svg class="spark" viewBox="0 0 {w} {h}" width="{w}" height="{h}" focusable="false"{role}>'
        '<path d="{path}" fill="none" stroke="{ink}" stroke-width="1.5" stroke-linejoin="round"'
        ' stroke-linecap="round"/><circle cx="{x}" cy="{y}" r="2.2" fill="{ink}"/></svg>',
        w=width,
        h=height,
        role=role,
        path=line_path(places),
        ink=INK,
        x=_n(x),
        y=_n(y),
    )


def line_path(places: Iterable[Place | None]) -> str:
    """The `d` of an SVG path through the places, lifted at each None."""
    runs: list[list[Place]] = [[]]
    for place in places:
        if place is None:
            runs.append([])
        else:
            runs[-1].append(place)
    return "".join(_run(run) for run in runs if run)


def _run(run: Sequence[Place]) -> str:
    start, *rest = (f"{_n(x)} {_n(y)}" for x, y in run)
    return f"M{start}" + (
        "".join(f"L{place}" for place in rest) or "h.1"
    )  # a lone value: a dot by the round cap


def _places(
    numbers: Sequence[float | None], *, width: float, height: float, pad: float
) -> list[Place | None]:
    known = [number for number in numbers if number is not None]
    if not known:
        return []
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    step = (width - 2 * pad) / max(len(numbers) - 1, 1)
    middle = height / 2
    return [
        None
        if number is None
        else (
            pad + step * index,
            middle if high == low else height - pad - (number - low) / span * (height - 2 * pad),
        )
        for index, number in enumerate(numbers)
    ]


def _n(number: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{number:.1f}".rstrip("0").rstrip(".")
