"""Urban noise: the mean of an area and of its roads, daytime.

HJ 640-2012 《环境噪声监测技术规范 城市声环境常规监测》 5.3 (area: arithmetic mean over the grid points, at least 100 of them),
6.3 (roads: mean weighted by length), tables 1 and 2 (levels). Leq in dB(A), reported to one decimal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from indicators.standards.rounding import round_half_even

__all__ = ["MIN_POINTS", "NoiseMean", "Road", "area_level", "area_mean", "road_level", "road_mean"]

MIN_POINTS = 100
PLACES = 1
MAX_LEQ_DB = Decimal(200)
AREA_LEVELS = tuple(map(Decimal, ("50.0", "55.0", "60.0", "65.0")))
ROAD_LEVELS = tuple(map(Decimal, ("68.0", "70.0", "72.0", "74.0")))
LEVEL_NAMES = ("一级", "二级", "三级", "四级", "五级")


@dataclass(frozen=True, slots=True)
class NoiseMean:
    """leq_db: unrounded, None without readings. points: readings counted. missing: sites without one.

    length_m: the roads counted, None for an area.
    """

    leq_db: Decimal | None
    points: int
    missing: int
    length_m: Decimal | None = None

    @property
    def reported_db(self) -> Decimal | None:
        return None if self.leq_db is None else round_half_even(self.leq_db, PLACES)

    @property
    def too_few_points(self) -> bool:
        """Below 100 grid points: the area's mean is given with a warning. Says nothing about roads."""
        return self.length_m is None and self.points < MIN_POINTS


@dataclass(frozen=True, slots=True)
class Road:
    """A road segment's daytime Leq (None: not measured) and its length."""

    leq_db: Decimal | None
    length_m: Decimal


def area_mean(readings_db: Iterable[Decimal | None]) -> NoiseMean:
    """Σ Leq ÷ n over the grid points that have a reading; None = not measured."""
    readings = list(readings_db)
    there = [_checked(reading) for reading in readings if reading is not None]
    mean = sum(there, Decimal(0)) / len(there) if there else None
    return NoiseMean(mean, len(there), len(readings) - len(there))


def road_mean(roads: Iterable[Road]) -> NoiseMean:
    """Σ (Leq·length) ÷ Σ length over the segments that have a reading. ValueError for a length that is not positive."""
    roads = list(roads)
    weighted = length = Decimal(0)
    points = 0
    for road in roads:
        if not road.length_m > 0:
            raise ValueError(f"路段长度须大于零：{road.length_m}")
        if road.leq_db is not None:
            weighted += _checked(road.leq_db) * road.length_m
            length += road.length_m
            points += 1
    return NoiseMean(weighted / length if points else None, points, len(roads) - points, length)


def _checked(leq_db: Decimal) -> Decimal:
    if not 0 < leq_db <= MAX_LEQ_DB:
        raise ValueError(f"等效声级不合理：{leq_db} dB(A)")
    return leq_db


def area_level(leq_db: Decimal) -> str:
    """一级 (≤ 50.0) to 五级 (> 65.0) of the reported area mean, HJ 640-2012 table 1."""
    return _level(leq_db, AREA_LEVELS)


def road_level(leq_db: Decimal) -> str:
    """一级 (≤ 68.0) to 五级 (> 74.0) of the reported road mean, HJ 640-2012 table 2."""
    return _level(leq_db, ROAD_LEVELS)


def _level(leq_db: Decimal, tops: tuple[Decimal, ...]) -> str:
    reported = round_half_even(leq_db, PLACES)
    return LEVEL_NAMES[sum(reported > top for top in tops)]
