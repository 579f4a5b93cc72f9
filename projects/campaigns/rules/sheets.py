"""A register as a workbook: one line a member, everything that is wrong with it at once. Pure.

Source: issue 6 (“an import of 5,000 members with 300 faults: all 300 shown at once”). Sheets of texts in, lines and faults
out; the file itself is opened and its faults are placed as for readings (`indicators.monitoring`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import chain, islice

from indicators.monitoring.rules.parsing import Fault, Sheet
from projects.campaigns.rules.codes import credit_code_fault, plain_code
from projects.campaigns.rules.names import name_key, plain_spelling

__all__ = ["COLUMNS", "MAX_LINES", "Layout", "Line", "Register", "read_register"]

MAX_LINES = 20_000
HEAD_LINES = 12  # titles and remarks may stand above the header
NAME_LENGTH, CODE_LENGTH, SHORT_LENGTH, REMARK_LENGTH = 100, 40, 40, 200
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
# Column → how its heading may be written; the first is ours.
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("名称", "对象", "对象名称", "企业名称", "单位名称", "学校名称", "企业", "学校", "车牌号"),
    "code": ("代码", "编号", "统一社会信用代码", "信用代码", "设备代码", "编码"),
    "unit": ("责任单位", "单位"),
    "county": ("所在县区", "县区", "所在地", "县（特区、区）"),
    "post": ("岗位", "责任岗位"),
    "person": ("责任人", "责任人姓名"),
    "value": ("数值", "结果"),
    "remark": ("备注", "说明"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One member as a line says it: `unit` and `county` are ids, `key` the name in one spelling."""

    sheet: str
    line: int
    name: str
    key: str
    code: str
    unit: int
    county: int | None = None
    post: str = ""
    person: str = ""
    value: Decimal | None = None
    remark: str = ""

    @property
    def place(self) -> str:
        return f"{self.sheet}:{self.line}"

    @property
    def said(self) -> tuple[object, ...]:
        """What two lines about the same have to agree in."""
        return (self.name, self.code, self.unit, self.county, self.post, self.person, self.value, self.remark)


@dataclass(frozen=True, slots=True)
class Layout:
    """What a file is read by. `unit_of` and `county_of` give an id, or a sentence that says why there is none;
    `own_unit` is meant where the column is blank; `has` are the columns that the file's header named."""

    unit_of: Callable[[str], int | str]
    county_of: Callable[[str], int | str]
    own_unit: int | None = None
    measure: str = ""
    has_credit_code: bool = False


@dataclass
class Register:
    """What a file holds. `columns` are those that its sheets have: a column that is not there changes nothing."""

    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)
    repeats: int = 0


def read_register(sheets: Iterable[Sheet], layout: Layout) -> Register:
    """Read all sheets that have something in them; never raises for any text."""
    found = Register()
    seen = False
    for sheet in sheets:
        rows = iter(sheet.rows)
        first = [list(row) for row in islice(rows, HEAD_LINES + 1)]
        if not any(cell.strip() for row in first for cell in row) or sheet.name == "说明":
            continue
        seen = True
        _Reader(found, sheet.name, layout).read(first, rows)
    if not seen:
        found.faults.append(Fault("", 0, None, "文件里没有数据"))
    elif not found.lines and not found.faults:
        found.faults.append(Fault("", 0, None, "只有表头，没有数据"))
    _refuse_contradictions(found)
    found.faults.sort(key=lambda one: (one.sheet, one.line, -1 if one.column is None else one.column))
    return found


