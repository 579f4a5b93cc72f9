"""COMPLETION: what was done, or what the province verified, against the year's task (总量减排)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chuangmo.periods import year
from indicators.standards.rounding import format_number

from ..assembly import history_spans, point, put_together, unanswered_step
from ..judging import judged_value
from ..ledger import Ledger, Total
from ..reading import Quantity, Reading, find_cut, missing_of, read
from ..results import Missing, PartVerdict, Point, Step
from ..schema import Completion
from ..statuses import Status
from ..windows import Span, months_between, span_label, spans
from ..wording import distance_text, missing_text, pending_text, threshold_text, value_text
from .registry import Context, judge

__all__ = ["judge_completion"]

_HUNDRED = Decimal(100)


@judge("COMPLETION")
def judge_completion(part: Completion, context: Context) -> PartVerdict:
    """coalesce(verified, Σ done) ÷ task.

    With the province's verified figure, or with the last period of the year in, the share is judged against
    the limit (100 %) and final. Before that it is judged against the limit × the months gone ÷ 12 (up to the
    last period counted) and provisional: on or ahead of time 达标, behind 不达标; there is no margin, since
    the limit is 100 %. A task of 0, or not applicable, makes the part not applicable.
    """
    steps = [_step(part, span, context) for span in spans(part.window, context.plan_year, context.as_of)]
    ledger = context.ledger
    meta = {code: ledger[code].meta.name for code in part.elements()}
    done = " + ".join(meta[term.code] for term in Quantity.of(part.done).numerator)
    first = f"{meta[part.verified]}（未核定时用：{done}）" if part.verified else done
    to_date = next((_to_date_point(part, step) for step in steps if step.end is not None), None)
    return put_together(
        part,
        steps,
        expression=f"{first} ÷ {meta[part.task]} × 100",
        threshold=threshold_text(part.op, part.limit, part.unit) if not steps else None,
        year_to_date=to_date,
        years=tuple(
            _year_point(part, span, ledger) for span in history_spans(part.window, context.plan_year)
        ),
        series=_series(part, context),
    )


def _step(part: Completion, span: Span, context: Context) -> Step:
    ledger = context.ledger
    task = ledger[part.task].total(span.start, span.close)
    threshold = threshold_text(part.op, part.limit, part.unit)
    lacking = _without_task(part, task, span, threshold, ledger)
    if lacking is not None:
        return lacking
    assert task.value is not None  # else something was lacking
    verified = ledger[part.verified].total(span.start, span.close) if part.verified else Total()
    if verified.value is not None and part.verified is not None:
        reading = Reading(
            upper=verified.value, figure_ids=list(verified.figure_ids), correcting=verified.correcting
        )
        reading.formula = _amount(ledger, part.verified, verified.value)
        return _judged(part, span, span.close, reading, task, context, final=True)
    quantity = Quantity.of(part.done)
    cut = find_cut(ledger, quantity.codes, span)
    if cut.day is None:
        return unanswered_step(span, cut.pending, threshold)
    reading = read(ledger, quantity, span.start, cut.day)
    return _judged(part, span, cut.day, reading, task, context, final=False)


def _without_task(part: Completion, task: Total, span: Span, threshold: str, ledger: Ledger) -> Step | None:
    """The step when there is no task to measure against; None if there is one."""
    label = span_label(span.start, span.close)
    if not task.applicable or task.value == 0:
        return _plain_step(label, Status.NOT_APPLICABLE, span, threshold, "任务为 0，该项不适用", task)
    if task.value is not None:
        return None
    missing = missing_of(ledger, task.missing)
    pending = missing_of(ledger, task.pending)
    if not missing and not pending:
        meta = ledger[part.task].meta
        missing = [Missing("", "未落实填报单位", meta.code, meta.name, year(span.close.year), None)]
    status = Status.PARTIAL if missing else Status.NONE
    remark = missing_text(missing) if missing else pending_text(pending)
    return _plain_step(label, status, span, threshold, remark, task, missing, pending)


def _plain_step(
    label: str,
    status: Status,
    span: Span,
    threshold: str,
    remark: str,
    task: Total,
    missing: list[Missing] | None = None,
    pending: list[Missing] | None = None,
) -> Step:
    return Step(
        label=label,
        status=status,
        value=None,
        text="不适用" if status is Status.NOT_APPLICABLE else value_text(None, 0, ""),
        threshold=threshold,
        formula="",
        start=span.start,
        end=None,
        remark=remark,
        missing=tuple(missing or ()),
        pending=tuple(pending or ()),
        figure_ids=tuple(task.figure_ids),
        provisional=status is not Status.NOT_APPLICABLE,
        correcting=task.correcting,
    )


def _judged(
    part: Completion, span: Span, cut: date, reading: Reading, task: Total, context: Context, *, final: bool
) -> Step:
    assert task.value is not None
    over = final or cut >= span.close
    target = (
        part.limit
        if over
        else part.limit * months_between(span.start, cut) / months_between(span.start, span.close)
    )
    value = None
    if reading.upper is not None and not reading.missing:
        value = reading.upper / task.value * _HUNDRED
    threshold = threshold_text(part.op, part.limit, part.unit)
    return Step(
        label=span_label(span.start, cut),
        status=_status(part, value, target, reading),
        value=value,
        text=value_text(value, part.places, part.unit),
        threshold=threshold if over else f"{threshold}（时序 {value_text(target, 1, '%')}）",
        formula=_formula(part, reading, task.value, value, context.ledger),
        start=span.start,
        end=cut,
        reason="" if value is not None else "有数据未报，暂不计算",
        remark=_remark(part, value, target, reading, task.value, context.ledger, over=over),
        missing=tuple(reading.missing),
        pending=tuple(reading.pending),
        figure_ids=(*reading.figure_ids, *task.figure_ids),
        provisional=not final and not (span.is_over(context.as_of) and over),
        estimated=reading.estimated or task.estimated,
        correcting=reading.correcting or task.correcting,
    )


def _status(part: Completion, value: Decimal | None, target: Decimal, reading: Reading) -> Status:
    if value is None:
        return Status.PARTIAL if reading.applicable else Status.NOT_APPLICABLE
    return Status.MET if judged_value(value, part.rounding) >= target else Status.MISSED


def _remark(
    part: Completion,
    value: Decimal | None,
    target: Decimal,
    reading: Reading,
    task: Decimal,
    ledger: Ledger,
    *,
    over: bool,
) -> str:
    if value is None:
        return missing_text(reading.missing)
    distance = distance_text(part.op, judged_value(value, part.rounding), target, part.unit, part.places)
    if not over:
        distance = (
            distance.replace("余量", "领先时序").replace("还差", "落后时序").replace("恰在限值", "与时序持平")
        )
    left = task * part.limit / _HUNDRED - (reading.upper or Decimal(0))
    if left <= 0:
        return f"{distance}，全年任务已完成"
    meta = ledger[part.task].meta
    return f"{distance}，全年还需 {format_number(left, meta.precision)} {meta.measure}"


def _formula(part: Completion, reading: Reading, task: Decimal, value: Decimal | None, ledger: Ledger) -> str:
    text = f"{reading.formula} ÷ {_amount(ledger, part.task, task)} × 100"
    return text if value is None else f"{text} = {value_text(value, max(part.places, 2), part.unit)}"


def _amount(ledger: Ledger, code: str, value: Decimal) -> str:
    meta = ledger[code].meta
    return f"{meta.name} {format_number(value, meta.precision)} {meta.measure}"


# Values around it -------------------------------------------------------------------------------------


def _share(part: Completion, ledger: Ledger, start: date, cut: date, close: date) -> Reading:
    """The share done by a day, or verified if the day is the year's last, without any judgement."""
    task = ledger[part.task].total(start, close)
    verified = ledger[part.verified].total(start, close) if part.verified and cut == close else Total()
    reading = read(ledger, Quantity.of(part.done), start, cut)
    if verified.value is not None:
        reading = Reading(upper=verified.value)
    if task.value is not None and task.value != 0 and reading.upper is not None and not reading.missing:
        reading.value = reading.upper / task.value * _HUNDRED
    else:
        reading.value = None
    return reading


def _year_point(part: Completion, span: Span, ledger: Ledger) -> Point:
    reading = _share(part, ledger, span.start, span.close, span.close)
    return point(span_label(span.start, span.close), span.start, span.close, reading, part.places, part.unit)


def _to_date_point(part: Completion, step: Step) -> Point:
    assert step.end is not None
    complete = step.value is not None
    return Point(step.label, step.start, step.end, step.value, step.text, complete, step.estimated)


def _series(part: Completion, context: Context) -> tuple[Point, ...]:
    """Share of the task done by the end of each period of the plan's year."""
    points: list[Point] = []
    for span in spans(part.window, context.plan_year, context.as_of):
        ends = set.intersection(
            *(context.ledger[t.code].ends(span) for t in Quantity.of(part.done).numerator)
        )
        for day in sorted(ends):
            reading = _share(part, context.ledger, span.start, day, span.close)
            if not reading.pending:
                points.append(
                    point(span_label(span.start, day), span.start, day, reading, part.places, part.unit)
                )
    return tuple(points)
