"""Verdicts on the indicators, and which of them have to be reached again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from indicators.plan.models import Indicator, RuleVersion


class Status(models.TextChoices):
    """The five signs, the same everywhere (values are those of `assessment.rules`)."""

    MET = "met", "达标"
    MARGIN = "margin", "临界"
    MISSED = "missed", "不达标"
    PARTIAL = "partial", "数据不全"
    NONE = "none", "未到期"


class Verdict(models.Model):
    """How an indicator stands at a month end: a pure function of accepted figures and rule version.

    Append-only with a flag on the current one. `result` is everything that a page or print shows (headline, parts,
    formula with numbers, inputs, missing, series), `card` the little of it that the wall needs, `inputs_digest`
    proves what it was computed from. Written by `assessment.services.refreshing`."""

    indicator = models.ForeignKey(
        Indicator, verbose_name="指标", on_delete=models.PROTECT, related_name="verdicts"
    )
    as_of = models.DateField("截至")
    rule = models.ForeignKey(RuleVersion, verbose_name="规则", on_delete=models.PROTECT, related_name="+")
    status = models.CharField("结论", max_length=8, choices=Status.choices)
    is_provisional = models.BooleanField("进行中", default=False)
    is_correcting = models.BooleanField("更正中", default=False)
    value = models.DecimalField("值", max_digits=30, decimal_places=12, null=True, blank=True)
    headline = models.CharField("结果", max_length=80)
    threshold = models.CharField("限值", max_length=80)
    remark = models.CharField("说明", max_length=200, blank=True)
    card = models.JSONField("卡片", default=dict, help_text="指标墙要的少量内容，免得每次读整份推导。")
    result = models.JSONField("推导")
    inputs_digest = models.CharField("输入摘要", max_length=64)
    computed_at = models.DateTimeField("评定时间")
    is_current = models.BooleanField("现行", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "评定"
        ordering: ClassVar[list[str]] = ["indicator", "-as_of", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["indicator", "as_of"],
                condition=Q(is_current=True),
                name="assessment_verdict_one_current",
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} 截至 {self.as_of} {self.get_status_display()}"


class StaleVerdict(models.Model):
    """Marker, written in the transaction of an acceptance or unlock: verdicts of this indicator from this month end
    on have to be reached again. Gone when done; what a dead process leaves is done by `refresh_verdicts`."""

    indicator = models.ForeignKey(Indicator, verbose_name="指标", on_delete=models.CASCADE, related_name="+")
    from_month_end = models.DateField("自")
    marked_at = models.DateTimeField("标记时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "待重评"
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.indicator} 自 {self.from_month_end}"
