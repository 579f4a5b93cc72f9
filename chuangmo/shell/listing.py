"""A register's page: which columns, in which order, which page of it — all from the address — and the same as Excel."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import quote

import django_tables2 as tables
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django_tables2 import RequestConfig
from xlsxwriter import Workbook

from chuangmo.days import cn_datetime
from chuangmo.shell.frame import frame_of

__all__ = ["XLSX", "ColumnChoice", "arrange", "download", "is_export", "table_workbook"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PAGE = 50
MAX_WIDTH, PER_CHARACTER = 48, 1.8  # a Chinese character is as wide as two of a column's units


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """One column that a person may show or hide; the first one leads to the row's page and always stays."""

    name: str
    header: str
    is_shown: bool
    is_fixed: bool


def arrange(request: HttpRequest, table: tables.Table, *, per_page: int = PAGE) -> tables.Table:
    """Show the columns, the order and the page that the address asks for; whatever it misspells is left aside.

    `columns=` names what is shown beside the first column (several times); without it everything is.
    """
    names = [column.name for column in table.columns]
    asked = set(request.GET.getlist("columns")) & set(names)
    hidden = [name for name in names[1:] if asked and name not in asked]
    choices = [
        ColumnChoice(name, str(table.columns[name].header), name not in hidden, name == names[0])
        for name in names
    ]
    for name in hidden:
        table.columns.hide(name)
    RequestConfig(request, paginate=False).configure(table)
    table.choices = choices
    table.kept = [
        (name, value)
        for name, values in request.GET.lists()
        if name not in {"columns", "page", "as"}
        for value in values
    ]
    if not is_export(request):
        table.paginate(per_page=per_page)  # whatever number the address asks for
        table.page = table.paginator.get_page(request.GET.get("page"))
    return table


def is_export(request: HttpRequest) -> bool:
    """Whether the address asks for the list as a workbook instead of a page."""
    return request.GET.get("as") == "xlsx"


def table_workbook(request: HttpRequest, table: tables.Table, title: str) -> HttpResponse:
    """What the (arranged) table shows, all pages of it, as a workbook: one heading line, frozen heads, a filter."""
    rows = table.as_values(
        exclude_columns=[column.name for column in table.columns.iterall() if not column.visible]
    )
    stream = BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd",
        "remove_timezone": True,
    }
    with Workbook(stream, options) as book:
        sheet = book.add_worksheet(sheet_name(title))
        head = book.add_format({"bold": True, "bg_color": "#E7F0EE", "border": 1, "text_wrap": True})
        mark = "　【演示数据，不是实际统计结果】" if frame_of(request).is_demo else ""
        headers = [str(cell) for cell in next(rows)]
        sheet.set_column(0, len(headers) - 1, 16)
        for column, header in enumerate(headers):
            sheet.set_column(column, column, min(MAX_WIDTH, max(12, len(header) * PER_CHARACTER + 4)))
        sheet.write_string(0, 0, f"{title}（{cn_datetime(timezone.now())} 导出）{mark}")
        for column, header in enumerate(headers):
            sheet.write_string(1, column, header, head)
        last = 1
        for last, row in enumerate(rows, start=2):
            sheet.write_row(last, 0, row)
        sheet.freeze_panes(2, 1)
        sheet.autofilter(1, 0, last, len(headers) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
    return download(stream.getvalue(), XLSX, f"{title}.xlsx")


def sheet_name(title: str) -> str:
    """What Excel takes as a sheet's name: 31 characters, none of []:*?/\\, no apostrophe at either end."""
    return re.sub(r"[\[\]:*?/\\]", "", title)[:31].strip("'") or "数据"


def download(content: bytes, mime: str, name: str) -> HttpResponse:
    """An answer that the browser saves under that name."""
    response = HttpResponse(content, content_type=mime)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
