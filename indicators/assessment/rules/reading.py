"""An amount or a ratio over a stretch of time, with its formula in numbers and what is missing from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from chuangmo.periods import year
from indicators.standards.rounding import format_number

from .expressions import Term, parse_expression
from .ledger import ElementLedger, Ledger, Owed, Total
from .results import Missing
from .windows import Span

__all__ = ["Cut", "Quantity", "Reading", "find_cut", "last_complete_day", "missing_of", "read"]

# Due rules whose day is not known until somebody names it: without an expectation nothing is overdue.
_UNDATED = ("publication", "event")


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is read: a sum of elements, or one sum over another × scale. `unit` is the result's unit."""

    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...] = ()
    scale: Decimal = Decimal(1)
    unit: str = ""

    @classmethod
    def of(
        cls, numerator: str, denominator: str | None = None, scale: Decimal = Decimal(1), unit: str = ""
    ) -> Quantity:
        """From the expressions of a rule."""
        return cls(
            parse_expression(numerator), parse_expression(denominator) if denominator else (), scale, unit
        )

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the elements, numerator first, each once."""
        return tuple(dict.fromkeys(term.code for term in (*self.numerator, *self.denominator)))


@dataclass(slots=True)
class Reading:
    """What a quantity came to. value None: it could not be computed; `reason` says why in Chinese.

    applicable False: every answer to something the quantity needs was “not applicable”. exact False: figures
    straddle the edge of the stretch. upper, lower: the two sums of a ratio (or the sum, and None).
    """

    value: Decimal | None = None
    upper: Decimal | None = None
    lower: Decimal | None = None
    formula: str = ""
    reason: str = ""
    applicable: bool = True
    exact: bool = True
    missing: list[Missing] = field(default_factory=list)
    pending: list[Missing] = field(default_factory=list)
    left_out: tuple[str, ...] = ()
    lowest_unit: str = ""
    estimated: bool = False
    correcting: bool = False
    figure_ids: list[int] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """A value that stands on everything that was expected."""
        return self.value is not None and not self.missing and not self.pending


@dataclass(frozen=True, slots=True)
class Cut:
    """How far a stretch can be judged. day None: nothing was due and nothing is complete.

    pending: what will be due first, for the words beside 未到期.
    """

    day: date | None
    pending: tuple[Missing, ...] = ()


def find_cut(ledger: Ledger, codes: Sequence[str], span: Span, *, reach_back: bool = False) -> Cut:
    """The last period for which every element is accepted, or overdue and missing (domain.md §3, 两边取到同一期).

    A fixed span is judged whole. Otherwise the days on which periods of all elements end are candidates: the
    last one through which everything is answered, or, if later, the last one through which everything is due.
    What is due beyond the slowest element's cut does not hold the verdict up.
    """
    if span.fixed:
        return Cut(span.close)
    elements = [ledger[code] for code in codes]
    for day in _candidates(elements, span):
        all_due = all(one.all_due(span.start, day) for one in elements)
        if all_due or _answered(elements, span.start, day, reach_back=reach_back):
            return Cut(day)
    waiting = [owed for one in elements for owed in one.owed if owed.start >= span.start and not owed.is_due]
    return Cut(None, tuple(_earliest(ledger, waiting)))


def last_complete_day(ledger: Ledger, codes: Sequence[str], span: Span) -> date | None:
    """The last day through which every element is accepted; None if there is none."""
    elements = [ledger[code] for code in codes]
    return next((day for day in _candidates(elements, span) if _answered(elements, span.start, day)), None)


def read(ledger: Ledger, quantity: Quantity, start: date, cut: date, *, reach_back: bool = False) -> Reading:
    """Add both sides up over the days from start to cut.

    With some unit's figures missing, a ratio whose sides are reported by the same units is that of the other
    units (partial); if the sides come from different units it has no value, since leaving the missing ones out
    of one side only would count them as zero. A plain sum is that of what was reported.
    """
    totals = {code: ledger[code].total(start, cut, reach_back=reach_back) for code in quantity.codes}
    reading = Reading()
    for code, total in totals.items():
        _note_gaps(ledger, reading, ledger[code], total, cut)
    if quantity.denominator and (reading.missing or reading.pending):
        without = _comparable_without(ledger, quantity.codes, totals, start, cut)
        if without is None:
            reading.reason = "有数据未报，分子、分母填报单位不同，暂不计算"
            _note_sources(reading, totals.values())
            return reading
        reading.left_out = tuple(sorted(without))
        totals = {code: ledger[code].total(start, cut, without=without) for code in quantity.codes}
    _note_sources(reading, totals.values())
    reading.exact = not any(total.straddles for total in totals.values())
    _compute(ledger, quantity, totals, reading)
    return reading


def missing_of(ledger: Ledger, owed: Iterable[Owed]) -> list[Missing]:
    """What is owed, in words."""
    found = []
    for one in owed:
        expectation = one.expectation
        found.append(
            Missing(
                unit=expectation.unit,
                unit_name=ledger.inputs.unit_name(expectation.unit),
                element=expectation.element,
                element_name=ledger[expectation.element].meta.name,
                period=expectation.period,
                due_on=expectation.due_on,
                site=expectation.site,
                site_name=ledger.inputs.site_names.get(expectation.site, expectation.site),
            )
        )
    return found


# Cuts -------------------------------------------------------------------------------------------------


def _candidates(elements: Sequence[ElementLedger], span: Span) -> list[date]:
    """Days on which periods of all flows end, the last first (of all stocks, where there are no flows)."""
    flows = [one for one in elements if not one.is_stock] or elements
    known = [one.ends(span) for one in flows]
    days = set.intersection(*known)
    if not days and (flows[0].is_stock or not all(known)):
        days = set.union(*known)
    return sorted(days, reverse=True)


def _answered(elements: Sequence[ElementLedger], start: date, day: date, *, reach_back: bool = False) -> bool:
    return all(
        one.last_end(start, day) is not None and not one.unanswered(start, day, reach_back=reach_back)
        for one in elements
    )


# Gaps -------------------------------------------------------------------------------------------------


def _note_gaps(ledger: Ledger, reading: Reading, element: ElementLedger, total: Total, cut: date) -> None:
    reading.missing.extend(missing_of(ledger, total.missing))
    reading.pending.extend(missing_of(ledger, total.pending))
    if total.value is None and total.applicable and not total.unanswered:
        gap = _gap(element, cut)
        (reading.pending if element.meta.due in _UNDATED else reading.missing).append(gap)


def _gap(element: ElementLedger, cut: date) -> Missing:
    """Nobody gave it and nobody owes it: still missing, and nobody to ask is part of the message."""
    return Missing("", "未落实填报单位", element.meta.code, element.meta.name, year(cut.year), None)


def _earliest(ledger: Ledger, waiting: list[Owed]) -> list[Missing]:
    dated = [owed for owed in waiting if owed.expectation.due_on is not None]
    first = min((owed.expectation.due_on for owed in dated if owed.expectation.due_on), default=None)
    chosen = [owed for owed in dated if owed.expectation.due_on == first] or waiting[:1]
    return missing_of(ledger, chosen)


def _comparable_without(
    ledger: Ledger, codes: Sequence[str], totals: dict[str, Total], start: date, cut: date
) -> frozenset[str] | None:
    """The units to leave out of both sides, or None if the sides come from different units."""
    units = [ledger[code].units(start, cut) for code in codes]
    if any(ledger[code].meta.over_units != "sum" for code in codes) or any(one != units[0] for one in units):
        return None
    out = {owed.expectation.unit for total in totals.values() for owed in total.unanswered}
    return frozenset(out) if units[0] - out else None


def _note_sources(reading: Reading, totals: Iterable[Total]) -> None:
    for total in totals:
        reading.figure_ids.extend(total.figure_ids)
        reading.estimated |= total.estimated
        reading.correcting |= total.correcting
        reading.lowest_unit = reading.lowest_unit or total.lowest_unit


# Arithmetic -------------------------------------------------------------------------------------------


def _compute(ledger: Ledger, quantity: Quantity, totals: dict[str, Total], reading: Reading) -> None:
    reading.upper = _sum(quantity.numerator, totals)
    upper_text = _side(ledger, quantity.numerator, totals)
    if not quantity.denominator:
        reading.applicable = any(totals[term.code].applicable for term in quantity.numerator)
        reading.value = reading.upper
        reading.formula = upper_text
        return
    reading.lower = _sum(quantity.denominator, totals)
    reading.applicable = any(totals[term.code].applicable for term in quantity.denominator)
    scale = "" if quantity.scale == 1 else f" × {format_number(quantity.scale)}"
    lower_text = _side(ledger, quantity.denominator, totals)
    reading.formula = (
        f"{_group(upper_text, quantity.numerator)} ÷ {_group(lower_text, quantity.denominator)}{scale}"
    )
    if not reading.applicable or reading.upper is None or reading.lower is None:
        return
    if reading.lower == 0:
        names = "、".join(ledger[term.code].meta.name for term in quantity.denominator)
        reading.reason = f"分母为 0（{names}），无法计算"
        return
    reading.value = reading.upper * quantity.scale / reading.lower


def _sum(terms: tuple[Term, ...], totals: dict[str, Total]) -> Decimal | None:
    """Σ factor × total. Not applicable leaves the sum; anything not known leaves the whole unknown."""
    known = Decimal(0)
    for code, factor in terms:
        total = totals[code]
        if total.value is None:
            if total.applicable:
                return None
            continue
        known += factor * total.value
    return known


def _side(ledger: Ledger, terms: tuple[Term, ...], totals: dict[str, Total]) -> str:
    words = ""
    for position, (code, factor) in enumerate(terms):
        meta, value = ledger[code].meta, totals[code].value
        amount = (
            "—"
            if value is None
            else f"{format_number(value, max(meta.precision, _places(value)))} {meta.measure}"
        )
        times = "" if abs(factor) == 1 else f" × {format_number(abs(factor))}"
        sign = ("−" if factor < 0 else "") if position == 0 else (" − " if factor < 0 else " + ")
        words += f"{sign}{meta.name} {amount}{times}"
    return words


def _places(value: Decimal) -> int:
    """Decimals that the value really has, so that a formula never shows a rounded input."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _group(text: str, terms: tuple[Term, ...]) -> str:
    return f"（{text}）" if len(terms) > 1 else text
