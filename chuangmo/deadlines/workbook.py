"""The chase list as an Excel workbook: real dates and numbers, a frozen head."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from io import BytesIO

import xlsxwriter

from chuangmo.deadlines.queries.chase import ChaseRow

__all__ = ["chase_workbook"]

COLUMNS = (
    ("单位", 20),
    ("事项", 48),
    ("种类", 12),
    ("应办日期", 12),
    ("原定日期", 12),
    ("逾期工作日", 10),
    ("已到级别", 16),
    ("待确认的建议", 14),
    ("待决定的申请", 14),
    ("挂账", 8),
    ("暂缓", 8),
    ("通知回执", 40),
)


def chase_workbook(rows: Sequence[ChaseRow], at: date) -> bytes:
    """Written row by row: some ten thousand lines take little memory."""
    stream = BytesIO()
    options = {
        "in_memory": True,
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    book = xlsxwriter.Workbook(stream, options)
    head = book.add_format({"bold": True, "bg_color": "#E7F0EE", "border": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(f"催办 {at:%Y-%m-%d}")
    sheet.freeze_panes(1, 1)
    for column, (title, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, head)
    for line, row in enumerate(rows, start=1):
        owed = row.obligation
        sheet.write_string(line, 0, owed.unit.name)
        sheet.write_string(line, 1, owed.subject_label)
        sheet.write_string(line, 2, row.kind)
        for column, when in ((3, owed.due_on), (4, owed.original_due_on)):
            if when is not None:
                sheet.write_datetime(line, column, datetime.combine(when, time()), day)
        sheet.write_number(line, 5, row.days_late)
        sheet.write_string(line, 6, row.rung)
        sheet.write_string(line, 7, row.proposal.rung.get_action_display() if row.proposal else "")
        sheet.write_string(line, 8, row.request.get_kind_display() if row.request else "")
        sheet.write_string(line, 9, "是" if owed.paused else "")
        sheet.write_string(line, 10, "是" if owed.held_from is not None else "")
        sheet.write_string(line, 11, row.seen)
    book.close()
    return stream.getvalue()
