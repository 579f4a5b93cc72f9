"""Tasks of the plan's 三（二） to 三（七）, each with a target that can be counted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
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


class Task(models.Model):
    """One thing that the plan orders, with a target and the kind of member that is ticked off (销号).

    `target` counts in `target_unit`: “21 个行业”, or “100 %” of the members of a register. Progress is verified ÷ total,
    never typed. What a key project does is no task besides.
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
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str, str]:
        return (self.plan.code, self.code)

    natural_key.dependencies = ["plan.plan", "plan.indicator", "org.unit"]  # type: ignore[attr-defined]
