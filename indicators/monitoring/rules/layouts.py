"""Which columns a file of each kind has, and how its header is found: by names, in any order, over one line or two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from indicators.monitoring.rules.parameters import (
    AIR_DAY,
    AIR_HOUR,
    WATER,
    Parameter,
    plain_head,
    unit_in_head,
)

__all__ = ["LAYOUTS", "Column", "Heading", "Layout", "find_heading", "letter"]

HEAD_LINES = 12  # titles and remarks may stand above the header


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a layout. `role` says what it is; parameters have the role "value"."""

    code: str
    label: str
    role: str
    names: tuple[str, ...] = ()
    required: bool = False
    parameter: Parameter | None = None

    @property
    def spellings(self) -> frozenset[str]:
        if self.parameter is not None:
            return self.parameter.spellings
        return frozenset(plain_head(name) for name in (self.code, self.label, *self.names))

    @property
    def heading(self) -> str:
        return self.parameter.heading if self.parameter is not None else self.label


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one kind of batch, and the kinds of site that it is about."""

    kind: str
    site_kinds: tuple[str, ...]
    columns: tuple[Column, ...]
    step: str  # "hour", "day", "year", "quarter": what two readings of one site may not share

    @property
    def required(self) -> list[Column]:
        return [column for column in self.columns if column.required]

    @property
    def parameters(self) -> list[Column]:
        return [column for column in self.columns if column.role == "value"]


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the header stands (1-based last line of it) and which column of the sheet (0-based) is which."""

    line: int
    places: Mapping[str, int]
    faults: tuple[tuple[int, str], ...] = ()  # column, what is wrong with it
    unknown: tuple[str, ...] = ()


_SITE = Column(
    "station",
    "点位",
    "site",
    ("site", "站点", "测点", "点位名称", "监测点位", "监测点", "站点名称", "点位代码", "code", "编码"),
    True,
)


def _values(parameters: Sequence[Parameter]) -> tuple[Column, ...]:
    return tuple(Column(one.code, one.label, "value", parameter=one) for one in parameters)


LAYOUTS: Mapping[str, Layout] = {
    "air_hour": Layout(
        "air_hour",
        ("air",),
        (
            _SITE,
            Column("time", "时间", "time", ("监测时间", "小时", "时刻", "日期时间", "hour"), True),
            *_values(AIR_HOUR),
        ),
        "hour",
    ),
    "air_day": Layout(
        "air_day",
        ("air",),
        (_SITE, Column("date", "日期", "day", ("监测日期", "时间", "day"), True), *_values(AIR_DAY)),
        "day",
    ),
    "water": Layout(
        "water",
        ("section", "source", "pond"),
        (
            Column(
                "section",
                "断面",
                "site",
                (*_SITE.names, "station", "点位", "断面名称", "水源地", "水源地名称", "监测断面"),
                True,
            ),
            Column(
                "month",
                "采样日期",
                "month",
                ("月份", "采样日期", "日期", "监测日期", "采样时间", "date", "监测月份", "时间"),
                True,
            ),
            *_values(WATER),
            Column(
                "volume", "取水量", "volume", ("取水量(万m3)", "取水量(万m³)", "取水量(万立方米)", "水量")
            ),
            Column("conclusion", "结论", "conclusion", ("监测结论", "是否达标", "达标情况", "评价结论")),
        ),
        "day",
    ),
    "noise": Layout(
        "noise",
        ("noise_grid", "noise_road"),
        (
            Column(
                "point",
                "点位",
                "site",
                (*_SITE.names, "station", "路段", "路段名称", "网格", "网格编号"),
                True,
            ),
            Column(
                "date",
                "监测日期",
                "month",
                ("日期", "年份", "年度", "year", "month", "监测时间", "时间"),
                True,
            ),
            Column(
                "leq",
                "昼间等效声级",
                "level",
                ("leq", "leq(a)", "ld", "昼间leq", "等效声级", "leqday", "昼间"),
                True,
            ),
            Column("length", "路段长度", "length", ("length_m", "长度", "路段长度(m)", "长度(m)")),
        ),
        "year",
    ),
    "firm": Layout(
        "firm",
        ("firm",),
        (
            Column("firm", "企业", "site", (*_SITE.names, "station", "企业名称", "企业代码"), True),
            Column("quarter", "季度", "quarter", ("监测季度", "报告期", "时间"), True),
            Column("tested_on", "监测日期", "tested", ("日期", "采样日期")),
            Column(
                "production", "生产情况", "production", ("是否生产", "在产", "在生产", "生产状况", "工况")
            ),
            Column("compliant", "是否达标", "compliant", ("达标", "达标情况", "结论", "监测结论")),
            Column("results", "监测结果", "results", ("结果", "监测项目及结果")),
            Column("note", "说明", "note", ("备注",)),
        ),
        "quarter",
    ),
}


