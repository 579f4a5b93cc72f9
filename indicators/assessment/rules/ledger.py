"""Accepted figures of one indicator, indexed once and added up by stretch of time.

The rules of adding up (domain.md §3): over time and over units apart; a stock takes the last value over time;
January-to-date figures become amounts by difference; a longer figure stands where months were never kept;
not applicable leaves the sum; what is missing is listed and never counted as zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from .figures import ElementMeta, Expectation, FigureConflict, FigureInput, Inputs
from .windows import Span

__all__ = ["ElementLedger", "Ledger", "Owed", "Total"]

_ONE_DAY = timedelta(days=1)
_LONG_FREQUENCIES = ("year", "term", "survey")


class _Atom(NamedTuple):
    """An amount that belongs to one stretch of days of one cell; None where not applicable."""

    start: date
    end: date
    unit: str
    site: str
    amount: Decimal | None
    figure_id: int
    estimated: bool
    correcting: bool


class Owed(NamedTuple):
    """An expected figure, and whether its due day has passed."""

    start: date
    end: date
    is_due: bool
    expectation: Expectation


@dataclass(slots=True)
class _Bucket:
    """The amounts of all units and sites over exactly the same days."""

    total: Decimal = Decimal(0)
    figure_ids: list[int] = field(default_factory=list)
    estimated: bool = False
    correcting: bool = False


@dataclass(slots=True)
class Total:
    """An element added up over a stretch.

    value: None when nothing was there to add. applicable: False when every answer was “not applicable”.
    unanswered: expectations within the stretch that no figure covers, overdue or not. straddles: some figure
    covers days on both sides of the stretch's edge, so the value is not exactly that of the stretch.
    """

    value: Decimal | None = None
    applicable: bool = True
    unanswered: list[Owed] = field(default_factory=list)
    straddles: bool = False
    estimated: bool = False
    correcting: bool = False
    figure_ids: list[int] = field(default_factory=list)
    lowest_unit: str = ""

    @property
    def missing(self) -> list[Owed]:
        """Unanswered and overdue."""
        return [owed for owed in self.unanswered if owed.is_due]

    @property
    def pending(self) -> list[Owed]:
        """Unanswered, not due yet."""
        return [owed for owed in self.unanswered if not owed.is_due]


class ElementLedger:
    """The figures and expectations of one element; FigureConflict if figures contradict each other."""

    def __init__(self, meta: ElementMeta, figures: Iterable[FigureInput], owed: Iterable[Owed]) -> None:
        self.meta = meta
        self.is_stock = meta.over_time in ("last", "only")
        self.is_long = meta.frequency in _LONG_FREQUENCIES
        self.atoms = sorted(_atoms(meta, figures))
        self.owed = sorted(owed, key=lambda one: one[:2])

    # Index, built once ---------------------------------------------------------------------------------

    @cached_property
    def _buckets(self) -> dict[tuple[date, date], _Bucket]:
        buckets: dict[tuple[date, date], _Bucket] = defaultdict(_Bucket)
        for start, end, _unit, _site, amount, figure_id, estimated, correcting in self.atoms:
            if amount is not None:
                bucket = buckets[start, end]
                bucket.total += amount
                bucket.figure_ids.append(figure_id)
                bucket.estimated |= estimated
                bucket.correcting |= correcting
        return dict(buckets)

    @cached_property
    def _not_applicable(self) -> frozenset[tuple[date, date]]:
        return frozenset((atom.start, atom.end) for atom in self.atoms if atom.amount is None)

    @cached_property
    def _stretches(self) -> tuple[tuple[date, date], ...]:
        return tuple(sorted({*self._buckets, *self._not_applicable}))

    @cached_property
    def _open(self) -> tuple[Owed, ...]:
        """Expectations that no figure answers to the day; a longer or several shorter ones still may."""
        exact = {(atom.start, atom.end, atom.unit, atom.site) for atom in self.atoms}
        found = []
        for owed in self.owed:
            expectation = owed.expectation
            if (owed.start, owed.end, expectation.unit, expectation.site) not in exact:
                found.append(owed)
        return tuple(found)

    @cached_property
    def _due_by_days(self) -> dict[tuple[date, date], bool]:
        due: dict[tuple[date, date], bool] = {}
        for start, end, is_due, _expectation in self.owed:
            due[start, end] = due.get((start, end), True) and is_due
        return due

    @cached_property
    def _open_cells(self) -> dict[tuple[str, str], list[_Atom]]:
        wanted = {(owed.expectation.unit, owed.expectation.site) for owed in self._open}
        cells: dict[tuple[str, str], list[_Atom]] = defaultdict(list)
        for atom in self.atoms:
            if (atom.unit, atom.site) in wanted:
                cells[atom.unit, atom.site].append(atom)
        return cells

    @cached_property
    def _periods(self) -> tuple[tuple[date, date], ...]:
        return tuple(sorted({*self._stretches, *self._due_by_days}))

    @cached_property
    def by_site(self) -> dict[tuple[str, date, date], _Atom]:
        """(site, first day, last day) → the amount there; for elements with one figure for each site and period."""
        return {(atom.site, atom.start, atom.end): atom for atom in self.atoms}

    # Questions -----------------------------------------------------------------------------------------

    def ends(self, span: Span) -> set[date]:
        """Last days of the periods known within the stretch, answered or not.

        A yearly, term or survey figure may be owed before its period is over (an emergency drill by 31 August):
        it counts from its first day on.
        """
        return {
            end
            for start, end in self._periods
            if start >= span.start
            and (
                end <= span.to
                or (self.is_long and start <= span.to and (end <= span.close or span.start == date.min))
            )
        }

    def start_of(self, end: date) -> date:
        """First day of the longest period that ends on that day."""
        return min(start for start, last in self._periods if last == end)

    def units(self, start: date, cut: date) -> set[str]:
        """Units that gave or owe a figure within the days."""
        gave = {atom.unit for atom in self.atoms if start <= atom.start and atom.end <= cut}
        return gave | {o.expectation.unit for o in self.owed if start <= o.start and o.end <= cut}

    def all_due(self, start: date, cut: date) -> bool:
        """True if nothing that is owed within the days has its due day still to come."""
        last = self.last_end(start, cut) if self.is_stock else None
        return all(
            is_due
            for (first, end), is_due in self._due_by_days.items()
            if first >= start and end <= cut and (last is None or end == last)
        )

    def unanswered(self, start: date, cut: date, *, reach_back: bool = False) -> list[Owed]:
        """Expectations within the days that no figure covers. `reach_back`: periods that began earlier count too."""
        return [
            owed
            for owed in self._relevant(self._open, start, cut, reach_back=reach_back)
            if not self._covered(owed, start, cut, reach_back=reach_back)
        ]

    def total(
        self, start: date, cut: date, *, without: frozenset[str] = frozenset(), reach_back: bool = False
    ) -> Total:
        """Add up over the days from start to cut, both included (a stock: its last value up to the cut).

        `without` leaves whole units out. `reach_back` also counts figures whose period began before start.
        """
        result = Total(unanswered=self.unanswered(start, cut, reach_back=reach_back))
        if without:
            result.unanswered = [o for o in result.unanswered if o.expectation.unit not in without]
        last = self.last_end(start, cut) if self.is_stock else None
        inside = [
            (first, end)
            for first, end in self._stretches
            if end <= cut
            and (first >= start or (reach_back and end >= start))
            and (last is None or end == last)
        ]
        result.straddles = not self.is_stock and any(
            first <= cut < end or first < start <= end for first, end in self._stretches
        )
        if self.meta.over_units == "min" or without:
            self._add_by_unit(result, set(inside), without)
        else:
            self._add_buckets(result, inside)
        if result.value is None and any(stretch in self._not_applicable for stretch in inside):
            result.applicable = bool(result.unanswered)
        return result

    def last_end(self, start: date, cut: date) -> date | None:
        """Last day of the last period that ends by the cut, answered or not."""
        return max((end for first, end in self._periods if first >= start and end <= cut), default=None)

    # How -----------------------------------------------------------------------------------------------

    def _relevant(
        self, owed: Iterable[Owed], start: date, cut: date, *, reach_back: bool = False
    ) -> Iterator[Owed]:
        last = self.last_end(start, cut) if self.is_stock else None
        for one in owed:
            if one.start > cut:
                break
            if (
                one.end <= cut
                and (one.start >= start or (reach_back and one.end >= start))
                and (last is None or one.end == last)
            ):
                yield one

    def _covered(self, owed: Owed, start: date, cut: date, *, reach_back: bool) -> bool:
        """Whether figures of the cell that lie within the days cover every day owed."""
        reached = owed.start
        for atom in self._open_cells.get((owed.expectation.unit, owed.expectation.site), ()):
            if atom.end > cut or (atom.start < start and not reach_back):
                continue
            if self.is_stock and atom.end == owed.end:
                return True
            if atom.start <= reached <= atom.end:
                reached = atom.end + _ONE_DAY
                if reached > owed.end:
                    return True
        return False

    def _add_buckets(self, result: Total, inside: list[tuple[date, date]]) -> None:
        for stretch in inside:
            bucket = self._buckets.get(stretch)
            if bucket is not None:
                result.value = bucket.total if result.value is None else result.value + bucket.total
                result.figure_ids.extend(bucket.figure_ids)
                result.estimated |= bucket.estimated
                result.correcting |= bucket.correcting

    def _add_by_unit(self, result: Total, inside: set[tuple[date, date]], without: frozenset[str]) -> None:
        per_unit: dict[str, Decimal] = {}
        for atom in self.atoms:
            if atom.amount is None or atom.unit in without or (atom.start, atom.end) not in inside:
                continue
            per_unit[atom.unit] = per_unit.get(atom.unit, Decimal(0)) + atom.amount
            result.figure_ids.append(atom.figure_id)
            result.estimated |= atom.estimated
            result.correcting |= atom.correcting
        if not per_unit:
            return
        if self.meta.over_units == "min":
            result.lowest_unit = min(per_unit, key=lambda unit: (per_unit[unit], unit))
            result.value = per_unit[result.lowest_unit]
        else:
            result.value = sum(per_unit.values(), Decimal(0))


class Ledger:
    """All elements that a rule reads, as far as their periods began by the as-of day.

    `due_by`: the day by which due dates are held to have passed or not.
    """

    def __init__(self, inputs: Inputs, codes: Iterable[str], as_of: date, due_by: date) -> None:
        self.inputs = inputs
        wanted = set(codes)
        figures: dict[str, list[FigureInput]] = defaultdict(list)
        for figure in inputs.figures:
            if figure.element in wanted and figure.period.start <= as_of:
                figures[figure.element].append(figure)
        owed: dict[str, list[Owed]] = defaultdict(list)
        for expectation in inputs.expectations:
            if expectation.element in wanted and expectation.period.start <= as_of:
                due_on, period = expectation.due_on, expectation.period
                is_due = due_on is not None and due_on <= due_by
                owed[expectation.element].append(Owed(period.start, period.end, is_due, expectation))
        self._elements: dict[str, ElementLedger] = {}
        for code in wanted:
            meta = inputs.elements.get(code)
            if meta is None:
                raise ValueError(f"规则用到的数据要素 {code} 没有定义")
            self._elements[code] = ElementLedger(meta, figures[code], _owed_of(meta, owed[code]))

    def __getitem__(self, code: str) -> ElementLedger:
        return self._elements[code]


def _owed_of(meta: ElementMeta, owed: list[Owed]) -> list[Owed]:
    """January alone is never owed of a monthly January-to-date element: January and February come together."""
    if meta.entry != "cumulative" or meta.frequency != "month":
        return owed
    return [one for one in owed if not (one.start.month == one.end.month == 1)]


def _atoms(meta: ElementMeta, figures: Iterable[FigureInput]) -> Iterator[_Atom]:
    cells: dict[tuple[str, str], list[FigureInput]] = defaultdict(list)
    for figure in figures:
        cells[figure.unit, figure.site].append(figure)
    if meta.over_units == "only":
        _refuse_two_providers(meta, cells)
    for cell in cells.values():
        cell.sort(key=lambda figure: (figure.period.start, figure.period.end))
        yield from _by_difference(meta, cell) if meta.entry == "cumulative" else _as_given(meta, cell)


def _as_given(meta: ElementMeta, cell: list[FigureInput]) -> Iterator[_Atom]:
    previous: date | None = None
    for figure in cell:
        period = figure.period
        if previous is not None and period.start <= previous:
            raise FigureConflict(f"{meta.name}（{meta.code}）{period.label} 与已审定的其他报告期重叠")
        previous = period.end
        yield _atom(figure, period.start, figure.amount)


def _by_difference(meta: ElementMeta, cell: list[FigureInput]) -> Iterator[_Atom]:
    """January-to-date figures become the amount since the figure before, within the year."""
    reached: date | None = None
    so_far = Decimal(0)
    for figure in sorted(cell, key=lambda one: one.period.end):
        end = figure.period.end
        first_of_year = date(end.year, 1, 1)
        if reached is None or reached < first_of_year:
            start, so_far = first_of_year, Decimal(0)
        elif end <= reached:
            raise FigureConflict(f"{meta.name}（{meta.code}）{figure.period.label} 的累计数重复")
        else:
            start = reached + _ONE_DAY
        reached = end
        amount = figure.amount
        yield _atom(figure, start, None if amount is None else amount - so_far)
        so_far = so_far if amount is None else amount


def _atom(figure: FigureInput, start: date, amount: Decimal | None) -> _Atom:
    return _Atom(
        start,
        figure.period.end,
        figure.unit,
        figure.site,
        amount,
        figure.figure_id,
        figure.estimated,
        figure.correcting,
    )


def _refuse_two_providers(meta: ElementMeta, cells: dict[tuple[str, str], list[FigureInput]]) -> None:
    """Two units with a figure of the same days and site; several sites of one unit are no contradiction."""
    seen: set[tuple[str, date, date]] = set()
    for (_, site), cell in cells.items():
        mine = {(site, one.period.start, one.period.end) for one in cell if one.amount is not None}
        if mine & seen:
            twice = next(one for one in cell if (site, one.period.start, one.period.end) in seen)
            raise FigureConflict(
                f"{meta.name}（{meta.code}）{twice.period.label} 有两个单位的数，只应由一个单位填报"
            )
        seen |= mine
