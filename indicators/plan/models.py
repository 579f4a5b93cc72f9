"""The plan as data: indicators and their rules, duties, what is reported by whom, sites."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from simple_history.models import HistoricalRecords

from chuangmo.files.models import MaterialKind
from chuangmo.org.models import Dated, DatedQuerySet, Unit, UnitGroup, since_ever
from chuangmo.period_fields import PeriodKind


class PlanManager(models.Manager):
    def get_by_natural_key(self, code: str) -> Plan:
        return self.get(code=code)

    def current(self) -> Plan:
        """The plan that short addresses lead to. Raises Plan.DoesNotExist where none is loaded."""
        return self.filter(is_current=True).get()


class Plan(models.Model):
    """One year's campaign plan. `facts` are yes/no facts that rules ask for (indicator 14: water_short_city)."""

    code = models.CharField("代码", max_length=20, unique=True, help_text="出现在网址里，如 2017。")
    name = models.CharField("名称", max_length=120)
    year = models.PositiveSmallIntegerField("年度")
    window_start = models.DateField("起", help_text="从这天起产生应报事项。")
    window_end = models.DateField("止")
    is_current = models.BooleanField("当前方案", default=True)
    facts = models.JSONField("事实", default=dict, blank=True, help_text='如 {"water_short_city": false}。')

    objects = PlanManager()
    history = HistoricalRecords(verbose_name="方案历史")

    class Meta:
        verbose_name = verbose_name_plural = "方案"
        ordering: ClassVar[list[str]] = ["-year"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["is_current"],
                condition=Q(is_current=True),
                name="plan_one_current",
                violation_error_message="只能有一个当前方案。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class PlanItemManager(models.Manager):
    """Natural key of a thing in a plan: the plan's code and the thing's own code."""

    def get_by_natural_key(self, plan: str, code: str) -> models.Model:
        return self.get(plan__code=plan, code=code)


class Milestone(models.Model):
    """A date that the plan sets for the whole campaign (plan one(2): 2017-08-31, 2017-10-31)."""

    plan = models.ForeignKey(Plan, verbose_name="方案", on_delete=models.CASCADE, related_name="milestones")
    code = models.CharField("代码", max_length=30)
    name = models.CharField("名称", max_length=80)
    due_on = models.DateField("日期")

    objects = PlanItemManager()

    class Meta:
        verbose_name = verbose_name_plural = "里程碑"
        ordering: ClassVar[list[str]] = ["due_on"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["plan", "code"], name="plan_milestone_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.due_on}"

    def natural_key(self) -> tuple[str, str]:
        return (self.plan.code, self.code)

    natural_key.dependencies = ["plan.plan"]  # type: ignore[attr-defined]


class Category(models.Model):
    """One of the plan's five headings over the indicators."""

    plan = models.ForeignKey(Plan, verbose_name="方案", on_delete=models.CASCADE, related_name="categories")
    code = models.CharField("代码", max_length=10)
    name = models.CharField("名称", max_length=20)
    order = models.PositiveSmallIntegerField("排序")

    objects = PlanItemManager()

    class Meta:
        verbose_name = verbose_name_plural = "指标类别"
        ordering: ClassVar[list[str]] = ["order"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["plan", "code"], name="plan_category_once")
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str, str]:
        return (self.plan.code, self.code)

    natural_key.dependencies = ["plan.plan"]  # type: ignore[attr-defined]


class IndicatorManager(models.Manager):
    def get_by_natural_key(self, plan: str, number: int) -> Indicator:
        return self.get(plan__code=plan, number=number)


class Indicator(models.Model):
    """One of the 26 indicators, in the plan's own words."""

    plan = models.ForeignKey(Plan, verbose_name="方案", on_delete=models.PROTECT, related_name="indicators")
    number = models.PositiveSmallIntegerField("序号")
    name = models.CharField("名称", max_length=120, help_text="方案原文，含限值。")
    short_name = models.CharField("简称", max_length=30, help_text="用于指标墙和手机页面。")
    category = models.ForeignKey(
        Category, verbose_name="类别", on_delete=models.PROTECT, related_name="indicators"
    )

    objects = IndicatorManager()
    history = HistoricalRecords(verbose_name="指标历史")

    class Meta:
        verbose_name = verbose_name_plural = "指标"
        ordering: ClassVar[list[str]] = ["plan", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_indicator_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.short_name}"

    def natural_key(self) -> tuple[str, int]:
        return (self.plan.code, self.number)

    natural_key.dependencies = ["plan.plan", "plan.category"]  # type: ignore[attr-defined]


class RuleVersionManager(models.Manager):
    def get_by_natural_key(self, plan: str, number: int, version: int) -> RuleVersion:
        return self.get(indicator__plan__code=plan, indicator__number=number, version=version)


class RuleVersion(models.Model):
    """How a verdict is reached; immutable, a change is a new version (`plan.services.rules.publish_rule`).

    `body` is validated by the settings' RULE_SCHEMA (`indicators.assessment.rules.schema.validate_rule`).
    """

    indicator = models.ForeignKey(
        Indicator, verbose_name="指标", on_delete=models.PROTECT, related_name="rules"
    )
    version = models.PositiveSmallIntegerField("版本")
    body = models.JSONField("规则")
    is_current = models.BooleanField("现行", default=True)
    note = models.CharField("说明", max_length=200, blank=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = RuleVersionManager()

    class Meta:
        verbose_name = verbose_name_plural = "评定规则"
        ordering: ClassVar[list[str]] = ["indicator", "-version"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["indicator", "version"], name="plan_rule_version_once"),
            models.UniqueConstraint(
                fields=["indicator"], condition=Q(is_current=True), name="plan_rule_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} 规则第 {self.version} 版"

    def natural_key(self) -> tuple[str, int, int]:
        return (*self.indicator.natural_key(), self.version)

    natural_key.dependencies = ["plan.indicator"]  # type: ignore[attr-defined]


class DutyRole(models.TextChoices):
    LEAD = "lead", "牵头"
    RESPONSIBLE = "responsible", "责任"


class DutyManager(models.Manager):
    def get_by_natural_key(
        self,
        plan: str,
        number: int,
        role: str,
        unit: str | None,
        group: str | None,
        valid_from: str | None = None,
    ) -> Duty:
        return self.get(
            indicator__plan__code=plan,
            indicator__number=number,
            role=role,
            unit__name=unit,
            group__name=group,
            valid_from=valid_from,
        )


class Duty(Dated):
    """Who leads or is responsible, as the plan says it: one unit or one group. `as_written` keeps the plan's wording
    (an alias, a collective name). Assignments follow from it (`plan.services.duties.sync_assignments`)."""

    indicator = models.ForeignKey(
        Indicator, verbose_name="指标", on_delete=models.PROTECT, related_name="duties"
    )
    role = models.CharField("角色", max_length=12, choices=DutyRole.choices)
    unit = models.ForeignKey(
        Unit, verbose_name="单位", null=True, blank=True, on_delete=models.PROTECT, related_name="duties"
    )
    group = models.ForeignKey(
        UnitGroup,
        verbose_name="单位组",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="duties",
    )
    as_written = models.CharField("方案原文", max_length=80, blank=True)
    order = models.PositiveSmallIntegerField("次序", default=0)

    objects = DutyManager.from_queryset(DatedQuerySet)()
    history = HistoricalRecords(verbose_name="职责历史")

    class Meta(Dated.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "指标职责"
        ordering: ClassVar[list[str]] = ["indicator", "role", "order"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(unit__isnull=False, group__isnull=True)
                | Q(unit__isnull=True, group__isnull=False),
                name="plan_duty_unit_or_group",
                violation_error_message="请填单位或单位组中的一个。",
            ),
            models.UniqueConstraint(
                "indicator",
                "role",
                Coalesce("unit", Value(0)),
                Coalesce("group", Value(0)),
                since_ever("valid_from"),
                name="plan_duty_once",
                violation_error_message="这条职责已经有了。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.get_role_display()} {self.unit or self.group}"

    def natural_key(self) -> tuple[str, int, str, str | None, str | None, str | None]:
        return (
            *self.indicator.natural_key(),
            self.role,
            self.unit.name if self.unit else None,
            self.group.name if self.group else None,
            self.valid_from.isoformat() if self.valid_from else None,
        )

    natural_key.dependencies = ["plan.indicator", "org.unit", "org.unitgroup"]  # type: ignore[attr-defined]


class AssignmentRole(models.TextChoices):
    LEAD = "lead", "牵头"
    RESPONSIBLE = "responsible", "责任"
    PROVIDER = "provider", "供数"
    MEMBER = "member", "组成员"


class Assignment(Dated):
    """One row per unit × indicator × role, exploded from duties, group members and providers; derived, dated,
    never edited by hand. A `member` owes the narrative and evidence, a `provider` only figures."""

    indicator = models.ForeignKey(
        Indicator, verbose_name="指标", on_delete=models.PROTECT, related_name="assignments"
    )
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField("角色", max_length=12, choices=AssignmentRole.choices)

    class Meta(Dated.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "任务分派"
        ordering: ClassVar[list[str]] = ["indicator", "role", "unit"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                "indicator",
                "unit",
                "role",
                since_ever("valid_from"),
                name="plan_assignment_once",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # What a unit may report or verify.
            models.Index(fields=["unit", "role"], name="plan_assignment_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.unit} {self.get_role_display()}"


class CodedManager(models.Manager):
    """Natural key: the code."""

    def get_by_natural_key(self, code: str) -> models.Model:
        return self.get(code=code)


class SiteKind(models.TextChoices):
    UNIT = "unit", "单位整体"
    SOURCE = "source", "饮用水水源地"
    PLANT = "plant", "污水处理厂"
    FACILITY = "facility", "垃圾处理设施"
    FIRM = "firm", "重点工业企业"
    AIR = "air", "环境空气监测点"
    SECTION = "section", "地表水断面"
    POND = "pond", "黑臭关注水体"
    NOISE_GRID = "noise_grid", "区域噪声网格点"
    NOISE_ROAD = "noise_road", "道路交通噪声路段"


class WaterBody(models.TextChoices):
    """Which table of GB 3838-2002 a water site is judged by."""

    NONE = "", "不适用"
    RIVER = "river", "河流"
    LAKE = "lake", "湖库"
    GROUND = "ground", "地下水"


class DataElement(models.Model):
    """One figure that is reported, with a code of its own so that its series outlives a plan."""

    class Entry(models.TextChoices):
        PERIOD = "period", "本期数"
        CUMULATIVE = "cumulative", "累计数"

    class OverTime(models.TextChoices):
        SUM = "sum", "求和"
        LAST = "last", "取最后一期"

    class OverUnits(models.TextChoices):
        SUM = "sum", "求和"
        MIN = "min", "取最小"
        ONLY = "only", "只有一个来源"

    code = models.CharField("代码", max_length=40, unique=True, help_text="如 i18.treated；历年不变。")
    name = models.CharField("名称", max_length=60)
    measure = models.CharField("计量单位", max_length=16, help_text="如 t、万元、%、是否。")
    precision = models.PositiveSmallIntegerField("小数位", default=0)
    frequency = models.CharField("频率", max_length=8, choices=PeriodKind.choices)
    entry = models.CharField("填报方式", max_length=10, choices=Entry.choices, default=Entry.PERIOD)
    site_kind = models.CharField(
        "按点位填报",
        max_length=10,
        choices=SiteKind.choices,
        blank=True,
        help_text="空着表示整个单位一个数。",
    )
    over_time = models.CharField("跨期合计", max_length=4, choices=OverTime.choices)
    over_units = models.CharField("跨单位合计", max_length=4, choices=OverUnits.choices)
    scope = models.CharField("口径范围", max_length=20)
    low = models.DecimalField("常见下限", max_digits=20, decimal_places=6, null=True, blank=True)
    high = models.DecimalField("常见上限", max_digits=20, decimal_places=6, null=True, blank=True)
    negative_allowed = models.BooleanField("可为负数", default=False)
    change_limit_pct = models.PositiveSmallIntegerField(
        "变动说明线（%）",
        null=True,
        blank=True,
        default=30,
        help_text="比上期变动超过这个百分比要说明原因；空着不查。",
    )
    note = models.CharField("填报说明", max_length=200, blank=True, help_text="显示在单元格旁边。")

    objects = CodedManager()
    history = HistoricalRecords(verbose_name="数据项历史")

    class Meta:
        verbose_name = verbose_name_plural = "数据项"
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return f"{self.name}（{self.measure}）"

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class ReportItemManager(models.Manager):
    def get_by_natural_key(self, plan: str, number: int, element: str) -> ReportItem:
        return self.get(indicator__plan__code=plan, indicator__number=number, element__code=element)


class ReportItem(models.Model):
    """That an indicator of this plan collects an element: from whom (token, domain.md §3) and until when."""

    indicator = models.ForeignKey(
        Indicator, verbose_name="指标", on_delete=models.CASCADE, related_name="items"
    )
    element = models.ForeignKey(
        DataElement, verbose_name="数据项", on_delete=models.PROTECT, related_name="items"
    )
    reporter = models.CharField(
        "填报单位",
        max_length=60,
        help_text="counties、responsible、lead、unit:单位全称，可用 + 连接；按该指标的职责展开。",
    )
    due = models.CharField(
        "应报日期",
        max_length=20,
        help_text="end+N（期末后 N 天）、MM-DD、两个 MM-DD（学期）、start MM-DD、publication（公布后）、event（有事才报）。",
    )
    order = models.PositiveSmallIntegerField("次序", default=0)

    objects = ReportItemManager()
    history = HistoricalRecords(verbose_name="填报内容历史")

    class Meta:
        verbose_name = verbose_name_plural = "填报内容"
        ordering: ClassVar[list[str]] = ["indicator", "order"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["indicator", "element"],
                name="plan_reportitem_once",
                violation_error_message="该指标已有这个数据项。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.element}"

    def natural_key(self) -> tuple[str, int, str]:
        return (*self.indicator.natural_key(), self.element.code)

    natural_key.dependencies = ["plan.indicator", "plan.dataelement"]  # type: ignore[attr-defined]


class Relation(models.Model):
    """A check between figures (`indicators.reporting.rules.checks`). `hard` refuses, `explain` asks for words."""

    class Level(models.TextChoices):
        HARD = "hard", "强制性"
        EXPLAIN = "explain", "核实性"

    class Scope(models.TextChoices):
        REPORT = "report", "同一报表"
        SITE = "site", "同一点位"
        CITY = "city year to date", "全市本年累计"

    code = models.CharField("代码", max_length=40, unique=True)
    left = models.CharField("左边", max_length=160)
    op = models.CharField("关系", max_length=2, choices=[("<=", "≤"), (">=", "≥"), ("=", "=")])
    right = models.CharField("右边", max_length=160)
    level = models.CharField("级别", max_length=8, choices=Level.choices)
    scope = models.CharField("范围", max_length=20, choices=Scope.choices)
    note = models.CharField("说明", max_length=120, blank=True)

    objects = CodedManager()
    history = HistoricalRecords(verbose_name="核对关系历史")

    class Meta:
        verbose_name = verbose_name_plural = "核对关系"
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return f"{self.left} {self.op} {self.right}"

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class ChecklistItem(models.Model):
    """One yes/no item of a LIST rule; answered in the reports of the units that its token names."""

    code = models.CharField("代码", max_length=40, unique=True, help_text="如 i20.c1；历年不变。")
    indicator = models.ForeignKey(
        Indicator, verbose_name="指标", on_delete=models.PROTECT, related_name="checklist"
    )
    item = models.CharField("事项", max_length=80)
    answered_by = models.CharField("由谁回答", max_length=60, help_text="同“填报单位”。")
    frequency = models.CharField("频率", max_length=8, choices=PeriodKind.choices)
    evidence = models.CharField("佐证种类", max_length=8, choices=MaterialKind.choices)
    order = models.PositiveSmallIntegerField("次序", default=0)

    objects = CodedManager()
    history = HistoricalRecords(verbose_name="清单事项历史")

    class Meta:
        verbose_name = verbose_name_plural = "清单事项"
        ordering: ClassVar[list[str]] = ["indicator", "order"]

    def __str__(self) -> str:
        return self.item

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    natural_key.dependencies = ["plan.indicator"]  # type: ignore[attr-defined]


class MaterialRequirement(models.Model):
    """Material that the archive needs for an indicator: of which kind, from how many years, from whom."""

    code = models.CharField("代码", max_length=40, unique=True)
    indicator = models.ForeignKey(
        Indicator, verbose_name="指标", on_delete=models.PROTECT, related_name="materials"
    )
    name = models.CharField("材料", max_length=80)
    kind = models.CharField("种类", max_length=8, choices=MaterialKind.choices)
    years = models.PositiveSmallIntegerField("年数", help_text="需要最近几年的材料。")
    provider = models.CharField("由谁提供", max_length=60, help_text="同“填报单位”。")
    note = models.CharField("说明", max_length=120, blank=True)
    order = models.PositiveSmallIntegerField("次序", default=0)

    objects = CodedManager()
    history = HistoricalRecords(verbose_name="归档要求历史")

    class Meta:
        verbose_name = verbose_name_plural = "归档要求"
        ordering: ClassVar[list[str]] = ["indicator", "order"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    natural_key.dependencies = ["plan.indicator"]  # type: ignore[attr-defined]


class Site(Dated):
    """A place that a figure or a reading is about (source, plant, firm, air station, section, noise point), with a
    code that outlives plans. Each unit also has one site of kind `unit`, the unit as a whole: a figure's site is never
    null. What only some kinds have (target class, length, …) stands in columns of the same row: docs/decisions/0008."""

    code = models.CharField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类别", max_length=10, choices=SiteKind.choices)
    unit = models.ForeignKey(
        Unit,
        verbose_name="所在县区或单位",
        on_delete=models.PROTECT,
        related_name="sites",
        help_text="点位所在的县区；“单位整体”则为该单位。",
    )
    order = models.PositiveSmallIntegerField("次序", default=0)
    monitored_by = models.ForeignKey(
        Unit,
        verbose_name="监测单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="monitored_sites",
        help_text="谁报这个点位的监测数据；空着为该指标的牵头单位。",
    )
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField("纬度", max_digits=9, decimal_places=6, null=True, blank=True)
    target_class = models.PositiveSmallIntegerField(
        "水质目标类别",
        null=True,
        blank=True,
        choices=[(1, "Ⅰ类"), (2, "Ⅱ类"), (3, "Ⅲ类"), (4, "Ⅳ类"), (5, "Ⅴ类")],
        help_text="断面的水环境功能类别；水源地按Ⅲ类。",
    )
    water_body = models.CharField(
        "水体", max_length=6, choices=WaterBody.choices, blank=True, default=WaterBody.NONE
    )
    is_outflow = models.BooleanField("出境断面", default=False)
    is_background = models.BooleanField("清洁对照点", default=False, help_text="空气对照点不参加城市评价。")
    length_m = models.DecimalField("路段长度（m）", max_digits=10, decimal_places=1, null=True, blank=True)

    objects = CodedManager.from_queryset(DatedQuerySet)()
    history = HistoricalRecords(verbose_name="点位历史")

    class Meta(Dated.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "点位"
        ordering: ClassVar[list[str]] = ["kind", "order", "code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["unit"], condition=Q(kind=SiteKind.UNIT), name="plan_site_one_whole_unit"
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__range=(-180, 180), latitude__range=(-90, 90)),
                name="plan_site_both_coordinates",
                violation_error_message="经度和纬度要一起填，经度 −180～180，纬度 −90～90。",
            ),
            models.CheckConstraint(
                condition=Q(length_m__isnull=True) | Q(length_m__gt=0),
                name="plan_site_length_positive",
                violation_error_message="路段长度应大于 0。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    natural_key.dependencies = ["org.unit"]  # type: ignore[attr-defined]
