"""Tables as pictures: the year's air-quality days, and water classes by section and month.

Each cell carries its word or numeral; its shade only grows darker with what is worse, so grey copies keep the order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from .chart import Chart
from .style import LIMIT, PALE, STRONG, TEXT, base, category_axis

__all__ = ["AirDay", "air_calendar", "class_table"]

MONTHS = [f"{month}月" for month in range(1, 13)]
# HJ 633-2012, table 2: upper AQI of each grade, its word, the sign in a cell, shade and ink.
GRADES = (
    (50, "优", "#f3f8f6", STRONG),
    (100, "良", "#d5e6e0", STRONG),
    (150, "轻度污染", "#e0b56f", STRONG),
    (200, "中度污染", "#bd7434", "#ffffff"),
    (300, "重度污染", "#8c3a24", "#ffffff"),
    (10_000, "严重污染", "#4a1414", "#ffffff"),
)
# GB 3838-2002: Ⅰ to Ⅴ and 劣Ⅴ (6).
CLASSES = ("Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "劣Ⅴ")
_CLASS_SHADES = ("#f3f8f6", "#d5e6e0", "#a9cbc1", "#d9a45c", "#a3552c", "#5c1a1a")
_CLASS_INKS = (STRONG, STRONG, STRONG, STRONG, "#ffffff", "#ffffff")


class AirDay(NamedTuple):
    """One day's AQI; None: the day has no valid value."""

    day: date
    aqi: int | None


def air_calendar(days: Sequence[AirDay], *, year: int, title: str = "") -> Chart | None:
    """A month a row, a day a column, each cell with its grade's first character; None without any value.

    Grades by HJ 633-2012 table 2; an AQI of at most 100 counts as a good day.
    """
    of_year = [one for one in days if one.day.year == year]
    valid = [one for one in of_year if one.aqi is not None]
    if not valid:
        return None
    cells = [_air_cell(one) for one in of_year]
    good = [
        sum(1 for one in valid if one.day.month == month and (one.aqi or 0) <= 100) for month in range(1, 13)
    ]
    known = [sum(1 for one in valid if one.day.month == month) for month in range(1, 13)]
    counts = [(word, sum(1 for one in valid if _grade(one.aqi or 0)[1] == word)) for _, word, _, _ in GRADES]
    title = title or f"{year}年空气质量日历"
    told = "，".join(
        f"{MONTHS[index]} {good[index]}/{known[index]} 天" for index in range(12) if known[index]
    )
    graded = "、".join(f"{word} {count} 天" for word, count in counts if count)
    return Chart(
        title=title,
        spoken=f"{title}：优良 {sum(good)} 天，有效 {len(valid)} 天（{graded}）；各月优良/有效：{told}",
        option=_grid(
            [str(day) for day in range(1, 32)],
            MONTHS,
            cells,
            left=44,
            pieces=[
                (f"{word}（{word[0]}）" if len(word) > 1 else word, shade) for _, word, shade, _ in GRADES
            ],
        ),
        head=("月份", "优良天数", "有效天数"),
        rows=tuple(
            (MONTHS[index], str(good[index]), str(known[index])) for index in range(12) if known[index]
        ),
        width=720,
        height=330,
    )


def class_table(
    sections: Sequence[str],
    months: Sequence[str],
    classes: Mapping[tuple[int, int], int],
    targets: Sequence[int | None],
    *,
    title: str,
) -> Chart | None:
    """Water classes by section (rows) and month (columns); `classes` maps (section, month) places to 1…6 (6 = 劣Ⅴ).

    A class worse than the section's target has a cross; a month without a class has a dash. None without any.
    """
    if not classes:
        return None
    cells, rows = [], []
    for row, name in enumerate(sections):
        words = []
        for column in range(len(months)):
            level = classes.get((row, column))
            target = targets[row]
            over = level is not None and target is not None and level > target
            word = "—" if level is None else CLASSES[level - 1] + ("×" if over else "")
            shade = PALE if level is None else _CLASS_SHADES[level - 1]
            ink = TEXT if level is None else _CLASS_INKS[level - 1]
            cells.append(_cell(column, row, word, shade, ink, edge=LIMIT if over else "#ffffff", thick=over))
            words.append(word)
        goal = "—" if targets[row] is None else CLASSES[(targets[row] or 1) - 1]
        rows.append((name, goal, *words))
    told = "；".join(f"{row[0]}（目标{row[1]}）{'、'.join(row[2:])}" for row in rows)
    return Chart(
        title=title,
        spoken=f"{title}（×为劣于目标，—为无数据）：{told}",
        option=_grid(
            list(months),
            list(sections),
            cells,
            left=16 + 12 * max(len(name) for name in sections),
            pieces=list(zip(CLASSES, _CLASS_SHADES, strict=True)),
        ),
        head=("断面", "目标", *months),
        rows=tuple(rows),
        width=720,
        height=80 + 26 * len(sections),
    )


def _grade(aqi: int) -> tuple[int, str, str, str]:
    return next(grade for grade in GRADES if aqi <= grade[0])


def _air_cell(one: AirDay) -> dict[str, Any]:
    if one.aqi is None:
        return _cell(one.day.day - 1, one.day.month - 1, "—", PALE, TEXT)
    _, word, shade, ink = _grade(one.aqi)
    return _cell(one.day.day - 1, one.day.month - 1, word[0], shade, ink)


def _cell(
    x: int, y: int, word: str, shade: str, ink: str, *, edge: str = "#ffffff", thick: bool = False
) -> dict[str, Any]:
    return {
        "value": [x, y, 0],
        "itemStyle": {"color": shade, "borderColor": edge, "borderWidth": 2 if thick else 1},
        "label": {"show": True, "formatter": word, "color": ink, "fontSize": 11},
    }


def _grid(
    columns: list[str],
    rows: list[str],
    cells: list[dict[str, Any]],
    *,
    left: int,
    pieces: list[tuple[str, str]],
) -> dict[str, Any]:
    """Cells on two axes of names, with the legend above; the legend's series are empty."""
    return {
        **base(),
        "grid": {"left": left, "right": 12, "top": 58, "bottom": 8},
        "legend": {
            "data": [{"name": name, "icon": "rect"} for name, _ in pieces],
            "top": 0,
            "selectedMode": False,
            "itemStyle": {"borderColor": "#777777", "borderWidth": 1},
        },
        "xAxis": category_axis(columns, position="top", axisLine={"show": False}),
        "yAxis": category_axis(rows, inverse=True, axisLine={"show": False}),
        "series": [
            {"type": "custom", "cells": True, "silent": True, "data": cells},
            *({"type": "bar", "name": name, "data": [], "color": shade} for name, shade in pieces),
        ],
    }
