"""T, RATE and SURVEY: an amount or a ratio of sums against a limit, in each stretch of the window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from indicators.standards.rounding import format_number

from ..assembly import (
    expression_text,
    history_spans,
    put_together,
    series_points,
    to_date_point,
    unanswered_step,
    year_points,
)
from ..judging import judge_value, judged_value, meets
from ..reading import Quantity, Reading, find_cut, last_complete_day, read
from ..results import Missing, PartVerdict, Step
from ..schema import Rate, Survey, Threshold
from ..statuses import Status
from ..windows import Span, months_between, span_label, spans
from ..wording import distance_text, missing_text, pending_text, threshold_text, value_text
from .registry import Context, judge

__all__ = ["judge_amount"]

AmountPart = Threshold | Rate | Survey


@dataclass(frozen=True, slots=True)
class _Limit:
    """The number to judge by; value None: it is a figure that is not there (overdue or not due yet)."""

    value: Decimal | None
    formula: str = ""
    missing: tuple[Missing, ...] = ()
    pending: tuple[Missing, ...] = ()
    figure_ids: tuple[int, ...] = ()
    correcting: bool = False


@judge("T", "RATE", "SURVEY")
def judge_amount(part: AmountPart, context: Context) -> PartVerdict:
    """Each stretch by itself, AND over them; never a mean of ratios (domain.md §3)."""
    ledger, quantity = context.ledger, quantity_of(part)
    limit = _limit(part, context)
    steps = [
        _step(part, quantity, limit, span, context)
        for span in spans(part.window, context.plan_year, context.as_of)
    ]
    return put_together(
        part,
        steps,
        expression=expression_text(ledger, quantity),
        threshold=threshold_text(part.op, limit.value, part.unit) if not steps else None,
        year_to_date=to_date_point(
            ledger, quantity, context.plan_year, context.as_of, part.places, part.unit
        ),
        years=year_points(
            history_spans(part.window, context.plan_year),
            lambda span: read(ledger, quantity, span.start, span.close),
            part.places,
            part.unit,
        ),
        series=series_points(ledger, quantity, context.plan_year, context.as_of, part.places, part.unit),
    )


def quantity_of(part: AmountPart) -> Quantity:
    """What the part reads."""
    if isinstance(part, Threshold) and part.amount is not None:
        return Quantity.of(part.amount, scale=part.scale, unit=part.unit)
    assert part.numerator is not None  # the schema asks for an amount or a ratio
    return Quantity.of(part.numerator, part.denominator, part.scale, part.unit)


def _step(part: AmountPart, quantity: Quantity, limit: _Limit, span: Span, context: Context) -> Step:
    threshold = threshold_text(part.op, limit.value, part.unit)
    cut = find_cut(context.ledger, quantity.codes, span)
    if cut.day is None:
        return unanswered_step(span, (*cut.pending, *limit.pending), threshold)
    reading = read(context.ledger, quantity, span.start, cut.day)
    target = _target(part, limit.value, span, cut.day)
    status, reason = _status(part, quantity, reading, limit, target, context)
    if target is not None and target != limit.value:
        threshold = f"{threshold}（按进度 {threshold_text(part.op, _shown(target), part.unit)}）"
    missing = (*reading.missing, *limit.missing)
    shown, shown_label = _shown_reading(quantity, reading, span, context)
    return Step(
        label=span_label(span.start, cut.day),
        status=status,
        value=shown.value,
        text=value_text(shown.value, part.places, part.unit) + (f"（{shown_label}）" if shown_label else ""),
        threshold=threshold,
        formula=(f"仅 {shown_label} " if shown_label else "") + _formula(part, shown) + limit.formula,
        start=span.start,
        end=cut.day,
        reason=reason,
        remark=_remark(part, quantity, reading, target, status, missing, context),
        missing=missing,
        pending=(*reading.pending, *limit.pending),
        figure_ids=(*shown.figure_ids, *limit.figure_ids),
        provisional=not (span.is_over(context.as_of) and cut.day >= _close_of(span)) or status is Status.NONE,
        estimated=reading.estimated,
        correcting=reading.correcting or limit.correcting,
    )


def _shown_reading(quantity: Quantity, reading: Reading, span: Span, context: Context) -> tuple[Reading, str]:
    """What the step shows: the reading; where missing figures leave it without a value, that of the last months
    that are complete, which it says. The verdict is 数据不全 either way."""
    if reading.value is not None or not reading.missing or span.fixed:
        return reading, ""
    day = last_complete_day(context.ledger, quantity.codes, span)
    if day is None:
        return reading, ""
    complete = read(context.ledger, quantity, span.start, day)
    if complete.value is None:
        return reading, ""
    return complete, span_label(span.start, day)


def _close_of(span: Span) -> date:
    """The day that the figures must have reached for a final verdict; “latest” takes what there is."""
    return span.start if span.start == date.min else span.close


def _target(part: AmountPart, limit: Decimal | None, span: Span, cut: date) -> Decimal | None:
    """The limit; of an amount that grows, its share by the months gone, until the window is over."""
    if limit is None or not (isinstance(part, Threshold) and part.paced) or cut >= span.close:
        return limit
    return limit * months_between(span.start, cut) / months_between(span.start, span.close)


def _status(
    part: AmountPart,
    quantity: Quantity,
    reading: Reading,
    limit: _Limit,
    target: Decimal | None,
    context: Context,
) -> tuple[Status, str]:
    if not reading.applicable:
        return Status.NOT_APPLICABLE, "应报单位均不适用"
    if reading.missing or limit.missing:
        conclusive = _fails_whatever_comes(part, quantity, reading, target, context)
        return (Status.MISSED if conclusive else Status.PARTIAL), reading.reason
    if reading.pending:
        return Status.NONE, pending_text(reading.pending)
    if reading.value is None:
        return Status.PARTIAL, reading.reason or "无法计算"
    if limit.value is None or target is None:
        return Status.NONE, "限值尚未公布"
    margin = part.margin_pct if target == limit.value else None
    return judge_value(reading.value, part.op, target, margin, part.rounding), ""


def _fails_whatever_comes(
    part: AmountPart, quantity: Quantity, reading: Reading, target: Decimal | None, context: Context
) -> bool:
    """True if the missing figures cannot mend it: amounts are never negative, so a sum above its upper limit
    stays above, and the least of several stays below its lower limit."""
    if (
        reading.value is None
        or target is None
        or quantity.denominator
        or any(f < 0 for _, f in quantity.numerator)
    ):
        return False
    lowest = any(context.ledger[code].meta.over_units == "min" for code in quantity.codes)
    value = judged_value(reading.value, part.rounding)
    if lowest:
        # Missing months of the lowest unit itself could still lift it.
        own = any(one.unit == reading.lowest_unit for one in reading.missing)
        return part.op in (">=", ">") and not own and not meets(value, part.op, target)
    return part.op in ("<=", "<", "=") and value > target


def _limit(part: AmountPart, context: Context) -> _Limit:
    if isinstance(part.limit, Decimal):
        return _Limit(part.limit)
    ledger, end = context.ledger, date(context.plan_year, 12, 31)
    span = Span(date.min, min(context.as_of, end), end)
    quantity = Quantity.of(part.limit)
    cut = find_cut(ledger, quantity.codes, span)
    if cut.day is None:
        return _Limit(None, pending=cut.pending)
    reading = read(ledger, quantity, span.start, cut.day)
    return _Limit(
        reading.value if reading.complete else None,
        f"；限值：{reading.formula}",
        tuple(reading.missing),
        tuple(reading.pending),
        tuple(reading.figure_ids),
        reading.correcting,
    )


def _formula(part: AmountPart, reading: Reading) -> str:
    if reading.value is None or not reading.lower:
        return reading.formula
    return f"{reading.formula} = {value_text(reading.value, max(part.places, 2), part.unit)}"


def _remark(
    part: AmountPart,
    quantity: Quantity,
    reading: Reading,
    target: Decimal | None,
    status: Status,
    missing: tuple[Missing, ...],
    context: Context,
) -> str:
    if status is Status.PARTIAL and missing:
        return missing_text(missing)
    if reading.value is None or target is None or status in (Status.NONE, Status.NOT_APPLICABLE):
        return ""
    value = judged_value(reading.value, part.rounding)
    words = []
    if value != target or part.margin_pct is not None:  # “just at the limit” says nothing of 100 % or of zero
        words.append(distance_text(part.op, value, target, part.unit, part.places))
    if status is Status.MISSED:
        words.append(_need(part, quantity, reading, target, context))
    if reading.lowest_unit:
        words.append(f"最少的是{context.inputs.unit_name(reading.lowest_unit)}")
    return "，".join(word for word in words if word)


def _need(part: AmountPart, quantity: Quantity, reading: Reading, target: Decimal, context: Context) -> str:
    """还需 3 120 万元: how much more numerator the limit takes, where the numerator has one unit of measure."""
    if part.op not in (">=", ">") or reading.lower is None or reading.upper is None:
        return ""
    metas = [context.ledger[term.code].meta for term in quantity.numerator]
    if len({meta.measure for meta in metas}) != 1 or any(term.factor != 1 for term in quantity.numerator):
        return ""
    need = target / quantity.scale * reading.lower - reading.upper
    if need <= 0:
        return ""
    places = max(meta.precision for meta in metas)
    enough = need.quantize(Decimal(1).scaleb(-places), rounding=ROUND_CEILING)
    return f"还需 {format_number(enough, places)} {metas[0].measure}"


def _shown(target: Decimal) -> Decimal:
    return target.quantize(Decimal("0.1"))
