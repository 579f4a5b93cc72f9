"""From hourly values to a station's day: which hours make a valid day.

GB 3095-2012 table 4 and HJ 663-2013 table 3 (validity), appendix A.1 (means): a 24 h mean needs 20 hourly values; the
8 h ozone of a day is the largest of the running means of 8 h that lie within it, each of 6 values at least, and needs
14 valid ones of 17 unless the largest is above the limit already.

Hours bear the label of their beginning, Beijing time: 13:00 is 13:00 to 14:00. The 17 windows begin at 00:00 to 16:00.
Floats throughout: the figures are measured to a few digits, and the standard's own rounding follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate, groupby, pairwise
from operator import itemgetter, sub, truediv
from typing import NamedTuple, cast

from indicators.standards.air_day import DayValues, StationDay, round_concentration
from indicators.standards.air_limits import CLASS_2_DAY

__all__ = [
    "HOURS",
    "MIN_HOURS",
    "MIN_WINDOWS",
    "MIN_WINDOW_HOURS",
    "WINDOWS",
    "WINDOW_HOURS",
    "Hour",
    "mean_of_day",
    "ozone_8h",
    "station_days",
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
    there = [value for value in values if value is not None]
    return _valid_mean(sum(there), len(there))


def _valid_mean(total: float, count: int) -> float | None:
    return total / count if count >= MIN_HOURS else None


def ozone_8h(slots: Slots) -> float | None:
    """The day's largest 8 h mean of ozone; None where the day is not valid.

    slots: 24 hourly values from 00:00 to 23:00, None where the hour is missing.
    """
    if len(slots) != HOURS:
        raise ValueError(f"一天应有 {HOURS} 个小时值，收到 {len(slots)} 个")
    if None not in slots:
        return max(_window_sums(cast("Sequence[float]", slots))) / WINDOW_HOURS
    totals = _window_sums([value or 0.0 for value in slots])
    counts = _window_sums([value is not None for value in slots])
    if min(counts) < MIN_WINDOW_HOURS:
        valid = [at for at, count in enumerate(counts) if count >= MIN_WINDOW_HOURS]
        totals, counts = [totals[at] for at in valid], [counts[at] for at in valid]
    largest = max(map(truediv, totals, counts), default=None)
    if largest is None or len(counts) >= MIN_WINDOWS:
        return largest
    return largest if round_concentration("o3_8h", largest) > CLASS_2_DAY["o3_8h"] else None


def _window_sums(values: Sequence[float]) -> list[float]:
    """The sums of the 17 windows of 8 hours."""
    sums = list(accumulate(values, initial=0))
    return list(map(sub, sums[WINDOW_HOURS:], sums))


def station_days(hours: Iterable[Hour]) -> list[StationDay]:
    """A station's days, in order, from its hours in any order; days without any hour are left out.

    The figures are unrounded. The same hour twice is taken once. ValueError: the same hour with two values, a time that
    is no whole hour or not Beijing time.
    """
    rows = sorted(hours, key=itemgetter(0))
    if not rows:
        return []
    times, pm25, pm10, so2, no2, co, o3 = zip(*rows, strict=True)
    _check_clock(times)
    of_day = [time.hour for time in times]
    dates, bounds = _bounds([time.date() for time in times])
    if any(len(set(of_day[start:end])) < end - start for start, end in bounds):
        return station_days(_each_once(rows))
    means = (_means_of_days(column, bounds) for column in (so2, no2, pm10, pm25, co))
    ozone = [ozone_8h(_slots(of_day[start:end], o3[start:end])) for start, end in bounds]
    return list(map(StationDay, dates, map(DayValues._make, zip(*means, ozone, strict=True))))


def _bounds(days: list[date]) -> tuple[list[date], list[tuple[int, int]]]:
    """The distinct days of a sorted list, and from where to where each stands in it."""
    distinct, lengths = zip(*((day, len(list(same))) for day, same in groupby(days)), strict=True)
    ends = list(accumulate(lengths, initial=0))
    return list(distinct), list(pairwise(ends))


def _means_of_days(column: Slots, bounds: list[tuple[int, int]]) -> list[float | None]:
    """`mean_of_day` of every slice of a year's column; built-in functions touch the 8760 values, not a loop."""
    if None not in column:
        whole = cast("Sequence[float]", column)
        return [_valid_mean(sum(whole[start:end]), end - start) for start, end in bounds]
    filled = [value or 0.0 for value in column]
    there = bytes([value is not None for value in column])
    return [_valid_mean(sum(filled[start:end]), there.count(1, start, end)) for start, end in bounds]


def _slots(of_day: Sequence[int], values: Slots) -> Slots:
    """A day's values at their hours of 24."""
    if len(values) == HOURS:
        return values
    slots: list[float | None] = [None] * HOURS
    for hour, value in zip(of_day, values, strict=True):
        slots[hour] = value
    return slots


def _each_once(rows: list[Hour]) -> list[Hour]:
    """Rows without repetitions; two values for one hour are refused."""
    kept: dict[datetime, Hour] = {}
    for row in rows:
        if kept.setdefault(row[0], row) != row:
            raise ValueError(f"{row[0]:%Y-%m-%d %H:%M} 有两组不同的数值")
    return list(kept.values())


def _check_clock(times: Sequence[datetime]) -> None:
    if any([time.minute or time.tzinfo for time in times]):
        for time in times:
            if time.minute:
                raise ValueError(f"小时值的时间须为整点，收到 {time:%Y-%m-%d %H:%M}")
            if time.utcoffset() not in (None, _BEIJING):
                raise ValueError(f"时间须为北京时间，收到 {time.isoformat()}")
