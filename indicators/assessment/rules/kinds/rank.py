"""RANK: the city's place among the province's cities, in each of the years before."""

from __future__ import annotations

from decimal import Decimal

from indicators.standards.rounding import format_number

from ..assembly import point, put_together
from ..reading import Quantity, Reading, read
from ..results import PartVerdict, Step
from ..schema import Rank
from ..statuses import Status
from ..windows import Span, span_label, spans
from ..wording import missing_text, pending_text, value_text
from .registry import Context, judge

__all__ = ["judge_rank"]


@judge("RANK")
def judge_rank(part: Rank, context: Context) -> PartVerdict:
    """Every year at most the limit. A year whose rank is not published yet is not missing; the verdict then
    stands on the other years and is provisional. No margin: a rank has none."""
    quantity = Quantity.of(part.rank, unit=part.unit)
    steps, points = [], []
    for span in spans(part.window, context.plan_year, context.as_of):
        reading = read(context.ledger, quantity, span.start, span.close)
        steps.append(_step(part, span, reading, context))
        points.append(
            point(span_label(span.start, span.close), span.start, span.close, reading, 0, part.unit)
        )
    known = [step.value for step in steps if step.value is not None]
    shown = "·".join("—" if step.value is None else format_number(step.value, 0) for step in steps)
    return put_together(
        part,
        steps,
        expression=context.ledger[part.rank].meta.name,
        threshold=_threshold(part),
        text=f"{shown} {part.unit}" if steps else value_text(None, 0, ""),
        value=max(known, default=None),
        years=points,
        series=points,
    )


def _step(part: Rank, span: Span, reading: Reading, context: Context) -> Step:
    cities = context.ledger[part.cities].total(span.start, span.close) if part.cities else None
    count = cities.value if cities is not None else None
    limit = _limit(part, count)
    status = _status(reading, limit)
    among = f"（参评 {format_number(count)} 个城市）" if count is not None else ""
    return Step(
        label=span_label(span.start, span.close),
        status=status,
        value=reading.value,
        text=value_text(reading.value, 0, part.unit),
        threshold=_threshold(part),
        formula=f"第 {format_number(reading.value, 0)} 名{among}" if reading.value is not None else "",
        start=span.start,
        end=span.close,
        reason="参评城市数未报，不能按比例判定" if reading.complete and limit is None else reading.reason,
        remark=_remark(span, reading, limit, status),
        missing=tuple(reading.missing),
        pending=tuple(reading.pending),
        figure_ids=(*reading.figure_ids, *(cities.figure_ids if cities else ())),
        provisional=status is Status.NONE,
        estimated=reading.estimated,
        correcting=reading.correcting or bool(cities and cities.correcting),
    )


def _limit(part: Rank, cities: Decimal | None) -> Decimal | None:
    if part.limit is not None:
        return Decimal(part.limit)
    assert part.limit_share_pct is not None  # the schema asks for one of the two
    return None if cities is None else cities * part.limit_share_pct / 100


def _status(reading: Reading, limit: Decimal | None) -> Status:
    if not reading.applicable:
        return Status.NOT_APPLICABLE
    if reading.missing:
        return Status.PARTIAL
    if reading.pending:
        return Status.NONE
    if reading.value is None or limit is None:
        return Status.PARTIAL
    return Status.MET if reading.value <= limit else Status.MISSED


def _remark(span: Span, reading: Reading, limit: Decimal | None, status: Status) -> str:
    if status is Status.PARTIAL and reading.missing:
        return missing_text(reading.missing)
    if status is Status.NONE:
        return pending_text(reading.pending)
    if reading.value is None or limit is None:
        return ""
    label = span_label(span.start, span.close)
    if status is Status.MET:
        return "各年均在前列"
    return f"{label}第 {format_number(reading.value, 0)} 名，差 {format_number(reading.value - limit)} 名"


def _threshold(part: Rank) -> str:
    if part.limit is not None:
        return f"前 {part.limit} {part.unit}"
    assert part.limit_share_pct is not None
    return f"前 {format_number(part.limit_share_pct)}%"
