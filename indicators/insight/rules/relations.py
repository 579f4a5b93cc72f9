"""Relations between figures, over units, over the city, or over the year so far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from operator import ge, le

from chuangmo.periods import Period
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

from .watching import Book, Hit, Rule, Value, cells_of, explanation_of

__all__ = ["codes_read", "relation_hits"]

UNIT, CITY, YEAR = "unit", "city", "year"
CELLS_KEPT = 60
_SAYS = {"=": "应当相等", "<=": "不应大于后者", ">=": "不应小于后者"}


def codes_read(rule: Rule) -> set[str]:
    """Element codes of both sides. ValueError (Chinese text) where a side can't be read."""
    return {code.name for code in _codes(rule)}


def relation_hits(rule: Rule, book: Book) -> list[Hit]:
    """Every unit and period (or every period of the city) for which the relation does not hold."""
    if not codes_read(rule) <= set(book.elements):
        return []
    first = next(code.name for code in _codes(rule) if not code.previous)
    gathered = {UNIT: _by_unit, CITY: _by_city, YEAR: _by_year}[rule.scope]
    return [
        hit
        for unit, period, now, before in gathered(rule, book, first)
        if (hit := _judged(rule, book, first, unit, period, now, before)) is not None
    ]


_Group = dict[str, list[Value]]
_Found = Iterator[tuple[str, Period, _Group, _Group]]


def _codes(rule: Rule) -> tuple[Code, ...]:
    left, right = parse_expression(rule.left), parse_expression(rule.right)
    return tuple(dict.fromkeys(codes_of(left) + codes_of(right)))


def _by_unit(rule: Rule, book: Book, first: str) -> _Found:
    codes = _codes(rule)
    for period in book.periods(first):
        before = book.before(period)
        for unit in sorted({place.unit for place in book.at(first, period)}):
            now = {code.name: book.of_unit(code.name, unit, period) for code in codes if not code.previous}
            earlier = (
                {code.name: book.of_unit(code.name, unit, before) for code in codes if code.previous}
                if before is not None
                else {}
            )
            yield unit, period, now, earlier


def _by_city(rule: Rule, book: Book, first: str) -> _Found:
    codes = _codes(rule)
    for period in book.periods(first):
        before = book.before(period)
        now = {code.name: book.of_city(code.name, period) for code in codes if not code.previous}
        earlier = (
            {code.name: book.of_city(code.name, before) for code in codes if code.previous}
            if before is not None
            else {}
        )
        yield "", period, now, earlier


def _by_year(rule: Rule, book: Book, first: str) -> _Found:
    """January to date, as far as every element has all its periods; only the newest such day is judged.

    Of the year before where this year has none yet: what is published once a year comes after its end.
    """
    codes = [code.name for code in _codes(rule)]
    for number in (book.year, book.year - 1):
        ends = [set(_complete_until(book, code, number)) for code in codes]
        common = sorted(set.intersection(*ends)) if ends else []
        if common:
            yield _to_date(book, codes, first, common[-1])
            return


def _to_date(book: Book, codes: Sequence[str], first: str, end: date) -> tuple[str, Period, _Group, _Group]:
    last = next(period for period in reversed(book.periods(first, end.year)) if period.end == end)
    now = {
        code: [
            value
            for period in book.periods(code, end.year)
            if period.end <= end
            for value in book.at(code, period).values()
        ]
        for code in codes
    }
    return "", last, now, {}


def _complete_until(book: Book, code: str, year: int) -> dict[date, Period]:
    """Ends of a year's periods through which nothing is missing."""
    to_date = book.elements[code].entry == "cumulative"  # each figure reaches back to the one before
    found: dict[date, Period] = {}
    expected = date(year, 1, 1)
    for period in book.periods(code, year):
        if not book.of_city(code, period) or not (to_date or period.start == expected):
            break
        found[period.end] = period
        expected = period.end + timedelta(days=1)
    return found


def _judged(
    rule: Rule, book: Book, first: str, unit: str, period: Period, now: _Group, before: _Group
) -> Hit | None:
    left, right = parse_expression(rule.left), parse_expression(rule.right)
    values, earlier = _sums(now), _sums(before)
    found_left, found_right = evaluate(left, values, earlier), evaluate(right, values, earlier)
    if found_left is None or found_right is None or _holds(rule, found_left, found_right):
        return None
    concerned = [value for group in (now, before) for several in group.values() for value in several]
    return Hit(
        rule=rule.code,
        element=first,
        unit=unit,
        period=period,
        text=_text(rule, book, left, right, found_left, found_right, first, period),
        cells=cells_of(concerned)[:CELLS_KEPT],
        mark=f"{period.end.year}" if rule.scope == YEAR else "",
        explained=explanation_of(value for several in now.values() for value in several),
    )


def _sums(group: _Group) -> dict[str, Decimal | None]:
    return {
        code: sum((value.amount for value in values), Decimal(0)) if values else None
        for code, values in group.items()
    }


def _holds(rule: Rule, left: Decimal, right: Decimal) -> bool:
    slack = max(abs(left), abs(right)) * rule.tolerance_pct / 100
    if rule.op == "=":
        return abs(left - right) <= slack
    return le(left, right + slack) if rule.op == "<=" else ge(left, right - slack)


def _text(
    rule: Rule,
    book: Book,
    left: Expression,
    right: Expression,
    found_left: Decimal,
    found_right: Decimal,
    first: str,
    period: Period,
) -> str:
    """本期A（120）与B＋C（100）应当相等，相差 20 t（16.7%，允许 1%）."""
    names = {code: element.name for code, element in book.elements.items()}
    gap = abs(found_left - found_right)
    largest = max(abs(found_left), abs(found_right))
    share = f"{format_number(gap / largest * 100, 1)}%" if largest else ""
    allowed = f"，允许 {format_number(rule.tolerance_pct)}%" if rule.tolerance_pct else ""
    measure = book.elements[first].measure
    of_year = "全市本年累计" if period.end.year == book.year else f"全市{period.end.year}年累计"
    head = of_year if rule.scope == YEAR else "全市" if rule.scope == CITY else ""
    return (
        f"{head}{_side(left, found_left, names)}与{_side(right, found_right, names)}{_SAYS[rule.op]}，"
        f"相差 {_number(gap)} {measure}（{share}{allowed}）"
    )


def _side(expression: Expression, value: Decimal, names: dict[str, str]) -> str:
    if isinstance(expression, Number):
        return f" {_number(value)} "
    return f"“{in_words(expression, names)}”（{_number(value)}）"


def _number(value: Decimal) -> str:
    exact: Sequence[int] | int = value.normalize().as_tuple().exponent  # type: ignore[assignment]
    return format_number(value if isinstance(exact, int) and exact >= -6 else round_half_even(value, 6))
