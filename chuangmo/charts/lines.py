"""Trend against a threshold, this year against last, and units side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from .chart import Chart
from .style import (
    DIRECTIONS,
    INK,
    LIGHT,
    LIMIT,
    PALE,
    STRONG,
    Number,
    base,
    category_axis,
    number,
    text,
    value_axis,
)

__all__ = ["Bar", "Point", "comparison", "trend", "year_over_year"]


class Point(NamedTuple):
    """A value by its label; None: not known, a gap in the line."""

    label: str
    value: Number | None


class Bar(NamedTuple):
    """A unit's value; `holds` None where nobody judges it."""

    label: str
    value: Number | None
    holds: bool | None = None


def trend(
    points: Sequence[tuple[str, Number | None]],
    *,
    title: str,
    unit: str = "",
    places: int | None = None,
    threshold: Number | None = None,
    direction: str = "ge",
    width: int = 640,
    height: int = 240,
) -> Chart | None:
    """Values in time order with the threshold dashed and the last value written out; None without two values."""
    known = [index for index, (_, value) in enumerate(points) if value is not None]
    if len(known) < 2:
        return None
    line = _line("", [value for _, value in points], INK, last=text(points[known[-1]][1], places, unit))
    if threshold is not None:
        line["markLine"] = _limit(threshold, direction, unit, "yAxis")
    limit = (
        "" if threshold is None else f"；要求 {DIRECTIONS.get(direction, '')} {text(threshold, None, unit)}"
    )
    told = "，".join(f"{label} {text(value, places)}" for label, value in points)
    return Chart(
        title=title,
        spoken=f"{title}走势（{unit or '数值'}）：{told}{limit}",
        option={
            **base(),
            "grid": {"left": 62, "right": 30, "top": 24, "bottom": 28},
            "xAxis": category_axis([label for label, _ in points]),
            "yAxis": _axis_with([value for _, value in points], threshold),
            "series": [line],
        },
        head=("期间", f"数值（{unit}）" if unit else "数值"),
        rows=tuple((label, text(value, places)) for label, value in points),
        width=width,
        height=height,
    )


def year_over_year(
    labels: Sequence[str],
    before: Sequence[Number | None],
    now: Sequence[Number | None],
    *,
    title: str,
    names: tuple[str, str],
    unit: str = "",
    places: int | None = None,
    threshold: Number | None = None,
    direction: str = "ge",
    width: int = 640,
    height: int = 260,
) -> Chart | None:
    """Two years over the same periods: last year dashed with open rings, this year solid with its values written.

    None unless some period has a value in both years.
    """
    if not any(a is not None and b is not None for a, b in zip(before, now, strict=True)):
        return None
    this = _line(names[1], list(now), INK)
    this["data"] = [
        {"value": number(value), "label": _label(text(value, places))} if value is not None else None
        for value in now
    ]
    if threshold is not None:
        this["markLine"] = _limit(threshold, direction, unit, "yAxis")
    rows = tuple(
        (label, text(a, places), text(b, places)) for label, a, b in zip(labels, before, now, strict=True)
    )
    told = "，".join(f"{label} {a} → {b}" for label, a, b in rows)
    limit = (
        "" if threshold is None else f"；要求 {DIRECTIONS.get(direction, '')} {text(threshold, None, unit)}"
    )
    return Chart(
        title=title,
        spoken=f"{title}，{names[0]}与{names[1]}同期（{unit or '数值'}）：{told}{limit}",
        option={
            **base(),
            "grid": {"left": 62, "right": 30, "top": 44, "bottom": 28},
            "legend": {"data": list(names), "top": 0, "itemWidth": 36, "selectedMode": False},
            "xAxis": category_axis(list(labels)),
            "yAxis": _axis_with([*before, *now], threshold),
            "series": [_line(names[0], list(before), LIGHT, dashed=True), this],
        },
        head=("期间", names[0], names[1]),
        rows=rows,
        width=width,
        height=height,
    )


