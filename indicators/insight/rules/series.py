"""From accepted figures to flows by period: what a projection starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from indicators.assessment.rules.ledger import Ledger
from indicators.assessment.rules.reading import Quantity, last_complete_day, read
from indicators.assessment.rules.windows import Span, months_between

from .projecting import Flow

__all__ = ["Flows", "flows_of"]

_YEARS = 3
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Flows:
    """A quantity by period in the plan's year up to `cut` and in whole earlier years; lower None for a sum."""

    cut: date
    upper: Flow
    lower: Flow | None


def flows_of(ledger: Ledger, quantity: Quantity, plan_year: int, as_of: date) -> Flows | None:
    """The flows up to the last period for which everything is accepted.

    None if nothing of the year is complete, or if the quantity holds a stock, which does not add up over time.
    """
    if any(ledger[code].is_stock or ledger[code].is_long for code in quantity.codes):
        return None
    end = date(plan_year, 12, 31)
    span = Span(date(plan_year, 1, 1), min(as_of, end), end)
    cut = last_complete_day(ledger, quantity.codes, span) if span.start <= span.to else None
    if cut is None:
        return None
    so_far = _slots(ledger, quantity, plan_year, cut)
    if so_far is None:
        return None
    ends = [end for end, _, _ in so_far]
    rest = _ends_after(ledger, quantity, cut)
    months = _months([*ends, *rest])
    past = []
    for year in range(plan_year - _YEARS, plan_year):
        slots = _slots(ledger, quantity, year, date(year, 12, 31))
        if slots is not None and _months([end for end, _, _ in slots]) == months:
            past.append(slots)
    has_lower = bool(quantity.denominator)
    return Flows(
        cut,
        Flow(months, tuple(a for _, a, _ in so_far), tuple(tuple(a for _, a, _ in year) for year in past)),
        Flow(months, tuple(b for _, _, b in so_far), tuple(tuple(b for _, _, b in year) for year in past))
        if has_lower
        else None,
    )


_Slot = tuple[date, Decimal, Decimal]


def _slots(ledger: Ledger, quantity: Quantity, year: int, to: date) -> list[_Slot] | None:
    """End, upper and lower of each common period of a year up to a day; None where any is not wholly known."""
    span = Span(date(year, 1, 1), to, date(year, 12, 31))
    days = sorted(set.intersection(*(ledger[code].ends(span) for code in quantity.codes)))
    if not days or days[-1] != to:
        return None
    found, start = [], span.start
    for day in days:
        reading = read(ledger, quantity, start, day)
        if reading.upper is None or not reading.exact or reading.missing or reading.pending:
            return None
        lower = reading.lower if quantity.denominator else Decimal(1)
        if lower is None:
            return None
        found.append((day, reading.upper, lower))
        start = day + _ONE_DAY
    return found


def _ends_after(ledger: Ledger, quantity: Quantity, cut: date) -> list[date]:
    """Ends of the periods still to come, months or quarters as the slowest element has them."""
    step = 3 if any(ledger[code].meta.frequency == "quarter" for code in quantity.codes) else 1
    return [_month_end(cut.year, month) for month in range(cut.month + 1, 13) if month % step == 0]


def _months(ends: Sequence[date]) -> tuple[int, ...]:
    """Months of each period, from its neighbours' ends."""
    found, start = [], date(ends[0].year, 1, 1)
    for end in ends:
        found.append(months_between(start, end))
        start = end + _ONE_DAY
    return tuple(found)


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - _ONE_DAY
