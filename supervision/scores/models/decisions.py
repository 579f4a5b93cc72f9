"""What people decide about a score: bonus and malus, objections, corrections of what is final."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from supervision.scores.models.scores import ScoreRow, UnitScore


class Adjustment(models.Model):
    """Points above or below what the rows give, with a reason, by a named person. Withdrawn, never deleted.

    It hangs on unit and period, so that a draft computed anew keeps it."""

    round = models.ForeignKey(
        "scores.ScoreRound", verbose_name="考评期", on_delete=models.CASCADE, related_name="adjustments"
    )
    unit = models.ForeignKey("org.Unit", verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField("加减分", max_digits=5, decimal_places=2, help_text="加分为正，减分为负。")
    reason = models.CharField("理由", max_length=400)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="决定人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("时间", auto_now_add=True)
    withdrawn_at = models.DateTimeField("撤销时间", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="撤销人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "加减分"
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(points=0),
                name="scores_adjustment_not_zero",
                violation_error_message="加减分不能是 0。",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="scores_adjustment_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.points:+}"


class Objection(models.Model):
    """What a unit says against its score in the objection period, and what the office decided with its reason."""

    class State(models.TextChoices):
        OPEN = "open", "待决定"
        UPHELD = "upheld", "采纳"
        REFUSED = "refused", "不采纳"

    unit_score = models.ForeignKey(
        UnitScore, verbose_name="单位得分", on_delete=models.PROTECT, related_name="objections"
    )
    row = models.ForeignKey(
        ScoreRow,
        verbose_name="计分事项",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="空着表示对整个得分的异议。",
    )
    text = models.CharField("理由", max_length=600)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="提出人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("提出时间", auto_now_add=True)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN)
    decision = models.CharField("决定的理由", max_length=600, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="决定人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    old_total = models.DecimalField("决定前总分", max_digits=8, decimal_places=4, null=True)
    new_total = models.DecimalField("决定后总分", max_digits=8, decimal_places=4, null=True)

    class Meta:
        verbose_name = verbose_name_plural = "考评异议"
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["row"], condition=Q(state="open", row__isnull=False), name="scores_objection_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="open") | ~Q(decision=""), name="scores_objection_decided_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_score} 异议"


class Correction(models.Model):
    """A final score that no longer fits what lies behind it: old and new, why, and what the office made of it.

    Found by `services.corrections.recheck`; nothing changes before the office confirms."""

    class State(models.TextChoices):
        OPEN = "open", "待确认"
        CONFIRMED = "confirmed", "已更正"
        DECLINED = "declined", "不更正"
        LAPSED = "lapsed", "已无差别"

    unit_score = models.ForeignKey(
        UnitScore, verbose_name="单位得分", on_delete=models.PROTECT, related_name="corrections"
    )
    changes = models.JSONField("变动事项", help_text="[{part, label, url, old, new, note}]")
    digest = models.CharField("摘要", max_length=64)
    old_total = models.DecimalField("原总分", max_digits=8, decimal_places=4, null=True)
    new_total = models.DecimalField("新总分", max_digits=8, decimal_places=4, null=True)
    why = models.CharField("原因", max_length=600)
    found_at = models.DateTimeField("发现时间")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    reason = models.CharField("意见", max_length=400, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="决定人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "得分更正"
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["unit_score"], condition=Q(state="open"), name="scores_correction_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_score} 更正"