def comparison(
    bars: Sequence[Bar],
    *,
    title: str,
    unit: str = "",
    places: int | None = None,
    threshold: Number | None = None,
    direction: str = "ge",
    width: int = 640,
) -> Chart | None:
    """Units side by side in the order given; what does not hold is an open bar and says so. None without values."""
    if not any(bar.value is not None for bar in bars):
        return None
    shown = list(reversed(bars))  # the axis counts from below
    series: dict[str, Any] = {
        "type": "bar",
        "silent": True,
        "barMaxWidth": 18,
        "data": [_bar(bar, places, unit) for bar in shown],
    }
    if threshold is not None:
        series["markLine"] = _limit(threshold, direction, unit, "xAxis")
    limit = (
        "" if threshold is None else f"；要求 {DIRECTIONS.get(direction, '')} {text(threshold, None, unit)}"
    )
    told = "，".join(f"{bar.label} {text(bar.value, places)}{_word(bar)}" for bar in bars)
    return Chart(
        title=title,
        spoken=f"{title}（{unit or '数值'}）：{told}{limit}",
        option={
            **base(),
            "grid": {"left": 8, "right": 84, "top": 26, "bottom": 22, "containLabel": True},
            "xAxis": value_axis(scale=False),
            "yAxis": category_axis([bar.label for bar in shown]),
            "series": [series],
        },
        head=("单位", f"数值（{unit}）" if unit else "数值"),
        rows=tuple((bar.label, text(bar.value, places) + _word(bar)) for bar in bars),
        width=width,
        height=64 + 30 * len(bars),
    )


def _line(
    name: str, values: list[Number | None], colour: str, *, dashed: bool = False, last: str = ""
) -> dict[str, Any]:
    data: list[Any] = [number(value) for value in values]
    if last:
        place = max(index for index, value in enumerate(values) if value is not None)
        at_edge = "left" if place == len(values) - 1 else "top"
        data[place] = {
            "value": data[place],
            "label": _label(last, align="right" if at_edge == "left" else "center"),
        }
    return {
        "type": "line",
        "name": name,
        "data": data,
        "silent": True,
        "connectNulls": False,
        "symbol": "emptyCircle" if dashed else "circle",
        "symbolSize": 6,
        "showAllSymbol": True,
        "itemStyle": {"color": colour},
        "lineStyle": {"color": colour, "width": 2, "type": "dashed" if dashed else "solid"},
    }


def _label(words: str, *, align: str = "center") -> dict[str, Any]:
    return {
        "show": True,
        "formatter": words,
        "position": "top",
        "align": align,
        "color": STRONG,
        "fontSize": 11,
        "fontWeight": "bold",
    }


def _bar(bar: Bar, places: int | None, unit: str) -> dict[str, Any]:
    item: dict[str, Any] = {
        "value": number(bar.value) if bar.value is not None else 0,
        "itemStyle": {"color": PALE if bar.holds is False else INK, "borderColor": INK, "borderWidth": 1.5},
        "label": {
            "show": True,
            "position": "right",
            "formatter": text(bar.value, places, unit) + _word(bar),
            "color": STRONG,
            "backgroundColor": PALE,  # the threshold's line runs behind it
            "padding": [1, 2],
        },
    }
    if bar.value is None:
        item["itemStyle"] = {"color": PALE, "borderColor": PALE}
        item["label"]["formatter"] = "— 缺"
    return item


def _word(bar: Bar) -> str:
    return " ■ 未达" if bar.holds is False and bar.value is not None else ""


def _limit(threshold: Number, direction: str, unit: str, axis: str) -> dict[str, Any]:
    return {
        "silent": True,
        "symbol": "none",
        "data": [{axis: number(threshold)}],
        "lineStyle": {"color": LIMIT, "type": [6, 4], "width": 1.5},
        "label": {
            "formatter": f"要求 {DIRECTIONS.get(direction, '')} {text(threshold, None, unit)}",
            "position": "insideStartTop" if axis == "yAxis" else "end",
            "color": LIMIT,
        },
    }


def _axis_with(values: Sequence[Number | None], threshold: Number | None) -> dict[str, Any]:
    """An axis that reaches over all values and the threshold, which ECharts does not count."""
    reach = [float(value) for value in (*values, threshold) if value is not None]
    low, high = min(reach), max(reach)
    pad = (high - low) * 0.06 or abs(high) * 0.05 or 1.0
    low_end = low if low >= 0 and low - pad < 0 else low - pad
    return value_axis(**_round_ends(low_end, high + pad))


def _round_ends(low: float, high: float) -> dict[str, float]:
    """Ends and interval on round numbers (1, 2, 2.5, 5 × 10ⁿ), about four steps."""
    rough = (high - low) / 4
    power = 10.0 ** int(f"{rough:e}".split("e")[1])
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    first, last = step * (low // step), -step * (-high // step)
    return {"min": round(first, 10), "max": round(last, 10), "interval": round(step, 10)}
