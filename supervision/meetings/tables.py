"""The list of decisions as a table, on the page and in Excel."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from chuangmo import clock
from chuangmo.shell.templatetags.shell import state_badge
from supervision.meetings.models import Decision
from supervision.meetings.queries.earlier import became

__all__ = ["DecisionTable"]


class DecisionTable(tables.Table):
    """What, who, until when, where it stands, whence it comes."""

    text = tables.Column("事项", order_by=("text",))
    unit = tables.Column("责任单位", accessor="unit__short_name", order_by=("unit__order",))
    due_on = tables.DateColumn(verbose_name="完成时限", format="Y-m-d", attrs={"td": {"class": "nowrap"}})
    stands = tables.Column("情况", empty_values=(), order_by=("state", "due_on"))
    origin_label = tables.Column("来源")
    reported_on = tables.DateColumn(verbose_name="报完成", format="Y-m-d", attrs={"td": {"class": "nowrap"}})
    done_on = tables.DateColumn(verbose_name="办结", format="Y-m-d", attrs={"td": {"class": "nowrap"}})
    report = tables.Column("完成情况", default="")
    order_label = tables.Column("督办单", default="")

    class Meta:
        model = Decision
        fields: tuple[str, ...] = ()
        sequence = (
            "text", "unit", "due_on", "stands", "origin_label", "reported_on", "done_on", "report", "order_label",
        )  # fmt: skip
        attrs = {"class": "stackable", "title": "议定事项"}
        empty_text = "没有符合条件的议定事项"

    def render_text(self, record: Decision) -> SafeString:
        return format_html('<a href="{}">{}</a>', record.get_absolute_url(), record)

    def value_text(self, record: Decision) -> str:
        return record.text

    def render_due_on(self, record: Decision) -> str | SafeString:
        if record.is_extended:
            return format_html(
                '{}<div class="small muted">原定 {}</div>',
                record.due_on.isoformat(),
                record.original_due_on.isoformat(),
            )
        return record.due_on.isoformat()

    def value_due_on(self, record: Decision) -> object:
        return record.due_on

    def render_stands(self, record: Decision) -> SafeString:
        stands = became(record, clock.today())
        return state_badge(stands.state, stands.word)

    def value_stands(self, record: Decision) -> str:
        return became(record, clock.today()).word

    def value_reported_on(self, record: Decision) -> object:
        return record.reported_on

    def value_done_on(self, record: Decision) -> object:
        return record.done_on

    def render_report(self, record: Decision) -> str:
        return record.report if len(record.report) <= 60 else f"{record.report[:59]}…"

    def value_report(self, record: Decision) -> str:
        return record.report
