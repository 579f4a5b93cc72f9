"""Steps put together to the verdict on a part, and the values shown around it (years, series)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from indicators.standards.rounding import format_number

from .ledger import Ledger
from .reading import Quantity, Reading, find_cut, read
from .results import Missing, PartVerdict, Point, Step
from .schema import SchoolYear
from .statuses import Status, all_of
from .windows import Span, span_label, to_date_of_year, year_span
from .wording import missing_text, pending_text, value_text

__all__ = [
    "expression_text",
    "history_spans",
    "merged",
    "point",
    "put_together",
    "series_points",
    "to_date_point",
    "unanswered_step",
    "year_points",
]

YEARS_SHOWN = 3
POINTS_SHOWN = 24


def put_together(
    part: object,
    steps: Sequence[Step],
    *,
    expression: str,
    threshold: str | None = None,
    text: str | None = None,
    value: Decimal | None = None,
    remark: str | None = None,
    year_to_date: Point | None = None,
    years: Iterable[Point] = (),
    series: Iterable[Point] = (),
) -> PartVerdict:
    """The part's verdict from its steps: AND over them, the value of the last one that has any, all sources."""
    status = all_of(step.status for step in steps) if steps else Status.NONE
    shown = next((step for step in reversed(steps) if step.value is not None), steps[-1] if steps else None)
    deciding = next((step for step in reversed(steps) if step.status is status), None)
    missing = merged(step.missing for step in steps)
    pending = merged(step.pending for step in steps)
    if value is None and shown is not None and text is None:
        value = shown.value
    if remark is None:
        remark = (
            missing_text(missing) if status is Status.PARTIAL and missing else _remark_of(deciding, pending)
        )
    return PartVerdict(
        code=part.code,  # type: ignore[attr-defined]
        name=part.name,  # type: ignore[attr-defined]
        kind=part.kind,  # type: ignore[attr-defined]
        status=status,
        value=value,
        text=text if text is not None else (shown.text if shown else value_text(None, 0, "")),
        threshold=threshold if threshold is not None else (shown.threshold if shown else ""),
        expression=expression,
        formula="\n".join(f"{step.label}：{step.formula}" for step in steps if step.formula),
        remark=remark,
        steps=tuple(steps),
        missing=missing,
        pending=pending,
        figure_ids=tuple(sorted({one for step in steps for one in step.figure_ids if one})),
        cut=max((step.end for step in steps if step.end is not None and step.figure_ids), default=None),
        partial=bool(missing),
        provisional=any(step.provisional for step in steps) or not steps,
        estimated=any(step.estimated for step in steps),
        correcting=any(step.correcting for step in steps),
        note=part.note,  # type: ignore[attr-defined]
        year_to_date=year_to_date,
        years=tuple(years),
        series=tuple(series),
    )


def merged(lists: Iterable[Iterable[Missing]]) -> tuple[Missing, ...]:
    """Every missing input once: by due day, unit, element, period, so that the most overdue comes first."""
    found = {one for several in lists for one in several}
    return tuple(
        sorted(
            found,
            key=lambda one: (
                one.due_on is None,
                one.due_on or date.max,
                one.period.start,
                one.period.end,
                one.element,
                one.unit,
                one.site,
            ),
        )
    )


def unanswered_step(span: Span, pending: Sequence[Missing], threshold: str) -> Step:
    """A stretch in which nothing was due yet."""
    return Step(
        label=span_label(span.start, span.to),
        status=Status.NONE,
        value=None,
        text=value_text(None, 0, ""),
        threshold=threshold,
        formula="",
        start=span.start,
        end=None,
        remark=pending_text(pending),
        pending=tuple(pending),
        provisional=True,
    )


def point(label: str, start: date, end: date, reading: Reading, places: int, unit: str) -> Point:
    """A reading as a point; one that is not wholly known has no value."""
    value = reading.value if reading.complete else None
    return Point(
        label, start, end, value, value_text(value, places, unit), reading.complete, reading.estimated
    )


def history_spans(window: object, plan_year: int) -> tuple[Span, ...]:
    """The three full years before the plan's year (school years for a window of a school year)."""
    years = range(plan_year - YEARS_SHOWN, plan_year)
    if isinstance(window, SchoolYear):
        ends = [(date(year - 1, 9, 1), date(year, 8, 31)) for year in years]
        return tuple(Span(start, end, end, fixed=True) for start, end in ends)
    return tuple(year_span(year) for year in years)


def year_points(
    spans: Iterable[Span], read_span: Callable[[Span], Reading], places: int, unit: str
) -> tuple[Point, ...]:
    """One point for each full year."""
    return tuple(
        point(span_label(span.start, span.close), span.start, span.close, read_span(span), places, unit)
        for span in spans
    )


def to_date_point(
    ledger: Ledger, quantity: Quantity, plan_year: int, as_of: date, places: int, unit: str
) -> Point | None:
    """The plan's year from January to the cut; None while nothing is due."""
    span = to_date_of_year(plan_year, as_of)
    cut = find_cut(ledger, quantity.codes, span) if span.start <= span.to else None
    if cut is None or cut.day is None:
        return None
    reading = read(ledger, quantity, span.start, cut.day)
    return point(span_label(span.start, cut.day), span.start, cut.day, reading, places, unit)


def series_points(
    ledger: Ledger, quantity: Quantity, plan_year: int, as_of: date, places: int, unit: str
) -> tuple[Point, ...]:
    """The values period by period, last year and this, at most 24: what the small line beside a value draws.

    The period is the shortest at which all elements meet (a quarter where one is quarterly).
    """
    end = date(plan_year, 12, 31)
    span = Span(date(plan_year - 1, 1, 1), min(as_of, end), end)
    if span.start > span.to:
        return ()
    days = sorted(set.intersection(*(ledger[code].ends(span) for code in quantity.codes)))
    points: list[Point] = []
    after = span.start
    for day in days:
        start = max(after, min(ledger[code].start_of(day) for code in quantity.codes))
        reading = read(ledger, quantity, start, day)
        if not reading.pending:
            points.append(point(span_label(start, day), start, day, reading, places, unit))
        after = day + timedelta(days=1)
    return tuple(points[-POINTS_SHOWN:])


def expression_text(ledger: Ledger, quantity: Quantity) -> str:
    """The formula in names: （综合利用量 + 处置量） ÷ 产生量 × 100."""

    def side(terms: Sequence[tuple[str, Decimal]]) -> str:
        words = ""
        for position, (code, factor) in enumerate(terms):
            sign = ("−" if factor < 0 else "") if position == 0 else (" − " if factor < 0 else " + ")
            times = "" if abs(factor) == 1 else f" × {format_number(abs(factor))}"
            words += f"{sign}{ledger[code].meta.name}{times}"
        return f"（{words}）" if len(terms) > 1 and quantity.denominator else words

    if not quantity.denominator:
        return side(quantity.numerator)
    scale = "" if quantity.scale == 1 else f" × {format_number(quantity.scale)}"
    return f"{side(quantity.numerator)} ÷ {side(quantity.denominator)}{scale}"


def _remark_of(deciding: Step | None, pending: Sequence[Missing]) -> str:
    if deciding is None:
        return pending_text(pending)
    return deciding.remark or deciding.reason