def find_heading(rows: Sequence[Sequence[str]], layout: Layout, *, with_site: bool = True) -> Heading | None:
    """The header among a sheet's first lines: the first line (or two, where cells of the upper one were merged) that
    names the site and the time and at least one column more; None where there is none. Without `with_site` the sheet
    itself is the site's, and the column may be missing."""
    best: Heading | None = None
    for at in range(min(len(rows), HEAD_LINES)):
        tries = [(at + 1, list(rows[at]))]
        if at + 1 < len(rows):
            tries.append((at + 2, _together(rows[at], rows[at + 1])))
        for line, cells in tries:
            heading = _read(cells, layout, line, with_site)
            if heading is not None and (best is None or len(heading.places) > len(best.places)):
                best = heading
        if best is not None:
            return best
    return None


def _together(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Two header lines as one: what stands below, else what stands above."""
    width = max(len(upper), len(lower))
    above = [*upper, *[""] * (width - len(upper))]
    below = [*lower, *[""] * (width - len(lower))]
    return [down if down.strip() else up for up, down in zip(above, below, strict=True)]


def _read(cells: Sequence[str], layout: Layout, line: int, with_site: bool) -> Heading | None:
    places: dict[str, int] = {}
    faults: list[tuple[int, str]] = []
    unknown: list[str] = []
    for at, cell in enumerate(cells):
        if not cell.strip():
            continue
        column = _column(cell, layout, places)
        if column is None:
            unknown.append(cell.strip())
            continue
        if column.code in places:
            faults.append((at, f"“{cell.strip()}”和 {letter(places[column.code])} 列是同一项，请只留一列"))
            continue
        places[column.code] = at
        if fault := _unit_fault(cell, column):
            faults.append((at, fault))
    needed = [column.code for column in layout.required if with_site or column.role != "site"]
    if not all(code in places for code in needed) or len(places) < 3 - (not with_site):
        return None
    return Heading(line, places, tuple(faults), tuple(unknown))


@cache
def _spelled(kind: str) -> Mapping[str, frozenset[str]]:
    """The spellings of each column of a layout."""
    return {column.code: column.spellings for column in LAYOUTS[kind].columns}


def _column(cell: str, layout: Layout, places: Mapping[str, int]) -> Column | None:
    """The column that a header names; of two that it could be, the one that isn't taken yet."""
    plain = plain_head(cell)
    whole = "".join(cell.split()).casefold()
    spelled = _spelled(layout.kind)
    found = [one for one in layout.columns if {plain, whole} & spelled[one.code]]
    free = [one for one in found if one.code not in places]
    return next(iter(free or found), None)


def _unit_fault(cell: str, column: Column) -> str:
    if column.parameter is None:
        return ""
    unit = unit_in_head(cell)
    if unit is None or unit == column.parameter.unit:
        return ""
    wanted = column.parameter.unit or "无量纲"
    return f"{column.parameter.label} 应以 {wanted} 填报，表头写的是 {unit}；请换算后再导入"


def letter(at: int) -> str:
    """A column as spreadsheets name it: 0 = A, 26 = AA."""
    name = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        name = chr(65 + rest) + name
    return name
