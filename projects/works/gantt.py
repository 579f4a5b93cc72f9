"""The Gantt chart, drawn on the server: one small SVG for each row, on a common axis of time.

The rows are HTML (a name that can be reached by keyboard, dates in words), so the chart is read aloud, scrolls and prints
without a script. Colours come from css/works.css (a page draws a thousand bars, and names their kind only), each beside a
shape of its own: baseline a thin line, plan a bar with a frame, critical path with a darker frame, what is done a filled
bar, today a dashed line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import escape

from django.utils.safestring import SafeString

__all__ = ["Axis", "Bar", "Gantt", "GanttRow", "axis_for", "gantt"]

WIDTH = 1000  # units of the drawing; the page stretches it
HEIGHT = 26
# kind: (y, height)
_SHAPES = {"baseline": (2, 4), "plan": (9, 12), "critical": (9, 12), "done": (12, 6), "late": (12, 6)}


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, both days included. `label` is its tooltip."""

    kind: str
    start: date
    finish: date
    label: str = ""


@dataclass(frozen=True, slots=True)
class GanttRow:
    """One row: its name (a link where there is an address), what is said in words, its drawing."""

    name: str
    url: str
    words: str
    svg: SafeString
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """The stretch of time that is drawn, whole months."""

    start: date
    end: date
    today: date
    first: int = field(init=False)  # the ordinal of `start`
    a_day: float = field(init=False)  # the length of a day on the drawing

    def __post_init__(self) -> None:
        object.__setattr__(self, "first", self.start.toordinal())
        object.__setattr__(self, "a_day", WIDTH / ((self.end - self.start).days + 1))

    def x(self, day: date) -> float:
        """Where a day begins on the drawing, 0 to WIDTH."""
        return (day.toordinal() - self.first) * self.a_day

    @property
    def months(self) -> list[tuple[str, float, float]]:
        """(label, left, width) of each month, in per cent of the width."""
        found: list[tuple[str, float, float]] = []
        day = self.start
        while day <= self.end:
            following = _next_month(day)
            label = f"{day.month} 月" if found and day.month > 1 else f"{day.year} 年 {day.month} 月"
            left = self.x(day) / WIDTH * 100
            found.append((label, round(left, 3), round(self.x(following) / WIDTH * 100 - left, 3)))
            day = following
        return found

    @property
    def today_left(self) -> float | None:
        """Today in per cent of the width; None when it lies outside."""
        return round(self.x(self.today) / WIDTH * 100, 3) if self.start <= self.today <= self.end else None


@dataclass(frozen=True, slots=True)
class Gantt:
    """A chart as its template shows it."""

    axis: Axis
    rows: tuple[GanttRow, ...]

    @property
    def head(self) -> SafeString:
        """The months and the word of today, placed along the axis."""
        spans = [
            f'<span style="left:{left}%;width:{width}%">{label}</span>'
            for label, left, width in self.axis.months
        ]
        if self.axis.today_left is not None:
            spans.append(f'<span class="gantt-today" style="left:{self.axis.today_left}%">今天</span>')
        return SafeString("".join(spans))


def axis_for(days: Iterable[date], today: date) -> Axis:
    """Whole months around all days; the month of today where there are none."""
    found = list(days) or [today]
    first, last = min(found).replace(day=1), max(found)
    return Axis(first, _next_month(last) - timedelta(days=1), today)


def gantt(axis: Axis, rows: Iterable[tuple[str, str, str, Sequence[Bar], str]]) -> Gantt:
    """Rows given as (name, address, words, bars, tone)."""
    grid = _grid(axis)
    return Gantt(
        axis,
        tuple(
            GanttRow(name, url, words, _svg(axis, bars, grid), tone) for name, url, words, bars, tone in rows
        ),
    )


def _svg(axis: Axis, bars: Sequence[Bar], grid: str) -> SafeString:
    drawn = "".join(_rect(axis, bar) for bar in bars)
    return SafeString(
        f'<svg class="gantt-svg" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" aria-hidden="true"'
        f' focusable="false">{grid}{drawn}</svg>'
    )


def _rect(axis: Axis, bar: Bar) -> str:
    y, height = _SHAPES[bar.kind]
    left = axis.x(bar.start)
    width = axis.x(bar.finish) + axis.a_day - left
    if width <= 0:
        return ""
    title = f"<title>{escape(bar.label)}</title>" if bar.label else ""
    return f'<rect class="g-{bar.kind}" x="{left:.1f}" y="{y}" width="{width:.1f}" height="{height}">{title}</rect>'


def _grid(axis: Axis) -> str:
    """Month lines and the line of today, the same in every row."""
    months = "".join(f"M{left * WIDTH / 100:.1f} 0V{HEIGHT}" for _, left, _ in axis.months)
    lines = f'<path class="g-month" d="{months}"/>'
    if axis.today_left is None:
        return lines
    return lines + f'<path class="g-today" d="M{axis.today_left * WIDTH / 100:.1f} 0V{HEIGHT}"/>'


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
