"""Verdicts as pure functions: no ORM, no Django, no clock.

`validate_rule(body)` → `assess(rule, inputs, as_of)` → `VerdictResult` (`.to_json()`); `needs` says what to fetch,
`elements_read` which elements a rule names. How figures add up: `ledger`; how far a window can be judged:
`reading.find_cut`; one module per kind of rule: `kinds`.
"""

from .digest import inputs_digest
from .engine import Need, assess, needs
from .figures import (
    Answer,
    ChecklistInput,
    Done,
    ElementMeta,
    Expectation,
    FigureConflict,
    FigureInput,
    Inputs,
)
from .readings import Readings
from .results import Missing, PartVerdict, Point, Step, VerdictResult
from .schema import IndicatorRule, elements_read, measures_read, rule_faults, rule_json, validate_rule
from .statuses import Status

__all__ = [
    "Answer",
    "ChecklistInput",
    "Done",
    "ElementMeta",
    "Expectation",
    "FigureConflict",
    "FigureInput",
    "IndicatorRule",
    "Inputs",
    "Missing",
    "Need",
    "PartVerdict",
    "Point",
    "Readings",
    "Status",
    "Step",
    "VerdictResult",
    "assess",
    "elements_read",
    "inputs_digest",
    "measures_read",
    "needs",
    "rule_faults",
    "rule_json",
    "validate_rule",
]
