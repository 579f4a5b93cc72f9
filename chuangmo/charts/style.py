"""How all charts look: few colours of different lightness, so that a copy in grey says the same.

Nothing is told by colour alone: lines differ in dash and symbol, bars in filling, cells carry their word.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from chuangmo.shell.display import figure

__all__ = [
    "DIRECTIONS",
    "FONT",
    "GRID",
    "INK",
    "LIGHT",
    "LIMIT",
    "PALE",
    "TEXT",
    "Number",
    "base",
    "number",
    "text",
]

INK = "#0e6e63"  # what is now, what holds
LIGHT = "#8a9a97"  # what was
PALE = "#ffffff"  # the filling of what does not hold
LIMIT = "#8a5200"
GRID = "#dfe5e3"
TEXT = "#4a5462"
STRONG = "#1d2733"
# The families that the installation brings (Debian's fonts-noto-cjk) first; their digits are all of one width.
FONT = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei',SimHei,sans-serif"
DIRECTIONS = {"ge": "≥", "le": "≤", "eq": "=", "gt": ">", "lt": "<"}

Number = Decimal | float | int


def base() -> dict[str, Any]:
    """The option that every chart begins with: no movement, nothing to hover, the page's font."""
    return {
        "animation": False,
        "silent": True,
        "textStyle": {"fontFamily": FONT, "color": TEXT, "fontSize": 12},
    }


def number(value: Number | None) -> float | None:
    """As JSON holds it; ten significant digits are more than a drawing shows."""
    return None if value is None else float(f"{float(value):.10g}")


def text(value: Number | None, places: int | None = None, unit: str = "") -> str:
    """9 412.5 t · 92.1% · — (missing)."""
    if value is None:
        return "—"
    shown = figure(value, places)
    return f"{shown}{unit}" if unit in ("", "%") else f"{shown} {unit}"


def value_axis(**more: Any) -> dict[str, Any]:
    """An axis of numbers with pale lines across."""
    return {
        "type": "value",
        "scale": True,
        "splitNumber": 4,
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "splitLine": {"lineStyle": {"color": GRID}},
        "axisLabel": {"color": TEXT},
        **more,
    }


def category_axis(labels: list[str], **more: Any) -> dict[str, Any]:
    """An axis of names."""
    return {
        "type": "category",
        "data": labels,
        "axisLine": {"lineStyle": {"color": LIGHT}},
        "axisTick": {"show": False},
        "axisLabel": {"color": TEXT, "hideOverlap": True},
        **more,
    }
