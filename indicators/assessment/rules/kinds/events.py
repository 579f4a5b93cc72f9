"""NOEV: nothing of the kind happened in the window."""

from __future__ import annotations

from decimal import Decimal

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
from ..reading import Quantity, Reading, find_cut, read
from ..results import PartVerdict, Step
from ..schema import NoEvents, RollingMonths
from ..statuses import Status
from ..windows import Span, span_label, spans
from ..wording import missing_text, value_text
from .registry import Context, judge

__all__ = ["judge_events"]


@judge("NOEV")
def judge_events(part: NoEvents, context: Context) -> PartVerdict:
    """Zero events accepted in the window. One accepted event misses, whatever else is still missing.

    A longer figure that reaches back beyond the window's first day is taken as a whole (it may be the only one
    kept); if it is not zero the verdict is marked as an estimate.
    """
    ledger, quantity = context.ledger, Quantity.of(part.events, unit=part.unit)
    steps = [
        _step(part, quantity, span, context) for span in spans(part.window, context.plan_year, context.as_of)
    ]
    return put_together(
        part,
        steps,
        expression=expression_text(ledger, quantity),
        threshold=f"= 0 {part.unit}",
        year_to_date=to_date_point(ledger, quantity, context.plan_year, context.as_of, 0, part.unit),
        years=year_points(
            history_spans(part.window, context.plan_year),
            lambda span: read(ledger, quantity, span.start, span.close),
            0,
            part.unit,
        ),
        series=series_points(ledger, quantity, context.plan_year, context.as_of, 0, part.unit),
    )


def _step(part: NoEvents, quantity: Quantity, span: Span, context: Context) -> Step:
    ledger = context.ledger
    everything = read(ledger, quantity, span.start, span.to, reach_back=True)
    happened = everything.value is not None and everything.value > 0
    threshold = f"= 0 {part.unit}"
    cut = find_cut(ledger, quantity.codes, span, reach_back=True)
    if cut.day is None and not happened:
        return unanswered_step(span, cut.pending, threshold)
    day = cut.day or span.to
    reading = everything if happened else read(ledger, quantity, span.start, day, reach_back=True)
    missing = tuple(reading.missing)
    status = _status(reading, happened=happened)
    return Step(
        label=_label(part, span),
        status=status,
        value=reading.value,
        text=_text(part, reading.value),
        threshold=threshold,
        formula=f"{span_label(span.start, day)} {reading.formula}",
        start=span.start,
        end=day,
        reason=reading.reason,
        remark=_remark(part, reading, happened=happened),
        missing=missing,
        pending=() if happened else tuple(reading.pending),
        figure_ids=tuple(reading.figure_ids),
        provisional=not (span.is_over(context.as_of) and day >= span.close) or status is Status.NONE,
        estimated=reading.estimated or (happened and _reaches_back(reading, quantity, span, context)),
        correcting=reading.correcting,
    )


def _status(reading: Reading, *, happened: bool) -> Status:
    if happened:
        return Status.MISSED
    if not reading.applicable:
        return Status.NOT_APPLICABLE
    if reading.missing:
        return Status.PARTIAL
    if reading.pending:
        return Status.NONE
    return Status.PARTIAL if reading.value is None else Status.MET


def _reaches_back(reading: Reading, quantity: Quantity, span: Span, context: Context) -> bool:
    """True if part of the sum comes from a figure that began before the window."""
    inside = read(context.ledger, quantity, span.start, span.to)
    return (inside.value or Decimal(0)) != reading.value


def _label(part: NoEvents, span: Span) -> str:
    if isinstance(part.window, RollingMonths):
        return f"近 {part.window.months} 个月（{span_label(span.start, span.to)}）"
    return span_label(span.start, span.to)


def _text(part: NoEvents, value: Decimal | None) -> str:
    shown = value_text(value, 0, part.unit)
    return f"{shown} / {part.window.months} 个月" if isinstance(part.window, RollingMonths) else shown


def _remark(part: NoEvents, reading: Reading, *, happened: bool) -> str:
    if happened and reading.value is not None:
        return f"窗口期内已发生 {format_number(reading.value, 0)} {part.unit}"
    return missing_text(reading.missing) if reading.missing else ""
