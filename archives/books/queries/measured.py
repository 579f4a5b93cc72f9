"""Readings behind a monitored part, as rows for the workbook: daily and monthly values as they are judged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from indicators.assessment.rules import Inputs
from indicators.assessment.rules.kinds.sections import measured_of
from indicators.assessment.rules.readings import SampleInput, SiteInput
from indicators.assessment.rules.schema import MonPart, SitesPart
from indicators.standards.air_limits import ANNUAL, CLASS_2_DAY, CODES, NAMES, PLACES, UNITS
from indicators.standards.surface_water import Measured, mean_sample
from indicators.standards.water_limits import LAKE, RIVER, TABLE_1, parameters_of

__all__ = ["measured_of_part"]

_NOISE = {"area_noise": "noise_grid", "road_noise": "noise_road"}


def measured_of_part(
    shape: MonPart | SitesPart, part: Mapping[str, Any], inputs: Inputs, year: int, as_of: date
) -> dict[str, Any]:
    """kind: air, noise, sections, sources, firms; what else is there depends on it."""
    match shape.measure:
        case "air_annual" | "air_good_days":
            return _air(shape, part, inputs, year)
        case "area_noise" | "road_noise":
            return _noise(shape, inputs, year, as_of)
        case "sections" | "outflow":
            return _sections(part, inputs, year)
        case "sources":
            return _sources(shape, part, inputs, year)
    return {"kind": "firms", "rows": [_months(step) for step in part["steps"]]}


# Air --------------------------------------------------------------------------------------------------------


def _air(shape: Any, part: Mapping[str, Any], inputs: Inputs, year: int) -> dict[str, Any]:
    """The city's days from 1 January to the cut: every day of the calendar, what was not measured null."""
    cut = max((step["end"] for step in part["steps"] if step["end"]), default=None)
    days = {
        one.day: one.values
        for one in inputs.readings.city_days
        if cut and date(year, 1, 1) <= one.day <= date.fromisoformat(cut)
    }
    return {
        "kind": "air",
        "cut": cut,
        "pollutants": [
            {"code": code, "name": NAMES[code], "unit": UNITS[code], "day_limit": f"{CLASS_2_DAY[code]:f}"}
            for code in CODES
        ],
        "statistics": [
            {
                "code": code,
                "pollutant": annual.pollutant,
                "percentile": None if annual.percentile is None else f"{annual.percentile:f}",
                "places": PLACES[annual.pollutant],
                "limit": f"{(getattr(shape, 'limits', None) or {}).get(code, annual.limit):f}",
            }
            for code, annual in ANNUAL.items()
        ],
        "days": [
            [day.isoformat(), *(None if value is None else f"{value:f}" for value in values)]
            for day, values in sorted(days.items())
        ],
    }


# Noise ------------------------------------------------------------------------------------------------------


def _noise(shape: Any, inputs: Inputs, year: int, as_of: date) -> dict[str, Any]:
    sites = inputs.readings.of_kind(_NOISE[shape.measure], date(year, 1, 1), date(year, 12, 31))
    levels = {one.site: one for one in inputs.readings.noise if one.year == year and one.taken_on <= as_of}
    weighted = shape.measure == "road_noise"
    rows = []
    for site in sites:
        level = levels.get(site.code)
        length = (level.length_m if level else None) or site.length_m
        rows.append(
            {
                "name": site.name,
                "taken_on": level.taken_on.isoformat() if level else None,
                "level": _text(level.leq_db) if level else None,
                "length": _text(length) if weighted and length else None,
            }
        )
    return {"kind": "noise", "weighted": weighted, "rows": rows}


# Water ------------------------------------------------------------------------------------------------------


def _sections(part: Mapping[str, Any], inputs: Inputs, year: int) -> dict[str, Any]:
    """Each section's months (the mean of the month's samples), up to the cut, and the limits of its target class.

    A figure below detection is half its limit (`below` names it); one that is below in every month complies.
    """
    cut = max((step["end"] for step in part["steps"] if step["end"]), default=None)
    sites = {site.code: site for site in inputs.readings.sites if site.kind == "section"}
    rows = [
        _section(sites[step["site"]], step, inputs, year, cut)
        for step in part["steps"]
        if step["site"] in sites
    ]
    parameters = [{"code": code, "name": one.name} for code, one in TABLE_1.items()]
    return {"kind": "sections", "parameters": parameters, "rows": rows}


def _section(
    site: SiteInput, step: Mapping[str, Any], inputs: Inputs, year: int, cut: str | None
) -> dict[str, Any]:
    target = site.target_class or 3
    months: dict[int, list[SampleInput]] = {}
    for sample in inputs.readings.samples_at(site.code):
        if cut and date(year, 1, 1) <= sample.taken_on <= date.fromisoformat(cut):
            months.setdefault(sample.taken_on.month, []).append(sample)
    kind = LAKE if site.water_body == "lake" else RIVER
    return {
        "site": site.code,
        "name": step["label"],
        "target": target,
        "limits": {code: _limits(one, target) for code, one in parameters_of(kind).items()},
        "months": [
            {
                "month": month,
                "values": {
                    code: _measured(value, code)
                    for code, value in mean_sample(measured_of(one) for one in samples).items()
                    if code in TABLE_1
                },
            }
            for month, samples in sorted(months.items())
        ],
    }


def _limits(parameter: Any, target: int) -> list[str | None]:
    """The lowest and the highest value that keeps the class; null: no bound on that side."""
    if parameter.better == "range":
        return [f"{parameter.limits[0]:f}", f"{parameter.limits[1]:f}"]
    limit = f"{parameter.limits[target - 1]:f}"
    return [limit, None] if parameter.better == "high" else [None, limit]


def _measured(value: Measured, code: str) -> dict[str, Any]:
    if not value.below:
        return {"value": _text(value.value), "below": ""}
    limit = value.value if value.value is not None else TABLE_1[code].detection
    return {"value": None if limit is None else _text(limit / 2), "below": _text(limit) or "未检出"}


def _sources(shape: Any, part: Mapping[str, Any], inputs: Inputs, year: int) -> dict[str, Any]:
    """Each source's months: what was taken (万m³) and whether it complied; null: not told."""
    element = shape.reads[0] if shape.reads else ""
    told = {
        (one.site, one.period.label): one
        for one in inputs.figures
        if one.element == element and one.period.end.year == year
    }
    rows = []
    for step in part["steps"]:
        months = []
        for row in step["inputs"]:
            figure = told.get((step["site"], row["label"]))
            volume = (
                figure.amount if figure is not None else _sampled(inputs, step["site"], year, row["label"])
            )
            applies = row["status"] != "not_applicable"
            months.append(
                {
                    "label": row["label"],
                    "volume": _text(volume) if applies else None,
                    "compliant": {"met": True, "missed": False}.get(row["status"]),
                    "applies": applies,
                    "note": row["note"],
                }
            )
        rows.append({"site": step["site"], "name": step["label"], "months": months})
    return {"kind": "sources", "rows": rows}


def _sampled(inputs: Inputs, site: str, year: int, label: str) -> Decimal | None:
    volumes = [
        one.volume
        for one in inputs.readings.samples_at(site)
        if one.volume is not None and f"{one.taken_on.year}年{one.taken_on.month}月" == label
    ]
    return sum(volumes, Decimal(0)) if volumes else None


def _months(step: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "site": step["site"],
        "name": step["label"],
        "months": [
            {"label": one["label"], "text": one["text"], "note": one["note"]} for one in step["inputs"]
        ],
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"
