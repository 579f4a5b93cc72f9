"""The list of reports as a table."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from chuangmo import clock
from chuangmo.shell.display import cn_date, since
from chuangmo.shell.templatetags.shell import state_badge
from indicators.reporting.models import Report, ReportPart
from indicators.reporting.queries.lists import is_late


class ReportTable(tables.Table):
    """Indicator, unit, period, state, due day; the first column leads to the report."""

    indicator = tables.Column("指标", order_by=("indicator__number", "-period_end"), linkify=True)
    unit = tables.Column("单位", order_by=("unit__order", "unit__name"))
    period = tables.Column("报告期", accessor="period_end", order_by=("period_end", "period_kind"))
    state = tables.Column("状态", accessor="case__state")
    due = tables.Column("应报", accessor="obligation__due_on", empty_values=())

    class Meta:
        model = Report
        fields: tuple[str, ...] = ()
        sequence = ("indicator", "unit", "period", "state", "due")
        attrs = {"class": "stackable", "title": "报表"}
        empty_text = "没有符合条件的报表"
        per_page = 50

    def render_indicator(self, record: Report) -> str:
        part = "" if record.part == ReportPart.REGULAR else f"（{record.get_part_display()}）"
        return f"{record.indicator.number} {record.indicator.short_name}{part}"

    def render_unit(self, record: Report) -> str:
        return record.unit.short_name

    def render_period(self, record: Report) -> str:
        return record.period.label

    def render_state(self, record: Report) -> SafeString:
        waived = record.obligation is not None and record.obligation.waived_at is not None
        return state_badge("waived" if waived else record.case.state)

    def render_due(self, record: Report) -> str | SafeString:
        obligation, today = record.obligation, clock.today()
        if obligation is None or obligation.due_on is None:
            return "待定"
        day = cn_date(obligation.due_on, today=today)
        if obligation.done_on is not None:
            word = "逾期报送" if obligation.is_late(today) else "按时"
            return format_html('{} <span class="muted">{}</span>', day, word)
        if is_late(record, today):
            days = (today - obligation.due_on).days
            return format_html('{} <span class="late">逾期 {} 天</span>', day, days)
        if obligation.waived_at is not None:
            return day
        return format_html('{} <span class="muted">{}</span>', day, since(obligation.due_on, today=today))
