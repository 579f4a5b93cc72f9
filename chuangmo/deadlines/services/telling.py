"""Who hears of a rung, and in which words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from chuangmo.deadlines.models import Obligation, Proposal, Rung

__all__ = ["tell", "tell_of_decision"]


def tell(rows: Sequence[Obligation], ladder: Mapping[int, Rung], at: date) -> int:
    return 0


def tell_of_decision(proposal: Proposal) -> None:
    pass
