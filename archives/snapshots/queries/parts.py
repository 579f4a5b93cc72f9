"""The parts of an indicator's chapter that come out of its verdict: no query, only another shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from archives.snapshots.content import (
    ChartContent,
    MissingContent,
    PartContent,
    PointContent,
    StepContent,
    TableContent,
)
from chuangmo.charts import Chart
from indicators.assessment.derivation import PartView

__all__ = ["chart_content", "part_content", "three_years"]


def part_content(raw: Mapping[str, Any], shown: PartView, rule: Mapping[str, Any] | None) -> PartContent:
    """A part of `Verdict.result`; its tables of figures are added by the caller."""
    return {
        "code": raw["code"],
        "name": raw["name"],
        "kind": raw["kind"],
        "status": raw["status"],
        "word": raw["status_label"],
        "value": raw["value"],
        "text": raw["text"],
        "unit": shown.unit,
        "places": shown.places,
        "threshold": raw["threshold"],
        "expression": raw["expression"],
        "formula": raw["formula"],
        "remark": raw["remark"],
        "note": raw["note"],
        "provisional": raw["provisional"],
        "estimated": raw["estimated"],
        "correcting": raw["correcting"],
        "rule": dict(rule or {}),
        "steps": [_step(step) for step in raw["steps"]],
        "missing": _missing(raw["missing"]),
        "years": [_point(point) for point in raw["years"]],
        "year_to_date": _point(raw["year_to_date"]) if raw["year_to_date"] else None,
        "series": [_point(point) for point in raw["series"]],
        "tables": [],
        "figure_ids": sorted(set(raw["figure_ids"])),
    }


def _step(step: Mapping[str, Any]) -> StepContent:
    return {
        "label": step["label"],
        "site": step["site"],
        "status": step["status"],
        "word": step["status_label"],
        "value": step["value"],
        "text": step["text"],
        "threshold": step["threshold"],
        "formula": step["formula"],
        "remark": "；".join(text for text in (step["reason"], step["remark"]) if text),
        "start": step["start"],
        "end": step["end"],
        "provisional": step["provisional"],
        "estimated": step["estimated"],
        "missing": _missing(step["missing"]),
        "inputs": [
            {key: row[key] for key in ("label", "text", "status", "note")} for row in step.get("inputs", ())
        ],
    }


def _missing(rows: Iterable[Mapping[str, Any]]) -> list[MissingContent]:
    return [{"text": one["text"], "unit": one["unit_name"], "due_on": one["due_on"]} for one in rows]


def _point(point: Mapping[str, Any]) -> PointContent:
    return {
        "label": point["label"],
        "start": point["start"],
        "end": point["end"],
        "value": point["value"],
        "text": point["text"],
        "complete": point["complete"],
        "estimated": point["estimated"],
    }


def chart_content(chart: Chart) -> ChartContent:
    """A chart as JSON values."""
    return {
        "title": chart.title,
        "spoken": chart.spoken,
        "option": dict(chart.option),
        "head": list(chart.head),
        "rows": [list(row) for row in chart.rows],
        "width": chart.width,
        "height": chart.height,
    }


def three_years(parts: Sequence[PartContent]) -> TableContent | None:
    """The values of the years before beside this year's, a row for each part; None where no part looks back."""
    rows = [part for part in parts if part["years"]]
    if not rows:
        return None
    labels = sorted({point["label"] for part in rows for point in part["years"]})
    this = next((part["year_to_date"]["label"] for part in rows if part["year_to_date"]), "")
    return {
        "title": "近三年及本年情况",
        "head": ["分项", *labels, *([this] if this else []), "限值"],
        "align": ["left", *["right"] * (len(labels) + bool(this)), "center"],
        "rows": [_years_row(part, labels, with_this=bool(this)) for part in rows],
        "note": "估：以年数或同期数代替；—：没有数据，不当作零。",
    }


def _years_row(part: PartContent, labels: Sequence[str], *, with_this: bool) -> list[str]:
    points = {point["label"]: point for point in part["years"]}
    cells = [_shown(points.get(label)) for label in labels]
    if with_this:
        cells.append(_shown(part["year_to_date"]))
    return [part["name"], *cells, part["threshold"]]


def _shown(point: PointContent | None) -> str:
    if point is None or point["value"] is None:
        return "—"
    marks = ("（估）" if point["estimated"] else "") + ("" if point["complete"] else "（不全）")
    return f"{point['text']}{marks}"
