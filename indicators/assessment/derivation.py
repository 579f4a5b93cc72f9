"""A stored verdict made ready to show: the one context builder that page, workbook and print share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from chuangmo.charts import Chart, trend

__all__ = ["DerivationView", "InputView", "MissingView", "PartView", "PointView", "StepView", "present"]

MISSING_SHOWN = 12
_DIRECTIONS = {"≥": "ge", "≤": "le", "=": "eq", ">": "gt", "<": "lt"}


@dataclass(frozen=True)
class MissingView:
    """水城县人民政府 2017年4月 生活垃圾产生量, due on a day."""

    text: str
    unit_name: str
    due_on: date | None


@dataclass(frozen=True)
class PointView:
    """One value of a series: label, number (None = not known), text with unit, and whether it is 估 or partial."""

    label: str
    value: Decimal | None
    text: str
    complete: bool
    estimated: bool


@dataclass(frozen=True)
class InputView:
    """What one month (point, quarter) of readings gave to a step; `batches`: ids of the batches behind it."""

    label: str
    text: str
    status: str
    note: str
    batches: Sequence[int]


@dataclass(frozen=True)
class StepView:
    """One stretch of a part's window, or one site, with what was measured for it."""

    label: str
    status: str
    text: str
    threshold: str
    formula: str
    remark: str
    provisional: bool
    estimated: bool
    missing: Sequence[MissingView]
    inputs: Sequence[InputView] = ()


@dataclass(frozen=True)
class PartView:
    """One part of an indicator's rule, with all that led to its verdict."""

    code: str
    name: str
    kind: str
    status: str
    value: Decimal | None
    text: str
    threshold: str
    expression: str
    formula: str
    remark: str
    note: str
    provisional: bool
    estimated: bool
    correcting: bool
    steps: Sequence[StepView]
    missing: Sequence[MissingView]
    missing_more: int
    years: Sequence[PointView]
    year_to_date: PointView | None
    series: Sequence[PointView]
    limit: Decimal | None

    @property
    def chart(self) -> Chart | None:
        """The part's values in time order against its limit; None without two of them."""
        return trend(
            [(point.label, point.value) for point in self.series],
            title=self.name,
            unit=self.unit,
            places=self.places,
            threshold=self.limit,
            direction=_DIRECTIONS.get(self.threshold[:1], "ge"),
        )

    @property
    def unit(self) -> str:
        """The unit of the values: what stands behind the number in “1.81 tce/万元”."""
        shown = next((point.text for point in self.series if point.value is not None), "")
        return shown.lstrip("0123456789.-−\u2009 ")

    @property
    def has_formula(self) -> bool:
        """Whether the part's formula says more than those of its steps."""
        return len(self.steps) < 2 or self.kind == "SITES"

    @property
    def places(self) -> int:
        """Decimals that the part's values are shown with."""
        return max((_places(point.text) for point in self.series), default=0)


@dataclass(frozen=True)
class DerivationView:
    """A verdict's derivation."""

    sentence: str
    parts: Sequence[PartView]
    missing: Sequence[MissingView]
    missing_more: int
    figure_count: int
    reading_count: int
    digest: str


def present(result: Mapping[str, Any]) -> DerivationView:
    """Turn `Verdict.result` (as `VerdictResult.to_json` wrote it) into what templates and exports read."""
    missing = [_missing(one) for one in result["missing"]]
    parts = [_part(part) for part in result["parts"]]
    return DerivationView(
        sentence=result["sentence"],
        parts=parts,
        missing=missing[:MISSING_SHOWN],
        missing_more=max(0, len(missing) - MISSING_SHOWN),
        figure_count=len(set(result["figure_ids"])),
        reading_count=sum(bool(row.batches) for part in parts for step in part.steps for row in step.inputs),
        digest=result["inputs_digest"],
    )


def _part(part: Mapping[str, Any]) -> PartView:
    missing = [_missing(one) for one in part["missing"]]
    return PartView(
        code=part["code"],
        name=part["name"],
        kind=part["kind"],
        status=part["status"],
        value=_decimal(part["value"]),
        text=part["text"],
        threshold=part["threshold"],
        expression=part["expression"],
        formula=part["formula"],
        remark=part["remark"],
        note=part["note"],
        provisional=part["provisional"],
        estimated=part["estimated"],
        correcting=part["correcting"],
        steps=[_step(step) for step in part["steps"]],
        missing=missing[:MISSING_SHOWN],
        missing_more=max(0, len(missing) - MISSING_SHOWN),
        years=[_point(point) for point in part["years"]],
        year_to_date=_point(part["year_to_date"]) if part["year_to_date"] else None,
        series=[_point(point) for point in part["series"]],
        limit=_limit(part["threshold"]),
    )


def _step(step: Mapping[str, Any]) -> StepView:
    return StepView(
        label=step["label"],
        status=step["status"],
        text=step["text"],
        threshold=step["threshold"],
        formula=step["formula"],
        remark="；".join(text for text in (step["reason"], step["remark"]) if text),
        provisional=step["provisional"],
        estimated=step["estimated"],
        missing=[_missing(one) for one in step["missing"][:MISSING_SHOWN]],
        inputs=[_input(row) for row in step.get("inputs", ())],
    )


def _input(row: Mapping[str, Any]) -> InputView:
    return InputView(row["label"], row["text"], row["status"], row["note"], row["batches"])


def _missing(one: Mapping[str, Any]) -> MissingView:
    due = one["due_on"]
    return MissingView(
        text=one["text"], unit_name=one["unit_name"], due_on=date.fromisoformat(due) if due else None
    )


def _point(point: Mapping[str, Any]) -> PointView:
    return PointView(
        label=point["label"],
        value=_decimal(point["value"]),
        text=point["text"],
        complete=point["complete"],
        estimated=point["estimated"],
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _places(text: str) -> int:
    """Decimals of the first number in “1.72%”."""
    found = re.search(r"\d\.(\d+)", text)
    return len(found.group(1)) if found else 0


def _limit(threshold: str) -> Decimal | None:
    """The first number in “≥ 80%” or “≥ 100%（时序 41.7%）”, for the chart's line; None where the limit is words (逐年下降)
    or another year's value, which is no line through all of them."""
    found = re.match(r"[≥≤=<>] ([-−]?[\d\u2009]+(?:\.\d+)?)[^（]*(?:（(?:按进度|时序)|$)", threshold)
    return Decimal(found[1].replace("\u2009", "").replace("−", "-")) if found else None
