"""What is left to a year, in words a bureau understands: pure texts from plain numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from indicators.assessment.rules.judging import meets
from indicators.standards.rounding import format_number

from .projecting import Projection

__all__ = ["OUTLOOKS", "Outlook", "needed_ratio", "outlook_of", "ratio_words", "rest_words"]

Outlook = str
# Word, and the status whose sign and colour stand beside it.
OUTLOOKS: dict[Outlook, tuple[str, str]] = {
    "secure": ("预计稳达标", "met"),
    "likely": ("预计达标", "met"),
    "doubtful": ("预计不达标", "missed"),
    "impossible": ("已不可能达标", "missed"),
    "none": ("不作预测", "none"),
}


@dataclass(frozen=True, slots=True)
class Needed:
    """The ratio that the rest has to reach (or to stay below); None: no rest, nothing to reach any more."""

    ratio: Decimal | None
    impossible: bool = False
    settled: bool = False


def outlook_of(projection: Projection, op: str, limit: Decimal, needed: Needed | None = None) -> Outlook:
    """By where the likely end and the unfavourable edge of the range lie."""
    if needed is not None and needed.impossible:
        return "impossible"
    unfavourable = projection.low if op in (">=", ">") else projection.high
    if meets(unfavourable, op, limit):
        return "secure"
    return "likely" if meets(projection.likely, op, limit) else "doubtful"


def needed_ratio(
    upper: Decimal,
    lower: Decimal,
    rest: Decimal,
    *,
    scale: Decimal,
    op: str,
    limit: Decimal,
    ceiling: Decimal | None,
) -> Needed:
    """What the rest has to average, given how much denominator is still likely to come.

    impossible: more than the ceiling would be needed (or, of an upper limit, less than nothing). settled: nothing that
    the rest could bring would change it (with a denominator as expected).
    """
    whole = limit * (lower + rest)
    if rest <= 0:
        return Needed(
            None, impossible=not meets(upper * scale, op, whole), settled=meets(upper * scale, op, whole)
        )
    ratio = (whole - upper * scale) / rest
    if op in (">=", ">"):
        return Needed(ratio, impossible=ceiling is not None and ratio > ceiling, settled=ratio <= 0)
    return Needed(ratio, impossible=ratio < 0)


def ratio_words(needed: Needed, rest_name: str, op: str, unit: str, places: int, now: Decimal) -> str:
    """后7个月平均不低于 86.2 % 才能达标 · …即可达标 · 已不可能达标 · 余下各月不论多少全年都达标."""
    if needed.ratio is None:
        return ""
    at_least = op in (">=", ">")
    if needed.settled:
        return f"{rest_name}不论多少，全年都达标"
    if needed.impossible:
        if at_least:
            return f"{rest_name}须平均达 {_shown(needed.ratio, unit, places, up=True)}，已不可能达标"
        return f"{rest_name}即使为 0，全年仍超限，已不可能达标"
    bound = _shown(needed.ratio, unit, places, up=at_least)
    harder = needed.ratio > now if at_least else needed.ratio < now
    return f"{rest_name}平均{'不低于' if at_least else '不高于'} {bound} {'才能' if harder else '即可'}达标"


def rest_words(rest: Decimal, periods: int, period_name: str, measure: str, places: int) -> str:
    """余 420 t，后2个季度平均每季须 210 t."""
    if rest <= 0:
        return "全年任务已完成"
    whole = _up(rest, places)
    if not periods:
        return f"尚欠 {format_number(whole, places)} {measure}，年内已无报告期，已不可能达标"
    each = _up(rest / periods, places)
    return (
        f"余 {format_number(whole, places)} {measure}，"
        f"后{periods}个{period_name}平均每{period_name[0]}须 {format_number(each, places)} {measure}"
    )


def _shown(value: Decimal, unit: str, places: int, *, up: bool) -> str:
    """Rounded to the safe side: a bureau that reaches the number shown reaches the limit."""
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_CEILING if up else ROUND_FLOOR)
    return f"{format_number(rounded, places)}{unit if unit == '%' else f' {unit}'}".strip()


def _up(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_CEILING)
