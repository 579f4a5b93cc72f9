"""Small charts as SVG text, drawn on the server: the same on page and paper, and no script is needed.

Colours are presentation attributes, since WeasyPrint doesn't apply a page's style sheet inside an SVG and the
page's policy forbids inline styles. All shapes stay readable in grey: a line, dots, a dashed threshold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from chuangmo.shell.display import figure

Values = Sequence[Decimal | float | int | None]
Point = tuple[str, Decimal | float | int | None]
Place = tuple[float, float]

INK = "#0e6e63"
GRID = "#dfe5e3"
TEXT = "#4a5462"
LIMIT = "#8a5200"


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


def trend_chart(
    points: Sequence[Point],
    *,
    threshold: Decimal | float | int | None = None,
    direction: str = "ge",
    unit: str = "",
    title: str = "",
    kind: str = "line",
    places: int | None = None,
    width: int = 640,
    height: int = 220,
) -> SafeString:
    """A chart of (label, value) points with an axis, the last value written out and the threshold dashed.

    `direction` is “ge”, “le” or “eq” and only words the threshold's caption (≥ 85 %). A None value leaves a gap
    (line) or no bar. `places` fixes the decimals shown. Empty string when no point has a value.
    """
    known = [float(value) for _, value in points if value is not None]
    if not known:
        return SafeString("")
    frame = _Frame(points, known, threshold, kind, width, height)
    parts = [*frame.axis(), *frame.labels()]
    parts += frame.bars() if kind == "bar" else frame.line()
    if threshold is not None:
        parts.append(frame.limit(threshold, direction, unit, places))
    parts.append(frame.last_value(points, unit, places))
    return format_html(
        '<svg class="trend" viewBox="0 0 {} {}" width="{}" height="{}" role="img" focusable="false"'
        ' aria-label="{}" font-size="12" font-family="\'Noto Sans CJK SC\',\'Microsoft YaHei\',sans-serif">{}</svg>',
        width,
        height,
        width,
        height,
        _spoken(points, threshold, direction, unit, title, places),
        mark_safe("".join(parts)),  # every text in them went through escape()
    )


DIRECTIONS = {"ge": "≥", "le": "≤", "eq": "=", "gt": ">", "lt": "<"}


def _spoken(
    points: Sequence[Point],
    threshold: Decimal | float | int | None,
    direction: str,
    unit: str,
    title: str,
    places: int | None,
) -> str:
    told = "，".join(f"{label} {figure(value, places)}" for label, value in points)
    limit = "" if threshold is None else f"；要求 {DIRECTIONS.get(direction, '')} {figure(threshold)}{unit}"
    return f"{title or '走势'}（{unit or '数值'}）：{told}{limit}"


class _Frame:
    """The drawing area of one chart: turns values into places."""

    LEFT, RIGHT, TOP, BOTTOM = 52, 16, 18, 26

    def __init__(
        self,
        points: Sequence[Point],
        known: Sequence[float],
        threshold: Decimal | float | int | None,
        kind: str,
        width: int,
        height: int,
    ) -> None:
        self.points = points
        self.width, self.height = width, height
        reach = (
            [*known] + ([] if threshold is None else [float(threshold)]) + ([0.0] if kind == "bar" else [])
        )
        self.ticks = _ticks(min(reach), max(reach))
        self.low, self.high = self.ticks[0], self.ticks[-1]
        self.slot = (width - self.LEFT - self.RIGHT) / len(points)

    def x(self, index: int) -> float:
        return self.LEFT + self.slot * (index + 0.5)

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.height - self.BOTTOM - share * (self.height - self.TOP - self.BOTTOM)

    def places(self) -> list[Place | None]:
        return [
            None if value is None else (self.x(index), self.y(float(value)))
            for index, (_, value) in enumerate(self.points)
        ]

    def axis(self) -> list[str]:
        end = self.width - self.RIGHT
        return [
            f'<path d="M{self.LEFT} {_n(self.y(tick))}H{end}" stroke="{GRID}"/>'
            f'<text x="{self.LEFT - 6}" y="{_n(self.y(tick) + 4)}" text-anchor="end" fill="{TEXT}">'
            f"{escape(figure(_plain(tick)))}</text>"
            for tick in self.ticks
        ]

    def labels(self) -> list[str]:
        """Below the axis, thinned so that neighbours don't touch (a label takes about 7 px a character)."""
        longest = max((len(str(label)) for label, _ in self.points), default=1)
        every = max(1, -(-(longest * 8 + 10) // max(int(self.slot), 1)))
        last = len(self.points) - 1
        return [
            f'<text x="{_n(self.x(index))}" y="{self.height - 8}" text-anchor="middle" fill="{TEXT}">'
            f"{escape(label)}</text>"
            for index, (label, _) in enumerate(self.points)
            if (last - index) % every == 0
        ]

    def line(self) -> list[str]:
        places = self.places()
        dots = "".join(
            f'<circle cx="{_n(place[0])}" cy="{_n(place[1])}" r="2.6" fill="{INK}"/>'
            for place in places
            if place is not None
        )
        path = f'<path d="{line_path(places)}" fill="none" stroke="{INK}" stroke-width="2"/>'
        return [path, dots]

    def bars(self) -> list[str]:
        wide = min(self.slot * 0.6, 40)
        floor = self.y(max(self.low, 0.0))
        return [
            f'<rect x="{_n(x - wide / 2)}" y="{_n(min(y, floor))}" width="{_n(wide)}"'
            f' height="{_n(abs(floor - y))}" fill="{INK}"/>'
            for x, y in (place for place in self.places() if place is not None)
        ]

    def limit(self, threshold: Decimal | float | int, direction: str, unit: str, places: int | None) -> str:
        y = self.y(float(threshold))
        above = y - 5 if y > self.TOP + 12 else y + 14
        words = f"要求 {DIRECTIONS.get(direction, '')} {figure(threshold)}{unit}"
        return (
            f'<path d="M{self.LEFT} {_n(y)}H{self.width - self.RIGHT}" stroke="{LIMIT}" stroke-width="1.5"'
            f' stroke-dasharray="6 4"/><text x="{self.LEFT + 4}" y="{_n(above)}" fill="{LIMIT}">'
            f"{escape(words)}</text>"
        )

    def last_value(self, points: Sequence[Point], unit: str, places: int | None) -> str:
        index, value = max((index, value) for index, (_, value) in enumerate(points) if value is not None)
        y = self.y(float(value))
        return (
            f'<text x="{_n(min(self.x(index) + 4, self.width - self.RIGHT))}" y="{_n(max(y - 8, 12))}"'
            f' text-anchor="end" font-weight="600" fill="#1d2733">{escape(figure(value, places) + unit)}</text>'
        )


def _ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """Round numbers from at or below `low` to at or above `high`, about `wanted` steps apart (1, 2, 2.5, 5 × 10ⁿ)."""
    if high == low:
        low, high = (low - abs(low) * 0.1, high + abs(high) * 0.1) if low else (0.0, 1.0)
    rough = (high - low) / wanted
    power = 10.0 ** _floor_log10(rough)
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    first = step * (low // step)
    count = int(-(-(high - first) // step))
    return [round(first + step * index, 10) for index in range(count + 1)]


def _floor_log10(number: float) -> int:
    return Decimal(str(number)).adjusted()


def _plain(number: float) -> Decimal:
    return Decimal(f"{number:.10f}").normalize()


def _n(number: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{number:.1f}".rstrip("0").rstrip(".")
