"""Checks of a report's figures: what is refused and what has to be explained.

Source: domain.md §6: `hard` checks (强制性) refuse: negative amounts, relations of that level; `explain` checks (核实性):
outside the usual range, moved by more than 30 % against the period before, a relation of that level: a written
explanation, then it passes. Relations are rows of relations.csv. A missing figure is never a zero: a check that
lacks an input finds nothing.

Pure: plain values in, findings out. For an element entered as January-to-date the caller passes the derived
figures of the periods, not the totals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from operator import eq, ge, gt, le, lt
from typing import NamedTuple

from chuangmo.periods import Kind
from indicators.standards.expressions import (
    Code,
    Expression,
    Number,
    codes_of,
    evaluate,
    in_words,
    parse_expression,
)
from indicators.standards.rounding import format_number, round_half_even

__all__ = [
    "CellRef",
    "CheckedCell",
    "Finding",
    "FindingKind",
    "Level",
    "Relation",
    "Scope",
    "change_check",
    "check_cell",
    "check_report",
    "evaluate_relation",
    "negative_check",
    "range_check",
    "unresolved",
]

CHANGE_LIMIT_PCT = 30


class Level(StrEnum):
    """HARD refuses the submission, EXPLAIN asks for a written explanation."""

    HARD = "hard"
    EXPLAIN = "explain"


class Scope(StrEnum):
    """What a relation is asked of: one report, each site of a report, or the city's sums of the year to date."""

    REPORT = "report"
    SITE = "site"
    CITY = "city year to date"


class FindingKind(StrEnum):
    """Which check found it."""

    NEGATIVE = "negative"
    RANGE = "range"
    CHANGE = "change"
    RELATION = "relation"


