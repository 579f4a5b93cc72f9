"""The projects as a workbook: list, stages, counties, money; what is shown on the page, with the same filters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from projects.works.queries.funds import FundLine, FundTable
from projects.works.queries.overview import CountyLine
from projects.works.queries.portfolio import ProjectRow
from projects.works.rules.facts import fact_lines

__all__ = ["projects_workbook"]

_LIST = (
    ("工程", 40), ("类别", 14), ("责任单位", 16), ("市级主管部门", 16), ("支撑指标", 12), ("方案数据", 36), ("应启动", 12),
    ("应完成", 12), ("现行完成日期", 13), ("亮灯", 9), ("说明", 36), ("截至", 12), ("完成 %", 9), ("计划 %", 9),
    ("预计完成", 12), ("预计晚（天）", 12), ("计划资金（万元）", 15), ("到位（万元）", 13), ("支付（万元）", 13),
)  # fmt: skip
_STAGES = (
    ("工程", 40), ("阶段", 14), ("工作日", 8), ("开始", 12), ("完成", 12), ("机动工作日", 11), ("关键线路", 9),
    ("基准开始", 12), ("基准完成", 12),
)  # fmt: skip
_COUNTIES = (
    ("责任单位", 18), ("工程", 8), ("正常", 8), ("偏慢", 8), ("滞后", 8), ("其他", 8), ("平均完成 %", 12), ("平均计划 %", 12),
    ("预计晚", 8),
)  # fmt: skip
_MONEY = (
    ("分类", 12), ("名称", 24), ("工程", 8), ("有计划的", 10), ("计划（万元）", 14), ("到位（万元）", 14), ("支付（万元）", 14),
    ("结余（万元）", 14),
)  # fmt: skip


def projects_workbook(
    rows: Sequence[ProjectRow],
    counties: Sequence[CountyLine],
    tables: Sequence[FundTable],
    *,
    title: str,
    is_demo: bool,
) -> bytes:
    """The file. Texts are never read as formulas; a figure that is not known is an empty cell."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    sheets = _Sheets(book, title, is_demo)
    sheets.add("工程", _LIST, (_list_line(row) for row in rows))
    sheets.add("阶段", _STAGES, (line for row in rows for line in _stage_lines(row)))
    sheets.add("县区", _COUNTIES, (_county_line(line) for line in counties))
    sheets.add(
        "资金",
        _MONEY,
        (_money_line(table, one) for table in tables for one in table.lines),
    )
    book.close()
    return out.getvalue()


class _Sheets:
    """Writes sheets of the same make: title, head that repeats on paper, filter, A3 landscape."""

    def __init__(self, book: xlsxwriter.Workbook, title: str, is_demo: bool) -> None:
        self.book, self.title, self.is_demo = book, title, is_demo
        self.bold = book.add_format({"bold": True, "font_size": 14})
        frame = {"border": 1, "border_color": "#C6CFCC", "valign": "top", "text_wrap": True}
        self.head = book.add_format({**frame, "bold": True, "bg_color": "#EEF3F1", "align": "center"})
        self.text = book.add_format(frame)
        self.day = book.add_format({**frame, "num_format": "yyyy-mm-dd"})
        self.number = book.add_format({**frame, "num_format": "#,##0.##"})

    def add(self, name: str, columns: Sequence[tuple[str, int]], lines: Iterable[Sequence[Any]]) -> None:
        sheet = self.book.add_worksheet(name)
        sheet.write_string(0, 0, f"{self.title} · {name}", self.bold)
        for place, (label, width) in enumerate(columns):
            sheet.set_column(place, place, width)
            sheet.write_string(1, place, label, self.head)
        last = 1
        for last, line in enumerate(lines, start=2):
            for place, value in enumerate(line):
                self._write(sheet, last, place, value)
        sheet.freeze_panes(2, 1)
        sheet.autofilter(1, 0, max(last, 2), len(columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(8)  # A3
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, 1)
        sheet.set_footer("&C第 &P 页，共 &N 页")
        if self.is_demo:
            sheet.set_header("&C演示数据，不是实际统计结果")

    def _write(self, sheet: Any, row: int, column: int, value: Any) -> None:
        if value is None or value == "":
            sheet.write_blank(row, column, None, self.text)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self.day)
        elif isinstance(value, int | float | Decimal):
            sheet.write_number(row, column, float(value), self.number)
        else:
            sheet.write_string(row, column, ILLEGAL_CHARACTERS_RE.sub("", str(value)), self.text)


def _list_line(row: ProjectRow) -> list[Any]:
    project, stands = row.project, row.stands
    head = [
        f"　{project.name}" if project.parent_id else project.name,
        project.get_kind_display(),
        row.units,
        project.bureau.short_name,
        "、".join(str(one.number) for one in project.indicators.all()),
        "；".join(f"{term} {value}" for term, value in fact_lines(project.facts)),
        project.start_by,
        project.finish_by,
        row.schedule.finish_on if row.schedule else None,
    ]
    if stands is None:
        return head
    work, money = stands.work, stands.money
    return [
        *head,
        row.light[1],
        "；".join([*work.why, *money.warnings]),
        work.as_of,
        _rounded(work.real),
        _rounded(work.planned),
        work.expected,
        work.expected_late or None,
        money.planned,
        money.arrived,
        money.paid,
    ]


def _stage_lines(row: ProjectRow) -> list[list[Any]]:
    if row.schedule is None:
        return []
    first = {stage.code: stage for stage in row.baseline.stages.all()} if row.baseline else {}
    return [
        [
            row.project.name,
            stage.name,
            stage.days,
            stage.start_on,
            stage.finish_on,
            stage.slack_days,
            "是" if stage.is_critical else "",
            first[stage.code].start_on if stage.code in first else None,
            first[stage.code].finish_on if stage.code in first else None,
        ]
        for stage in row.schedule.stages.all()
    ]


def _money_line(table: FundTable, one: FundLine) -> list[Any]:
    planned = one.planned if one.known else None
    return [table.title, one.label, one.projects, one.known, planned, one.arrived, one.paid, one.balance]


def _county_line(line: CountyLine) -> list[Any]:
    return [
        line.name,
        line.projects,
        line.green,
        line.yellow,
        line.red,
        line.other,
        _rounded(line.mean_real),
        _rounded(line.mean_planned),
        line.expected_late,
    ]


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.1"))
