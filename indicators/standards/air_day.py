"""One day's air: rounding, sub-indices, index, good or bad.

HJ 633-2012 《环境空气质量指数（AQI）技术规定（试行）》 4 (IAQI, AQI, primary pollutant) and table 2 (levels); HJ 663-2013 5.1 (a
day within class 2); GB/T 8170-2008 for the rounding of a concentration before it is indexed or judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from indicators.standards.air_limits import BREAKPOINTS, CLASS_2_DAY, CODES, IAQI_STEPS, PLACES
from indicators.standards.rounding import round_half_even

__all__ = [
    "ABOVE_300",
    "CityDay",
    "Concentration",
    "DayValues",
    "Index",
    "StationDay",
    "aqi",
    "iaqi",
    "is_good",
    "level_of",
    "round_concentration",
    "round_day",
]

Concentration = float | Decimal
T_co = TypeVar("T_co", covariant=True)

ABOVE_300 = 301  # stands for “300 以上”: the table for 8 h ozone ends at 800 µg/m³
LEVELS = ((50, "优"), (100, "良"), (150, "轻度污染"), (200, "中度污染"), (300, "重度污染"))
WORST_LEVEL = "严重污染"
# Far below a step of measurement, far above the error of a sum of floats.
_GUARD = 9
_BELOW_HALF = 0.5 - 1e-8


_wholes = lru_cache(maxsize=4096)(Decimal)


@lru_cache(maxsize=4096)
def _tenths(number: int) -> Decimal:
    return Decimal(number).scaleb(-1)


class DayValues(NamedTuple, Generic[T_co]):
    """The day's figures of the six pollutants, CO in mg/m³, the rest in µg/m³; None = not valid or not measured."""

    so2: T_co | None = None
    no2: T_co | None = None
    pm10: T_co | None = None
    pm25: T_co | None = None
    co: T_co | None = None
    o3_8h: T_co | None = None


class StationDay(NamedTuple):
    """A station's day: means as they come out of the hours (floats, unrounded), or as published (Decimal)."""

    day: date
    values: DayValues[Concentration]


class Index(NamedTuple):
    """An AQI with the pollutants that set it; `primary` is empty up to 50 (HJ 633-2012 4.4.2)."""

    value: int
    primary: tuple[str, ...]

    @property
    def level(self) -> str:
        return level_of(self.value)


class CityDay(NamedTuple):
    """A day as it is judged: rounded figures of a city, or of one station taken alone."""

    day: date
    values: DayValues[Decimal]

    @property
    def good(self) -> bool | None:
        """True within class 2, False above it, None: the day is not valid."""
        return is_good(self.values)

    @property
    def aqi(self) -> Index | None:
        """The AQI over the valid pollutants; None without any. Not a valid day's index where `good` is None."""
        return aqi(self.values)


def round_concentration(code: str, value: Concentration) -> Decimal:
    """The concentration as it is judged: CO to 1 decimal, the rest to none, half to even (HJ 663-2013 table 1).

    What lies within 10⁻⁸ of a half is a half: 0.15 may have been computed as 0.15000000000000002. ValueError if the
    value is not finite.
    """
    places = PLACES[code]
    if isinstance(value, Decimal):
        return round_half_even(round_half_even(value, _GUARD), places)
    scaled = value * 10 if places else value
    try:
        whole = round(scaled)
    except (OverflowError, ValueError) as error:
        raise ValueError(f"不能修约“{value}”") from error
    if not -_BELOW_HALF < scaled - whole < _BELOW_HALF:
        whole = 2 * round(scaled / 2)  # the even neighbour of a half
    return (_tenths if places else _wholes)(whole)


def round_day(values: DayValues[Concentration]) -> DayValues[Decimal]:
    """Every figure of the day rounded as `round_concentration` says."""
    return DayValues._make(map(_rounded, CODES, values))


def _rounded(code: str, value: Concentration | None) -> Decimal | None:
    return None if value is None else round_concentration(code, value)


@lru_cache(maxsize=8192)
def iaqi(code: str, value: Decimal) -> int:
    """The sub-index of a rounded concentration (HJ 633-2012 4.2, formula 1): piecewise linear, rounded up.

    Above the last breakpoint 500; ozone above 800 µg/m³ has no 8 h sub-index and gets ABOVE_300.
    ValueError for a negative concentration.
    """
    if value < 0:
        raise ValueError(f"浓度不能是负数：{value}")
    steps = BREAKPOINTS[code]
    for step in range(1, len(steps)):
        low, high = steps[step - 1], steps[step]
        if value <= high:
            base, top = IAQI_STEPS[step - 1], IAQI_STEPS[step]
            numerator, denominator = (value - low).as_integer_ratio()
            return base - (-(top - base) * numerator // ((high - low) * denominator))
    return IAQI_STEPS[-1] if len(steps) == len(IAQI_STEPS) else ABOVE_300


def aqi(values: DayValues[Decimal] | Sequence[Decimal | None]) -> Index | None:
    """The day's index: the largest sub-index and the pollutants that have it (HJ 633-2012 4.3, 4.4).

    values: rounded. None if no pollutant has a figure. Pollutants without one take no part; whether the day is
    valid at all is `is_good`'s answer.
    """
    found = {code: iaqi(code, value) for code, value in zip(CODES, values, strict=True) if value is not None}
    if not found:
        return None
    top = max(found.values())
    return Index(top, tuple(code for code, index in found.items() if index == top) if top > 50 else ())


def level_of(index: int) -> str:
    """优 to 严重污染 (HJ 633-2012 table 2)."""
    return next((name for top, name in LEVELS if index <= top), WORST_LEVEL)


def is_good(
    values: DayValues[Decimal] | Sequence[Decimal | None], limits: Mapping[str, Decimal] = CLASS_2_DAY
) -> bool | None:
    """Whether the day is within class 2, its AQI ≤ 100 (HJ 663-2013 5.1.2, 6.4).

    values: rounded. False: one valid figure above its limit is enough, whatever else is missing. None: nothing is
    above and a pollutant is missing, so the day is not valid. True: all six are there and within.
    """
    for code, value in zip(CODES, values, strict=True):
        if value is not None and value > limits[code]:
            return False
    return None if None in values else True
