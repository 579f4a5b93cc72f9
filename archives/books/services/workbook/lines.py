"""A line of the derivation: numerator, denominator, value, limit, verdict, each a formula, and what the system says beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from archives.books.services.workbook.formulas import (
    WORDS,
    Cell,
    Live,
    Result,
    compare,
    compared,
    is_number,
    is_within_margin,
    rounded,
    within_margin,
)
from archives.books.services.workbook.sheets import Book, Sheet

__all__ = ["COLUMNS", "NAME", "Line", "Lines"]

NAME = "推导"
COLUMNS = (
    ("指标", 6.0),
    ("部分", 20.0),
    ("期间或点位", 26.0),
    ("分子", 14.0),
    ("分母", 14.0),
    ("系数", 7.0),
    ("数值", 14.0),
    ("单位", 10.0),
    ("要求", 6.0),
    ("限值", 12.0),
    ("时序", 8.0),
    ("判定限值", 12.0),
    ("临界%", 7.0),
    ("修约位数", 7.0),
    ("判定值", 12.0),
    ("缺报", 6.0),
    ("未到期", 7.0),
    ("适用", 6.0),
    ("结论", 12.0),
    ("系统数值", 14.0),
    ("系统评定", 12.0),
    ("核对", 8.0),
)
(
    NUMBER, PART, LABEL, UPPER, LOWER, SCALE, VALUE, UNIT, OP, LIMIT, PACE, TARGET, MARGIN, PLACES, JUDGED, LACKS, WAITS,
    APPLIES, VERDICT, TOLD_VALUE, TOLD, CHECK,
) = range(22)  # fmt: skip
SIGNS = {">=": "≥", "<=": "≤", "=": "=", ">": ">", "<": "<"}


@dataclass
class Line:
    """What is known of a line before it has a place; formulas of other sheets only, those within the line come by themselves.

    `guarded`: with something missing there is no value. `conclusive`: the limit is passed whatever is still to come.
    `undecided`: the word where value stands without a limit, `unknown`: where there is no value.
    `verdict`: instead of the ordinary one.
    """

    number: int
    part: str
    label: str
    upper: Live | Result = ""
    lower: Live | Result = ""
    scale: float = 1
    ratio: bool = False
    value: Live | None = None
    unit: str = ""
    op: str = ""
    limit: Live | Result = ""
    pace: list[int] | None = None
    margin: Result = ""
    places: Result = ""
    lacks: Live | Result = 0
    waits: Live | Result = 0
    applies: bool = True
    guarded: bool = False
    conclusive: str = ""  # "", "sum" (never less), "least" (of several units)
    least_lacks: Live | None = None
    undecided: str = "未到期"
    unknown: str = "数据不全"
    verdict: Live | None = None
    bold: bool = False
    shown: int = 2
    told_value: str | None = None
    told: str = ""
    lenient: bool = False  # the value is not compared where the system has none
    note: str = ""
    results: dict[int, Result] = field(default_factory=dict)


class Lines:
    """The sheet 推导."""

    def __init__(self, book: Book, heading: str) -> None:
        self.sheet: Sheet = book.sheet(NAME, COLUMNS, heading=heading, frozen=3)

    @property
    def row(self) -> int:
        return self.sheet.row

    def cell(self, row: int, column: int, value: Result = "") -> Cell:
        return Cell(NAME, row, column, value)

    def write(self, line: Line) -> int:
        """Put the line down; returns its row. `line.results` then holds what its cells come to."""
        row = self.sheet.row
        at = [self.cell(row, column).local for column in range(len(COLUMNS))]
        have = line.results
        given_at = {
            UPPER: line.upper,
            LOWER: line.lower,
            LIMIT: line.limit,
            LACKS: line.lacks,
            WAITS: line.waits,
        }
        for column, given in given_at.items():
            have[column] = given.result if isinstance(given, Live) else given
        value = line.value or _value(line, at)
        have[VALUE] = value.result
        pace: Live | Result = ""
        if line.pace:
            pace = Live(f"{line.pace[0]}/{line.pace[1]}", line.pace[0] / line.pace[1])
        have[PACE] = pace.result if isinstance(pace, Live) else pace
        target = _target(have, at)
        have[TARGET] = target.result
        places = line.places if is_number(line.places) else ""
        judged = rounded(at[VALUE], have[VALUE], at[PLACES], int(places) if places != "" else None)
        have[JUDGED] = judged.result
        verdict = line.verdict or self._verdict(line, at)
        have[VERDICT] = verdict.result
        number = "# ##0" + ("." + "0" * line.shown if line.shown else "")
        cells: Mapping[int, Any] = {
            NUMBER: line.number,
            PART: line.part,
            LABEL: line.label,
            UPPER: line.upper,
            LOWER: line.lower,
            SCALE: line.scale if line.ratio else "",
            VALUE: value,
            UNIT: line.unit,
            OP: SIGNS.get(line.op, ""),
            LIMIT: line.limit,
            PACE: pace,
            TARGET: target if line.op else "",
            MARGIN: line.margin if line.pace is None else "",
            PLACES: places,
            JUDGED: judged if line.op else "",
            LACKS: line.lacks,
            WAITS: line.waits,
            APPLIES: "是" if line.applies else "否",
            VERDICT: verdict,
            TOLD_VALUE: "" if line.told_value is None else float(line.told_value),
            TOLD: WORDS[line.told],
            CHECK: self._check(line, at),
        }
        looks: dict[int, dict[str, Any]] = {
            NUMBER: {"align": "center"},
            OP: {"align": "center"},
            UPPER: {"num_format": "# ##0.######"},
            LOWER: {"num_format": "# ##0.######"},
            LIMIT: {"num_format": "# ##0.######"},
            TARGET: {"num_format": "# ##0.######"},
            PACE: {"num_format": "0.0%"},
            VALUE: {"num_format": number},
            JUDGED: {"num_format": number},
            TOLD_VALUE: {"num_format": number, "font_color": "#56606C"},
            TOLD: {"font_color": "#56606C"},
        }
        for column in range(len(COLUMNS)):
            look = looks.get(column, {})
            if line.bold:
                look = look | {"bold": True, "bg_color": "#F5F7F6"}
            self.sheet.put(row, column, cells[column], **look)
        self.sheet.note(row, VALUE, line.note)
        self.sheet.row += 1
        return row

    def blank(self, number: int, words: str) -> int:
        """A line without figures: a heading within the sheet."""
        row = self.sheet.row
        for column in range(len(COLUMNS)):
            self.sheet.put(
                row, column, {NUMBER: number, PART: words}.get(column), bold=True, bg_color="#E7F0EE"
            )
        self.sheet.row += 1
        return row

    def unit(self, number: int, part: str, unit: str, total: Live) -> Cell:
        """A unit's own sum, where the least of several counts."""
        row = self.sheet.row
        values = {NUMBER: number, PART: part, LABEL: unit, UPPER: total}
        for column in range(len(COLUMNS)):
            self.sheet.put(row, column, values.get(column), font_color="#56606C")
        self.sheet.row += 1
        return self.cell(row, UPPER, total.result)

    # Verdict and check --------------------------------------------------------------------------------------

    def _verdict(self, line: Line, at: list[str]) -> Live:
        have = line.results
        value, limit = have[JUDGED], have[TARGET]
        shares = line.margin if line.pace is None else ""
        if not line.op:
            judged = '"达标"'
        else:
            good = compare(line.op, at[JUDGED], at[TARGET])
            near = within_margin(at[JUDGED], at[TARGET], at[MARGIN])
            judged = f'IF({good},IF({near},"临界","达标"),"不达标")'
        lacking = '"数据不全"'
        if line.conclusive:
            sign = ">" if line.conclusive == "sum" else "<"
            passed = f"ISNUMBER({at[JUDGED]}),ISNUMBER({at[TARGET]}),{at[JUDGED]}{sign}{at[TARGET]}"
            if line.least_lacks is not None:
                passed += f",{line.least_lacks.formula}=0"
            lacking = f'IF(AND({passed}),"不达标","数据不全")'
        formula = (
            f'IF({at[APPLIES]}="否","不适用",IF({at[LACKS]}>0,{lacking},IF({at[WAITS]}>0,"未到期",'
            f'IF(NOT(ISNUMBER({at[VALUE]})),"{line.unknown}",IF(NOT(ISNUMBER({at[TARGET]})),"{line.undecided}",{judged})))))'
        )
        return Live(formula, self._word(line, value, limit, shares))

    def _word(self, line: Line, value: Result, limit: Result, share: Result) -> str:
        have = line.results
        if not line.applies:
            return "不适用"
        if float(have[LACKS]) > 0:
            passed = bool(line.conclusive) and is_number(value) and is_number(limit)
            if passed:
                more = (
                    float(value) > float(limit) if line.conclusive == "sum" else float(value) < float(limit)
                )
                passed = more and (line.least_lacks is None or line.least_lacks.result == 0)
            return "不达标" if passed else "数据不全"
        if float(have[WAITS]) > 0:
            return "未到期"
        if not is_number(have[VALUE]):
            return line.unknown
        if not is_number(limit):
            return line.undecided
        return judged_word(line.op, float(value), float(limit), share)

    def _check(self, line: Line, at: list[str]) -> Live:
        have = line.results
        same = f"ABS({at[VALUE]}-{at[TOLD_VALUE]})<=1E-9*MAX(1,ABS({at[TOLD_VALUE]}))"
        otherwise = (
            '"一致"'
            if line.lenient
            else f'IF(ISNUMBER({at[VALUE]})=ISNUMBER({at[TOLD_VALUE]}),"一致","不一致")'
        )
        formula = (
            f'IF({at[VERDICT]}<>{at[TOLD]},"不一致",'
            f"IF(AND(ISNUMBER({at[VALUE]}),ISNUMBER({at[TOLD_VALUE]})),"
            f'IF({same},"一致","不一致"),{otherwise}))'
        )
        told = None if line.told_value is None else float(line.told_value)
        value = have[VALUE]
        agrees = have[VERDICT] == WORDS[line.told]
        if is_number(value) and told is not None:
            agrees = agrees and abs(float(value) - told) <= 1e-9 * max(1, abs(told))
        elif not line.lenient:
            agrees = agrees and is_number(value) == (told is not None)
        if not agrees:
            found = self.sheet.book.differing
            found[line.number] = found.get(line.number, 0) + 1
        return Live(formula, "一致" if agrees else "不一致")


