"""The S-curve: planned, done and paid per cent by month, drawn on the server; readable in grey (solid, dots, dashes)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

__all__ = ["CurvePoint", "s_curve"]

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 680, 260, 40, 28, 14, 16
_LINES = (
    ("planned", "计划", "#56606c", "6 4"),
    ("done", "完成", "#0e6e63", ""),
    ("paid", "支付", "#8a5200", "2 3"),
)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One month's end; per cents, None where not known."""

    label: str
    planned: Decimal | None = None
    done: Decimal | None = None
    paid: Decimal | None = None


def s_curve(points: Sequence[CurvePoint], title: str) -> SafeString:
    """The chart; empty where there is nothing to draw. The figures stand in a table beside it, so it is one image."""
    if not any(point.planned is not None or point.done is not None for point in points):
        return SafeString("")
    step = (WIDTH - LEFT - RIGHT) / max(len(points) - 1, 1)
    grid = format_html_join(
        "",
        '<path d="M{} {}H{}" stroke="#dfe5e3"/><text x="{}" y="{}" font-size="11" fill="#4a5462" text-anchor="end">{}%</text>',
        (
            (LEFT, _y(value), WIDTH - RIGHT, LEFT - 6, round(_y(value) + 4, 1), value)
            for value in (0, 25, 50, 75, 100)
        ),
    )
    labels = format_html_join(
        "",
        '<text x="{}" y="{}" font-size="11" fill="#4a5462" text-anchor="middle">{}</text>',
        ((round(LEFT + step * place, 1), HEIGHT - 8, point.label) for place, point in enumerate(points)),
    )
    lines = mark_safe("".join(_line(points, step, *one) for one in _LINES))
    return format_html(
        '<svg class="s-curve" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>',
        WIDTH,
        HEIGHT,
        title,
        grid,
        labels,
        lines,
    )


def _line(points: Sequence[CurvePoint], step: float, name: str, label: str, ink: str, dash: str) -> str:
    places = [
        (round(LEFT + step * place, 1), round(_y(value), 1))
        for place, point in enumerate(points)
        if (value := getattr(point, name)) is not None
    ]
    if not places:
        return ""
    path = "M" + "L".join(f"{x} {y}" for x, y in places)
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="3" fill="{ink}"/>' for x, y in places) if not dash else ""
    x, y = places[-1]
    return (
        f'<path d="{path}" fill="none" stroke="{ink}" stroke-width="2" stroke-dasharray="{dash or "none"}"/>{dots}'
        f'<text x="{x - 4}" y="{max(y - 7, 11)}" font-size="11" fill="{ink}" text-anchor="end">{label}</text>'
    )


def _y(percent: Decimal | int) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - float(min(max(percent, 0), 100)) / 100)
