"""A digest of everything that a verdict was computed from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from chuangmo.periods import Period

from .figures import ChecklistInput, ElementMeta, Inputs
from .schema import IndicatorRule, elements_read, measures_read, rule_json

__all__ = ["inputs_digest"]


def inputs_digest(rule: IndicatorRule, inputs: Inputs, as_of: date, due_by: date | None = None) -> str:
    """sha256 (hex) over rule, plan year, as-of day, facts, and every figure, expectation and answer that the rule
    reads and whose period began by the as-of day, with the names of their units and sites; for a rule that is judged
    by measurements also every site and every reading up to that day. The order in which
    they are handed in, and trailing zeros of numbers, make no difference; of a due day, the day itself and
    whether it has passed by `due_by` do."""
    codes = elements_read(rule)
    lines = _Lines(inputs, codes, as_of, due_by or as_of, measured=bool(measures_read(rule)))
    written = sorted(lines.written())
    head = {
        "rule": rule_json(rule),
        "plan_year": inputs.plan_year,
        "as_of": as_of.isoformat(),
        "facts": {name: bool(value) for name, value in inputs.facts.items()},
        "elements": [_meta(inputs.elements[code]) for code in sorted(codes) if code in inputs.elements],
        "units": {key: inputs.unit_names.get(key, key) for key in lines.units},
        "sites": {key: inputs.site_names.get(key, key) for key in lines.sites},
    }
    digest = hashlib.sha256(json.dumps(head, sort_keys=True, ensure_ascii=False).encode())
    digest.update("\n".join(["", *written]).encode())
    return digest.hexdigest()


class _Lines:
    """One line of text for each input that counts; remembers the units and sites that occur."""

    def __init__(
        self, inputs: Inputs, codes: set[str], as_of: date, judged_on: date, *, measured: bool
    ) -> None:
        self.units: set[str] = set()
        self.sites: set[str] = set()
        self._inputs, self._codes, self._as_of, self._judged_on = inputs, codes, as_of, judged_on
        self._measured = measured
        self._days: dict[int, str] = {}  # by identity: the inputs keep their periods alive

    def written(self) -> Iterator[str]:
        """The lines, in the order of the inputs."""
        for figure in self._inputs.figures:
            if figure.element in self._codes and figure.period.start <= self._as_of:
                self.units.add(figure.unit)
                self.sites.add(figure.site)
                yield (
                    f"F|{figure.element}|{figure.unit}|{figure.site}|{self._period(figure.period)}|{figure.answer}"
                    f"|{_number(figure.value)}|{figure.figure_id}|{figure.estimated:d}{figure.correcting:d}"
                )
        for owed in self._inputs.expectations:
            if owed.element in self._codes and owed.period.start <= self._as_of:
                self.units.add(owed.unit)
                self.sites.add(owed.site)
                due = _due(owed.due_on, self._judged_on)
                yield f"E|{owed.element}|{owed.unit}|{owed.site}|{self._period(owed.period)}|{due}"
        for answer in self._inputs.checklist:
            if answer.period.start <= self._as_of:
                self.units.add(answer.unit)
                yield _checklist_line(answer, self._period(answer.period), self._judged_on)
        if self._measured:
            yield f"R|{self._inputs.readings.provider}|{self._judged_on}"
            yield from self._inputs.readings.lines(self._as_of)

    def _period(self, period: Period) -> str:
        text = self._days.get(id(period))
        if text is None:
            text = f"{period.kind.value}{period.start.isoformat()}{period.end.isoformat()}"
            self._days[id(period)] = text
        return text


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
