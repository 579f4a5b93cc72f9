"""Formulas with the result that a spreadsheet program will get from them.

Each function gives the formula's text and, reckoned here in the same way, its result, so that the workbook shows its figures
before anything recalculates it. "" is the blank of a spreadsheet: not known, never zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from xlsxwriter.utility import xl_col_to_name

from indicators.standards.rounding import round_half_even

__all__ = [
    "WORDS",
    "Cell",
    "Live",
    "Result",
    "all_in",
    "all_of",
    "any_of",
    "compare",
    "compared",
    "is_number",
    "is_within_margin",
    "ranges",
    "rounded",
    "sum_of",
    "text",
    "within_margin",
]

# Spreadsheets reckon in binary: what differs by less than this is equal (GB/T 8170 judges the unrounded value).
TINY = "1E-9"
_TINY = 1e-9

WORDS = {
    "met": "达标",
    "margin": "临界",
    "missed": "不达标",
    "partial": "数据不全",
    "none": "未到期",
    "not_applicable": "不适用",
    "": "未评定",
}
_ALL = ("不达标", "数据不全", "临界", "达标", "未到期")
_ANY = ("达标", "临界", "数据不全", "不达标", "未到期")

Result = float | int | str


class Live(NamedTuple):
    """A formula without its “=”, and its result."""

    formula: str
    result: Result


class Cell(NamedTuple):
    """A cell of a sheet, from 0, with what stands in it."""

    sheet: str
    row: int
    column: int
    value: Result = ""

    @property
    def address(self) -> str:
        """'数据'!$G$5."""
        return f"'{self.sheet}'!{self.local}"

    @property
    def local(self) -> str:
        """$G$5, for formulas of the same sheet."""
        return f"${xl_col_to_name(self.column)}${self.row + 1}"


def text(words: str) -> str:
    """A text inside a formula."""
    return '"' + words.replace('"', '""') + '"'


def is_number(value: Result) -> bool:
    return isinstance(value, int | float)


def ranges(cells: Iterable[Cell]) -> list[str]:
    """The rectangles that the cells make up, as addresses: neighbours in a row, then equal stretches of rows below."""
    rows: dict[tuple[str, int], list[int]] = {}
    for cell in cells:
        rows.setdefault((cell.sheet, cell.row), []).append(cell.column)
    stretches: dict[tuple[str, int, int], list[int]] = {}
    for (sheet, row), columns in rows.items():
        for first, last in _runs(sorted(set(columns))):
            stretches.setdefault((sheet, first, last), []).append(row)
    found = []
    for (sheet, left, right), at in stretches.items():
        for top, bottom in _runs(sorted(at)):
            corner, opposite = Cell(sheet, top, left), Cell(sheet, bottom, right)
            found.append(corner.address if corner == opposite else f"{corner.address}:{opposite.local}")
    return found


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    runs = []
    for _, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        runs.append((run[0], run[-1]))
    return runs


def sum_of(cells: Sequence[Cell]) -> Live:
    """SUM over the cells; texts (不适用) in them don't count."""
    return Live(
        f"SUM({','.join(ranges(cells))})",
        math.fsum(float(one.value) for one in cells if is_number(one.value)),
    )


def rounded(value: str, result: Result, places: str, number: int | None) -> Live:
    """Rounded half to even (GB/T 8170-2008 3.2), which no function of a spreadsheet does by itself.

    value, places: cells; places may be blank, then the value stays as it is.
    """
    scaled = f"{value}*10^{places}"
    half = f"ABS(MOD(ABS({scaled}),1)-0.5)<0.00000001"
    even = f"IF({half},2*ROUND({scaled}/2,0),ROUND({scaled},0))/10^{places}"
    formula = f'IF(ISNUMBER({value}),IF(ISNUMBER({places}),{even},{value}),"")'
    if not is_number(result):
        return Live(formula, "")
    if number is None:
        return Live(formula, result)
    guarded = round_half_even(Decimal(repr(float(result))), number + 8)
    return Live(formula, float(round_half_even(guarded, number)))


def compare(op: str, value: str, limit: str) -> str:
    """A condition on two cells."""
    return {
        ">=": f"{value}-{limit}>=-{TINY}",
        "<=": f"{value}-{limit}<={TINY}",
        "=": f"ABS({value}-{limit})<={TINY}",
        ">": f"{value}-{limit}>{TINY}",
        "<": f"{value}-{limit}<-{TINY}",
    }[op]


def compared(op: str, value: float, limit: float) -> bool:
    """What `compare` comes to."""
    difference = value - limit
    return {
        ">=": difference >= -_TINY,
        "<=": difference <= _TINY,
        "=": abs(difference) <= _TINY,
        ">": difference > _TINY,
        "<": difference < -_TINY,
    }[op]


def within_margin(value: str, limit: str, share: str) -> str:
    """Within so many per cent of the limit (on its good side, since it was met)."""
    return f"AND(ISNUMBER({share}),{limit}<>0,ABS({value}-{limit})<=ABS({limit})*{share}/100+{TINY})"


def is_within_margin(value: float, limit: float, share: Result) -> bool:
    return is_number(share) and limit != 0 and abs(value - limit) <= abs(limit) * float(share) / 100 + _TINY


def all_of(cells: Sequence[Live]) -> Live:
    """AND: any 不达标, else any 数据不全, else any 临界, else 达标, else 未到期; what does not apply leaves the sum."""
    return _first(_ALL, cells)


def any_of(cells: Sequence[Live]) -> Live:
    """OR: any 达标, else 临界, else 数据不全, else 不达标, else 未到期."""
    return _first(_ANY, cells)


def _first(order: Sequence[str], cells: Sequence[Live]) -> Live:
    formula = text("不适用")
    for word in reversed(order):
        conditions = ",".join(f"{one.formula}={text(word)}" for one in cells)
        formula = f"IF(OR({conditions}),{text(word)},{formula})"
    there = {one.result for one in cells}
    return Live(formula, next((word for word in order if word in there), "不适用"))


def all_in(column: str, results: Sequence[Result]) -> Live:
    """AND over a column of verdicts (an address)."""
    formula = text("不适用")
    for word in reversed(_ALL):
        formula = f"IF(COUNTIF({column},{text(word)})>0,{text(word)},{formula})"
    there = set(results)
    return Live(formula, next((word for word in _ALL if word in there), "不适用"))
