"""Air files, daily or hourly, to the days of each station.

Daily: `date,pm25,pm10,so2,no2,co,o3_8h` (a `station` column may stand beside; else the file is the station).
Hourly: `station,time,pm25,pm10,so2,no2,co,o3`, 13:00 being the hour that begins at 13:00; `layouts` for others.
CO in mg/m³, the rest in µg/m³; blank = missing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import Any, NamedTuple, cast

from indicators.standards.air_day import Concentration, DayValues, StationDay
from indicators.standards.air_hours import Hour, station_days
from indicators.standards.air_limits import CODES, HOUR_CODES
from indicators.stationfiles.air_units import check_figure, check_units
from indicators.stationfiles.columns import find_columns
from indicators.stationfiles.faults import Fault, Faults, StationFileError
from indicators.stationfiles.headers import AIR_ALIASES, AIR_PASSED_OVER
from indicators.stationfiles.layouts import in_our_layout
from indicators.stationfiles.moments import parse_day, parse_hour
from indicators.stationfiles.tables import Table, read_table

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
LONGEST_CLOCK = len("13:00:00")  # a time without its date, which stands in a column of its own


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
        with suppress(StationFileError):  # its faults are in `faults`
            _keep(_readings(path, name, hour_end, faults), stations, faults)
        found += sorted(faults.found, key=lambda fault: fault.row)
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
    """The readings of one file: column by column, each distinct text read once. Faults are gathered."""
    table = in_our_layout(read_table(path, faults), faults)
    columns = find_columns(
        table,
        AIR_ALIASES,
        passed_over=AIR_PASSED_OVER,
        milligrams=("co",),
        micrograms=("pm25", "pm10", "so2", "no2", "o3", "o3_8h"),
        faults=faults,
    )
    shape = _shape(columns, table, faults)
    cells = list(zip(*(row.cells for row in table.rows), strict=False)) or [()] * len(table.header.cells)

    def read(at: int, parse: Callable[[str], object], texts: Sequence[str] | None = None) -> list[Any]:
        return _read_column(table, at, cells[at] if texts is None else texts, parse, faults)

    at = columns.get("date", columns.get("time", 0)) if shape is DAILY else columns["time"]
    texts = cells[at]
    if shape is HOURLY and "date" in columns and all(len(text) <= LONGEST_CLOCK for text in texts):
        days = (day.removesuffix(" 00:00") for day in cells[columns["date"]])  # a workbook's day
        texts = tuple(map(" ".join, zip(days, texts, strict=True)))
    moments = read(at, shape.moment, texts)
    if shape is HOURLY:
        moments = _hours(moments, texts, hour_end, faults)
    stations = read(columns["station"], _station) if "station" in columns else [name] * len(moments)
    figures = [read(columns[code], partial(_figure, code, shape.number)) for code in shape.codes]
    if faults.found:
        return []
    numbers = [row.number for row in table.rows]
    check_units(numbers, moments, dict(zip(shape.codes, figures, strict=True)), faults)
    return list(map(Reading, repeat(faults.file), numbers, stations, moments, zip(*figures, strict=True)))


def _read_column(
    table: Table, at: int, texts: Sequence[str], parse: Callable[[str], object], faults: Faults
) -> list[Any]:
    """A column's texts as `parse` reads them, None where it refuses; each refusal is a fault of its row."""
    known: dict[str, object] = {}
    refused: dict[str, str] = {}
    for text in set(texts):
        try:
            known[text] = parse(text)
        except ValueError as error:
            known[text] = None
            refused[text] = str(error)
    if refused:
        for row, text in zip(table.rows, texts, strict=True):
            if text in refused:
                faults.add(row.number, table.header.cells[at], refused[text])
    return [known[text] for text in texts]


def _hours(moments: list[Any], texts: Sequence[str], hour_end: bool, faults: Faults) -> list[Any]:
    """The hours by their beginning; labels from 01:00 to 24:00, those of an hour's end, are remarked."""
    if hour_end:
        return [moment and moment - timedelta(hours=1) for moment in moments]
    labels = {text.strip()[-5:] for text in texts}
    if "24:00" in labels and not labels & {"00:00", " 0:00"}:
        faults.note(
            0,
            "time",
            "有 24:00、没有 00:00，已把 24:00 当作次日 00:00；如果时间标的是小时末，请加 --hour-end",
        )
    return moments


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


def _station(text: str) -> str:
    station = text.strip()
    if not station:
        raise ValueError("没有写站点")
    return station


def _figure(code: str, number: Callable[[str], Concentration], text: str) -> Concentration | None:
    """A cell's figure, None for a blank. ValueError for what is no figure, or impossible."""
    plain = text.strip()
    if plain.lower() in _MISSING:
        return None
    if _NUMBER.fullmatch(plain) is None:
        raise ValueError(f"“{plain}”不是数值（缺测请留空）")
    value = number(plain)
    check_figure(code, plain, float(value))
    return value


def _keep(readings: Iterable[Reading], stations: dict[str, dict[date, Reading]], faults: Faults) -> None:
    """The readings among those of their stations, each once; another value for the same moment is a fault."""
    for reading in readings:
        kept = stations.get(reading.station)
        if kept is None:
            kept = stations[reading.station] = {}
        first = kept.setdefault(reading.moment, reading)
        if first is not reading and first.figures != reading.figures:
            where = f"第 {first.row} 行" if first.file == reading.file else f"{first.file} 第 {first.row} 行"
            what = "小时" if isinstance(reading.moment, datetime) else "日"
            faults.add(reading.row, "", f"站点“{reading.station}”与{where}是同一{what}，数值不同")


def _days(name: str, readings: dict[date, Reading], year: int | None) -> list[StationDay]:
    wanted = [one for one in readings.values() if year is None or one.moment.year == year]
    hours = [
        cast(Hour, (moment, *figures))  # a plain tuple will do, and costs less
        for _, _, _, moment, figures in wanted
        if isinstance(moment, datetime)
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
