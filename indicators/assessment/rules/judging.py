"""A value against its limit (GB/T 8170-2008 第4章; margin as decided in domain.md §3)."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal

from indicators.standards.rounding import round_half_even

from .schema import Rounding
from .statuses import Status

__all__ = ["judge_value", "judged_value", "meets"]

_OPS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "=": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}


def meets(value: Decimal, op: str, limit: Decimal) -> bool:
    """The bare comparison."""
    return _OPS[op](value, limit)


def judged_value(value: Decimal, rounding: Rounding) -> Decimal:
    """The value as it meets the limit: unrounded (全数值比较法) or rounded first (修约值比较法)."""
    return value if rounding.places is None else round_half_even(value, rounding.places)


def judge_value(
    value: Decimal, op: str, limit: Decimal, margin_pct: Decimal | None, rounding: Rounding
) -> Status:
    """达标, 临界 or 不达标. The margin is `margin_pct` % of the limit on the good side, its edge included."""
    shown = judged_value(value, rounding)
    if not meets(shown, op, limit):
        return Status.MISSED
    if margin_pct is not None and limit != 0 and abs(shown - limit) <= abs(limit) * margin_pct / 100:
        return Status.MARGIN
    return Status.MET
