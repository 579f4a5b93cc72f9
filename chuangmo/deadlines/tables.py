"""The chase list as a workbook's columns (`shell.listing.table_workbook`)."""

from __future__ import annotations

import django_tables2 as tables

from chuangmo.deadlines.queries.chase import ChaseRow

__all__ = ["ChaseTable"]


class ChaseTable(tables.Table):
    """One line for each matter that is owed: days as days, numbers as numbers."""

    unit = tables.Column("单位", accessor="obligation__unit__name")
    subject = tables.Column("事项", accessor="obligation__subject_label")
    kind = tables.Column("种类")
    due_on = tables.Column("应办日期", accessor="obligation__due_on")
    original_due_on = tables.Column("原定日期", accessor="obligation__original_due_on")
    days_late = tables.Column("逾期工作日")
    rung = tables.Column("已到级别")
    proposal = tables.Column("待确认的建议", accessor="proposal__rung__get_action_display")
    request = tables.Column("待决定的申请", accessor="request__get_kind_display")
    paused = tables.Column("挂账", empty_values=())
    held = tables.Column("暂缓", empty_values=())
    seen = tables.Column("通知回执")

    class Meta:
        default = ""
        orderable = False

    def value_paused(self, record: ChaseRow) -> str:
        return "是" if record.obligation.paused else ""

    def value_held(self, record: ChaseRow) -> str:
        return "是" if record.obligation.held_from is not None else ""
