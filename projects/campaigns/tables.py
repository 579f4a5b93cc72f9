"""The list of tasks and a task's register as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from chuangmo.shell.display import figure
from chuangmo.shell.templatetags.shell import cn_date, cn_datetime, state_badge, status_badge
from projects.campaigns.models import Member
from projects.campaigns.queries.tasks import TaskRow
from projects.campaigns.signs import STATES

__all__ = ["MemberTable", "TaskTable"]

NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}


class TaskTable(tables.Table):
    """Name (to its page), section, lead, light, progress as a bar with its numbers, what stands where, day."""

    name = tables.Column("任务", accessor="task__name", orderable=False)
    light = tables.Column("亮灯", empty_values=(), orderable=False, attrs={"td": {"class": "t-light"}})
    progress = tables.Column(
        "核销进度", empty_values=(), orderable=False, attrs={"td": {"class": "t-progress"}}
    )
    theme = tables.Column("专题", accessor="task__theme", orderable=False)
    lead = tables.Column("牵头单位", accessor="task__lead__short_name", orderable=False)
    target = tables.Column("目标", orderable=False)
    members = tables.Column("名单", empty_values=(), orderable=False, attrs=NUMBER)
    ticked = tables.Column("待核", accessor="stands__counts__ticked", orderable=False, attrs=NUMBER)
    to_do = tables.Column("待销号", accessor="stands__counts__to_do", orderable=False, attrs=NUMBER)
    due_on = tables.Column(
        "期限", accessor="task__due_on", orderable=False, attrs={"td": {"class": "nowrap"}}
    )

    class Meta:
        attrs = {"class": "stackable", "title": "攻坚任务"}
        empty_text = "没有符合条件的任务"

    def render_name(self, record: TaskRow) -> SafeString:
        return format_html('<a href="{}">{}</a>', record.task.get_absolute_url(), record.task.name)

    def value_name(self, record: TaskRow) -> str:
        return record.task.name

    def render_light(self, record: TaskRow) -> SafeString:
        badge = status_badge(*record.light)
        return format_html('{}<div class="small">{}</div>', badge, record.why) if record.why else badge

    def value_light(self, record: TaskRow) -> str:
        return f"{record.light[1]}：{record.why}" if record.why else record.light[1]

    def render_progress(self, record: TaskRow) -> SafeString | str:
        if record.stands.percent is None:
            return "—"
        context = {
            "value": record.stands.counts.verified,
            "total": record.stands.asked,
            "label": f"{record.task.name}已核销",
        }
        mine = ""
        if record.mine is not None:
            mine = format_html(
                '<div class="small muted">该单位 {} / {}</div>', record.mine.verified, record.mine.total
            )
        return format_html("{}{}", render_to_string("components/progress.html", context), mine)

    def value_progress(self, record: TaskRow) -> str:
        percent = record.stands.percent
        return "" if percent is None else f"{figure(percent, 1)}%"

    def render_members(self, record: TaskRow) -> str:
        return figure(record.stands.counts.total or None)

    def value_members(self, record: TaskRow) -> int:
        return record.stands.counts.total

    def render_due_on(self, record: TaskRow) -> str:
        return cn_date(record.task.due_on)

    def value_due_on(self, record: TaskRow) -> Any:
        return record.task.due_on


class MemberTable(tables.Table):
    """Name (with its box for batches), code, unit, post, figure, proofs, state, who ticked and who verified."""

    name = tables.Column("名称", order_by=("name",))
    code = tables.Column("代码", order_by=("code",))
    unit = tables.Column("责任单位", accessor="unit__short_name", order_by=("unit__order", "name"))
    county = tables.Column("所在县区", accessor="county__short_name", order_by=("county__order", "name"))
    post = tables.Column("岗位和责任人", order_by=("post__title", "post__person"), empty_values=())
    value = tables.Column("数值", order_by=("value",), attrs=NUMBER)
    proofs = tables.Column("依据", empty_values=(), orderable=False)
    state = tables.Column("状态", order_by=("state",))
    ticked = tables.Column("销号", accessor="ticked_at", empty_values=())
    verified = tables.Column("核销", accessor="verified_at", empty_values=())
    remark = tables.Column("备注", orderable=False)

    class Meta:
        model = Member
        fields: tuple[str, ...] = ()
        attrs = {"class": "stackable", "title": "销号名单"}
        empty_text = "没有符合条件的对象"

    has: Mapping[int, frozenset[str]] = {}
    wanted: Sequence[str] = ()
    measure_unit = ""
    is_chosen = False

    def render_name(self, record: Member) -> SafeString:
        link = format_html('<a href="{}">{}</a>', record.get_absolute_url(), record.name)
        if record.remark:
            link = format_html(
                '<span>{}<span class="small muted t-line">{}</span></span>', link, record.remark
            )
        if not self.is_chosen:
            return link
        box = format_html(
            '<input class="form-check-input" type="checkbox" name="member" form="batch" value="{}"'
            ' data-choose aria-label="选中 {}">',
            record.pk,
            record.name,
        )
        return format_html('<span class="t-choose">{} {}</span>', box, link)

    def value_name(self, record: Member) -> str:
        return record.name

    def render_post(self, record: Member) -> SafeString | str:
        return str(record.post) if record.post else format_html('<span class="muted">{}</span>', "未落实")

    def value_post(self, record: Member) -> str:
        return str(record.post) if record.post else ""

    def render_value(self, value: Any) -> str:
        return f"{figure(value)} {self.measure_unit}"

    def value_value(self, value: Any) -> Any:
        return value

    def render_proofs(self, record: Member) -> SafeString:
        has = self.has.get(record.pk, frozenset())
        missing = [one for one in self.wanted if one not in has]
        if not missing:
            return format_html('<span class="small ok">✓ 齐备 {} 项</span>', len(self.wanted))
        return format_html_join("", '<div class="small">○ 缺 {}</div>', ((one,) for one in missing))

    def value_proofs(self, record: Member) -> str:
        has = self.has.get(record.pk, frozenset())
        return "；".join(f"{one}{'' if one in has else '（缺）'}" for one in self.wanted)

    def render_state(self, record: Member) -> SafeString:
        badge = state_badge(*STATES[record.state])
        if not record.reason:
            return badge
        return format_html('{}<div class="small">{}</div>', badge, record.reason)

    def value_state(self, record: Member) -> str:
        word = STATES[record.state][1]
        return f"{word}：{record.reason}" if record.reason else word

    def _who(self, by: Any, at: Any) -> SafeString | str:
        if by is None:
            return "—"
        return format_html('{}<span class="small muted t-line">{}</span>', by, cn_datetime(at))

    def render_ticked(self, record: Member) -> SafeString | str:
        return self._who(record.ticked_by, record.ticked_at)

    def value_ticked(self, record: Member) -> str:
        return f"{record.ticked_by} {record.ticked_at:%Y-%m-%d}" if record.ticked_at else ""

    def render_verified(self, record: Member) -> SafeString | str:
        return self._who(record.verified_by, record.verified_at)

    def value_verified(self, record: Member) -> str:
        return f"{record.verified_by} {record.verified_at:%Y-%m-%d}" if record.verified_at else ""
