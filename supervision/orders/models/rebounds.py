"""What comes back 反弹, and the days and distances that decide it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from chuangmo.org.models import SingleRow
from indicators.plan.models import Indicator
from supervision.inspections.models import Finding
from supervision.orders.models.orders import Order


class OrderRules(SingleRow):
    """Terms of orders and what counts as 反弹; one row."""

    sign_days = models.PositiveSmallIntegerField("签收期限（工作日）", default=1)
    redo_days = models.PositiveSmallIntegerField(
        "退回重办期限（工作日）", default=5, help_text="退回、反弹后重新反馈的期限；退回时可以另定。"
    )
    review_days = models.PositiveSmallIntegerField(
        "复核期限（工作日）", default=3, help_text="承办单位反馈以后，签发单位几个工作日内复核。"
    )
    order_days = models.PositiveSmallIntegerField(
        "建议的办结期限（工作日）", default=10, help_text="起草督办单时预填的期限。"
    )
    rebound_months = models.PositiveSmallIntegerField(
        "反弹认定期（月）", default=6, help_text="销号后这么多个月内，同一地点同类问题再现，认定为反弹。"
    )
    rebound_metres = models.PositiveSmallIntegerField(
        "同一地点的距离（米）", default=200, help_text="两处都有经纬度时，相距不超过这个数算同一地点。"
    )

    history = HistoricalRecords(verbose_name="督办规则历史")

    class Meta:
        verbose_name = verbose_name_plural = "督办规则"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(pk=1), name="orders_rules_single", violation_error_message="只能有一行。"
            ),
            models.CheckConstraint(
                condition=Q(sign_days__gte=1, redo_days__gte=1, order_days__gte=1, review_days__gte=1),
                name="orders_rules_days",
                violation_error_message="期限至少 1 个工作日。",
            ),
        ]

    def __str__(self) -> str:
        return "督办规则"


class Rebound(models.Model):
    """Something that had been put right and came back: a finding at the place of a closed order, or a verdict that fell
    from met to not met. `order` is the one that was opened again; a fallen verdict may have none yet."""

    class Cause(models.TextChoices):
        FINDING = "finding", "同一地点同类问题再现"
        VERDICT = "verdict", "指标由达标变为不达标"
        HAND = "hand", "创模办认定"

    cause = models.CharField("缘由", max_length=8, choices=Cause.choices)
    order = models.ForeignKey(
        Order,
        verbose_name="重新打开的督办单",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="rebounds",
    )
    finding = models.ForeignKey(
        Finding,
        verbose_name="问题",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="rebounds",
    )
    indicator = models.ForeignKey(
        Indicator,
        verbose_name="指标",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="rebounds",
    )
    as_of = models.DateField("结论截至", null=True, blank=True)
    noted_on = models.DateField("认定日期")
    text = models.CharField("情况", max_length=300)
    lapsed_on = models.DateField(
        "不再成立", null=True, blank=True, help_text="数据更正后指标没有变为不达标；督办单不受影响。"
    )

    class Meta:
        verbose_name = verbose_name_plural = "反弹"
        ordering: ClassVar[list[str]] = ["-noted_on", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["order", "finding"], condition=Q(cause="finding"), name="orders_rebound_finding_once"
            ),
            models.UniqueConstraint(
                fields=["indicator", "as_of", "order"],
                condition=Q(cause="verdict", order__isnull=False),
                name="orders_rebound_verdict_once",
            ),
            models.UniqueConstraint(
                fields=["indicator", "as_of"],
                condition=Q(cause="verdict", order__isnull=True),
                name="orders_rebound_verdict_bare_once",
            ),
        ]

    def __str__(self) -> str:
        return self.text
