"""The registry of kinds, and what every kind is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..figures import Inputs
from ..ledger import Ledger
from ..results import PartVerdict

__all__ = ["Context", "Judge", "judge", "judge_part"]


@dataclass(frozen=True, slots=True)
class Context:
    """What a part is judged by. `due_by`: the day by which due days are held to have passed."""

    ledger: Ledger
    inputs: Inputs
    plan_year: int
    as_of: date
    due_by: date


# A part is of the schema's shape for the kind; the registry cannot say which, the functions do.
Judge = Callable[[Any, Context], PartVerdict]
_JUDGES: dict[str, Judge] = {}


def judge(*kinds: str) -> Callable[[Judge], Judge]:
    """Register a function for kinds of parts; a later registration of the same kind takes its place."""

    def register(function: Judge) -> Judge:
        for kind in kinds:
            _JUDGES[kind] = function
        return function

    return register


def judge_part(part: Any, context: Context) -> PartVerdict:
    """Judge one part by its kind. KeyError for a kind that nobody registered."""
    return _JUDGES[part.kind](part, context)
