"""The list of reports as a table."""

from __future__ import annotations

from datetime import date

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from chuangmo import clock
from chuangmo.days import cn_date, since
from chuangmo.shell import signs
from chuangmo.shell.templatetags.shell import state_badge
from indicators.reporting.models import Report, ReportPart
from indicators.reporting.queries.lists import is_late


class ReportTable(tables.Table):
    """Indicator, unit, period, state, due and done day, in time or not; the first column leads to the report."""

    indicator = tables.Column("指标", order_by=("indicator__number", "-period_end"), linkify=True)
    unit = tables.Column("单位", order_by=("unit__order", "unit__name"))
    period = tables.Column("报告期", accessor="period_end", order_by=("period_end", "period_kind"))
    state = tables.Column("状态", accessor="case__state")
    due = tables.Column("应报", accessor="obligation__due_on", empty_values=())
    done = tables.Column("报送", accessor="obligation__done_on", empty_values=())
    timely = tables.Column("时间", empty_values=(), orderable=False)

    class Meta:
        model = Report
        fields: tuple[str, ...] = ()
        sequence = ("indicator", "unit", "period", "state", "due", "done", "timely")
        attrs = {"class": "stackable", "title": "报表"}
        empty_text = "没有符合条件的报表"

    def render_indicator(self, record: Report) -> str:
        part = "" if record.part == ReportPart.REGULAR else f"（{record.get_part_display()}）"
        return f"{record.indicator.number} {record.indicator.short_name}{part}"

    def render_unit(self, record: Report) -> str:
        return record.unit.short_name

    def render_period(self, record: Report) -> str:
        return record.period.label

    def render_state(self, record: Report) -> SafeString:
        return state_badge(_state(record))

    def value_state(self, record: Report) -> str:
        return signs.state(_state(record)).word

    def render_due(self, record: Report) -> str:
        day = self.value_due(record)
        return cn_date(day, today=clock.today()) if day else "待定"

    def value_due(self, record: Report) -> date | None:
        return record.obligation.due_on if record.obligation else None

    def render_done(self, record: Report) -> str:
        return cn_date(self.value_done(record), today=clock.today())

    def value_done(self, record: Report) -> date | None:
        return record.obligation.done_on if record.obligation else None

    def render_timely(self, record: Report) -> SafeString:
        return format_html(
            '<span class="{}">{}</span>',
            "late" if is_late(record, clock.today()) else "muted",
            _timely(record, clock.today()),
        )

    def value_timely(self, record: Report) -> str:
        return _timely(record, clock.today())


def _state(record: Report) -> str:
    waived = record.obligation is not None and record.obligation.waived_at is not None
    return "waived" if waived else record.case.state


def _timely(record: Report, today: date) -> str:
    obligation = record.obligation
    if obligation is None or obligation.due_on is None or obligation.waived_at is not None:
        return ""
    if obligation.done_on is not None:
        return "逾期报送" if obligation.is_late(today) else "按时"
    if is_late(record, today):
        return f"逾期 {(today - obligation.due_on).days} 天"
    return since(obligation.due_on, today=today)
