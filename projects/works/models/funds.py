"""Money: what each project is to get, and each county's own campaign fund (plan 四(五))."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from chuangmo.org.models import Unit
from indicators.plan.models import Plan
from projects.works.models.progress import Source
from projects.works.models.project import Project


class FundPlan(models.Model):
    """What a project is to get from one source in one year, 万元. Written by its owner (`services.funds`)."""

    project = models.ForeignKey(
        Project, verbose_name="工程", on_delete=models.CASCADE, related_name="fund_plans"
    )
    source = models.CharField("来源", max_length=10, choices=Source.choices)
    year = models.PositiveSmallIntegerField("年度")
    amount = models.DecimalField("计划（万元）", max_digits=20, decimal_places=6)

    class Meta:
        verbose_name = verbose_name_plural = "资金计划"
        ordering: ClassVar[list[str]] = ["project", "year", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["project", "source", "year"], name="works_fundplan_once"),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="works_fundplan_not_negative",
                violation_error_message="金额不能是负数。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.year} {self.get_source_display()} {self.amount}"


class CountyFund(models.Model):
    """A county's own campaign fund (专项工作经费) of the plan's year, 万元: budgeted, arrived, paid. Null: not told yet."""

    plan = models.ForeignKey(Plan, verbose_name="方案", on_delete=models.PROTECT, related_name="county_funds")
    unit = models.ForeignKey(
        Unit, verbose_name="县区", on_delete=models.PROTECT, related_name="campaign_funds"
    )
    budget = models.DecimalField("预算（万元）", max_digits=20, decimal_places=6, null=True, blank=True)
    arrived = models.DecimalField("累计到位（万元）", max_digits=20, decimal_places=6, null=True, blank=True)
    paid = models.DecimalField("累计支出（万元）", max_digits=20, decimal_places=6, null=True, blank=True)
    note = models.CharField("用途说明", max_length=200, blank=True)
    version = models.PositiveIntegerField("改动次数", default=0)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="填写人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    updated_at = models.DateTimeField("填写时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "创模工作经费"
        ordering: ClassVar[list[str]] = ["plan", "unit__order", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["plan", "unit"], name="works_countyfund_once"),
            models.CheckConstraint(
                condition=Q(paid__isnull=True) | Q(arrived__isnull=True) | Q(paid__lte=F("arrived")),
                name="works_countyfund_paid_within_arrived",
                violation_error_message="累计支出不能大于累计到位。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} 创模工作经费"
