"""Sums of data elements as a rule writes them: `i16.gas * 13.3 + i16.clean_other`.

Only sums of elements with number factors: the ratio, the window and the fold over units are fields of their
own, so that an expression can be shown with its numbers and no text is ever evaluated as code.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

__all__ = ["ELEMENT_CODE", "Term", "parse_expression"]

ELEMENT_CODE = r"i\d{2}\.[a-z][a-z0-9_]*"
_NUMBER = r"\d+(?:\.\d+)?"
_TERM = re.compile(
    rf"\s*(?:(?P<code>{ELEMENT_CODE})(?:\s*[*×]\s*(?P<after>{_NUMBER}))?"
    rf"|(?P<before>{_NUMBER})\s*[*×]\s*(?P<late>{ELEMENT_CODE}))\s*"
)
_SIGN = re.compile(r"\s*([+\-−])")


class Term(NamedTuple):
    """One element with its factor; the factor carries the sign."""

    code: str
    factor: Decimal


@lru_cache(maxsize=1024)
def parse_expression(text: str) -> tuple[Term, ...]:
    """Read a sum of elements. ValueError (Chinese text) says where it stops being one, or what stands twice."""
    terms: list[Term] = []
    position, sign = 0, Decimal(1)
    while True:
        found = _TERM.match(text, position)
        if found is None:
            raise ValueError(
                f"表达式“{text}”从“{text[position:].strip() or '末尾'}”起看不懂，应为数据要素编码的加减，可乘系数"
            )
        code = found["code"] or found["late"]
        factor = found["after"] or found["before"] or "1"
        terms.append(Term(code, sign * Decimal(factor)))
        position = found.end()
        if position == len(text):
            break
        joint = _SIGN.match(text, position)
        if joint is None:
            raise ValueError(
                f"表达式“{text}”从“{text[position:].strip()}”起看不懂，数据要素之间应有加号或减号"
            )
        sign = Decimal(1) if joint[1] == "+" else Decimal(-1)
        position = joint.end()
    codes = [term.code for term in terms]
    if len(set(codes)) < len(codes):
        raise ValueError(f"表达式“{text}”里同一数据要素出现了两次")
    return tuple(terms)
