"""A file of readings, read: one record for each site and time, and everything that is wrong with it at once.

Source: issue 5 “Readings arrive by file” and “Bad input”. Pure: sheets of texts in, records and faults out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from indicators.monitoring.rules.air_lines import AirLines
from indicators.monitoring.rules.layouts import HEAD_LINES, Heading, Layout, find_heading, letter
from indicators.monitoring.rules.texts import (
    Unreadable,
    plain,
    read_bool,
    read_day,
    read_hour,
    read_month,
    read_quarter,
    read_water,
    read_year_day,
)

__all__ = [
    "MAX_FAULTS",
    "Closed",
    "Fault",
    "FirmRow",
    "NoiseRow",
    "Parsed",
    "PlaceRef",
    "Sheet",
    "WaterRow",
    "parse",
]

MAX_FAULTS = 2000  # so many are kept with their places; all are counted


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name and its lines of texts, the first line of the file first."""

    name: str
    rows: Iterable[Sequence[str]]


@dataclass(frozen=True, slots=True)
class PlaceRef:
    """A site as far as reading a file asks; `refused` says why this batch may not bring its readings."""

    id: int
    name: str
    valid_from: date | None = None
    valid_to: date | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """Days for which nothing more is taken, and why (a locked month)."""

    start: date
    end: date
    why: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: line 1-based, column 0-based; 0 and None where it concerns the sheet as a whole."""

    sheet: str
    line: int
    column: int | None
    message: str

    @property
    def letter(self) -> str:
        return "" if self.column is None else letter(self.column)

    @property
    def place(self) -> str:
        parts = [f"“{self.sheet}”"] if self.sheet else []
        parts += [f"第 {self.line} 行"] if self.line else []
        parts += [f"{self.letter} 列"] if self.column is not None else []
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class WaterRow:
    """What one line of a water file says."""

    values: Mapping[str, str]
    volume: Decimal | None = None
    conclusion: str = ""
    month_only: bool = False


@dataclass(frozen=True, slots=True)
class NoiseRow:
    """What one line of a noise file says."""

    taken_on: date
    leq_day: Decimal
    length_m: Decimal | None = None


@dataclass(frozen=True, slots=True)
class FirmRow:
    """What one line of a file of firms' tests says."""

    tested_on: date | None
    in_production: bool
    compliant: bool | None
    results: Mapping[str, str]
    note: str = ""


Record = Any  # a tuple of floats for air, else one of the rows above
When = Any  # datetime (hour), date (day, quarter), int (year)