class CellRef(NamedTuple):
    """A cell of a report: element code and site (the caller's own key; None where there are no sites)."""

    code: str
    site: int | str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong or doubtful, with the cells it concerns; the first is where it is shown first.

    message: a Chinese sentence with the numbers in it. rule: the relation's text, else "".
    """

    level: Level
    kind: FindingKind
    cells: tuple[CellRef, ...]
    message: str
    rule: str = ""

    @property
    def key(self) -> str:
        """The same for the same check on the same cells, whatever the figures."""
        where = ",".join(
            cell.code if cell.site is None else f"{cell.code}@{cell.site}" for cell in self.cells
        )
        return "|".join((self.kind, self.rule, where))


# Words -------------------------------------------------------------------------------------------------

_THIS = {
    Kind.MONTH: "本月",
    Kind.QUARTER: "本季",
    Kind.YEAR: "本年",
    Kind.TERM: "本学期",
    Kind.SURVEY: "本次",
}
_BEFORE = {
    Kind.MONTH: "上月",
    Kind.QUARTER: "上季",
    Kind.YEAR: "上年",
    Kind.TERM: "上学期",
    Kind.SURVEY: "上次",
}


def _number(value: Decimal) -> str:
    return format_number(value if -int(value.as_tuple().exponent) <= 6 else round_half_even(value, 6))


# One cell ----------------------------------------------------------------------------------------------


def negative_check(value: Decimal | None, cell: CellRef) -> Finding | None:
    """HARD if the amount is below zero (domain.md §6)."""
    if value is None or value >= 0:
        return None
    return Finding(Level.HARD, FindingKind.NEGATIVE, (cell,), f"不能为负数（现为 {_number(value)}）")


def range_check(
    value: Decimal | None, low: Decimal | None, high: Decimal | None, cell: CellRef, *, measure: str = ""
) -> Finding | None:
    """EXPLAIN if the value lies outside low … high (both still inside; None = open on that side)."""
    if value is None or not ((low is not None and value < low) or (high is not None and value > high)):
        return None
    unit = f" {measure}" if measure else ""
    if low is not None and high is not None:
        usual = f"{_number(low)} 至 {_number(high)}{unit}"
    else:
        bound = f"不小于 {_number(low)}" if low is not None else f"不大于 {_number(high or Decimal(0))}"
        usual = f"{bound}{unit}"
    return Finding(
        Level.EXPLAIN,
        FindingKind.RANGE,
        (cell,),
        f"{_number(value)} 超出常见范围（{usual}），请核对或说明原因",
    )


def change_check(
    current: Decimal | None,
    previous: Decimal | None,
    cell: CellRef,
    *,
    limit_pct: Decimal | int = CHANGE_LIMIT_PCT,
    period_kind: Kind = Kind.MONTH,
) -> Finding | None:
    """EXPLAIN if the figure moved by more than `limit_pct` per cent of the period before (domain.md §6).

    From zero to anything else counts as moved: no percentage would cover it.
    """
    if current is None or previous is None or current == previous:
        return None
    this, before = _THIS[period_kind], _BEFORE[period_kind]
    if previous.is_zero():
        message = f"{before}为 0，{this}为 {_number(current)}，请核对或说明原因"
        return Finding(Level.EXPLAIN, FindingKind.CHANGE, (cell,), message)
    moved, base = abs(current - previous) * 100, abs(previous)
    if moved <= base * Decimal(limit_pct):
        return None
    direction = "高" if current > previous else "低"
    message = (
        f"比{before}{direction} {_per_cent(moved / base, Decimal(limit_pct))}%"
        f"（{this} {_number(current)}，{before} {_number(previous)}），请核对或说明原因"
    )
    return Finding(Level.EXPLAIN, FindingKind.CHANGE, (cell,), message)


def _per_cent(share: Decimal, limit: Decimal) -> str:
    """The percentage in as few decimals as still show it above the limit."""
    for places in range(7):
        if round_half_even(share, places) > limit:
            return format_number(share, places)
    return format_number(share, 7)


# Relations ---------------------------------------------------------------------------------------------

_COMPARISONS = {"<=": le, "<": lt, ">=": ge, ">": gt, "=": eq}
_MUST = {
    "<=": "不能大于",
    "<": "应小于",
    ">=": "不能小于",
    ">": "应大于",
    "=": "应等于",
}
_IS = {"<=": "大于", "<": "不小于", ">=": "小于", ">": "不大于", "=": "不等于"}


@dataclass(frozen=True, slots=True)
class Relation:
    """What must hold between figures, as a row of relations.csv says it.

    left, right: expressions (`indicators.standards.expressions`). op: <= < >= > =. ValueError (Chinese text) if any
    part can't be read, or if it reads no element at all.
    """

    left: str
    op: str
    right: str
    level: Level
    scope: Scope = Scope.REPORT

    def __post_init__(self) -> None:
        if self.op not in _COMPARISONS:
            raise ValueError(f"“{self.op}”不是有效的关系，应为 {' '.join(_COMPARISONS)} 之一")
        for field, kind, name in (("level", Level, "级别"), ("scope", Scope, "范围")):
            try:
                object.__setattr__(self, field, kind(getattr(self, field)))
            except ValueError:
                raise ValueError(f"“{getattr(self, field)}”不是有效的核对{name}") from None
        if not self.codes:
            raise ValueError(f"核对关系“{self}”没有用到任何数据项")

    def __str__(self) -> str:
        return f"{self.left} {self.op} {self.right}"

    @property
    def sides(self) -> tuple[Expression, Expression]:
        """Both sides, read."""
        return parse_expression(self.left), parse_expression(self.right)

    @property
    def codes(self) -> tuple[Code, ...]:
        """The codes read on both sides, each once, in the order in which they stand."""
        left, right = self.sides
        return tuple(dict.fromkeys(codes_of(left) + codes_of(right)))


def evaluate_relation(
    relation: Relation,
    values: Mapping[str, Decimal | None],
    previous: Mapping[str, Decimal | None] | None = None,
    *,
    names: Mapping[str, str] | None = None,
    cells: Sequence[CellRef] | None = None,
    period_kind: Kind = Kind.MONTH,
) -> Finding | None:
    """The finding if the relation does not hold; None if it holds or an input is missing (never taken as zero).

    values, previous: figures of the period and of the one before, by element code. names: element names for the
    message. cells: the cells concerned, where they are more than one for each code of the period itself.
    """
    left, right = relation.sides
    found_left, found_right = evaluate(left, values, previous), evaluate(right, values, previous)
    if found_left is None or found_right is None:
        return None
    if _COMPARISONS[relation.op](found_left, found_right):
        return None
    named = names or {}
    before = _BEFORE[period_kind]
    sides = [_side(left, found_left, named, before), _side(right, found_right, named, before)]
    if relation.level is Level.HARD:
        message = f"{sides[0]}{_MUST[relation.op]}{sides[1]}"
    else:
        message = f"{sides[0]}{_IS[relation.op]}{sides[1]}，请核对或说明原因"
    concerned = (
        tuple(cells)
        if cells is not None
        else tuple(dict.fromkeys(CellRef(code.name) for code in relation.codes if not code.previous))
    )
    return Finding(relation.level, FindingKind.RELATION, concerned, message, str(relation))


def _side(expression: Expression, value: Decimal, names: Mapping[str, str], before: str) -> str:
    """One side in words with its value behind it; a plain number is said once."""
    if isinstance(expression, Number):
        return f" {_number(value)}"
    return f"{in_words(expression, names, before)}（{_number(value)}）"


# A whole report ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CheckedCell:
    """One cell with everything that its checks need; None where there is no such figure or no such check.

    value: this period's figure, 0 for a confirmed zero. previous: the last period's. low, high: the usual range.
    change_limit_pct: per cent of change that needs words; None switches the check off (as for 是否 elements).
    """

    ref: CellRef
    name: str
    value: Decimal | None
    previous: Decimal | None = None
    measure: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    negative_allowed: bool = False
    change_limit_pct: Decimal | int | None = CHANGE_LIMIT_PCT


def check_cell(cell: CheckedCell, period_kind: Kind = Kind.MONTH) -> list[Finding]:
    """All findings of one cell alone; a negative amount is reported as that only."""
    if not cell.negative_allowed and (negative := negative_check(cell.value, cell.ref)):
        return [negative]
    found = [range_check(cell.value, cell.low, cell.high, cell.ref, measure=cell.measure)]
    if cell.change_limit_pct is not None:
        found.append(
            change_check(
                cell.value, cell.previous, cell.ref, limit_pct=cell.change_limit_pct, period_kind=period_kind
            )
        )
    return [finding for finding in found if finding is not None]


def check_report(
    cells: Sequence[CheckedCell], relations: Iterable[Relation], period_kind: Kind = Kind.MONTH
) -> list[Finding]:
    """All findings of one report: each cell alone, then its relations of scope REPORT and SITE (CITY is not its own).

    A relation of scope REPORT takes the sum over an element's sites, missing if any site is missing. A relation that
    reads an element which the report doesn't have finds nothing.
    """
    found = [finding for cell in cells for finding in check_cell(cell, period_kind)]
    names = {cell.ref.code: cell.name for cell in cells}
    sites = list(dict.fromkeys(cell.ref.site for cell in cells))
    for relation in relations:
        if relation.scope is Scope.CITY:
            continue
        groups = [cells] if relation.scope is Scope.REPORT else [_of_site(cells, site) for site in sites]
        found.extend(
            finding for group in groups if (finding := _relation_in(relation, group, names, period_kind))
        )
    return found


def _of_site(cells: Sequence[CheckedCell], site: int | str | None) -> list[CheckedCell]:
    return [cell for cell in cells if cell.ref.site == site]


def _relation_in(
    relation: Relation, cells: Sequence[CheckedCell], names: Mapping[str, str], period_kind: Kind
) -> Finding | None:
    own = {code.name for code in relation.codes if not code.previous}
    return evaluate_relation(
        relation,
        _sums((cell.ref.code, cell.value) for cell in cells),
        _sums((cell.ref.code, cell.previous) for cell in cells),
        names=names,
        cells=[cell.ref for cell in cells if cell.ref.code in own],
        period_kind=period_kind,
    )


def _sums(figures: Iterable[tuple[str, Decimal | None]]) -> dict[str, Decimal | None]:
    """Sums by code; a code with any figure missing is missing."""
    sums: dict[str, Decimal | None] = {}
    for code, value in figures:
        so_far = sums.get(code, Decimal(0))
        sums[code] = None if so_far is None or value is None else so_far + value
    return sums


def unresolved(findings: Iterable[Finding], explanations: Mapping[CellRef, str]) -> list[Finding]:
    """The findings that stand in the way of a submission.

    Every HARD one; an EXPLAIN one unless a cell that it concerns carries an explanation that is not blank.
    """
    return [
        finding
        for finding in findings
        if finding.level is Level.HARD
        or not any(explanations.get(cell, "").strip() for cell in finding.cells)
    ]
