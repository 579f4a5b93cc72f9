"""Charts of what was measured: the year's air days, water classes by section and month, noise by place.

Water classes are those of the verdict itself; air days and noise levels are read as they stand up to its month end.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from chuangmo.charts import AirDay, Chart, NoisePoint, air_calendar, class_table, noise_map
from indicators.assessment.models import Verdict
from indicators.assessment.rules import IndicatorRule
from indicators.assessment.rules.readings import AirInput, Readings, SiteInput
from indicators.assessment.rules.schema import MonPart, SitesPart
from indicators.monitoring.queries import air_days, noise_readings, sites_in_service
from indicators.standards.air_day import DayValues
from indicators.standards.water_limits import CLASS_NAMES

__all__ = ["air_of_year", "measured_charts"]

_NOISE = {"area_noise": "noise_grid", "road_noise": "noise_road"}


def measured_charts(verdict: Verdict, rule: IndicatorRule) -> list[Chart | None]:
    """The charts of the rule's measured parts; two queries for air, two for noise, none for water."""
    charts: list[Chart | None] = []
    results = {part["code"]: part for part in verdict.result["parts"]}
    for part in rule.parts:
        if isinstance(part, MonPart) and part.measure == "air_good_days":
            charts.append(_air(verdict.as_of))
        elif isinstance(part, MonPart) and part.measure in _NOISE and part.limit is not None:
            charts.append(_noise(part.name, _NOISE[part.measure], part.limit, verdict.as_of))
        elif isinstance(part, SitesPart) and part.measure == "sections":
            charts.append(_water(part.name, results.get(part.code), verdict.as_of))
    return charts


def air_of_year(as_of: date) -> Readings:
    """The city's air from 1 January up to that day, from the stations in service. Two queries."""
    start = date(as_of.year, 1, 1)
    sites = sites_in_service(["air"], start, as_of)
    codes = {site.id: site.code for site in sites}
    return Readings(
        sites=[
            SiteInput(
                site.code,
                site.name,
                str(site.kind),
                is_background=site.is_background,
                valid_from=site.valid_from,
                valid_to=site.valid_to,
            )
            for site in sites
        ],
        air=[
            AirInput(
                codes[row.site], row.day, DayValues(row.so2, row.no2, row.pm10, row.pm25, row.co, row.o3_8h)
            )
            for row in air_days(start, as_of)
            if row.site in codes
        ],
    )


def _air(as_of: date) -> Chart | None:
    days = [AirDay(day.day, _aqi(day)) for day in air_of_year(as_of).city_days]
    return air_calendar(days, year=as_of.year)


def _aqi(day: Any) -> int | None:
    """A day that is not valid shows none, whatever its single pollutants were."""
    return day.aqi.value if day.good is not None and day.aqi is not None else None


def _water(name: str, result: Mapping[str, Any] | None, as_of: date) -> Chart | None:
    """Rows of the verdict's own derivation: a section a step, a month an input."""
    steps = [step for step in (result or {}).get("steps", []) if step["threshold"].startswith("不劣于")]
    ranks = {word: level for level, word in CLASS_NAMES.items()}
    months = [f"{as_of.year}年{month}月" for month in range(1, as_of.month + 1)]
    classes: dict[tuple[int, int], int] = {}
    for row, step in enumerate(steps):
        for one in step.get("inputs", ()):
            if one["label"] in months and one["text"] in ranks:
                classes[row, months.index(one["label"])] = ranks[one["text"]]
    return class_table(
        [step["label"] for step in steps],
        [f"{month}月" for month in range(1, as_of.month + 1)],
        classes,
        [ranks.get(step["threshold"].removeprefix("不劣于")) for step in steps],
        title=f"{name}：{as_of.year}年各月水质类别",
    )


def _noise(name: str, kind: str, limit: Decimal, as_of: date) -> Chart | None:
    sites = {site.id: site for site in sites_in_service([kind], date(as_of.year, 1, 1), as_of)}
    points = [
        NoisePoint(site.name, float(site.longitude), float(site.latitude), float(one.leq_day))
        for one in noise_readings(kind, as_of.year, until=as_of)
        if (site := sites.get(one.site)) is not None
        and site.longitude is not None
        and site.latitude is not None
    ]
    return noise_map(points, limit_db=float(limit), title=f"{name}：{as_of.year}年各点位")
