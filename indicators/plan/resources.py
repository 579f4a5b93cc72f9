"""Duties, group members and the plan's registers in and out of Excel."""

from __future__ import annotations

from typing import Any

from chuangmo.desk.resources import RegisterResource, column
from chuangmo.desk.widgets import Choice, Day, Number, Reference, Text, UnitCell, Whole, YesNo, plain
from chuangmo.files.models import MaterialKind
from chuangmo.org.models import GroupMember, UnitGroup
from chuangmo.period_fields import PeriodKind
from indicators.plan import models
from indicators.plan.models import Plan
from indicators.plan.services.duties import save_group_member
from indicators.plan.services.registers import save_duty, save_plan_row

__all__ = [
    "ChecklistItemResource",
    "DataElementResource",
    "DutyResource",
    "GroupMemberResource",
    "MaterialRequirementResource",
    "ReportItemResource",
    "SiteResource",
]


class IndicatorCell(Reference):
    """An indicator by its number, of the plan in the column 方案 (the current one where that is empty or absent)."""

    def __init__(self) -> None:
        super().__init__(
            lambda: models.Indicator.objects.select_related("plan"),
            lambda indicator: (indicator.plan.code, str(indicator.number)),
            "指标",
            self._cell,
        )
        self._current: str | None = None

    def show(self, value: models.Indicator) -> int:
        return value.number

    def _cell(self, value: Any, row: dict[str, Any]) -> tuple[str, str]:
        plan = plain(row.get("方案"))
        if not plan:
            if self._current is None:
                self._current = (
                    Plan.objects.filter(is_current=True).values_list("code", flat=True).first() or ""
                )
            plan = self._current
        return plan, plain(value)


def _plan_column() -> Any:
    return column("indicator__plan__code", "方案", Text(), readonly=True)


def _group_cell() -> Reference:
    return Reference(lambda: UnitGroup.objects.all(), lambda group: group.name, "单位组")


def _element_cell() -> Reference:
    return Reference(lambda: models.DataElement.objects.all(), lambda element: element.code, "数据项")


class PlanResource(RegisterResource):
    """A register of the plan whose rows are saved by `save_plan_row`."""

    class Meta(RegisterResource.Meta):
        pass

    def store(self, row: Any, *, is_new: bool, cells: dict[str, Any]) -> None:
        save_plan_row(row=row, by=self.by, reason="Excel 导入")


class GroupMemberResource(RegisterResource):
    identity = ("group", "unit", "valid_from")
    group = column("group", "单位组", _group_cell(), required=True)
    unit = column("unit", "成员单位", UnitCell(), required=True)
    valid_from = column("valid_from", "自", Day())
    valid_to = column("valid_to", "至", Day())

    class Meta(RegisterResource.Meta):
        model = GroupMember

    def store(self, row: GroupMember, *, is_new: bool, cells: dict[str, Any]) -> None:
        stored = save_group_member(
            group=row.group,
            unit=row.unit,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            member=None if is_new else GroupMember.objects.get(pk=row.pk),
            by=self.by,
            reason="Excel 导入",
        )
        row.pk = stored.pk


class DutyResource(RegisterResource):
    """Puts duties right as if they had always been so; what changes from a month on is done at the desk."""

    identity = ("indicator", "role", "unit", "group", "valid_from")
    plan = _plan_column()
    indicator = column("indicator", "指标", IndicatorCell(), required=True)
    role = column("role", "角色", Choice(models.DutyRole.choices), required=True)
    unit = column("unit", "单位", UnitCell())
    group = column("group", "单位组", _group_cell())
    as_written = column("as_written", "方案原文", Text())
    order = column("order", "次序", Whole(empty=0))
    valid_from = column("valid_from", "自", Day())
    valid_to = column("valid_to", "至", Day())

    class Meta(RegisterResource.Meta):
        model = models.Duty

    def store(self, row: models.Duty, *, is_new: bool, cells: dict[str, Any]) -> None:
        save_duty(duty=row, by=self.by, reason="Excel 导入")


