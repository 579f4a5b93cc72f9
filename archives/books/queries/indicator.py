"""One indicator's rule, steps and inputs as JSON, from plain values: no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from archives.books.queries.measured import measured_of_part
from indicators.assessment.rules import FigureInput, IndicatorRule, Inputs, elements_read, rule_json
from indicators.assessment.rules.schema import ListPart, MonPart, SitesPart
from indicators.assessment.rules.windows import months_between, spans

__all__ = ["NOT_ASSESSED", "indicator_inputs"]

NOT_ASSESSED: Mapping[str, Any] = {
    "status": "",
    "headline": "",
    "threshold": "",
    "remark": "",
    "headline_part": "",
    "combine": None,
    "rule_version": None,
    "provisional": False,
    "parts": [],
    "elements": [],
    "figures": [],
}


def indicator_inputs(
    rule: IndicatorRule, inputs: Inputs, result: Mapping[str, Any], as_of: date
) -> dict[str, Any]:
    """`result`: what `assess` made of rule and inputs, as JSON. The figures are those that it was reached on."""
    used = {pk for part in result["parts"] for step in part["steps"] for pk in step["figure_ids"]}
    read = elements_read(rule)
    return {
        "status": result["status"],
        "headline": result["headline"],
        "threshold": result["threshold"],
        "remark": result["remark"],
        "headline_part": _shown_part(result, rule.headline_part or ""),
        "combine": rule.tree.model_dump(mode="json"),
        "rule_version": None,
        "provisional": result["provisional"],
        "parts": [
            _part(part, shape, rule, inputs, as_of)
            for part, shape in zip(result["parts"], rule.parts, strict=True)
        ],
        "elements": [
            {
                "code": meta.code,
                "name": meta.name,
                "measure": meta.measure,
                "precision": meta.precision,
                "entry": meta.entry,
                "over_time": meta.over_time,
                "over_units": meta.over_units,
            }
            for code, meta in sorted(inputs.elements.items())
            if code in read
        ],
        "figures": [_figure(one, inputs) for one in _figures(inputs.figures, used)],
    }


def _shown_part(result: Mapping[str, Any], headline_part: str) -> str:
    """The part whose value stands for the indicator: the headline part, unless another one failed it; "" if none does."""
    fitting = [one["code"] for one in result["parts"] if one["value"] == result["value"] is not None]
    return headline_part if headline_part in fitting else next(iter(fitting), "")


# Parts ------------------------------------------------------------------------------------------------------


def _part(
    part: Mapping[str, Any], shape: Any, rule: IndicatorRule, inputs: Inputs, as_of: date
) -> dict[str, Any]:
    body = next(one for one in rule_json(rule)["parts"] if one["code"] == part["code"])
    found = {
        "code": part["code"],
        "name": part["name"],
        "kind": part["kind"],
        "status": part["status"],
        "value": part["value"],
        "text": part["text"],
        "threshold": part["threshold"],
        "expression": part["expression"],
        "formula": part["formula"],
        "rule": body,
        "missing": _owed(part["missing"]),
        "steps": [_step(step, shape, inputs.plan_year, as_of) for step in part["steps"]],
    }
    if isinstance(shape, MonPart | SitesPart):
        found["measured"] = measured_of_part(shape, part, inputs, inputs.plan_year, as_of)
    if isinstance(shape, ListPart):
        found["answers"] = _answers(shape, inputs, as_of)
    return found


def _step(step: Mapping[str, Any], shape: Any, year: int, as_of: date) -> dict[str, Any]:
    return {
        "label": step["label"],
        "site": step["site"],
        "status": step["status"],
        "value": step["value"],
        "text": step["text"],
        "threshold": step["threshold"],
        "formula": step["formula"],
        "start": step["start"],
        "end": step["end"],
        "figures": list(step["figure_ids"]),
        "missing": _owed(step["missing"]),
        "pending": _owed(step["pending"]),
        "pace": _pace(step, shape, year, as_of),
    }


def _pace(step: Mapping[str, Any], shape: Any, year: int, as_of: date) -> list[int] | None:
    """Of an amount that grows: how many months of how many had gone at the cut; null where it is judged by the whole."""
    if step["end"] is None or not (shape.kind == "COMPLETION" or getattr(shape, "paced", False)):
        return None
    start, end = date.fromisoformat(step["start"]), date.fromisoformat(step["end"])
    close = next((one.close for one in spans(shape.window, year, as_of) if one.start == start), end)
    return None if end >= close else [months_between(start, end), months_between(start, close)]


def _owed(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "unit": one["unit_name"],
            "element": one["element"],
            "name": one["element_name"],
            "site": one["site_name"],
            "period": one["period"]["label"],
            "due_on": one["due_on"],
            "text": one["text"],
        }
        for one in rows
    ]


# Checklists -------------------------------------------------------------------------------------------------


def _answers(shape: ListPart, inputs: Inputs, as_of: date) -> list[dict[str, Any]]:
    """The answers that are judged (kinds/checklist): of each unit the last that is done or due, or every one."""
    windows = spans(shape.window, inputs.plan_year, as_of)
    grouped: dict[tuple[str, str], list[Any]] = {}
    for one in inputs.checklist:
        if any(
            span.start <= one.period.start <= span.to
            and (one.period.end <= span.close or span.start == date.min)
            for span in windows
        ):
            grouped.setdefault((one.item, one.unit), []).append(one)
    rows = []
    for key in sorted(grouped):
        mine = sorted(grouped[key], key=lambda one: (one.period.start, one.period.end))
        for one in mine if shape.periods == "every" else _latest(mine, as_of):
            rows.append(
                {
                    "item": one.item,
                    "name": one.name,
                    "unit": inputs.unit_name(one.unit),
                    "period": one.period.label,
                    "answer": one.answer or "",
                    "due_on": one.due_on.isoformat() if one.due_on else None,
                }
            )
    return rows


def _latest(mine: Sequence[Any], as_of: date) -> Sequence[Any]:
    settled = [one for one in mine if _is_settled(one, as_of)]
    return settled[-1:] or mine[-1:]


def _is_settled(one: Any, as_of: date) -> bool:
    if one.answer in ("done", "not_applicable"):
        return True
    overdue = one.due_on is not None and one.due_on <= as_of
    return overdue or (one.answer == "not_done" and one.due_on is None)


# Figures ----------------------------------------------------------------------------------------------------


def _figures(figures: Iterable[FigureInput], used: set[int]) -> list[FigureInput]:
    """What the verdict was reached on, and the other figures of the same element, unit, site and year: a
    January-to-date figure is told from the one before it."""
    every = list(figures)
    rows = {_row_of(one) for one in every if one.figure_id in used}
    return [one for one in every if _row_of(one) in rows]


def _row_of(one: FigureInput) -> tuple[str, str, str, int]:
    return (one.element, one.unit, one.site, one.period.end.year)


def _figure(one: FigureInput, inputs: Inputs) -> dict[str, Any]:
    return {
        "id": one.figure_id,
        "element": one.element,
        "unit": inputs.unit_name(one.unit),
        "site": inputs.site_names.get(one.site, one.site),
        "period": one.period.label,
        "kind": one.period.kind.value,
        "start": one.period.start.isoformat(),
        "end": one.period.end.isoformat(),
        "answer": str(one.answer),
        "value": None if one.value is None else f"{one.value.normalize():f}",
    }
