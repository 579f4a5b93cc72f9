"""Published layouts that differ from ours, recognised by their header and put into it before anything is read.

The hour in four columns: `year,month,day,hour`. With it the hourly data of Beijing's stations as the UCI repository
publishes them (Beijing Multi-Site Air-Quality Data, “PRSA_Data_…”: No,year,month,day,hour,PM2.5,PM10,SO2,NO2,CO,O3,TEMP,
PRES,DEWP,RAIN,wd,WSPM,station): CO in µg/m³ like the rest. Only in that layout, known by its other columns, CO is divided by
1000, and that is said; everywhere else a figure in µg/m³ is a fault.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from indicators.stationfiles.columns import plain_name
from indicators.stationfiles.faults import Faults
from indicators.stationfiles.tables import Row, Table

__all__ = ["in_our_layout"]

CLOCK = ("year", "month", "day", "hour")
_POLLUTANTS = {"pm25", "pm10", "so2", "no2", "co", "o3"}
_PRSA_OTHERS = {"no", "temp", "pres", "dewp", "rain", "wd", "wspm"}
PRSA = "北京多站点小时数据（UCI 的 PRSA 布局）"
MAX_MILLIGRAMS = 60  # of CO in air; the PRSA files begin at 100 µg/m³


def in_our_layout(table: Table, faults: Faults) -> Table:
    """The table with one `time` column and CO in mg/m³; as it is, where its header is none of these layouts."""
    names = [plain_name(text) for text in table.header.cells]
    if not set(CLOCK) <= set(names) or "time" in names:
        return table
    is_prsa = set(names) >= _POLLUTANTS and bool(_PRSA_OTHERS & set(names)) and _bare(table, names)
    table = _with_time(table, names)
    return _with_milligrams(table, faults) if is_prsa else table


def _bare(table: Table, names: list[str]) -> bool:
    """Whether CO's header says nothing of a unit itself."""
    return table.header.cells[names.index("co")].strip().lower() == "co"


def _with_time(table: Table, names: list[str]) -> Table:
    """The four columns as one, in front of the others."""
    year, month, day, hour = (names.index(name) for name in CLOCK)
    others = [at for at, name in enumerate(names) if name not in CLOCK]

    @cache
    def moment(*parts: str) -> str:
        years, *rest = (part.strip() for part in parts)
        if not all(part.isascii() and part.isdigit() for part in (years, *rest)):
            return " ".join(parts)  # read as a time, and refused there in words
        months, days, hours = (part.zfill(2) for part in rest)
        return f"{years}-{months}-{days} {hours}:00"

    rows = [
        Row(
            number,
            [moment(cells[year], cells[month], cells[day], cells[hour]), *(cells[at] for at in others)],
        )
        for number, cells in table.rows
    ]
    header = ["time", *(table.header.cells[at] for at in others)]
    return Table(Row(table.header.number, header), rows)


def _with_milligrams(table: Table, faults: Faults) -> Table:
    """CO by thousands, once for each distinct text. Refused where the column looks converted already."""
    header = table.header
    at = [plain_name(text) for text in header.cells].index("co")
    figures = {text: figure for text in {row.cells[at] for row in table.rows} if (figure := _figure(text))}
    if figures and max(figures.values()) <= MAX_MILLIGRAMS:
        faults.add(
            header.number,
            header.cells[at],
            f"{PRSA}的 CO 应为 µg/m³，这一列都不超过 {MAX_MILLIGRAMS}，像是已换算成 mg/m³；请在列名里写明，如 CO(mg/m3)",
        )
        return table
    faults.note(
        header.number, header.cells[at], f"按列名认出是{PRSA}：CO 的单位是 µg/m³，已除以 1000 换算成 mg/m³"
    )
    shown = {text: f"{figure / 1000:f}" for text, figure in figures.items()}
    for row in table.rows:
        row.cells[at] = shown.get(row.cells[at], row.cells[at])
    return table


def _figure(text: str) -> Decimal | None:
    """A plain number of the column; what is none is left to be read, and judged, as it stands."""
    try:
        figure = Decimal(text.strip())
    except ArithmeticError:
        return None
    return figure if figure.is_finite() else None
