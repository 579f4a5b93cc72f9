"""Small arithmetic over element codes, as relations between figures are written in.

    i19.used + i19.disposed
    i16.gas * 13.3 + i16.clean_other
    previous i20.hazardous_stock + i20.hazardous_produced - i20.hazardous_handled

Grammar: numbers, codes (letters, digits, underscores, dots: `i20.hazardous_stock`), `previous CODE` (the same
element one period earlier), + - * / with the usual precedence, a leading minus, parentheses. Nothing else: the text
comes from an editable table, so it is read by this parser and never handed to Python's own.

A missing input makes the whole expression missing; it is never taken as zero (domain.md §3).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache
from typing import NamedTuple

from indicators.standards.rounding import format_number

__all__ = [
    "Code",
    "Expression",
    "Negated",
    "Number",
    "Operation",
    "codes_of",
    "evaluate",
    "in_words",
    "parse_expression",
]

MAX_TEXT = 500
MAX_DEPTH = 30
PREVIOUS = "previous"
# Wide enough that sums and products of Decimal(20, 6) are exact; only a quotient is ever rounded.
_CONTEXT = Context(prec=80)


@dataclass(frozen=True, slots=True)
class Number:
    """A number written in the expression."""

    value: Decimal


class Code(NamedTuple):
    """An element's figure: of the period itself, or of the period before."""

    name: str
    previous: bool = False

    def __str__(self) -> str:
        return f"{PREVIOUS} {self.name}" if self.previous else self.name


@dataclass(frozen=True, slots=True)
class Negated:
    """A leading minus."""

    of: Expression


@dataclass(frozen=True, slots=True)
class Operation:
    """left + - * / right."""

    sign: str
    left: Expression
    right: Expression


Expression = Number | Code | Negated | Operation

# Reading ----------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*)|(?P<sign>[-+*/()]))"
)


class _Tokens:
    """The tokens of one text, read one after the other."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.items = list(self._split(text))
        self.at = 0

    def _split(self, text: str) -> Iterator[tuple[str, str]]:
        at = 0
        end = len(text.rstrip())
        while at < end:
            found = _TOKEN.match(text, at)
            if found is None:
                raise self.refuse(f"看不懂“{text[at:].strip()[:10]}”")
            yield str(found.lastgroup), found[str(found.lastgroup)]
            at = found.end()

    @property
    def next(self) -> tuple[str, str]:
        return self.items[self.at] if self.at < len(self.items) else ("end", "")

    def take(self) -> tuple[str, str]:
        taken = self.next
        self.at += 1
        return taken

    def refuse(self, why: str) -> ValueError:
        return ValueError(f"算式“{self.text[:60]}”有误：{why}")


@lru_cache(maxsize=512)
def parse_expression(text: str) -> Expression:
    """Read an expression; ValueError with a Chinese sentence for anything outside the grammar."""
    if len(text) > MAX_TEXT:
        raise ValueError(f"算式太长，最多 {MAX_TEXT} 个字符")
    tokens = _Tokens(text)
    found = _sum(tokens, 0)
    if tokens.next[0] != "end":
        raise tokens.refuse(f"“{tokens.next[1]}”处多了内容")
    return found


def _sum(tokens: _Tokens, depth: int) -> Expression:
    found = _product(tokens, depth)
    while tokens.next[1] in {"+", "-"}:
        sign = tokens.take()[1]
        found = Operation(sign, found, _product(tokens, depth))
    return found


def _product(tokens: _Tokens, depth: int) -> Expression:
    found = _single(tokens, depth)
    while tokens.next[1] in {"*", "/"}:
        sign = tokens.take()[1]
        found = Operation(sign, found, _single(tokens, depth))
    return found


def _single(tokens: _Tokens, depth: int) -> Expression:
    if depth > MAX_DEPTH:
        raise tokens.refuse("括号或负号套得太深")
    kind, word = tokens.take()
    if kind == "number":
        return Number(Decimal(word))
    if kind == "name" and word == PREVIOUS:
        kind, word = tokens.take()
        if kind != "name" or word == PREVIOUS:
            raise tokens.refuse("previous 后面应是数据项代码")
        return Code(word, previous=True)
    if kind == "name":
        return Code(word)
    if word == "-":
        return Negated(_single(tokens, depth + 1))
    if word == "(":
        inside = _sum(tokens, depth + 1)
        if tokens.take()[1] != ")":
            raise tokens.refuse("括号没有配对")
        return inside
    raise tokens.refuse(f"“{word}”前缺少数据项或数字" if word else "不完整")


# Asking -----------------------------------------------------------------------------------------------


def codes_of(expression: Expression) -> tuple[Code, ...]:
    """The codes that the expression reads, each once, in the order in which they stand."""
    return tuple(dict.fromkeys(_walk_codes(expression)))


def _walk_codes(expression: Expression) -> Iterator[Code]:
    if isinstance(expression, Code):
        yield expression
    elif isinstance(expression, Negated):
        yield from _walk_codes(expression.of)
    elif isinstance(expression, Operation):
        yield from _walk_codes(expression.left)
        yield from _walk_codes(expression.right)


_ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": _CONTEXT.add,
    "-": _CONTEXT.subtract,
    "*": _CONTEXT.multiply,
    "/": _CONTEXT.divide,
}


def evaluate(
    expression: Expression,
    values: Mapping[str, Decimal | None],
    previous: Mapping[str, Decimal | None] | None = None,
) -> Decimal | None:
    """The expression's value; None if any input is missing or a divisor is zero.

    values: figures by element code. previous: those of the period before, for `previous CODE`.
    """
    if isinstance(expression, Number):
        return expression.value
    if isinstance(expression, Code):
        return ((previous or {}) if expression.previous else values).get(expression.name)
    if isinstance(expression, Negated):
        inside = evaluate(expression.of, values, previous)
        return None if inside is None else _CONTEXT.minus(inside)
    left = evaluate(expression.left, values, previous)
    right = evaluate(expression.right, values, previous)
    if left is None or right is None or (expression.sign == "/" and right.is_zero()):
        return None
    return _ARITHMETIC[expression.sign](left, right)


_SIGNS = {"+": "＋", "-": "－", "*": "×", "/": "÷"}


def in_words(expression: Expression, names: Mapping[str, str], previous_word: str = "上期") -> str:
    """The expression with names for its codes: 上期期末贮存量＋工业危险废物产生量－工业危险废物利用处置量.

    A code without a name is shown as it is.
    """
    if isinstance(expression, Number):
        return format_number(expression.value)
    if isinstance(expression, Code):
        name = names.get(expression.name, expression.name)
        return f"{previous_word}{name}" if expression.previous else name
    if isinstance(expression, Negated):
        return f"－{_bracketed(expression.of, names, previous_word, '*')}"
    left = _bracketed(expression.left, names, previous_word, expression.sign)
    right = _bracketed(expression.right, names, previous_word, expression.sign, right_side=True)
    return f"{left}{_SIGNS[expression.sign]}{right}"


def _bracketed(
    part: Expression, names: Mapping[str, str], previous_word: str, sign: str, right_side: bool = False
) -> str:
    """A part in words, in brackets where the sign beside it would otherwise bind it wrongly."""
    words = in_words(part, names, previous_word)
    if isinstance(part, Negated):
        needed = right_side
    elif isinstance(part, Operation):
        weak = part.sign in {"+", "-"}
        needed = (weak and sign in {"*", "/"}) or (
            right_side and sign in {"-", "/"} and (weak or sign == "/")
        )
    else:
        needed = False
    return f"（{words}）" if needed else words
