"""Builders for readings: stations, sections, sources, noise points and firms, and their parts as in the plan's rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from indicators.assessment.rules import Inputs, PartVerdict, VerdictResult
from indicators.assessment.rules.readings import (
    AirInput,
    FirmInput,
    NoiseInput,
    Readings,
    SampleInput,
    SiteInput,
)
from indicators.standards.air_day import DayValues

from .cast import YEAR, judged, rule

CLEAN: dict[str, float] = {"so2": 20, "no2": 20, "pm10": 50, "pm25": 30, "co": 1.0, "o3_8h": 90}
ANNUAL = {
    "code": "annual",
    "name": "年评价值",
    "kind": "MON",
    "measure": "air_annual",
    "op": "<=",
    "standard": "GB 3095-2012 二级",
    "rounding": {"mode": "rounded", "places": 0},
    "margin_pct": "5",
    "window": YEAR,
}
GOOD = {
    "code": "good",
    "name": "达标天数比例",
    "kind": "MON",
    "measure": "air_good_days",
    "op": ">=",
    "limit": "85",
    "unit": "%",
    "places": 1,
    "margin_pct": "5",
    "window": YEAR,
}
SECTIONS = {"code": "sections", "name": "断面", "kind": "SITES", "measure": "sections", "window": YEAR}
SOURCES = {"code": "sources", "name": "水源地", "kind": "SITES", "measure": "sources", "window": YEAR}
FIRMS = {"code": "firms", "name": "企业", "kind": "SITES", "measure": "firms", "window": YEAR}
AREA = {
    "code": "area",
    "name": "区域噪声",
    "kind": "MON",
    "measure": "area_noise",
    "op": "<=",
    "limit": "60",
    "unit": "dB(A)",
    "places": 1,
    "margin_pct": "5",
    "window": YEAR,
}
ROADS = {**AREA, "code": "roads", "measure": "road_noise", "limit": "70"}


def days(start: str, end: str) -> list[date]:
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def air(
    over: Iterable[date],
    values: Callable[[date], dict[str, float | None]] | dict[str, float | None] = CLEAN,  # type: ignore[assignment]
    site: str = "a1",
) -> list[AirInput]:
    """One station's days; `values` of one day, or a function of the day."""
    return [
        AirInput(
            site, at, DayValues(**{**CLEAN, **(values(at) if callable(values) else values)}), number, batch=7
        )
        for number, at in enumerate(over, start=1)
    ]


def station(code: str = "a1", **fields: Any) -> SiteInput:
    return SiteInput(code, fields.pop("name", f"{code}站"), "air", **fields)


def site(code: str, kind: str, **fields: Any) -> SiteInput:
    return SiteInput(code, fields.pop("name", code), kind, **fields)


def sample(code: str, at: str, **fields: Any) -> SampleInput:
    """A sample; what is no field of its own is a parameter's figure as typed (nh3n="1.31")."""
    own = {name: fields.pop(name) for name in ("volume", "conclusion", "batch") if name in fields}
    if "volume" in own:
        own["volume"] = Decimal(own["volume"])
    return SampleInput(code, date.fromisoformat(at), fields, **own)


def noise(code: str, leq: str, at: str = "2017-04-10", length: str | None = None) -> NoiseInput:
    taken = date.fromisoformat(at)
    return NoiseInput(code, taken.year, taken, Decimal(leq), Decimal(length) if length else None, batch=3)


def firm_test(code: str, quarter: int, compliant: bool | None) -> FirmInput:
    """compliant None: the firm stood still."""
    return FirmInput(code, date(2017, quarter * 3 - 2, 1), compliant is not None, compliant, batch=5)


def verdict(part: dict[str, Any], as_of: str, **readings: Any) -> VerdictResult:
    """The verdict of a rule with this one part; `inputs` gives figures and the like, the rest are readings."""
    given = readings.pop("inputs", {})
    readings.setdefault("provider", "市环保局")
    return judged(rule(part), Inputs(2017, readings=Readings(**readings), **given), as_of)


def part_of(part: dict[str, Any], as_of: str, **readings: Any) -> PartVerdict:
    return verdict(part, as_of, **readings).parts[0]


__all__ = [
    "ANNUAL",
    "AREA",
    "CLEAN",
    "FIRMS",
    "GOOD",
    "ROADS",
    "SECTIONS",
    "SOURCES",
    "air",
    "days",
    "firm_test",
    "noise",
    "part_of",
    "sample",
    "site",
    "station",
    "verdict",
]