class DataElementResource(PlanResource):
    identity = ("code",)
    code = column("code", "代码", Text(), required=True)
    name = column("name", "名称", Text())
    measure = column("measure", "计量单位", Text())
    precision = column("precision", "小数位", Whole(empty=0))
    frequency = column("frequency", "频率", Choice(PeriodKind.choices))
    entry = column("entry", "填报方式", Choice(models.DataElement.Entry.choices))
    site_kind = column("site_kind", "按点位填报", Choice(models.SiteKind.choices))
    over_time = column("over_time", "跨期合计", Choice(models.DataElement.OverTime.choices))
    over_units = column("over_units", "跨单位合计", Choice(models.DataElement.OverUnits.choices))
    scope = column("scope", "口径范围", Text())
    low = column("low", "常见下限", Number())
    high = column("high", "常见上限", Number())
    negative_allowed = column("negative_allowed", "可为负数", YesNo())
    change_limit_pct = column("change_limit_pct", "变动说明线（%）", Whole())
    note = column("note", "填报说明", Text())

    class Meta(RegisterResource.Meta):
        model = models.DataElement


class ReportItemResource(PlanResource):
    identity = ("indicator", "element")
    plan = _plan_column()
    indicator = column("indicator", "指标", IndicatorCell(), required=True)
    element = column("element", "数据项", _element_cell(), required=True)
    element_name = column("element__name", "数据项名称", Text(), readonly=True)
    reporter = column("reporter", "填报单位", Text())
    due = column("due", "应报日期", Text())
    order = column("order", "次序", Whole(empty=0))

    class Meta(RegisterResource.Meta):
        model = models.ReportItem


class ChecklistItemResource(PlanResource):
    identity = ("code",)
    plan = _plan_column()
    code = column("code", "代码", Text(), required=True)
    indicator = column("indicator", "指标", IndicatorCell())
    item = column("item", "事项", Text())
    answered_by = column("answered_by", "由谁回答", Text())
    frequency = column("frequency", "频率", Choice(PeriodKind.choices))
    evidence = column("evidence", "佐证种类", Choice(MaterialKind.choices))
    order = column("order", "次序", Whole(empty=0))

    class Meta(RegisterResource.Meta):
        model = models.ChecklistItem


class MaterialRequirementResource(PlanResource):
    identity = ("code",)
    plan = _plan_column()
    code = column("code", "代码", Text(), required=True)
    indicator = column("indicator", "指标", IndicatorCell())
    name = column("name", "材料", Text())
    kind = column("kind", "种类", Choice(MaterialKind.choices))
    years = column("years", "年数", Whole(empty=1))
    provider = column("provider", "由谁提供", Text())
    note = column("note", "说明", Text())
    order = column("order", "次序", Whole(empty=0))

    class Meta(RegisterResource.Meta):
        model = models.MaterialRequirement


class SiteResource(PlanResource):
    identity = ("code",)
    code = column("code", "代码", Text(), required=True)
    name = column("name", "名称", Text())
    kind = column("kind", "类别", Choice(models.SiteKind.choices))
    unit = column("unit", "所在县区或单位", UnitCell())
    order = column("order", "次序", Whole(empty=0))
    monitored_by = column("monitored_by", "监测单位", UnitCell())
    longitude = column("longitude", "经度", Number())
    latitude = column("latitude", "纬度", Number())
    target_class = column("target_class", "水质目标类别", Whole())
    water_body = column("water_body", "水体", Choice(models.WaterBody.choices))
    is_outflow = column("is_outflow", "出境断面", YesNo())
    is_background = column("is_background", "清洁对照点", YesNo())
    length_m = column("length_m", "路段长度（m）", Number())
    valid_from = column("valid_from", "自", Day())
    valid_to = column("valid_to", "至", Day())

    class Meta(RegisterResource.Meta):
        model = models.Site
