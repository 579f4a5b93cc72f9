"""Air figures that cannot be, and units that look mistaken: CO in µg/m³, the rest in mg/m³."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from indicators.standards.air_day import Concentration
from indicators.standards.air_limits import NAMES, UNITS
from indicators.stationfiles.faults import Faults

__all__ = ["MAXIMA", "check_figure", "check_units"]

# Far above what outdoor air has ever had, far below the same figure in the wrong unit (CO: 100 µg/m³ is clean air).
MAXIMA: Mapping[str, float] = {
    "pm25": 10_000,
    "pm10": 20_000,
    "so2": 10_000,
    "no2": 5_000,
    "co": 60,
    "o3": 3_000,
    "o3_8h": 3_000,
}
# Micrograms below one are rare, milligrams above one are: a month, or a row, without a figure of one is suspicious.
ENOUGH_IN_A_MONTH = 5
ENOUGH_IN_A_ROW = 3
_PARTICLES = ("pm25", "pm10")

Dated = tuple[int, date, Sequence[Concentration | None]]


def check_figure(code: str, text: str, value: float) -> str:
    """What is impossible about the figure, in Chinese; “” where nothing is."""
    if value < 0:
        return f"“{text}”是负数（缺测请留空）"
    if value <= MAXIMA[code]:
        return ""
    if code == "co":
        return f"“{text}”太大，疑为 µg/m³；CO 应为 mg/m³"
    return f"“{text}”超出可能的范围（{NAMES[code]} 不超过 {MAXIMA[code]:.0f} {UNITS[code]}）"


def check_units(rows: Iterable[Dated], codes: Sequence[str], faults: Faults) -> None:
    """Milligrams where micrograms belong: by column and month, and by row.

    rows: (line, day, figures in the order of `codes`).
    """
    wanted = [(at, code) for at, code in enumerate(codes) if code != "co"]
    months: defaultdict[tuple[int, int, int], list[tuple[int, float]]] = defaultdict(list)
    for line, day, figures in rows:
        there = [(at, code, value) for at, code in wanted if (value := figures[at])]
        for at, _, value in there:
            months[at, day.year, day.month].append((line, float(value)))
        if len(there) >= ENOUGH_IN_A_ROW and all(value < 1 for _, _, value in there):
            faults.add(line, "", "这一行的数都小于 1，疑为 mg/m³；除 CO 外应为 µg/m³")
    for (at, year, month), figures_of_month in months.items():
        _check_month(codes[at], f"{year} 年 {month} 月", figures_of_month, faults)


def _check_month(code: str, month: str, figures: Sequence[tuple[int, float]], faults: Faults) -> None:
    small = [line for line, value in figures if value < 1]
    if len(small) == len(figures) >= ENOUGH_IN_A_MONTH:
        faults.add(small[0], code, f"{month}的数都小于 1，疑为 mg/m³，应为 µg/m³")
    elif small and code in _PARTICLES:
        faults.note(small[0], code, f"{month}有 {len(small)} 个数小于 1 µg/m³，请核对单位")
