"""Numbers, thresholds and remarks as people read them; the one place that words verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from chuangmo.days import long_date, long_day
from indicators.standards.rounding import format_number

from .results import Missing

__all__ = [
    "OP_SIGNS",
    "distance_text",
    "missing_text",
    "pending_text",
    "threshold_text",
    "value_text",
]

OP_SIGNS = {">=": "≥", "<=": "≤", "=": "=", ">": ">", "<": "<"}
NO_VALUE = "—"


def value_text(value: Decimal | None, places: int, unit: str) -> str:
    """86.90% · 1.81 tce/万元 · —; rounded half to even."""
    if value is None:
        return NO_VALUE
    return _with_unit(format_number(value, places), unit)


def threshold_text(op: str, limit: Decimal | None, unit: str) -> str:
    """≥ 80%; with a limit that is not known yet: ≥ —."""
    return f"{OP_SIGNS[op]} {NO_VALUE if limit is None else _with_unit(format_number(limit), unit)}"


def distance_text(op: str, value: Decimal, limit: Decimal, unit: str, places: int) -> str:
    """余量 2.3 个百分点 · 还差 0.4 个百分点 · 超出 3 t: how far the value is from the limit, on which side."""
    difference = abs(value - limit)
    shown = format_number(difference, places)
    if difference != 0 and Decimal(shown.replace("\u2009", "")) == 0:
        shown = f"不足 {format_number(Decimal(1).scaleb(-places), places)}"
    amount = f"{shown} 个百分点" if unit == "%" else f"{shown} {unit}".strip()
    at_least = op in (">=", ">")
    if value == limit:
        return "恰在限值"
    if (value > limit) == at_least and op != "=":
        return f"余量 {amount}"
    return f"还差 {amount}" if at_least or (op == "=" and value < limit) else f"超出 {amount}"


def missing_text(missing: Sequence[Missing]) -> str:
    """缺 水城县人民政府 2017年4月 生活垃圾产生量（应于 5月5日 报）等 3 项; empty when nothing is missing."""
    if not missing:
        return ""
    first = missing[0]
    due = f"（应于 {long_day(first.due_on)} 报）" if first.due_on else ""
    more = f"等 {len(missing)} 项" if len(missing) > 1 else ""
    return f"缺 {first.text}{due}{more}"


def pending_text(pending: Sequence[Missing]) -> str:
    """最早 2017年8月31日 到期：市城管局 2017年 公园绿地面积; without a date: 尚未到期."""
    if not pending:
        return "尚无应报数据"
    first = min(pending, key=lambda one: (one.due_on is None, one.due_on or date.max))
    if first.due_on is None:
        return f"时间未定：{first.text}"
    return f"最早 {long_date(first.due_on)} 到期：{first.text}"


def _with_unit(number: str, unit: str) -> str:
    if not unit:
        return number
    return f"{number}%" if unit == "%" else f"{number} {unit}"