@dataclass
class Parsed:
    """What a file holds: records by site and time, and what is wrong. `repeats` are lines that said the same twice."""

    records: dict[int, dict[When, Record]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0
    repeats: int = 0
    lines: int = 0
    sheets: int = 0
    unknown: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return sum(len(found) for found in self.records.values())

    def add_fault(self, fault: Fault) -> None:
        self.fault_count += 1
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(fault)


def parse(
    sheets: Iterable[Sheet],
    layout: Layout,
    places: Mapping[str, PlaceRef],
    *,
    today: date,
    closed: Sequence[Closed] = (),
) -> Parsed:
    """Read all sheets. `places` finds a site by its plain code or name (`plain_place`); never raises for any text."""
    parsed = Parsed()
    for sheet in sheets:
        rows = iter(sheet.rows)
        first = [list(row) for row in islice(rows, HEAD_LINES + 1)]
        if not any(cell.strip() for row in first for cell in row):
            continue
        parsed.sheets += 1
        _Reader(parsed, sheet.name, layout, places, today, closed).read(first, rows)
    parsed.records = {site: found for site, found in parsed.records.items() if found}
    if not parsed.sheets:
        parsed.add_fault(Fault("", 0, None, "文件里没有数据"))
    elif not parsed.count and not parsed.faults:
        parsed.add_fault(Fault("", 0, None, "只有表头，没有数据"))
    sheets_met = {one.sheet: at for at, one in reversed(list(enumerate(parsed.faults)))}
    parsed.faults.sort(
        key=lambda one: (sheets_met[one.sheet], one.line, -1 if one.column is None else one.column)
    )
    return parsed


def plain_place(text: str) -> str:
    """A site's name or code in one spelling."""
    return plain(text).replace(" ", "").casefold()


class _Reader:
    """Reads one sheet into the common result. Texts that occur again (stations, values, times) are read once."""

    def __init__(
        self,
        parsed: Parsed,
        name: str,
        layout: Layout,
        places: Mapping[str, PlaceRef],
        today: date,
        closed: Sequence[Closed],
    ) -> None:
        self.parsed, self.sheet, self.layout = parsed, name, layout
        self.places, self.today, self.closed = places, today, closed
        self._sites: dict[str, PlaceRef | str] = {}
        self._whens: dict[str, Any] = {}
        self._lines: dict[int, dict[When, int]] = {}

    def fault(self, line: int, column: int | None, message: str) -> None:
        self.parsed.add_fault(Fault(self.sheet, line, column, message))

    def read(self, first: list[list[str]], rest: Iterable[Sequence[str]]) -> None:
        own = self.places.get(plain_place(self.sheet))
        heading = find_heading(first, self.layout, with_site=own is None)
        if heading is None:
            self.fault(0, None, self._no_heading(first))
            return
        for column, message in heading.faults:
            self.fault(heading.line, column, message)
        if heading.faults:
            return
        self.parsed.unknown += heading.unknown
        lines = chain(first[heading.line :], rest)
        if self.layout.kind in ("air_hour", "air_day"):
            AirLines(self, heading, own).read(lines)
        else:
            self._read_rows(heading, lines, own)

    def _no_heading(self, first: list[list[str]]) -> str:
        wanted = "、".join(column.label for column in self.layout.required)
        kind = "、".join(column.label for column in self.layout.parameters[:6])
        more = f"和监测项目（{kind}…）" if kind else ""
        seen = "、".join(cell.strip() for cell in first[0] if cell.strip())[:60]
        return f"没有找到表头：应有“{wanted}”{more}；第 1 行是“{seen}”。有合并单元格的表头请拆开"

    # Where and when -----------------------------------------------------------------------------------

    def site(self, text: str) -> PlaceRef | str:
        """The site that a text names, or why there is none."""
        found = self._sites.get(text)
        if found is None:
            ref = self.places.get(plain_place(text))
            if not text.strip():
                found = "没有填点位"
            elif ref is None:
                found = f"没有登记的点位“{plain(text)[:30]}”；请核对名称，或先由管理员登记"
            else:
                found = ref.refused or ref
            self._sites[text] = found
        return found

    def when(self, text: str) -> Any:
        """The time that a text names, or why there is none."""
        found = self._whens.get(text)
        if found is None:
            try:
                found = self._when(text)
            except Unreadable as problem:
                found = str(problem)
            self._whens[text] = found
        return found

    def _when(self, text: str) -> Any:
        step = self.layout.kind
        reader: Callable[[str, date], Any] = {
            "air_hour": read_hour,
            "air_day": read_day,
            "water": read_month,
            "noise": read_year_day,
            "firm": read_quarter,
        }[step]
        found = reader(text, self.today)
        day = found[0] if isinstance(found, tuple) else found.date() if isinstance(found, datetime) else found
        for lock in self.closed:
            if lock.start <= day <= lock.end:
                raise Unreadable(lock.why)
        return found

    def out_of_service(self, site: PlaceRef, day: date, last: date | None = None) -> str:
        """Why a site has no reading of a day, or of the days from it to `last`."""
        if site.valid_from is not None and (last or day) < site.valid_from:
            return f"“{site.name}”{site.valid_from} 才启用，{day} 还没有这个点位"
        if site.valid_to is not None and day > site.valid_to:
            return f"“{site.name}”{site.valid_to} 已停用"
        return ""

    def _last_day(self, when: Any) -> date:
        """The last day that a line may speak of: of a quarter, or of a month that is known by no day."""
        if self.layout.kind == "firm":
            return (when + timedelta(days=95)).replace(day=1) - timedelta(days=1)  # type: ignore[no-any-return]
        if isinstance(when, tuple):
            day, month_only = when
            return (day.replace(day=28) + timedelta(days=4)).replace(day=1) if month_only else day
        return when  # type: ignore[no-any-return]

    def keep(self, site: PlaceRef, when: When, record: Record, line: int, column: int | None) -> None:
        """Store a record; a second one of the same site and time must say the same."""
        mine = self.parsed.records.setdefault(site.id, {})
        if when not in mine:
            mine[when] = record
            self._lines.setdefault(site.id, {})[when] = line
        elif mine[when] == record:
            self.parsed.repeats += 1
        else:
            self.repeated(site, when, self._lines.get(site.id, {}).get(when), line, column)

    def repeated(self, site: PlaceRef, when: When, first: int | None, line: int, column: int | None) -> None:
        where = f"第 {first} 行" if first else "另一张表"
        self.fault(line, column, f"“{site.name}”{_words(when)} 与{where}重复而数值不同")

    # Water, noise, firms ------------------------------------------------------------------------------

    def _read_rows(self, heading: Heading, lines: Iterable[Sequence[str]], own: PlaceRef | None) -> None:
        site_code, when_code = (column.code for column in self.layout.columns[:2])
        make = {"water": self._water, "noise": self._noise, "firm": self._firm}[self.layout.kind]
        width = max(heading.places.values()) + 1
        for line, row in enumerate(lines, heading.line + 1):
            if not any(cell.strip() for cell in row):
                continue
            self.parsed.lines += 1
            cells = [*row, *[""] * max(0, width - len(row))]
            before = self.parsed.fault_count
            where = heading.places.get(site_code)
            site: PlaceRef | str | None = own if where is None else self.site(cells[where])
            if isinstance(site, str):
                self.fault(line, where, site)
            at = heading.places[when_code]
            when = self.when(cells[at])
            if isinstance(when, str):
                self.fault(line, at, when)
                when = None
            read = _Cells(self, heading, cells, line)
            key, record = make(read, when)
            if isinstance(site, PlaceRef) and when is not None:
                day = when[0] if isinstance(when, tuple) else when
                if fault := self.out_of_service(site, day, self._last_day(when)):
                    self.fault(line, at, fault)
            if self.parsed.fault_count == before and isinstance(site, PlaceRef):
                self.keep(site, key, record, line, at)

    def _water(self, read: _Cells, when: Any) -> tuple[When, WaterRow]:
        day, month_only = when or (None, False)
        values = {}
        for column in self.layout.parameters:
            text = read.read(column.code, read_water, column.parameter)
            if text:
                values[column.code] = text
        volume = read.decimal("volume", "取水量")
        said = read.read("conclusion", read_bool)
        return day, WaterRow(values, volume, {True: "yes", False: "no"}.get(said, ""), month_only)

    def _noise(self, read: _Cells, when: Any) -> tuple[When, NoiseRow | None]:
        level = read.decimal("leq", "昼间等效声级", required=True)
        if level is not None and not 20 <= level <= 130:
            read.fault("leq", f"{level} dB(A) 不可能（应在 20 至 130 之间）")
        length = read.decimal("length", "路段长度")
        if length is not None and length <= 0:
            read.fault("length", "路段长度应大于 0")
        if when is None or level is None:
            return None, None
        rounded = level.quantize(Decimal("0.1"))
        if rounded != level:
            read.fault("leq", f"{level} 最多 1 位小数")
        return when.year, NoiseRow(when, rounded, length)

    def _firm(self, read: _Cells, when: Any) -> tuple[When, FirmRow]:
        producing = read.read("production", read_bool)
        compliant = read.read("compliant", read_bool)
        in_production = producing is not False
        if in_production and compliant is None and not read.is_faulty("compliant"):
            read.fault("compliant", "在生产的企业要写明是否达标；停产请在“生产情况”写“停产”")
        if not in_production and compliant is not None:
            read.fault("compliant", "停产的企业没有达标与否，请留空")
        tested = read.text("tested_on")
        tested_on = read.read("tested_on", read_day, self.today) if tested else None
        results = {}
        for part in read.text("results").replace("；", ";").replace("\n", ";").split(";"):
            name, _, value = (
                part.strip().replace("：", ":").partition(":" if ":" in part or "：" in part else " ")
            )
            if name.strip():
                results[name.strip()[:40]] = value.strip()[:60]
        return when, FirmRow(tested_on, in_production, compliant, results, read.text("note")[:200])


class _Cells:
    """The cells of one line by the layout's codes; what can't be read is noted at its place."""

    def __init__(self, reader: _Reader, heading: Heading, cells: Sequence[str], line: int) -> None:
        self.reader, self.heading, self.cells, self.line = reader, heading, cells, line
        self._faulty: set[str] = set()

    def text(self, code: str) -> str:
        at = self.heading.places.get(code)
        return "" if at is None else self.cells[at].replace("\x00", "").strip()

    def fault(self, code: str, message: str) -> None:
        self._faulty.add(code)
        self.reader.fault(self.line, self.heading.places.get(code), message)

    def is_faulty(self, code: str) -> bool:
        return code in self._faulty

    def read(self, code: str, how: Callable[..., Any], *more: Any) -> Any:
        if code not in self.heading.places:
            return None
        try:
            return how(self.text(code), *more)
        except Unreadable as problem:
            self.fault(code, str(problem))
            return None

    def decimal(self, code: str, label: str, *, required: bool = False) -> Decimal | None:
        text = plain(self.text(code)).replace(",", "").replace(" ", "")
        if text in ("", "-", "—", "/"):
            if required:
                self.fault(code, f"没有填{label}")
            return None
        try:
            value = Decimal(text)
        except ArithmeticError:
            self.fault(code, f"{label}“{text[:24]}”不是数字")
            return None
        if not value.is_finite() or value < 0:
            self.fault(code, f"{label}不能为负数")
            return None
        if value.adjusted() > 12:
            self.fault(code, f"{label}太大，请核对")
            return None
        return value


def _words(when: When) -> str:
    if isinstance(when, datetime):
        return f"{when:%Y-%m-%d %H:00}"
    return f"{when} 年" if isinstance(when, int) else str(when)