class _Reader:
    """Reads one sheet. Texts that occur again (units, counties) are looked up once."""

    def __init__(self, found: Register, sheet: str, layout: Layout) -> None:
        self.found, self.sheet, self.layout = found, sheet, layout
        self._units: dict[str, int | str] = {}
        self._counties: dict[str, int | str] = {}
        self.at: dict[str, int] = {}

    def fault(self, line: int, column: str | int | None, message: str) -> None:
        place = self.at.get(column) if isinstance(column, str) else column
        self.found.faults.append(Fault(self.sheet, line, place, message))

    def read(self, first: list[list[str]], rest: Iterable[Sequence[str]]) -> None:
        head = self._heading(first)
        if head is None:
            self.fault(
                0, None, "没有找到表头：应有一列“名称”，可有“代码、责任单位、所在县区、岗位、责任人、备注”"
            )
            return
        self.found.columns |= set(self.at)
        for number, cells in enumerate(chain(first[head:], rest), start=head + 1):
            if number - head > MAX_LINES:
                self.fault(number, None, f"一次最多 {MAX_LINES} 行，请分成几个文件")
                return
            self._line(number, cells)

    def _heading(self, first: list[list[str]]) -> int | None:
        """The number of the header's line (the lines after it are data), with the places of its columns."""
        names = {_head(one): code for code, spellings in COLUMNS.items() for one in spellings}
        if self.layout.measure:
            names[_head(self.layout.measure)] = "value"
        for number, cells in enumerate(first, start=1):
            heads = [_head(cell) for cell in cells]
            if not any(names.get(head) == "name" for head in heads):
                continue
            for place, head in enumerate(heads):
                code = names.get(head)
                if code is None:
                    if head:
                        self.found.unknown.append(cells[place].strip())
                elif code in self.at:
                    self.fault(number, place, f"“{cells[place].strip()}”一列出现了两次")
                else:
                    self.at[code] = place
            return number
        return None

    def _cell(self, cells: Sequence[str], column: str) -> str:
        place = self.at.get(column)
        return plain_spelling(cells[place]) if place is not None and place < len(cells) else ""

    def _line(self, number: int, cells: Sequence[str]) -> None:
        if not any(cell.strip() for cell in cells):
            return
        before = len(self.found.faults)
        name = self._name(number, cells)
        code = self._code(number, cells)
        unit = self._unit(number, cells)
        county = self._county(number, cells)
        value = self._value(number, cells)
        post, person = self._text(number, cells, "post"), self._text(number, cells, "person")
        if bool(post) != bool(person):
            self.fault(number, "person" if post else "post", "岗位和责任人要一起填")
        remark = self._text(number, cells, "remark", REMARK_LENGTH)
        if len(self.found.faults) == before:
            self.found.lines.append(
                Line(
                    self.sheet,
                    number,
                    name,
                    name_key(name),
                    code,
                    unit or 0,
                    county,
                    post,
                    person,
                    value,
                    remark,
                )
            )

    def _name(self, number: int, cells: Sequence[str]) -> str:
        name = self._cell(cells, "name")
        if not name_key(name):
            self.fault(number, "name", "没有填名称" if not name else f"“{name[:20]}”不是名称")
        elif len(name) > NAME_LENGTH:
            self.fault(number, "name", f"名称有 {len(name)} 字，不能超过 {NAME_LENGTH} 字")
        return name

    def _code(self, number: int, cells: Sequence[str]) -> str:
        code = plain_code(self._cell(cells, "code"))
        if code and self.layout.has_credit_code:
            if message := credit_code_fault(code):
                self.fault(number, "code", message)
        elif len(code) > CODE_LENGTH:
            self.fault(number, "code", f"代码有 {len(code)} 位，不能超过 {CODE_LENGTH} 位")
        return code

    def _unit(self, number: int, cells: Sequence[str]) -> int | None:
        text = self._cell(cells, "unit")
        if not text and self.layout.own_unit is not None:
            return self.layout.own_unit
        found = self._units.get(text)
        if found is None:
            found = self.layout.unit_of(text) if text else "没有填责任单位"
            self._units[text] = found
        if isinstance(found, str):
            self.fault(number, "unit", found)
            return None
        return found

    def _county(self, number: int, cells: Sequence[str]) -> int | None:
        text = self._cell(cells, "county")
        if not text:
            return None
        found = self._counties.get(text)
        if found is None:
            found = self._counties[text] = self.layout.county_of(text)
        if isinstance(found, str):
            self.fault(number, "county", found)
            return None
        return found

    def _value(self, number: int, cells: Sequence[str]) -> Decimal | None:
        text = unicodedata.normalize("NFKC", self._cell(cells, "value")).replace(",", "").rstrip("%")
        if not text:
            return None
        label = self.layout.measure or "数值"
        if not self.layout.measure:
            self.fault(number, "value", "这项任务的对象没有数值，请把这一列清空")
            return None
        try:
            value = Decimal(text) if _NUMBER.fullmatch(text) else None
        except InvalidOperation:
            value = None
        if value is None:
            self.fault(number, "value", f"{label}“{text[:20]}”不是数字")
        elif value < 0:
            self.fault(number, "value", f"{label}不能是负数")
        elif value >= 10**10 or value != value.quantize(Decimal("0.01")):
            self.fault(number, "value", f"{label}“{text[:20]}”太大，或超过两位小数")
        else:
            return value.quantize(Decimal("0.01"))
        return None

    def _text(self, number: int, cells: Sequence[str], column: str, limit: int = SHORT_LENGTH) -> str:
        text = self._cell(cells, column)
        if column == "person":
            limit = 30
        if len(text) > limit:
            self.fault(number, column, f"“{COLUMNS[column][0]}”有 {len(text)} 字，不能超过 {limit} 字")
        return text


def _refuse_contradictions(found: Register) -> None:
    """Two lines with the same code, or with the same name of one unit and no code between them: said twice alike they
    count once, otherwise each later one is a fault."""
    kept: list[Line] = []
    codes: dict[str, Line] = {}
    names: dict[tuple[int, str, str], Line] = {}
    for line in found.lines:
        earlier = (codes.get(line.code) if line.code else None) or names.get(
            (line.unit, line.name, line.code)
        )
        if earlier is None:
            kept.append(line)
            if line.code:
                codes[line.code] = line
            names[line.unit, line.name, line.code] = line
        elif earlier.said == line.said:
            found.repeats += 1
        else:
            what = f"代码 {line.code}" if line.code and line.code == earlier.code else f"“{line.name}”"
            where = (
                f"第 {earlier.line} 行"
                if earlier.sheet == line.sheet
                else f"“{earlier.sheet}”第 {earlier.line} 行"
            )
            found.faults.append(
                Fault(line.sheet, line.line, None, f"{what}与{where}重复而内容不同，请核对后留一行")
            )
    found.lines = kept


def _head(cell: str) -> str:
    return re.sub(r"[\s*＊]|[（(].*[)）]$", "", unicodedata.normalize("NFKC", cell)) or cell.strip()
