"""The month's table as an Excel workbook: real numbers and dates, frozen heads, ready to print on A4."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from chuangmo.shell.signs import status as sign_of
from indicators.assessment.queries.month_table import TableRow

__all__ = ["month_workbook"]

HEAD_FILL = PatternFill("solid", fgColor="E7F0EE")
THIN = Side(style="thin", color="9AA5A1")
FRAME = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
TOP = Alignment(vertical="top", wrap_text=True)
NUMBER = Alignment(vertical="top", horizontal="right")

OVERVIEW = (
    ("序号", 6),
    ("类别", 12),
    ("指标", 36),
    ("牵头单位", 18),
    ("责任单位", 44),
    ("结果", 16),
    ("数值", 12),
    ("限值", 14),
    ("结论", 14),
    ("说明", 36),
    ("缺报", 30),
    ("截至", 12),
)
DERIVATION = (
    ("序号", 6),
    ("分项", 24),
    ("期间", 18),
    ("结论", 12),
    ("数值", 14),
    ("结果", 16),
    ("限值", 14),
    ("计算", 60),
    ("说明", 40),
)
YEARS = (
    ("序号", 6),
    ("分项", 28),
    ("期间", 16),
    ("数值", 14),
    ("结果", 18),
    ("是否完整", 10),
    ("是否估计", 10),
)
MISSING = (("序号", 6), ("指标", 28), ("单位", 24), ("缺什么", 60), ("应报日期", 14))


def month_workbook(rows: Sequence[TableRow], *, title: str, as_of: date, is_demo: bool, mark: str) -> bytes:
    """Return the workbook as bytes: 26 rows, derivations, values by year, what is missing. `mark` (a working copy, or the
    code that it was given out under) stands at the head of each sheet and at the foot of each printed page."""
    book = Workbook()
    book.properties.title = title
    heading = f"{title}　【{mark}】" + ("　【演示数据，不是实际统计结果】" if is_demo else "")
    _sheet(book.active, "26项指标", heading, OVERVIEW, [_overview(row, as_of) for row in rows], is_demo, mark)
    parts = [line for row in rows for line in _derivation(row)]
    _sheet(book.create_sheet(), "推导", heading, DERIVATION, parts, is_demo, mark)
    _sheet(
        book.create_sheet(),
        "历年数值",
        heading,
        YEARS,
        [line for row in rows for line in _years(row)],
        is_demo,
        mark,
    )
    _sheet(
        book.create_sheet(),
        "缺报",
        heading,
        MISSING,
        [line for row in rows for line in _missing(row)],
        is_demo,
        mark,
    )
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _overview(row: TableRow, as_of: date) -> list[Any]:
    verdict = row.verdict
    return [
        row.indicator.number,
        row.indicator.category.name,
        row.indicator.name,
        row.leads,
        row.responsible,
        verdict.headline if verdict else "",
        verdict.value if verdict else None,
        verdict.threshold if verdict else "",
        f"{sign_of(row.status).sign} {row.word}",
        verdict.remark if verdict else "",
        "\n".join(one.text for one in row.derivation.missing) if row.derivation else "",
        as_of,
    ]


def _derivation(row: TableRow) -> list[list[Any]]:
    lines: list[list[Any]] = []
    for part in row.derivation.parts if row.derivation else ():
        head = [row.indicator.number, part.name]
        lines.append(
            [
                *head,
                "合计",
                sign_of(part.status).text,
                part.value,
                part.text,
                part.threshold,
                part.formula,
                part.remark,
            ]
        )
        lines.extend(
            [
                *head,
                step.label,
                sign_of(step.status).text,
                None,
                step.text,
                step.threshold,
                step.formula,
                step.remark,
            ]
            for step in part.steps
        )
    return lines


def _years(row: TableRow) -> list[list[Any]]:
    lines: list[list[Any]] = []
    for part in row.derivation.parts if row.derivation else ():
        points = [*part.years, *([part.year_to_date] if part.year_to_date else [])]
        lines.extend(
            [
                row.indicator.number,
                part.name,
                point.label,
                point.value,
                point.text,
                "是" if point.complete else "否",
                "估" if point.estimated else "",
            ]
            for point in points
        )
    return lines


def _missing(row: TableRow) -> list[list[Any]]:
    if row.derivation is None:
        return []
    return [
        [row.indicator.number, row.indicator.short_name, one.unit_name, one.text, one.due_on]
        for one in row.derivation.missing
    ]


def _clean(value: Any) -> Any:
    """Without the control characters that a workbook cannot hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value


def _sheet(
    sheet: Worksheet,
    name: str,
    heading: str,
    columns: Sequence[tuple[str, int]],
    lines: Sequence[Sequence[Any]],
    is_demo: bool,
    mark: str,
) -> None:
    sheet.title = name
    sheet.append([heading])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append([label for label, _ in columns])
    for index, (_, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    for cell in sheet[2]:
        cell.font = Font(bold=True)
        cell.fill = HEAD_FILL
        cell.border = FRAME
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for line in lines:
        sheet.append([_clean(value) for value in line])
        for cell in sheet[sheet.max_row]:
            if cell.data_type == "f":  # nobody enters formulas: what begins with “=” is a text
                cell.data_type, cell.quotePrefix = "s", True
            cell.border = FRAME
            cell.alignment = NUMBER if isinstance(cell.value, int | float) else TOP
            if isinstance(cell.value, date):
                cell.number_format = "yyyy-mm-dd"
    sheet.freeze_panes = "D3" if name == "26项指标" else "C3"
    if lines:
        sheet.auto_filter.ref = f"A2:{get_column_letter(len(columns))}{sheet.max_row}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:2"
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    sheet.oddFooter.left.text = f"{timezone.localdate():%Y-%m-%d} 导出"
    sheet.oddFooter.right.text = mark
    if is_demo:
        sheet.oddHeader.center.text = "演示数据，不是实际统计结果"
