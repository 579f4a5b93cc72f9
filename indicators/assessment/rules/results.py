"""What an assessment gives back: plain frozen values that turn into JSON the same way every time."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from chuangmo.periods import Period

from .statuses import Status

__all__ = ["InputRow", "Missing", "PartVerdict", "Point", "Step", "VerdictResult", "to_json"]


@dataclass(frozen=True, slots=True)
class Missing:
    """An input that is not there: from whom, which element (or checklist item), which period, due when.

    `unit` "" with `unit_name` 未落实填报单位: nobody owes it, a gap in the duties.
    """

    unit: str
    unit_name: str
    element: str
    element_name: str
    period: Period
    due_on: date | None
    site: str = ""
    site_name: str = ""

    @property
    def text(self) -> str:
        """水城县人民政府 2017年4月 生活垃圾产生量."""
        place = f"{self.unit_name}（{self.site_name}）" if self.site_name else self.unit_name
        return f"{place} {self.period.label} {self.element_name}"


@dataclass(frozen=True, slots=True)
class Point:
    """A value of one stretch for a chart or a table. value None: not (wholly) known, never zero."""

    label: str
    start: date
    end: date
    value: Decimal | None
    text: str
    complete: bool
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class InputRow:
    """What one month (or day, quarter, year) of readings gave to a step, and the batches of readings it came from."""

    label: str
    text: str
    status: Status
    note: str = ""
    batches: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One stretch of a window, judged by itself: a year of the three, the year to date, the latest quarter."""

    label: str
    status: Status
    value: Decimal | None
    text: str
    threshold: str
    formula: str
    start: date
    end: date | None
    reason: str = ""
    remark: str = ""
    missing: tuple[Missing, ...] = ()
    pending: tuple[Missing, ...] = ()
    figure_ids: tuple[int, ...] = ()
    provisional: bool = False
    estimated: bool = False
    correcting: bool = False
    site: str = ""
    inputs: tuple[InputRow, ...] = ()


@dataclass(frozen=True, slots=True)
class PartVerdict:
    """The verdict on one part of a rule. `value` is unrounded; `text` is rounded half to even."""

    code: str
    name: str
    kind: str
    status: Status
    value: Decimal | None
    text: str
    threshold: str
    expression: str
    formula: str
    remark: str
    steps: tuple[Step, ...] = ()
    missing: tuple[Missing, ...] = ()
    pending: tuple[Missing, ...] = ()
    figure_ids: tuple[int, ...] = ()
    cut: date | None = None
    partial: bool = False
    provisional: bool = False
    estimated: bool = False
    correcting: bool = False
    note: str = ""
    year_to_date: Point | None = None
    years: tuple[Point, ...] = ()
    series: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class VerdictResult:
    """The verdict on an indicator.

    headline: the short value for the wall (86.9% · 3/4 项); threshold beside it; remark: the “so what”;
    sentence: all of it in one sentence. inputs_digest: sha256 over rule and inputs; equal digests, equal verdicts.
    """

    status: Status
    value: Decimal | None
    headline: str
    threshold: str
    remark: str
    sentence: str
    as_of: date
    plan_year: int
    parts: tuple[PartVerdict, ...]
    missing: tuple[Missing, ...]
    figure_ids: tuple[int, ...]
    partial: bool
    provisional: bool
    estimated: bool
    correcting: bool
    inputs_digest: str
    series: tuple[Point, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """JSON values: decimals as text, dates ISO, periods as {kind, start, end, code, label}; status with its
        word and sign. The same result always gives the same text under `json.dumps(…, sort_keys=True)`."""
        return dict(to_json(self))


def to_json(value: Any) -> Any:
    """Turn a result (or anything inside one) into JSON values."""
    match value:
        case Period():
            return {
                "kind": value.kind.value,
                "start": value.start.isoformat(),
                "end": value.end.isoformat(),
                "code": value.code,
                "label": value.label,
            }
        case Enum():
            return value.value
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case tuple() | list():
            return [to_json(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        content = {one.name: to_json(getattr(value, one.name)) for one in fields(value)}
        if isinstance(value, Missing):
            content["text"] = value.text
        if "status" in content:
            content["status_label"], content["status_sign"] = value.status.label, value.status.sign
        return content
    return value
