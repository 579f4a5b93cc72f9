"""The figure of any element, reporter and period, from the table of magnitudes; everything adds up over months.

A quarter is the sum (or the last) of its rounded months, a year that of its months, a January-to-date figure the sum
since January: so what is reported by month, by quarter and by year never contradicts itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from chuangmo.periods import Kind, Period, month, periods_between, quarter, term, year

from .levels import LEVELS, NOT_APPLICABLE, OUTLIERS, jump, planted

__all__ = ["HISTORY_YEARS", "Element", "Figures", "history_periods"]

HISTORY_YEARS = (2014, 2015, 2016)
_BY_MONTH = 2016  # the first year of which months and quarters were kept
_FALLS_FROM = 2013  # “3 falls” needs four annual values
_ONE_FIGURE = (Kind.YEAR, Kind.TERM, Kind.SURVEY)


@dataclass(frozen=True, slots=True)
class Element:
    """What the table needs to know of a data element."""

    code: str
    frequency: str
    precision: int
    over_time: str
    cumulative: bool = False

    @property
    def is_stock(self) -> bool:
        return self.over_time != "sum"


class Figures:
    """Figures by element code and reporter (short name of a unit, or code of a site)."""

    def __init__(self, elements: Mapping[str, Element]) -> None:
        self._elements = elements
        self._months: dict[tuple[str, str, int, int], Decimal] = {}

    def known(self, code: str) -> bool:
        return code in LEVELS and code in self._elements

    def element(self, code: str) -> Element:
        return self._elements[code]

    def reporters(self, code: str) -> tuple[str, ...]:
        """Who has figures of this element; nobody for one that the table doesn't know."""
        return LEVELS[code].reporters if self.known(code) else ()

    def of(self, code: str, who: str, period: Period) -> Decimal | None:
        """The figure to report; None where there is none (January alone of a January-to-date element by month)."""
        if not self.known(code) or who not in LEVELS[code].reporters:
            return None
        element = self._elements[code]
        if (
            element.cumulative
            and element.frequency == Kind.MONTH
            and period.months() == (month(period.start.year, 1),)
        ):
            return None
        if element.frequency in _ONE_FIGURE or element.is_stock:
            return self._month(code, who, period.end.year, period.end.month)
        start = date(period.end.year, 1, 1) if element.cumulative else period.start
        months = periods_between(Kind.MONTH, start, period.end)
        return sum((self._month(code, who, one.start.year, one.start.month) for one in months), Decimal(0))

    def not_applicable(self, code: str, who: str, period: Period) -> str:
        """Why the element does not apply to the reporter; nothing where it does."""
        return NOT_APPLICABLE.get((code, who, period.end.year), "")

    def explanation(self, code: str, who: str, period: Period) -> str:
        """The reporter's words on a month that leaps, else nothing."""
        outlier = OUTLIERS.get((code, who, period.end.year, period.end.month))
        return outlier[1] if outlier else ""

    def _month(self, code: str, who: str, year_number: int, month_number: int) -> Decimal:
        key = (code, who, year_number, month_number)
        if key not in self._months:
            shape, element = LEVELS[code], self._elements[code]
            plain = shape.at(code, who, year_number, month_number, self._month) * jump(*key)
            plain = planted(*key, plain)
            step = Decimal(1).scaleb(-element.precision)
            self._months[key] = plain.quantize(step, rounding=ROUND_HALF_EVEN)
        return self._months[key]


def history_periods(element: Element) -> Iterator[Period]:
    """The periods before the plan's year of which there are figures: years first, months and quarters of 2016."""
    kind = element.frequency
    shape = LEVELS[element.code]
    years = getattr(shape, "totals", None) or getattr(shape, "years", None)
    if years and _FALLS_FROM in years:
        yield year(_FALLS_FROM)
    for number in HISTORY_YEARS:
        if kind == Kind.TERM:
            yield from (term(number - 1, 1), term(number - 1, 2))
        elif kind == Kind.YEAR:
            if years is None or number in years:
                yield year(number)
        elif number < _BY_MONTH:
            yield year(number)
        elif kind == Kind.QUARTER:
            yield from (quarter(number, n) for n in range(1, 5))
        else:
            yield from (month(number, n) for n in range(1, 13))
