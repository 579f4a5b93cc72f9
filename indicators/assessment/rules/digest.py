"""A digest of everything that a verdict was computed from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from chuangmo.periods import Period

from .figures import ChecklistInput, ElementMeta, Inputs
from .schema import IndicatorRule, elements_read, rule_json

__all__ = ["inputs_digest"]


def inputs_digest(rule: IndicatorRule, inputs: Inputs, as_of: date, due_by: date | None = None) -> str:
    """sha256 (hex) over rule, plan year, as-of day, facts, names, and every figure, expectation and answer that
    the rule reads. The order in which they are handed in, and trailing zeros of numbers, make no difference;
    of a due day, the day itself and whether it has passed by `due_by` do."""
    judged_on = due_by or as_of
    codes = elements_read(rule)
    lines = sorted(_lines(inputs, codes, judged_on))
    head = {
        "rule": rule_json(rule),
        "plan_year": inputs.plan_year,
        "as_of": as_of.isoformat(),
        "facts": {name: bool(value) for name, value in inputs.facts.items()},
        "elements": [_meta(inputs.elements[code]) for code in sorted(codes) if code in inputs.elements],
        "units": dict(inputs.unit_names),
        "sites": dict(inputs.site_names),
    }
    digest = hashlib.sha256(json.dumps(head, sort_keys=True, ensure_ascii=False).encode())
    digest.update("\n".join(["", *lines]).encode())
    return digest.hexdigest()


def _lines(inputs: Inputs, codes: set[str], judged_on: date) -> Iterator[str]:
    written: dict[int, str] = {}  # by identity: the inputs keep their periods alive

    def days(period: Period) -> str:
        text = written.get(id(period))
        if text is None:
            text = written[id(period)] = (
                f"{period.kind.value}{period.start.isoformat()}{period.end.isoformat()}"
            )
        return text

    for figure in inputs.figures:
        if figure.element in codes:
            marks = f"{figure.estimated:d}{figure.correcting:d}"
            yield (
                f"F|{figure.element}|{figure.unit}|{figure.site}|{days(figure.period)}|{figure.answer}"
                f"|{_number(figure.value)}|{figure.figure_id}|{marks}"
            )
    for owed in inputs.expectations:
        if owed.element in codes:
            yield f"E|{owed.element}|{owed.unit}|{owed.site}|{days(owed.period)}|{_due(owed.due_on, judged_on)}"
    for answer in inputs.checklist:
        yield _checklist_line(answer, days(answer.period), judged_on)


def _checklist_line(answer: ChecklistInput, days: str, judged_on: date) -> str:
    return (
        f"C|{answer.item}|{answer.name}|{answer.unit}|{days}|{answer.answer}"
        f"|{answer.answer_id}|{answer.correcting:d}|{_due(answer.due_on, judged_on)}"
    )


def _due(due_on: date | None, judged_on: date) -> str:
    return "-" if due_on is None else f"{due_on.isoformat()}{'!' if due_on <= judged_on else ''}"


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def _meta(meta: ElementMeta) -> list[str | int]:
    return [
        meta.code,
        meta.name,
        meta.measure,
        meta.precision,
        meta.frequency,
        meta.entry,
        meta.over_time,
        meta.over_units,
        meta.due,
    ]
