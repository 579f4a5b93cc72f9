"""Air figures that cannot be, and units that look mistaken: CO in µg/m³, the rest in mg/m³."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
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

Column = Sequence[Concentration | None]


def check_figure(code: str, text: str, value: float) -> None:
    """ValueError, in Chinese, where the figure is impossible."""
    if value < 0:
        raise ValueError(f"“{text}”是负数（缺测请留空）")
    if value <= MAXIMA[code]:
        return
    if code == "co":
        raise ValueError(f"“{text}”太大，疑为 µg/m³；CO 应为 mg/m³")
    raise ValueError(f"“{text}”超出可能的范围（{NAMES[code]} 不超过 {MAXIMA[code]:.0f} {UNITS[code]}）")


def check_units(
    lines: Sequence[int], days: Sequence[date], columns: Mapping[str, Column], faults: Faults
) -> None:
    """Milligrams where micrograms belong: by column and month, and by row.

    lines, days: of each row. columns: code → its figures, row by row.
    """
    small = {
        code: column
        for code, column in columns.items()
        if code != "co" and any(value and value < 1 for value in column)
    }
    for code, column in small.items():
        months: defaultdict[tuple[int, int], list[tuple[int, Concentration]]] = defaultdict(list)
        for line, day, value in zip(lines, days, column, strict=True):
            if value:
                months[day.year, day.month].append((line, value))
        for (year, month), figures in months.items():
            _check_month(code, f"{year} 年 {month} 月", figures, faults)
    if len(small) >= ENOUGH_IN_A_ROW:
        micrograms = [column for code, column in columns.items() if code != "co"]
        for line, figures_of_row in zip(lines, zip(*micrograms, strict=True), strict=True):
            there = [value for value in figures_of_row if value]
            if len(there) >= ENOUGH_IN_A_ROW and max(there) < 1:
                faults.add(line, "", "这一行的数都小于 1，疑为 mg/m³；除 CO 外应为 µg/m³")


def _check_month(code: str, month: str, figures: Sequence[tuple[int, Concentration]], faults: Faults) -> None:
    small = [line for line, value in figures if value < 1]
    if len(small) == len(figures) >= ENOUGH_IN_A_MONTH:
        faults.add(small[0], code, f"{month}的数都小于 1，疑为 mg/m³，应为 µg/m³")
    elif small and code in _PARTICLES:
        faults.note(small[0], code, f"{month}有 {len(small)} 个数小于 1 µg/m³，请核对单位")
