"""The register of sites and the list of batches as tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from chuangmo.days import cn_datetime
from chuangmo.shell.display import figure
from chuangmo.shell.templatetags.shell import state_badge, status_badge
from indicators.monitoring.models import Batch
from indicators.monitoring.queries.review import span_words
from indicators.monitoring.queries.sites import Latest
from indicators.plan.models import Site

__all__ = ["BatchTable", "SiteTable", "judged_badge"]


def judged_badge(status: str, text: str) -> SafeString:
    """A reading's sign and words; without a sign where nothing is judged."""
    return status_badge(status, text) if status else format_html("{}", text)


class SiteTable(tables.Table):
    """Name (to its page), kind, county, target, coordinates, last reading and what it says."""

    name = tables.Column("点位", order_by=("name",))
    kind = tables.Column("类别", order_by=("place", "order"))
    county = tables.Column("所在县区", accessor="unit__short_name", order_by=("unit__order",))
    target = tables.Column("目标", accessor="target_class", empty_values=())
    place = tables.Column("经纬度", empty_values=(), orderable=False)
    when = tables.Column("最近监测", empty_values=(), orderable=False)
    result = tables.Column("结果", empty_values=(), orderable=False)

    class Meta:
        model = Site
        fields: tuple[str, ...] = ()
        sequence = ("name", "kind", "county", "target", "place", "when", "result")
        attrs = {"class": "stackable", "title": "监测点位"}
        empty_text = "没有符合条件的点位"

    latest: Mapping[int, Latest] = {}

    def render_name(self, record: Site) -> SafeString:
        marks = [
            word for word, holds in (("出境", record.is_outflow), ("对照点", record.is_background)) if holds
        ]
        more = format_html(' <span class="muted">{}</span>', "、".join(marks)) if marks else ""
        return format_html('<a href="/monitoring/sites/{}/">{}</a>{}', record.pk, record.name, more)

    def render_target(self, record: Site) -> str:
        if record.target_class:
            return record.get_target_class_display()
        return f"{figure(record.length_m)} m" if record.length_m is not None else "—"

    def render_place(self, record: Site) -> str:
        if record.longitude is None or record.latitude is None:
            return "—"
        return f"{float(record.longitude):.4f}, {float(record.latitude):.4f}"

    def render_when(self, record: Site) -> str:
        found = self.latest.get(record.pk)
        return found.when if found else "没有数据"

    def render_result(self, record: Site) -> str | SafeString:
        found = self.latest.get(record.pk)
        return judged_badge(found.judged.status, found.judged.text) if found else "—"


class BatchTable(tables.Table):
    """Name (to its page), kind, unit, span, count, state, who brought it when."""

    name = tables.Column("批次", linkify=True, orderable=False)
    kind = tables.Column("种类")
    unit = tables.Column("单位", accessor="unit__short_name", order_by=("unit__order",))
    span = tables.Column("时间范围", empty_values=(), order_by=("last_day",))
    count = tables.Column("条数", empty_values=(), orderable=False, attrs={"td": {"class": "num"}})
    state = tables.Column("状态", accessor="case__state")
    brought = tables.Column("导入", accessor="created_at")

    class Meta:
        model = Batch
        fields: tuple[str, ...] = ()
        sequence = ("name", "kind", "unit", "span", "count", "state", "brought")
        attrs = {"class": "stackable", "title": "监测数据批次"}
        empty_text = "还没有导入过监测数据"

    def render_span(self, record: Batch) -> str:
        return span_words(record)

    def render_count(self, record: Batch) -> Any:
        if "count" not in record.facts:
            return "核对中"
        faults = record.facts["fault_count"]
        if faults and record.case.is_editable:
            return format_html('<span class="late">{} 处错误</span>', figure(faults))
        return figure(record.facts["count"])

    def render_state(self, record: Batch) -> SafeString:
        if record.case.state == "accepted" and record.loaded_at is None:
            if record.facts.get("load_error"):
                return state_badge("overdue", "没有入库")
            return state_badge("in_review", "正在入库")
        return state_badge(record.case.state)

    def render_brought(self, record: Batch) -> str:
        return f"{record.created_by} {cn_datetime(record.created_at)}"
