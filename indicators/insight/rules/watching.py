"""The consistency watch: figures that are each possible, and do not fit together. Pure: figures in, hits out.

Relations (parts and totals, counties and city, two units' figures, opening + in − out = closing) are expressions over
element codes; patterns (jumps, repeated values, round numbers) look at one series. A missing figure is never zero: a check
that lacks an input finds nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Context as DecimalContext
from decimal import Decimal, localcontext
from hashlib import sha256
from typing import NamedTuple

from chuangmo.periods import Kind, Period

__all__ = ["Book", "Cell", "Element", "Hit", "Place", "Rule", "Value"]

_ARITHMETIC = DecimalContext(prec=34)


class Place(NamedTuple):
    """Whose figure: the caller's keys of unit and site (site "" = the whole unit)."""

    unit: str
    site: str = ""


@dataclass(frozen=True, slots=True)
class Element:
    """What is measured, and the indicator (its number) under which it is reported."""

    code: str
    name: str
    measure: str
    indicator: int
    precision: int = 2
    entry: str = "period"
    over_time: str = "sum"


@dataclass(frozen=True, slots=True)
class Value:
    """An accepted figure; `amount` 0 for a confirmed zero. Not applicable is left out. `explanation`: given with it.

    `months`: how many months the amount is of (two where January and February come together).
    """

    element: str
    place: Place
    period: Period
    amount: Decimal
    figure_id: int = 0
    explanation: str = ""
    months: int = 1


class Cell(NamedTuple):
    """A figure that a hit concerns."""

    element: str
    place: Place
    period: Period
    amount: Decimal
    figure_id: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A check. `elements`: the only codes that a pattern looks at (empty: all)."""

    code: str
    name: str
    kind: str
    left: str = ""
    op: str = ""
    right: str = ""
    scope: str = "unit"
    tolerance_pct: Decimal = Decimal(0)
    sensitivity: Decimal = Decimal(6)
    min_change_pct: int = 50
    run: int = 4
    elements: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where figures do not fit. `mark` tells it from other hits of the rule in the same place.

    unit "": it concerns the whole city. explained: what the reporter said about the figure already.
    """

    rule: str
    element: str
    unit: str
    period: Period
    text: str
    cells: tuple[Cell, ...]
    mark: str = ""
    explained: str = ""

    @property
    def key(self) -> str:
        """The same for the same rule, place and period, whatever the figures."""
        return _digest(f"{self.rule}|{self.element}|{self.unit}|{self.mark or self.period.code}")

    @property
    def numbers(self) -> str:
        """Digest of the figures: another one means that somebody changed them."""
        return _digest(
            "|".join(
                f"{cell.element}@{cell.place.unit}@{cell.place.site}@{cell.period.code}={cell.amount.normalize():f}"
                for cell in self.cells
            )
        )


@dataclass
class Book:
    """All figures of the elements at hand, by series and by period; amounts of the periods themselves.

    Of a January-to-date element the amounts are the differences within the year. `owed`: who has to give an element for a
    period; without it a city's sum counts as complete when every unit is there that gave one before.
    """

    elements: Mapping[str, Element]
    values: Iterable[Value]
    year: int
    owed: Mapping[tuple[str, str], Collection[Place]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        series: dict[tuple[str, Place], list[Value]] = defaultdict(list)
        for value in self.values:
            series[value.element, value.place].append(value)
        with localcontext(_ARITHMETIC):
            self.series: dict[tuple[str, Place], list[Value]] = {
                key: _own_amounts(self.elements[key[0]], found) for key, found in sorted(series.items())
            }
        self._by_period: dict[str, dict[Period, dict[Place, Value]]] = {}
        for (code, place), found in self.series.items():
            for value in found:
                self._by_period.setdefault(code, {}).setdefault(value.period, {})[place] = value

    def periods(self, code: str, year: int | None = None) -> list[Period]:
        """Periods of the plan's year, or of another, for which anybody gave the element."""
        wanted = self.year if year is None else year
        return sorted(period for period in self._by_period.get(code, {}) if period.end.year == wanted)

    def at(self, code: str, period: Period) -> Mapping[Place, Value]:
        """Everybody's figures of a period."""
        return self._by_period.get(code, {}).get(period, {})

    def of_unit(self, code: str, unit: str, period: Period) -> list[Value]:
        """One unit's figures of a period, all sites; empty unless every site owed is there."""
        found = [value for place, value in self.at(code, period).items() if place.unit == unit]
        owed = {place for place in self.owed.get((code, period.code), ()) if place.unit == unit}
        return found if owed <= {value.place for value in found} else []

    def of_city(self, code: str, period: Period) -> list[Value]:
        """Everybody's figures of a period; empty unless everybody who owes one is there."""
        found = self.at(code, period)
        return list(found.values()) if set(self.owed.get((code, period.code), ())) <= set(found) else []

    def before(self, period: Period) -> Period | None:
        """The period of the same kind just before; None for a single survey."""
        return None if period.kind is Kind.SURVEY else period.previous()


def _own_amounts(element: Element, values: list[Value]) -> list[Value]:
    """Each figure as the amount of its own period; a January-to-date one is that since the figure before."""
    ordered = sorted(values, key=lambda value: (value.period.end, value.period.start))
    if element.entry != "cumulative":
        return [replace(value, months=max(len(value.period.months()), 1)) for value in ordered]
    found: list[Value] = []
    year, month, so_far = 0, 0, Decimal(0)
    for value in ordered:
        end = value.period.end
        if end.year != year:
            year, month, so_far = end.year, 0, Decimal(0)
        found.append(replace(value, amount=value.amount - so_far, months=max(end.month - month, 1)))
        month, so_far = end.month, value.amount
    return found


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def cells_of(values: Sequence[Value]) -> tuple[Cell, ...]:
    """The figures in a stable order."""
    ordered = sorted(values, key=lambda one: (one.element, one.place, one.period.start))
    return tuple(Cell(one.element, one.place, one.period, one.amount, one.figure_id) for one in ordered)


def explanation_of(values: Iterable[Value]) -> str:
    """What reporters said about these figures already."""
    return "；".join(dict.fromkeys(value.explanation for value in values if value.explanation.strip()))
