"""DEC: an intensity that falls from year to year, and in the year to date below the same months of last year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from indicators.standards.rounding import format_number

from ..assembly import (
    expression_text,
    merged,
    point,
    put_together,
    series_points,
    unanswered_step,
    year_points,
)
from ..judging import judged_value
from ..ledger import Ledger
from ..reading import Quantity, Reading, find_cut, read
from ..results import Missing, PartVerdict, Point, Step
from ..schema import Decline
from ..statuses import Status
from ..windows import Span, same_day_last_year, span_label, spans
from ..wording import missing_text, pending_text, value_text
from .registry import Context, judge

__all__ = ["judge_falls"]

THRESHOLD = "逐年下降"


@dataclass(frozen=True, slots=True)
class _Pair:
    """A value and the one it has to be below. `estimated`: last year's whole-year intensity stands in (估)."""

    before: Reading
    before_label: str
    now: Reading
    now_label: str
    estimated: bool = False


@judge("DEC")
def judge_falls(part: Decline, context: Context) -> PartVerdict:
    """N falls over N + 1 full years, and the year to date against the same months (domain.md §3, “3 falls”)."""
    ledger = context.ledger
    quantity = Quantity.of(part.numerator, part.denominator, part.scale, part.unit)
    windows = spans(part.window, context.plan_year, context.as_of)
    years = [span for span in windows if span.fixed]
    readings = [read(ledger, quantity, span.start, span.close) for span in years]
    steps = _year_steps(part, years, readings)
    to_date: Point | None = None
    text: str | None = None
    for span in windows:
        if not span.fixed:
            step, to_date, text = _to_date(part, quantity, span, context)
            steps.append(step)
    shown_years = tuple(zip(years, readings, strict=True))
    by_year = {span: reading for span, reading in shown_years}
    return put_together(
        part,
        steps,
        expression=expression_text(ledger, quantity),
        threshold=THRESHOLD,
        text=text or _last_fall_text(part, readings),
        value=to_date.value if to_date is not None else _last_value(readings),
        year_to_date=to_date,
        years=year_points(years, by_year.__getitem__, part.places, part.unit),
        series=series_points(ledger, quantity, context.plan_year, context.as_of, part.places, part.unit),
    )


def _year_steps(part: Decline, years: list[Span], readings: list[Reading]) -> list[Step]:
    if not years:
        return []
    labels = [span_label(span.start, span.close) for span in years]
    steps = [_base_step(part, years[0], readings[0], labels[0])]
    for index in range(1, len(years)):
        pair = _Pair(readings[index - 1], labels[index - 1], readings[index], labels[index])
        steps.append(_fall_step(part, pair, years[index].start, years[index].close, provisional=False))
    return steps


def _base_step(part: Decline, span: Span, reading: Reading, label: str) -> Step:
    """The first year has nothing to fall from: it is only there to be compared with."""
    return Step(
        label=label,
        status=_lack(reading) or Status.NOT_APPLICABLE,
        value=reading.value,
        text=value_text(reading.value, part.places, part.unit),
        threshold=THRESHOLD,
        formula=_formula(part, reading),
        start=span.start,
        end=span.close,
        reason=reading.reason or "基准年",
        remark=_lack_text(reading.missing, reading.pending) or reading.reason,
        missing=merged([reading.missing]),
        pending=merged([reading.pending]),
        figure_ids=tuple(reading.figure_ids),
        provisional=bool(reading.pending),
        estimated=reading.estimated,
        correcting=reading.correcting,
    )


def _to_date(
    part: Decline, quantity: Quantity, span: Span, context: Context
) -> tuple[Step, Point | None, str | None]:
    ledger = context.ledger
    cut = find_cut(ledger, quantity.codes, span)
    if cut.day is None:
        return unanswered_step(span, cut.pending, THRESHOLD), None, None
    now = read(ledger, quantity, span.start, cut.day)
    before, label, estimated = _same_months_last_year(ledger, quantity, span.start, cut.day)
    pair = _Pair(before, label, now, span_label(span.start, cut.day), estimated)
    provisional = not (span.is_over(context.as_of) and cut.day >= span.close)
    step = _fall_step(part, pair, span.start, cut.day, provisional=provisional)
    shown = point(pair.now_label, span.start, cut.day, now, part.places, part.unit)
    return step, shown, _pair_text(part, pair)


