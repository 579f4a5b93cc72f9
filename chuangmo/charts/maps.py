"""Points in their place: noise by longitude and latitude, without any map behind them."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians
from typing import Any, NamedTuple

from .chart import Chart
from .style import GRID, INK, LIGHT, LIMIT, PALE, STRONG, base, number, text, value_axis

__all__ = ["NoisePoint", "noise_map"]

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 640, 66, 24, 40, 40
NAMES_SHOWN = 12


class NoisePoint(NamedTuple):
    """A grid point or road segment: degrees east and north, day-time Leq in dB(A)."""

    name: str
    lon: float
    lat: float
    leq_db: float


def noise_map(points: Sequence[NoisePoint], *, limit_db: float, title: str) -> Chart | None:
    """Points by place: rings within the limit, filled squares above it, the loudest ones named. None without points.

    One degree of longitude is drawn cos(latitude) as long as one of latitude, so distances look right.
    """
    if not points:
        return None
    over = [one for one in points if one.leq_db > limit_db]
    within = [one for one in points if one.leq_db <= limit_db]
    loudest = sorted(over, key=lambda one: (-one.leq_db, one.name))[:NAMES_SHOWN]
    named = {id(one) for one in loudest}
    mean = sum(one.leq_db for one in points) / len(points)
    limit = text(limit_db, None, "dB(A)")
    words = "，".join(f"{one.name} {text(one.leq_db, 1)}" for one in loudest)
    frame, height = _frame(points)
    return Chart(
        title=title,
        spoken=f"{title}：{len(points)} 个点位，算术平均 {text(mean, 1, 'dB(A)')}，超过 {limit} 的 {len(over)} 个"
        + (f"：{words}" if words else ""),
        option={
            **base(),
            "grid": {"left": LEFT, "right": RIGHT, "top": TOP, "bottom": BOTTOM},
            "legend": {"top": 0, "selectedMode": False, "data": [f"≤ {limit}", f"> {limit}"]},
            **frame,
            "series": [
                _scatter(f"≤ {limit}", [_dot(one) for one in within], "circle", PALE),
                _scatter(f"> {limit}", [_dot(one, named=id(one) in named) for one in over], "rect", LIMIT),
            ],
        },
        head=("点位", "经度", "纬度", "Leq（dB(A)）"),
        rows=tuple(
            (
                one.name,
                f"{one.lon:.4f}",
                f"{one.lat:.4f}",
                text(one.leq_db, 1) + (" 超" if one in over else ""),
            )
            for one in sorted(points, key=lambda one: (-one.leq_db, one.name))
        ),
        width=WIDTH,
        height=height,
    )


def _scatter(name: str, data: list[dict[str, Any]], symbol: str, filling: str) -> dict[str, Any]:
    edge = INK if filling == PALE else LIMIT
    return {
        "type": "scatter",
        "name": name,
        "data": data,
        "silent": True,
        "symbol": symbol,
        "symbolSize": 9,
        "itemStyle": {"color": filling, "borderColor": edge, "borderWidth": 1.5, "opacity": 1},
        "labelLayout": {"hideOverlap": True},
    }


def _dot(one: NoisePoint, *, named: bool = False) -> dict[str, Any]:
    dot: dict[str, Any] = {"value": [number(one.lon), number(one.lat)]}
    if named:
        dot["label"] = {
            "show": True,
            "position": "right",
            "formatter": f"{one.name} {text(one.leq_db, 1)}",
            "color": STRONG,
            "fontSize": 10,
            "backgroundColor": PALE,
            "padding": [0, 1],
        }
    return dot


def _frame(points: Sequence[NoisePoint]) -> tuple[dict[str, Any], int]:
    """Axes around all points, and the height that keeps the proportions (within 240 to 560 px)."""
    lons, lats = [one.lon for one in points], [one.lat for one in points]
    middle = (min(lats) + max(lats)) / 2
    wide = (max(lons) - min(lons)) or 0.01
    tall = (max(lats) - min(lats)) or 0.01
    shrink = cos(radians(middle))
    inner = (WIDTH - LEFT - RIGHT) * (tall * 1.16) / (wide * 1.16 * shrink)
    height = round(min(max(inner, 160), 480)) + TOP + BOTTOM
    line = {
        "axisLine": {"show": True, "lineStyle": {"color": LIGHT}},
        "splitLine": {"lineStyle": {"color": GRID}},
    }
    return {
        "xAxis": value_axis(
            **line, min=round(min(lons) - wide * 0.08, 4), max=round(max(lons) + wide * 0.08, 4), degrees="E"
        ),
        "yAxis": value_axis(
            **line, min=round(min(lats) - tall * 0.08, 4), max=round(max(lats) + tall * 0.08, 4), degrees="N"
        ),
    }, height
