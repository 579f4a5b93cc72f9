"""What was computed for a month or a year: unit by unit, part by part, row by row."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from chuangmo.org.models import Unit
from chuangmo.period_fields import PeriodFields
from indicators.plan.models import Plan


class RoundState(models.TextChoices):
    """A draft may be computed anew; what is shown may be objected to; what is final is frozen."""

    DRAFT = "draft", "草稿"
    SHOWN = "shown", "公示中"
    FINAL = "final", "已定稿"


class ScoreRound(PeriodFields):
    """The appraisal of one month or year, with the parts and rules that it was computed by.

    Its state is changed by `scores.services.rounds` alone; rows of a final round change by a confirmed correction only."""

    plan = models.ForeignKey(Plan, verbose_name="方案", on_delete=models.PROTECT, related_name="score_rounds")
    state = models.CharField("状态", max_length=8, choices=RoundState.choices, default=RoundState.DRAFT)
    parts = models.JSONField(
        "考核部分", default=list, help_text="[{code, name, weight, source}]，计算时的规则。"
    )
    rules = models.JSONField("规则", default=dict)
    computed_at = models.DateTimeField("计算时间")
    computed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="计算人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    shown_on = models.DateField("公示日期", null=True, blank=True)
    objections_until = models.DateField("异议截止", null=True, blank=True)
    final_on = models.DateField("定稿日期", null=True, blank=True)
    final_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="定稿人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    version = models.PositiveIntegerField("版本", default=0)

    class Meta(PeriodFields.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "考评期"
        ordering: ClassVar[list[str]] = ["-period_end", "period_kind", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *PeriodFields.Meta.constraints,
            models.UniqueConstraint(fields=["plan", "period_kind", "period_start"], name="scores_round_once"),
            models.CheckConstraint(
                condition=Q(period_kind__in=["month", "year"]), name="scores_round_month_or_year"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(shown_on__isnull=False, objections_until__isnull=False),
                name="scores_round_shown_has_days",
            ),
            models.CheckConstraint(
                condition=~Q(state="final") | Q(final_on__isnull=False), name="scores_round_final_has_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period.label}效能考评"

    def get_absolute_url(self) -> str:
        return reverse("scores:round", args=[self.plan.code, self.period.code])

    @property
    def is_year(self) -> bool:
        return self.period_kind == "year"


class UnitScore(models.Model):
    """What one unit came to in a round. `total` is null where nothing could be judged, never zero for that.

    `frozen_total` and `frozen_rank` hold what was final first; `total` and `rank` follow confirmed corrections."""

    round = models.ForeignKey(
        ScoreRound, verbose_name="考评期", on_delete=models.CASCADE, related_name="units"
    )
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="scores")
    group = models.CharField("排名组", max_length=30)
    base = models.DecimalField("基础分", max_digits=8, decimal_places=4, null=True)
    bonus = models.DecimalField("加减分", max_digits=7, decimal_places=2, default=Decimal(0))
    total = models.DecimalField("总分", max_digits=8, decimal_places=4, null=True)
    rank = models.PositiveSmallIntegerField("名次", null=True)
    previous_total = models.DecimalField("上期总分", max_digits=8, decimal_places=4, null=True)
    frozen_total = models.DecimalField("定稿时总分", max_digits=8, decimal_places=4, null=True)
    frozen_rank = models.PositiveSmallIntegerField("定稿时名次", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位得分"
        ordering: ClassVar[list[str]] = ["round", "unit"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["round", "unit"], name="scores_unit_once")
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.round}"

    def get_absolute_url(self) -> str:
        return reverse("scores:unit", args=[self.round.plan.code, self.round.period.code, self.unit_id])

    @property
    def change(self) -> Decimal | None:
        """Against the period before; None where either is missing."""
        return None if self.total is None or self.previous_total is None else self.total - self.previous_total

    @property
    def fall(self) -> Decimal:
        """How much it fell, as a positive number."""
        return max(Decimal(0), -(self.change or Decimal(0)))

    @property
    def is_corrected(self) -> bool:
        return self.round.state == RoundState.FINAL and self.total != self.frozen_total


class PartScore(models.Model):
    """One part of a unit's score; `effective` and `points` are null where the unit has no duty in it."""

    unit_score = models.ForeignKey(
        UnitScore, verbose_name="单位得分", on_delete=models.CASCADE, related_name="parts"
    )
    code = models.SlugField("代码", max_length=20)
    weight = models.DecimalField("分值", max_digits=6, decimal_places=2)
    effective = models.DecimalField("折算分值", max_digits=12, decimal_places=6, null=True)
    points = models.DecimalField("得分", max_digits=8, decimal_places=4, null=True)
    won = models.DecimalField("得分件数", max_digits=14, decimal_places=6, default=Decimal(0))
    counted = models.PositiveIntegerField("计分件数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "部分得分"
        ordering: ClassVar[list[str]] = ["unit_score", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["unit_score", "code"], name="scores_partscore_once")
        ]

    def __str__(self) -> str:
        return f"{self.unit_score} {self.code}"


class RowOrigin(models.TextChoices):
    """Who put a row there."""

    COMPUTED = "computed", "计算"
    OBJECTION = "objection", "异议采纳"
    CORRECTION = "correction", "定稿后更正"


class ScoreRow(models.Model):
    """One thing that was judged. Append-only with a flag: a decision writes a new row, the old one stays readable."""

    part = models.ForeignKey(PartScore, verbose_name="部分", on_delete=models.CASCADE, related_name="rows")
    label = models.CharField("事项", max_length=300)
    url = models.CharField("地址", max_length=300, blank=True)
    share = models.DecimalField("得分比例", max_digits=9, decimal_places=6)
    counts = models.BooleanField("计分", default=True)
    note = models.CharField("说明", max_length=400, blank=True)
    origin = models.CharField("来历", max_length=12, choices=RowOrigin.choices, default=RowOrigin.COMPUTED)
    is_current = models.BooleanField("现行", default=True)
    order = models.PositiveIntegerField("次序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "计分事项"
        ordering: ClassVar[list[str]] = ["part", "order", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=2), name="scores_row_share")
        ]

    def __str__(self) -> str:
        return self.label