def _same_months_last_year(
    ledger: Ledger, quantity: Quantity, start: date, cut: date
) -> tuple[Reading, str, bool]:
    """The same months where months (or quarters) were kept, else the whole year's intensity, marked 估."""
    first, last = start.replace(year=start.year - 1), same_day_last_year(cut)
    same = read(ledger, quantity, first, last)
    if same.complete and same.exact:
        return same, span_label(first, last), False
    end_of_year = date(first.year, 12, 31)
    whole = read(ledger, quantity, first, end_of_year)
    kept = same.missing and not whole.complete
    if kept:
        return same, span_label(first, last), False
    return whole, span_label(first, end_of_year), last != end_of_year


def _fall_step(part: Decline, pair: _Pair, start: date, end: date, *, provisional: bool) -> Step:
    both = (pair.before, pair.now)
    missing = merged(reading.missing for reading in both)
    pending = merged(reading.pending for reading in both)
    reason = pair.now.reason or pair.before.reason
    status = _status(part, pair)
    remark = _lack_text(missing, pending)
    if not remark and pair.before.value is not None and pair.now.value is not None:
        remark = _change_text(part, pair)
    mark = "（估）" if pair.estimated else ""
    return Step(
        label=pair.now_label,
        status=status,
        value=pair.now.value,
        text=value_text(pair.now.value, part.places, part.unit),
        threshold=f"< {value_text(pair.before.value, part.places, part.unit)}（{pair.before_label}{mark}）",
        formula=_formula(part, pair.now)
        + (f"；{pair.before_label}{mark}：{_formula(part, pair.before)}" if mark else ""),
        start=start,
        end=end,
        reason=reason,
        remark=remark or reason,
        missing=missing,
        pending=pending,
        figure_ids=(*pair.now.figure_ids, *pair.before.figure_ids),
        provisional=provisional or status is Status.NONE,
        estimated=pair.estimated or any(reading.estimated for reading in both),
        correcting=any(reading.correcting for reading in both),
    )


def _status(part: Decline, pair: _Pair) -> Status:
    lacking = [status for status in (_lack(pair.before), _lack(pair.now)) if status is not None]
    if lacking:
        return Status.PARTIAL if Status.PARTIAL in lacking else lacking[0]
    assert pair.before.value is not None and pair.now.value is not None  # nothing lacks
    before = judged_value(pair.before.value, part.rounding)
    return Status.MET if judged_value(pair.now.value, part.rounding) < before else Status.MISSED


def _lack(reading: Reading) -> Status | None:
    """What keeps a reading from being compared; None if nothing does."""
    if not reading.applicable:
        return Status.NOT_APPLICABLE
    if reading.missing:
        return Status.PARTIAL
    if reading.pending:
        return Status.NONE
    return Status.PARTIAL if reading.value is None else None


def _lack_text(missing: Iterable[Missing], pending: Iterable[Missing]) -> str:
    found, waiting = list(missing), list(pending)
    if found:
        return missing_text(found)
    return pending_text(waiting) if waiting else ""


def _change_text(part: Decline, pair: _Pair) -> str:
    """2017年1—3月较2016年1—3月下降 5.7%."""
    before, now = pair.before.value, pair.now.value
    assert before is not None and now is not None
    mark = "（估）" if pair.estimated else ""
    between = f"{pair.now_label}较{pair.before_label}{mark}"
    if now == before:
        return f"{between}持平"
    word = "下降" if now < before else "上升"
    if before == 0:
        return f"{between}{word} {value_text(abs(now - before), part.places, part.unit)}"
    return f"{between}{word} {_percent(abs(now - before) / abs(before) * 100)}"


def _percent(share: Decimal) -> str:
    return "不足 0.1%" if share < Decimal("0.05") else f"{format_number(share, 1)}%"


def _pair_text(part: Decline, pair: _Pair) -> str:
    now = value_text(pair.now.value, part.places, part.unit)
    if pair.before.value is None:
        return now
    mark = "（估）" if pair.estimated else ""
    return f"{format_number(pair.before.value, part.places)}{mark} → {now}"


def _last_fall_text(part: Decline, readings: list[Reading]) -> str | None:
    known = [reading.value for reading in readings[-2:] if reading.value is not None]
    if len(known) < 2:
        return None
    return f"{format_number(known[0], part.places)} → {value_text(known[1], part.places, part.unit)}"


def _last_value(readings: list[Reading]) -> Decimal | None:
    return next((reading.value for reading in reversed(readings) if reading.value is not None), None)


def _formula(part: Decline, reading: Reading) -> str:
    if reading.value is None:
        return reading.formula
    return f"{reading.formula} = {value_text(reading.value, max(part.places, 2), part.unit)}"
