"""Forecasts kept with their verdicts, rules of the consistency watch, and what they found."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from chuangmo.org.models import Unit
from chuangmo.period_fields import PeriodFields
from indicators.plan.models import Indicator


class Forecast(models.Model):
    """How an indicator's year will probably end, as of a month end: a pure function of what its verdict was reached on.

    `inputs_digest` is the verdict's; where it differs from the current verdict's, the forecast is out of date and not
    shown. Written by `insight.services.forecasts`."""

    class Outlook(models.TextChoices):
        SECURE = "secure", "预计稳达标"
        LIKELY = "likely", "预计达标"
        DOUBTFUL = "doubtful", "预计不达标"
        IMPOSSIBLE = "impossible", "已不可能达标"
        NONE = "none", "不作预测"

    indicator = models.ForeignKey(
        Indicator, verbose_name="指标", on_delete=models.CASCADE, related_name="forecasts"
    )
    as_of = models.DateField("截至")
    inputs_digest = models.CharField("输入摘要", max_length=64)
    outlook = models.CharField("预测", max_length=10, choices=Outlook.choices)
    line = models.CharField("一句话", max_length=120, blank=True)
    body = models.JSONField("预测内容")
    computed_at = models.DateTimeField("预测时间")

    class Meta:
        verbose_name = verbose_name_plural = "预测"
        ordering: ClassVar[list[str]] = ["indicator", "-as_of"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["indicator", "as_of"], name="insight_forecast_once")
        ]

    def __str__(self) -> str:
        return f"{self.indicator} 截至 {self.as_of} {self.get_outlook_display()}"


class WatchRuleManager(models.Manager):
    def get_by_natural_key(self, code: str) -> WatchRule:
        return self.get(code=code)


class WatchRule(models.Model):
    """One check over the whole set of accepted figures (`insight.rules.watching`); administrators may change and add
    them."""

    class Kind(models.TextChoices):
        RELATION = "relation", "数据关系"
        JUMP = "jump", "突变"
        REPEAT = "repeat", "连续相同"
        ROUND = "round", "整数偏多"

    class Scope(models.TextChoices):
        UNIT = "unit", "每个单位每期"
        CITY = "city", "全市每期"
        YEAR = "year", "全市本年累计"

    code = models.CharField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("种类", max_length=10, choices=Kind.choices)
    left = models.CharField(
        "左边",
        max_length=200,
        blank=True,
        help_text="数据关系：数据项代码的加减乘除，可用 previous 指上一期。",
    )
    op = models.CharField("关系", max_length=2, blank=True, choices=[("=", "="), ("<=", "≤"), (">=", "≥")])
    right = models.CharField("右边", max_length=200, blank=True)
    scope = models.CharField("范围", max_length=6, choices=Scope.choices, default=Scope.UNIT)
    tolerance_pct = models.DecimalField(
        "允许偏差（%）", max_digits=6, decimal_places=2, default=0, help_text="数据关系：差多少以内不算。"
    )
    sensitivity = models.DecimalField(
        "灵敏度",
        max_digits=6,
        decimal_places=2,
        default=6,
        help_text="突变：偏离中位数多少倍常见波动才算，越大越宽。",
    )
    min_change_pct = models.PositiveSmallIntegerField(
        "最小变动（%）", default=50, help_text="突变：比常见水平变动不到这个百分比的不算。"
    )
    run = models.PositiveSmallIntegerField(
        "期数", default=4, help_text="连续相同：连续多少期；整数偏多：近 12 期里多少期。"
    )
    elements = models.CharField(
        "只查这些数据项",
        max_length=400,
        blank=True,
        help_text="代码，逗号分隔；空着查全部（数据关系不用填）。",
    )
    is_on = models.BooleanField("启用", default=True)
    note = models.CharField("说明", max_length=200, blank=True)
    order = models.PositiveSmallIntegerField("次序", default=0)

    objects = WatchRuleManager()
    history = HistoricalRecords(verbose_name="核查规则历史")

    class Meta:
        verbose_name = verbose_name_plural = "核查规则"
        ordering: ClassVar[list[str]] = ["order", "code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(kind="relation") | (~Q(left="") & ~Q(op="") & ~Q(right="")),
                name="insight_watchrule_relation_whole",
                violation_error_message="数据关系要写左边、关系和右边。",
            ),
            models.CheckConstraint(
                condition=Q(run__gte=2),
                name="insight_watchrule_run",
                violation_error_message="期数至少为 2。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class SuspicionQuerySet(models.QuerySet):
    def standing(self) -> SuspicionQuerySet:
        """Not yet settled by anybody, and not gone by itself."""
        return self.filter(state=Suspicion.State.OPEN)


class Suspicion(PeriodFields):
    """A place where accepted figures do not fit together: one row for the same rule, place and period, however often it is
    found (`key`). `numbers` is the digest of the figures concerned: when they change, what was settled is open again.

    Found and closed by `insight.services.watching`, settled by the office (`insight.services.settling`)."""

    class State(models.TextChoices):
        OPEN = "open", "待核实"
        EXPLAINED = "explained", "已说明"
        SENT_BACK = "sent_back", "已退回更正"
        DISMISSED = "dismissed", "已排除"
        GONE = "gone", "已消除"

    rule = models.ForeignKey(
        WatchRule, verbose_name="规则", on_delete=models.PROTECT, related_name="suspicions"
    )
    key = models.CharField("标识", max_length=64, unique=True)
    indicator = models.ForeignKey(
        Indicator, verbose_name="指标", on_delete=models.PROTECT, related_name="suspicions"
    )
    unit = models.ForeignKey(
        Unit,
        verbose_name="单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="suspicions",
        help_text="空着表示涉及全市合计。",
    )
    element_code = models.CharField("数据项代码", max_length=40)
    text = models.CharField("情况", max_length=400)
    cells = models.JSONField("涉及数据", default=list)
    numbers = models.CharField("数据摘要", max_length=64)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    reason = models.CharField("处理意见", max_length=400, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="处理人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField("处理时间", null=True, blank=True)
    found_at = models.DateTimeField("发现时间")
    gone_at = models.DateTimeField("消除时间", null=True, blank=True)

    objects = SuspicionQuerySet.as_manager()

    class Meta(PeriodFields.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "存疑数据"
        ordering: ClassVar[list[str]] = ["-period_end", "indicator", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *PeriodFields.Meta.constraints,
            models.CheckConstraint(
                condition=Q(state__in=["open", "gone"]) | ~Q(reason=""),
                name="insight_suspicion_reason",
                violation_error_message="请写明理由。",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # The list by state, newest period first; the home page's count.
            models.Index(fields=["state", "-period_end"], name="insight_suspicion_state"),
            # The link from an indicator's page.
            models.Index(fields=["indicator", "state"], name="insight_suspicion_indicator"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.period.label}"

    def get_absolute_url(self) -> str:
        return reverse("insight:watch-show", args=[self.pk])


class StaleWatch(models.Model):
    """Marker, written in the transaction of an acceptance or unlocking: checks that read this element run again."""

    element_code = models.CharField("数据项", max_length=40)
    marked_at = models.DateTimeField("标记时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "待重查"
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return self.element_code
