"""What an administrator may set about the registers of tasks."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from chuangmo.org.models import SingleRow


class RegisterRules(SingleRow):
    """From which likeness on two names of a register are doubted to mean the same; one row."""

    near = models.PositiveSmallIntegerField(
        "疑似重复的相近度（%）",
        default=90,
        help_text="名称相同的字按次序占到这么多，导入时就请人确认是不是同一个。调低会多问，调高会漏掉。60 到 100。",
    )

    history = HistoricalRecords(verbose_name="名单规则历史")

    class Meta:
        verbose_name = verbose_name_plural = "名单规则"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(pk=1), name="campaigns_rules_single", violation_error_message="只能有一行。"
            ),
            models.CheckConstraint(
                condition=Q(near__gte=60, near__lte=100),
                name="campaigns_rules_near",
                violation_error_message="相近度在 60 到 100 之间。",
            ),
        ]

    def __str__(self) -> str:
        return f"相近度 {self.near}%"
