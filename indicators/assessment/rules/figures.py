"""What a verdict is computed from: plain values, handed in by the caller, never fetched here.

Amounts are in the element's own unit of measure; a `cumulative` element's figures are January-to-date, as typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from chuangmo.periods import Period

from .readings import Readings

__all__ = [
    "Answer",
    "ChecklistInput",
    "Done",
    "ElementMeta",
    "Expectation",
    "FigureConflict",
    "FigureInput",
    "Inputs",
]


class FigureConflict(ValueError):
    """Accepted figures that contradict each other: the same cell twice, or periods that overlap."""


class Answer(StrEnum):
    """How a figure was answered; “not yet” is no figure at all."""

    VALUE = "value"
    NONE = "none"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class FigureInput:
    """One accepted figure. `unit` and `site` are the caller's keys (`site` "" = the whole unit).

    `none` is a confirmed zero; `not_applicable` carries no value and leaves sums and denominators.
    `estimated` marks a stand-in (估), `correcting` a figure whose report is unlocked (更正中).
    """

    element: str
    unit: str
    period: Period
    value: Decimal | None
    answer: str = Answer.VALUE
    site: str = ""
    figure_id: int = 0
    estimated: bool = False
    correcting: bool = False

    def __post_init__(self) -> None:
        if self.answer == Answer.VALUE and (self.value is None or not self.value.is_finite()):
            raise ValueError(f"数据要素 {self.element} {self.period.code} 的回答是数值，却没有有限的数")

    @property
    def amount(self) -> Decimal | None:
        """The number to add: zero for a confirmed “none”, None where not applicable."""
        if self.answer == Answer.VALUE:
            return self.value
        return Decimal(0) if self.answer == Answer.NONE else None


@dataclass(frozen=True, slots=True)
class Expectation:
    """A figure that somebody owes: which element, unit, site and period, and until when.

    `due_on` None: no date is set (a publication not yet dated, an event to come); it is never overdue.
    """

    element: str
    unit: str
    period: Period
    due_on: date | None
    site: str = ""


@dataclass(frozen=True, slots=True)
class ElementMeta:
    """How an element is measured and adds up (elements.csv).

    `over_time`: sum | last | only; `over_units`: sum | min | only; `entry`: period | cumulative;
    `frequency`: month | quarter | year | term | survey; `due` as in elements.csv (`publication` and `event`
    mean that a past year without any expectation is not overdue).
    """

    code: str
    name: str
    measure: str
    precision: int = 2
    frequency: str = "month"
    entry: str = "period"
    over_time: str = "sum"
    over_units: str = "sum"
    due: str = ""


class Done(StrEnum):
    """Answers to a checklist item; no answer yet is None."""

    DONE = "done"
    NOT_DONE = "not_done"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class ChecklistInput:
    """One item of the indicator's checklist as owed by one unit for one period, with its accepted answer if any.

    `not_applicable` is only handed in once the office agreed to the reason.
    """

    item: str
    name: str
    unit: str
    period: Period
    answer: str | None
    due_on: date | None
    answer_id: int = 0
    correcting: bool = False


@dataclass(frozen=True)
class Inputs:
    """Everything for one indicator. Elements that the rule does not read are ignored.

    `facts`: facts of the plan that conditions ask for (`water_short_city`); an absent fact is false.
    `unit_names`, `site_names`: what to call the keys in texts; a key without a name stands for itself.
    `readings`: what was measured, for the kinds MON and SITES.
    """

    plan_year: int
    elements: Mapping[str, ElementMeta] = field(default_factory=dict)
    figures: Iterable[FigureInput] = ()
    expectations: Iterable[Expectation] = ()
    checklist: Iterable[ChecklistInput] = ()
    facts: Mapping[str, bool] = field(default_factory=dict)
    unit_names: Mapping[str, str] = field(default_factory=dict)
    site_names: Mapping[str, str] = field(default_factory=dict)
    readings: Readings = field(default_factory=Readings)

    def __post_init__(self) -> None:
        for name in ("figures", "expectations", "checklist"):
            object.__setattr__(self, name, tuple(getattr(self, name)))

    def unit_name(self, key: str) -> str:
        """The unit's name in texts; an expectation without a unit is a gap in the duties."""
        return self.unit_names.get(key, key) or "未落实填报单位"
