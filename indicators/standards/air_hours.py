"""From hourly values to a station's day: which hours make a valid day.

GB 3095-2012 table 4 and HJ 663-2013 table 3 (validity), appendix A.1 (means): a 24 h mean needs 20 hourly values; the
8 h ozone of a day is the largest of the running means of 8 h that lie within it, each of 6 values at least, and needs
14 valid ones of 17 unless the largest is above the limit already.

Hours bear the label of their beginning, Beijing time: 13:00 is 13:00 to 14:00. The 17 windows begin at 00:00 to 16:00.
Floats throughout: the figures are measured to a few digits, and the standard's own rounding follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate, groupby
from operator import itemgetter, sub
from typing import NamedTuple, cast

from indicators.standards.air_day import Concentration, DayValues, StationDay, round_concentration
from indicators.standards.air_limits import CLASS_2_DAY

__all__ = [
    "MIN_HOURS",
    "MIN_WINDOWS",
    "MIN_WINDOW_HOURS",
    "WINDOWS",
    "WINDOW_HOURS",
    "Hour",
    "mean_of_day",
    "ozone_8h",
    "station_days",
    "values_of_day",
]

HOURS = 24
MIN_HOURS = 20
WINDOW_HOURS = 8
MIN_WINDOW_HOURS = 6
WINDOWS = HOURS - WINDOW_HOURS + 1
MIN_WINDOWS = 14
_BEIJING = timedelta(hours=8)

Slots = Sequence[float | None]


class Hour(NamedTuple):
    """One hour of a station: the hour that begins at `time`, CO in mg/m³, the rest in µg/m³, None = missing.

    `time` is naive Beijing time, or aware with that offset. Any tuple in this order will do, as `values_list` gives.
    """

    time: datetime
    pm25: float | None
    pm10: float | None
    so2: float | None
    no2: float | None
    co: float | None
    o3: float | None


def mean_of_day(values: Slots) -> float | None:
    """The 24 h mean of SO₂, NO₂, PM₁₀, PM₂.₅ or CO; None below 20 values. The order of the hours does not matter."""
    if None not in values and len(values) >= MIN_HOURS:
        return sum(cast("Sequence[float]", values)) / len(values)
    there = [value for value in values if value is not None]
    return sum(there) / len(there) if len(there) >= MIN_HOURS else None


def ozone_8h(slots: Slots) -> float | None:
    """The day's largest 8 h mean of ozone; None where the day is not valid.

    slots: 24 hourly values from 00:00 to 23:00, None where the hour is missing.
    """
    if len(slots) != HOURS:
        raise ValueError(f"一天应有 {HOURS} 个小时值，收到 {len(slots)} 个")
    if None not in slots:
        sums = list(accumulate(cast("Sequence[float]", slots), initial=0.0))
        return max(map(sub, sums[WINDOW_HOURS:], sums)) / WINDOW_HOURS
    means = list(_window_means(slots))
    if not means:
        return None
    largest = max(means)
    exceeded = round_concentration("o3_8h", largest) > CLASS_2_DAY["o3_8h"]
    return largest if len(means) >= MIN_WINDOWS or exceeded else None


def _window_means(slots: Slots) -> Iterator[float]:
    sums = list(accumulate((value or 0.0 for value in slots), initial=0.0))
    counts = list(accumulate((value is not None for value in slots), initial=0))
    for start in range(WINDOWS):
        end = start + WINDOW_HOURS
        count = counts[end] - counts[start]
        if count >= MIN_WINDOW_HOURS:
            yield (sums[end] - sums[start]) / count


def values_of_day(hours: Sequence[Hour]) -> DayValues[float]:
    """The day's figures from its hours, sorted by time, each hour once; unrounded."""
    times, pm25, pm10, so2, no2, co, o3 = zip(*hours, strict=True)
    if len(hours) < HOURS:
        slots: list[float | None] = [None] * HOURS
        for time, value in zip(times, o3, strict=True):
            slots[time.hour] = value
        o3 = tuple(slots)
    return DayValues(
        mean_of_day(so2),
        mean_of_day(no2),
        mean_of_day(pm10),
        mean_of_day(pm25),
        mean_of_day(co),
        ozone_8h(o3),
    )


def station_days(hours: Iterable[Hour]) -> list[StationDay]:
    """A station's days, in order, from its hours in any order; days without any hour are left out.

    The same hour twice is taken once. ValueError: the same hour with two values, a time that is no whole hour or
    not Beijing time.
    """
    rows = sorted(hours, key=itemgetter(0))
    if not rows:
        return []
    _check_clock(rows)
    return [_station_day(day, list(of_day)) for day, of_day in groupby(rows, key=_date_of)]


def _date_of(row: Hour) -> date:
    return row[0].date()


def _station_day(day: date, rows: list[Hour]) -> StationDay:
    if len({row[0].hour for row in rows}) < len(rows):
        rows = _each_once(rows)
    values: DayValues[Concentration] = values_of_day(rows)
    return StationDay(day, values)


def _each_once(rows: list[Hour]) -> list[Hour]:
    """Rows without repetitions; two values for one hour are refused."""
    kept: dict[datetime, Hour] = {}
    for row in rows:
        if kept.setdefault(row[0], row) != row:
            raise ValueError(f"{row[0]:%Y-%m-%d %H:%M} 有两组不同的数值")
    return list(kept.values())


def _check_clock(rows: list[Hour]) -> None:
    zones = {row[0].tzinfo: row[0] for row in rows}
    for zone, time in zones.items():
        if zone is not None and time.utcoffset() != _BEIJING:
            raise ValueError(f"时间须为北京时间，收到 {time.isoformat()}")
    for row in rows:
        if row[0].minute or row[0].second:
            raise ValueError(f"小时值的时间须为整点，收到 {row[0]:%Y-%m-%d %H:%M:%S}")
