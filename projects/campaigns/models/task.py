"""Tasks of the plan's 三（二） to 三（七）, each with a target that can be counted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from chuangmo.org.models import Unit
from indicators.plan.models import Indicator, Plan, PlanItemManager


class Section(models.TextChoices):
    """The plan's six campaigns."""

    ENVIRONMENT = "三（二）", "城市环境综合整治"
    ENTERPRISES = "三（三）", "工业企业环境管理"
    STATISTICS = "三（四）", "基础统计工作"
    CAPABILITY = "三（五）", "环保能力建设"
    PUBLICITY = "三（六）", "创模宣传"
    ARCHIVES = "三（七）", "创模档案建设"


class TargetKind(models.TextChoices):
    """What the target is compared with."""

    SHARE = "share", "名单中已核销的百分比"
    COUNT = "count", "已核销的个数"


class CodeKind(models.TextChoices):
    """What identifies a member of the register beside its name."""

    FREE = "free", "编号"
    CREDIT = "credit", "统一社会信用代码"


class Task(models.Model):
    """One thing that the plan orders, with a target and the kind of member that is ticked off (销号).

    `target` counts in `target_unit`: “21 个行业”, or “100 %” of the members of a register; `target_kind` says which. Where
    each member has a figure of its own (课时, a survey's rate), `measure` names it and `minimum` is what it has to reach.
    Progress is verified ÷ total, never typed. What a key project does is no task besides.
    """

    plan = models.ForeignKey(Plan, verbose_name="方案", on_delete=models.PROTECT, related_name="tasks")
    code = models.SlugField("代码", max_length=30, help_text="出现在网址里；不再改动。")
    section = models.CharField("出处", max_length=8, choices=Section.choices)
    theme = models.CharField("专题", max_length=12, help_text="如 降煤、控尘、治车。")
    name = models.CharField("任务", max_length=60)
    as_written = models.CharField("方案原文", max_length=300)
    member = models.CharField("销号对象", max_length=20, help_text="名单里的一个是什么：企业、锅炉、学校……")
    target = models.DecimalField("目标", max_digits=9, decimal_places=2)
    target_unit = models.CharField("目标单位", max_length=12, help_text="个、项、%……")
    target_kind = models.CharField(
        "目标怎样算", max_length=8, choices=TargetKind.choices, default=TargetKind.SHARE
    )
    code_kind = models.CharField(
        "对象代码",
        max_length=8,
        choices=CodeKind.choices,
        default=CodeKind.FREE,
        help_text="统一社会信用代码要核对校验位；编号不核对。",
    )
    measure = models.CharField(
        "每个对象的数值", max_length=20, blank=True, help_text="如 每学年课时、知晓率；没有就空着。"
    )
    measure_unit = models.CharField("数值单位", max_length=8, blank=True)
    minimum = models.DecimalField(
        "数值下限",
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="每个对象的数值至少多少才能销号；空着表示只要填报结果。",
    )
    proofs = models.JSONField(
        "销号依据", default=list, help_text='每个对象要齐备的佐证，如 ["应急预案", "物资储备", "应急演练"]。'
    )
    lead = models.ForeignKey(
        Unit, verbose_name="牵头单位", on_delete=models.PROTECT, related_name="led_tasks"
    )
    units = models.ManyToManyField(Unit, verbose_name="责任单位", related_name="tasks")
    indicators = models.ManyToManyField(Indicator, verbose_name="支撑指标", blank=True, related_name="tasks")
    due_on = models.DateField("期限")
    order = models.PositiveSmallIntegerField("次序", default=0)

    objects = PlanItemManager()
    history = HistoricalRecords(verbose_name="任务历史")

    class Meta:
        verbose_name = verbose_name_plural = "攻坚任务"
        ordering: ClassVar[list[str]] = ["plan", "order", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["plan", "code"],
                name="campaigns_task_once",
                violation_error_message="这个方案里已有同一代码的任务。",
            ),
            models.CheckConstraint(
                condition=Q(target__gt=0),
                name="campaigns_task_target_positive",
                violation_error_message="目标要大于零。",
            ),
            models.CheckConstraint(
                condition=Q(section__in=Section.values),
                name="campaigns_task_section",
                violation_error_message="出处不对。",
            ),
            models.CheckConstraint(
                condition=Q(target_kind__in=TargetKind.values) & Q(code_kind__in=CodeKind.values),
                name="campaigns_task_kinds",
                violation_error_message="目标或代码的算法不对。",
            ),
            models.CheckConstraint(
                condition=Q(minimum__isnull=True) | ~Q(measure=""),
                name="campaigns_task_minimum_of_measure",
                violation_error_message="有下限就要写明是什么数值。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("campaigns:task-show", args=[self.plan.code, self.code])

    def natural_key(self) -> tuple[str, str]:
        return (self.plan.code, self.code)

    natural_key.dependencies = ["plan.plan", "plan.indicator", "org.unit"]  # type: ignore[attr-defined]
