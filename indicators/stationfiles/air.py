"""Air files, daily or hourly, to the days of each station.

Daily: `date,pm25,pm10,so2,no2,co,o3_8h` (a `station` column may stand beside; else the file is the station).
Hourly: `station,time,pm25,pm10,so2,no2,co,o3`, 13:00 being the hour that begins at 13:00.
CO in mg/m³, the rest in µg/m³; blank = missing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple, cast

from indicators.standards.air_day import Concentration, DayValues, StationDay
from indicators.standards.air_hours import Hour, station_days
from indicators.standards.air_limits import CODES, HOUR_CODES
from indicators.stationfiles.air_units import check_figure, check_units
from indicators.stationfiles.columns import find_columns
from indicators.stationfiles.faults import Fault, Faults, StationFileError
from indicators.stationfiles.headers import AIR_ALIASES, AIR_PASSED_OVER
from indicators.stationfiles.moments import parse_day, parse_hour
from indicators.stationfiles.tables import Row, Table, read_table

__all__ = ["AirFiles", "read_air"]

_MISSING = {
    "",
    "-",
    "--",
    "—",
    "——",
    "/",
    "na",
    "n/a",
    "nan",
    "null",
    "none",
    "缺测",
    "无数据",
    "停电",
    "故障",
    "校准",
}
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?", re.ASCII)


class Shape(NamedTuple):
    """What a file is: daily or hourly."""

    what: str
    codes: tuple[str, ...]
    moment: Callable[[str], date]
    number: Callable[[str], Concentration]


HOURLY = Shape("小时", HOUR_CODES, parse_hour, float)
DAILY = Shape("日", CODES, parse_day, Decimal)


class Reading(NamedTuple):
    """A row taken: where it stood, whose it is, when (a datetime: an hour, else a day), the shape's figures."""

    file: str
    row: int
    station: str
    moment: date
    figures: tuple[Concentration | None, ...]


@dataclass(frozen=True, slots=True)
class AirFiles:
    """The days of each station, how many rows each year has, and remarks that stopped nothing."""

    stations: dict[str, list[StationDay]]
    years: Counter[int]
    notes: list[Fault]


def read_air(paths: Sequence[Path], *, year: int | None = None, hour_end: bool = False) -> AirFiles:
    """Every station of the files with its days of `year` (None: of all years).

    hour_end: the files label an hour by its end (01:00 to 24:00). The same station in several files is one; one
    without rows in the year is left out. StationFileError with the faults of all files; rows of other years are
    checked too.
    """
    found: list[Fault] = []
    notes: list[Fault] = []
    more = 0
    stations: dict[str, dict[date, Reading]] = {}
    for path, name in _names(paths).items():
        faults = Faults(str(path))
        try:
            for reading in _readings(path, name, hour_end, faults):
                _keep(reading, stations.setdefault(reading.station, {}), faults)
        except StationFileError:
            pass  # its faults are in `faults`
        found += faults.found
        notes += faults.notes
        more += faults.more
    if found:
        raise StationFileError(found, more)
    years = Counter(moment.year for readings in stations.values() for moment in readings)
    days = {name: _days(name, readings, year) for name, readings in stations.items()}
    return AirFiles({name: of_station for name, of_station in days.items() if of_station}, years, notes)


def _names(paths: Iterable[Path]) -> dict[Path, str]:
    """What the station of a file without station column is called: as the file, by its path where two are alike."""
    stems = {path: path.name.removesuffix(".gz").rsplit(".", 1)[0] for path in paths}
    alike = Counter(stems.values())
    return {path: stem if alike[stem] == 1 else str(path) for path, stem in stems.items()}


def _readings(path: Path, name: str, hour_end: bool, faults: Faults) -> list[Reading]:
    """The readings of one file."""
    table = read_table(path, faults)
    columns = find_columns(
        table,
        AIR_ALIASES,
        passed_over=AIR_PASSED_OVER,
        milligrams=("co",),
        micrograms=("pm25", "pm10", "so2", "no2", "o3", "o3_8h"),
        faults=faults,
    )
    shape = _shape(columns, table, faults)
    shift = timedelta(hours=-1 if hour_end and shape is HOURLY else 0)
    at = columns.get("date", columns.get("time")) if shape is DAILY else columns["time"]
    readings = [
        Reading(faults.file, row.number, _station(row, columns, name, faults), moment + shift, figures)
        for row in table.rows
        if (moment := _moment(row, cast(int, at), table, shape, faults)) is not None
        and (figures := _figures(row, columns, table, shape, faults)) is not None
    ]
    check_units(((one.row, one.moment, one.figures) for one in readings), shape.codes, faults)
    if shape is HOURLY and not hour_end:
        _note_labels(table, columns["time"], faults)
    return readings


