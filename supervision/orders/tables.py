"""The register of orders as a table."""

from __future__ import annotations

from datetime import date

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from chuangmo import clock
from chuangmo.days import cn_date
from chuangmo.shell.templatetags.shell import state_badge
from supervision.orders.models import Order
from supervision.orders.queries.lists import UNIT_STATES
from supervision.orders.signs import STATES

__all__ = ["OrderTable"]

LINE = {"td": {"class": "nowrap"}}


class DayColumn(tables.Column):
    """A day as pages write it; real days in the workbook."""

    def render(self, value: date) -> str:
        return cn_date(value, today=clock.today())

    def value(self, value: date, **_: object) -> date:
        return value


class OrderTable(tables.Table):
    """Title (to its page), number, unit, office, state, day, when issued and closed, where it comes from."""

    title = tables.Column("事由", linkify=True)
    document_number = tables.Column("文号", order_by=("year", "kind", "number"), attrs=LINE)
    unit = tables.Column("承办单位", accessor="unit__short_name", order_by=("unit__order",), attrs=LINE)
    office = tables.Column("签发单位", accessor="office__short_name", order_by=("office__order",), attrs=LINE)
    state = tables.Column("状态")
    due_now = tables.Column("办结期限")
    issued_on = DayColumn("签发", attrs=LINE)
    answered_on = DayColumn("反馈", attrs=LINE)
    closed_on = DayColumn("销号", attrs=LINE)
    source_label = tables.Column("来源", orderable=False)
    rebound_count = tables.Column("反弹次数", attrs={"td": {"class": "num"}})

    class Meta:
        model = Order
        fields: tuple[str, ...] = ()
        sequence = (
            "title",
            "document_number",
            "unit",
            "office",
            "state",
            "due_now",
            "issued_on",
            "answered_on",
            "closed_on",
            "source_label",
            "rebound_count",
        )
        attrs = {"class": "stackable", "title": "督办单"}
        empty_text = "没有符合条件的督办单"

    def render_state(self, record: Order) -> SafeString:
        badges = [state_badge(*STATES[record.state])]
        if record.is_rebound:
            badges.append(state_badge("overdue", "反弹"))
        elif record.closed_late:
            badges.append(state_badge("done_late"))
        return format_html("{} {}", *badges) if len(badges) > 1 else badges[0]

    def value_state(self, record: Order) -> str:
        extra = "，反弹" if record.is_rebound else "，逾期办结" if record.closed_late else ""
        return f"{STATES[record.state][1]}{extra}"

    def render_due_now(self, record: Order, value: date) -> str | SafeString:
        text = cn_date(value, today=clock.today())
        if record.state in UNIT_STATES and value < clock.today():
            return format_html('<span class="late nowrap">! {} 逾期</span>', text)
        return format_html('<span class="nowrap">{}</span>', text)

    def value_due_now(self, value: date) -> date:
        return value

    def render_source_label(self, value: str) -> str:
        return value if len(value) <= 40 else value[:39] + "…"