def judged_word(op: str, value: float, limit: float, share: Result) -> str:
    """达标, 临界 or 不达标, as the formula has it."""
    if not compared(op, value, limit):
        return "不达标"
    return "临界" if is_within_margin(value, limit, share) else "达标"


def _value(line: Line, at: list[str]) -> Live:
    have = line.results
    upper, lower = have[UPPER], have[LOWER]
    if line.ratio:
        formula = (
            f'IF(OR(NOT(ISNUMBER({at[UPPER]})),NOT(ISNUMBER({at[LOWER]}))),"",'
            f'IF({at[LOWER]}=0,"",{at[UPPER]}/{at[LOWER]}*{at[SCALE]}))'
        )
        known = is_number(upper) and is_number(lower) and float(lower) != 0
        result: Result = float(upper) / float(lower) * line.scale if known else ""
    else:
        formula = f'IF(ISNUMBER({at[UPPER]}),{at[UPPER]},"")'
        result = upper if is_number(upper) else ""
    if line.guarded:
        formula = f'IF({at[LACKS]}+{at[WAITS]}>0,"",{formula})'
        if float(have[LACKS]) + float(have[WAITS]) > 0:
            result = ""
    return Live(formula, result)


def _target(have: Mapping[int, Result], at: list[str]) -> Live:
    formula = f'IF(ISNUMBER({at[LIMIT]}),{at[LIMIT]}*IF(ISNUMBER({at[PACE]}),{at[PACE]},1),"")'
    limit, pace = have[LIMIT], have[PACE]
    if not is_number(limit):
        return Live(formula, "")
    return Live(formula, float(limit) * (float(pace) if is_number(pace) else 1))