def _shape(columns: dict[str, int], table: Table, faults: Faults) -> Shape:
    """Hourly with a time and ozone, daily with a date and 8 h ozone. StationFileError for anything else."""
    if not columns.keys() & {"date", "time"} or len(columns.keys() & {*HOUR_CODES, *CODES}) < 2:
        raise faults.refuse(
            "第一行应是列名：日均文件 date,pm25,pm10,so2,no2,co,o3_8h，小时文件 station,time,pm25,pm10,so2,no2,co,o3"
            "（标题行、合并的表头请去掉）",
            table.header.number,
        )
    hourly = "time" in columns and ("o3" in columns or "o3_8h" not in columns)
    shape = HOURLY if hourly else DAILY
    missing = [code for code in shape.codes if code not in columns]
    if missing:
        raise faults.refuse(f"{shape.what}数据缺少列：{'、'.join(missing)}", table.header.number)
    return shape


def _station(row: Row, columns: dict[str, int], name: str, faults: Faults) -> str:
    if "station" not in columns:
        return name
    station = row.cells[columns["station"]].strip()
    if not station:
        faults.add(row.number, "station", "没有写站点")
    return station


def _moment(row: Row, at: int, table: Table, shape: Shape, faults: Faults) -> date | None:
    try:
        return shape.moment(row.cells[at])
    except ValueError as error:
        faults.add(row.number, table.header.cells[at], str(error))
        return None


def _figures(
    row: Row, columns: dict[str, int], table: Table, shape: Shape, faults: Faults
) -> tuple[Concentration | None, ...] | None:
    """The row's figures in the shape's order; None where one of them is a fault."""
    figures: list[Concentration | None] = []
    wrong = False
    for code in shape.codes:
        text = row.cells[columns[code]]
        if not text:
            figures.append(None)
            continue
        if _NUMBER.fullmatch(text) is None:
            text = text.strip()
            if text.lower() in _MISSING:
                figures.append(None)
                continue
        fault = _fault_of(code, text)
        if fault:
            faults.add(row.number, table.header.cells[columns[code]], fault)
            wrong = True
        else:
            figures.append(shape.number(text))
    return None if wrong else tuple(figures)


def _fault_of(code: str, text: str) -> str:
    if _NUMBER.fullmatch(text) is None:
        return f"“{text}”不是数值（缺测请留空）"
    return check_figure(code, text, float(text))


def _note_labels(table: Table, at: int, faults: Faults) -> None:
    """Labels from 01:00 to 24:00 are those of the end of an hour."""
    labels = {row.cells[at].strip()[-5:] for row in table.rows}
    if "24:00" in labels and not labels & {"00:00", " 0:00"}:
        faults.note(
            0,
            "time",
            "有 24:00、没有 00:00，已把 24:00 当作次日 00:00；如果时间标的是小时末，请加 --hour-end",
        )


def _keep(reading: Reading, kept: dict[date, Reading], faults: Faults) -> None:
    """The reading among its station's, once; another value for the same moment is a fault."""
    first = kept.setdefault(reading.moment, reading)
    if first.figures != reading.figures:
        where = f"第 {first.row} 行" if first.file == reading.file else f"{first.file} 第 {first.row} 行"
        what = "小时" if isinstance(reading.moment, datetime) else "日"
        faults.add(reading.row, "", f"站点“{reading.station}”与{where}是同一{what}，数值不同")


def _days(name: str, readings: dict[date, Reading], year: int | None) -> list[StationDay]:
    wanted = [one for one in readings.values() if year is None or one.moment.year == year]
    hours = [
        Hour(one.moment, *cast("tuple[float | None, ...]", one.figures))
        for one in wanted
        if isinstance(one.moment, datetime)
    ]
    published = [
        StationDay(one.moment, DayValues(*one.figures))
        for one in wanted
        if not isinstance(one.moment, datetime)
    ]
    days = sorted([*station_days(hours), *published], key=lambda one: one.day)
    if len({one.day for one in days}) < len(days):
        raise StationFileError([Fault(wanted[0].file, 0, "", f"站点“{name}”同一天既有小时值又有日均值")])
    return days
