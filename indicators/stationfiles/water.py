"""Surface-water files to samples: `section,kind,ph,do,codmn,nh3n,tp,…`, every parameter of GB 3838 table 1, in mg/L.

A blank takes no part; “0.01L”, “<0.01”, “未检出” are below detection. kind: river or lake (河流、湖库).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from indicators.standards.surface_water import Measured, Sample, class_of, parse_measured
from indicators.standards.water_limits import TABLE_1, Kind
from indicators.stationfiles.columns import find_columns
from indicators.stationfiles.faults import Fault, Faults
from indicators.stationfiles.headers import KINDS, WATER_ALIASES, WATER_PASSED_OVER
from indicators.stationfiles.tables import Row, Table, read_table

__all__ = ["SectionRow", "WaterFile", "read_water"]

MILLIGRAMS = tuple(code for code in TABLE_1 if code != "ph")

# Beyond a thousand times class V nothing is surface water; above twenty times a person should look.
IMPOSSIBLE, SUSPICIOUS = 1000, 20
MAX_PH, MAX_DO = Decimal(14), Decimal(50)
# Laboratories report these in µg/L; several at once far above class V are more likely the unit than the river.
TRACES = ("cu", "zn", "se", "as", "hg", "cd", "cr6", "pb")
TRACES_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One row: a section's sample. date as the file writes it, “” without such a column."""

    row: int
    section: str
    kind: Kind
    date: str
    sample: Sample


@dataclass(frozen=True, slots=True)
class WaterFile:
    """The rows in the file's order, and remarks that stopped nothing."""

    rows: list[SectionRow]
    notes: list[Fault]


def read_water(path: Path) -> WaterFile:
    """The samples of a file. StationFileError with every fault."""
    faults = Faults(str(path))
    table = read_table(path, faults)
    columns = find_columns(
        table, WATER_ALIASES, passed_over=WATER_PASSED_OVER, milligrams=MILLIGRAMS, faults=faults
    )
    _check_header(columns, table, faults)
    rows = [_section_row(row, columns, table, faults) for row in table.rows]
    if not rows:
        faults.add(0, "", "只有表头，没有断面")
    faults.raise_any()
    return WaterFile([row for row in rows if row is not None], faults.notes)


def _check_header(columns: dict[str, int], table: Table, faults: Faults) -> None:
    missing = [code for code in ("section", "kind") if code not in columns]
    if missing:
        raise faults.refuse(
            f"缺少列：{'、'.join(missing)}（第一行应是列名：section,kind,ph,do,codmn,nh3n,tp,…）",
            table.header.number,
        )
    if not columns.keys() & TABLE_1.keys():
        raise faults.refuse("没有一列是 GB 3838 表 1 的项目", table.header.number)


def _section_row(row: Row, columns: dict[str, int], table: Table, faults: Faults) -> SectionRow | None:
    section = row.cells[columns["section"]].strip()
    written = row.cells[columns["kind"]].strip()
    kind = KINDS.get(written.lower())
    if not section:
        faults.add(row.number, table.header.cells[columns["section"]], "没有写断面名称")
    if kind is None:
        faults.add(
            row.number,
            table.header.cells[columns["kind"]],
            f"“{written}”不是水体类型，写 river（河流）或 lake（湖库）",
        )
    sample = {
        code: measured
        for code in TABLE_1
        if code in columns and (measured := _measured(code, row, columns[code], table, faults)) is not None
    }
    _check_traces(row.number, sample, faults)
    if not section or kind is None:
        return None
    date = row.cells[columns["date"]].strip().removesuffix(" 00:00") if "date" in columns else ""
    return SectionRow(row.number, section, kind, date, sample)


def _measured(code: str, row: Row, at: int, table: Table, faults: Faults) -> Measured | None:
    """The figure of one cell; None for a blank, or for a fault, which is noted."""
    text = row.cells[at].strip()
    try:
        measured = parse_measured(text)
        if measured is None:
            return None
        class_of(TABLE_1[code], measured)  # refuses oxygen and pH below detection
        _check_possible(code, text, measured)
    except ValueError as error:
        faults.add(row.number, table.header.cells[at], str(error))
        return None
    if _far_above(code, measured, SUSPICIOUS):
        faults.note(
            row.number,
            table.header.cells[at],
            f"“{text}”是 Ⅴ 类限值的 {SUSPICIOUS} 倍以上，请核对单位（mg/L）",
        )
    return measured


def _check_possible(code: str, text: str, measured: Measured) -> None:
    if measured.below or measured.value is None:
        return
    if code == "ph" and measured.value > MAX_PH:
        raise ValueError(f"pH 不可能是“{text}”")
    if code == "do" and measured.value > MAX_DO:
        raise ValueError(f"溶解氧不可能是“{text}”mg/L")
    if _far_above(code, measured, IMPOSSIBLE):
        raise ValueError(f"“{text}”是 Ⅴ 类限值的 {IMPOSSIBLE} 倍以上，疑为单位错误（应为 mg/L）")


def _far_above(code: str, measured: Measured, times: int) -> bool:
    parameter = TABLE_1[code]
    return (
        parameter.better == "low"
        and not measured.below
        and measured.value is not None
        and measured.value > parameter.limits[-1] * times
    )


def _check_traces(row: int, sample: Sample, faults: Faults) -> None:
    high = [
        TABLE_1[code].name for code in TRACES if code in sample and _far_above(code, sample[code], SUSPICIOUS)
    ]
    if len(high) >= TRACES_AT_ONCE:
        faults.add(row, "", f"{'、'.join(high)}都远高于 Ⅴ 类限值，疑为 µg/L，应为 mg/L")
