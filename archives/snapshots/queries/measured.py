"""Readings behind the monitored parts, day by day or month by month, for the workbook and for lists in print."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from archives.snapshots.content import MeasuredTable
from indicators.assessment.rules import IndicatorRule
from indicators.assessment.rules.schema import MonPart, SitesPart
from indicators.insight.queries.measured_charts import air_of_year
from indicators.monitoring.queries import noise_readings, sites_in_service
from indicators.standards.air_day import CityDay
from indicators.standards.air_limits import NAMES
from indicators.standards.rounding import format_number

__all__ = ["measured_tables"]

_NOISE = {"area_noise": "noise_grid", "road_noise": "noise_road"}
_AIR_HEAD = [
    "日期",
    "SO₂（µg/m³）",
    "NO₂（µg/m³）",
    "PM₁₀（µg/m³）",
    "PM₂.₅（µg/m³）",
    "CO（mg/m³）",
    "O₃-8h（µg/m³）",
    "AQI",
    "首要污染物",
    "达到二级",
]


def measured_tables(rule: IndicatorRule, parts: list[dict[str, Any]], as_of: date) -> list[MeasuredTable]:
    """The tables of a rule's measured parts: air days of the year, classes by section and month, noise by place."""
    results = {part["code"]: part for part in parts}
    tables: list[MeasuredTable] = []
    for part in rule.parts:
        if isinstance(part, MonPart) and part.measure == "air_good_days":
            tables.append(_air(as_of))
        elif isinstance(part, MonPart) and part.measure in _NOISE:
            tables.append(_noise(part.name, _NOISE[part.measure], as_of))
        elif isinstance(part, SitesPart) and part.code in results:
            tables.append(_sites(part.name, results[part.code]))
    return [table for table in tables if table["rows"]]


def _air(as_of: date) -> MeasuredTable:
    return {
        "code": "air_days",
        "title": f"{as_of.year}年城市日均值",
        "head": _AIR_HEAD,
        "align": ["center", *["right"] * 7, "center", "center"],
        "rows": [_air_row(day) for day in air_of_year(as_of).city_days],
    }


def _air_row(day: CityDay) -> list[str]:
    values = day.values
    places = (0, 0, 0, 0, 1, 0)
    figures = [
        "" if value is None else format_number(value, place).replace("\u2009", "")
        for value, place in zip(values, places, strict=True)
    ]
    index = day.aqi if day.good is not None else None
    chief = "、".join(NAMES[code] for code in index.primary) if index is not None and index.value > 50 else ""
    good = "" if day.good is None else "是" if day.good else "否"
    return [day.day.isoformat(), *figures, "" if index is None else str(index.value), chief, good]


def _noise(name: str, kind: str, as_of: date) -> MeasuredTable:
    sites = {site.id: site for site in sites_in_service([kind], date(as_of.year, 1, 1), as_of)}
    rows = [
        [
            sites[one.site].name,
            one.taken_on.isoformat(),
            f"{one.leq_day:f}",
            "" if one.length_m is None else f"{one.length_m:f}",
        ]
        for one in noise_readings(kind, as_of.year, until=as_of)
        if one.site in sites
    ]
    return {
        "code": kind,
        "title": f"{name}：{as_of.year}年各点位昼间等效声级",
        "head": ["点位", "监测日期", "Leq（dB(A)）", "路段长度（m）"],
        "align": ["left", "center", "right", "right"],
        "rows": rows,
    }


def _sites(name: str, part: Mapping[str, Any]) -> MeasuredTable:
    """A row for each site, a column for each month or quarter that occurs."""
    labels = list(dict.fromkeys(row["label"] for step in part["steps"] for row in step.get("inputs", ())))
    rows = []
    for step in part["steps"]:
        found = {row["label"]: row["text"] for row in step.get("inputs", ())}
        rows.append(
            [step["label"], step["threshold"], *[found.get(label, "") for label in labels], step["text"]]
        )
    return {
        "code": f"sites_{part['code']}",
        "title": f"{name}：各点位逐期结果",
        "head": ["点位", "目标", *labels, "评定"],
        "align": ["left", "center", *["center"] * (len(labels) + 1)],
        "rows": rows if labels else [],
    }
