"""From the stations' days to the city's day.

HJ 663-2013 6.3 and appendix A.1: the city's figure is the arithmetic mean of the valid stations' figures of that day, valid
with 75 % of the counting stations, 50 % where the city has fewer than four. Background (control) stations do not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar

from indicators.standards.air_day import (
    CityDay,
    Concentration,
    DayValues,
    StationDay,
    round_concentration,
    round_day,
)
from indicators.standards.air_limits import CODES

__all__ = ["city_days", "city_values", "enough_stations"]

Station = TypeVar("Station", bound=Hashable)
FEW = 4  # below this many counting stations half of them is enough


def enough_stations(valid: int, counting: int) -> bool:
    """Whether `valid` of `counting` stations make a valid city figure."""
    if counting <= 0 or valid <= 0:
        return False
    return valid * 2 >= counting if counting < FEW else valid * 4 >= counting * 3


def city_values(stations: Sequence[DayValues[Concentration]], counting: int) -> DayValues[Decimal]:
    """The city's figures of one day, rounded; None where too few stations have a valid one.

    stations: the day of each counting station that has one, unrounded. counting: how many stations count that day.
    """
    if len(stations) == counting == 1:
        return round_day(stations[0])
    return DayValues(
        *(
            _city_value(code, column, counting)
            for code, column in zip(CODES, zip(*stations, strict=True), strict=True)
        )
        if stations
        else ()
    )


def _city_value(code: str, column: Sequence[Concentration | None], counting: int) -> Decimal | None:
    there = [value for value in column if value is not None]
    return round_concentration(code, _mean(there)) if enough_stations(len(there), counting) else None


def _mean(values: Sequence[Concentration]) -> Concentration:
    if len(values) == 1:
        return values[0]
    if any(isinstance(value, float) for value in values):
        return sum(map(float, values)) / len(values)
    return sum(map(Decimal, values), Decimal(0)) / len(values)


def city_days(
    stations: Mapping[Station, Iterable[StationDay]],
    *,
    background: Collection[Station] = (),
    counting: Callable[[date], int] | None = None,
) -> list[CityDay]:
    """The city's days in order, from the days of its stations; days on which no station has a row are left out.

    background: stations that do not count. counting: how many stations count on a day, from their dates in service;
    None: all those given, but the background ones. ValueError: a station has one day twice.
    """
    rows = {name: list(days) for name, days in stations.items() if name not in background}
    by_day: defaultdict[date, list[DayValues[Concentration]]] = defaultdict(list)
    for name, days in rows.items():
        if len({row.day for row in days}) < len(days):
            raise ValueError(f"站点“{name}”有重复的日期")
        for row in days:
            by_day[row.day].append(row.values)
    number = len(rows)
    return [
        CityDay(day, city_values(values, counting(day) if counting else number))
        for day, values in sorted(by_day.items(), key=lambda item: item[0])
    ]
