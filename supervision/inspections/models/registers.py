"""What an administrator keeps: kinds of problems, and which oversight bodies inspect and which only comment."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from simple_history.models import HistoricalRecords

from chuangmo.org.models import Unit, UnitKind


class ProblemKindManager(models.Manager):
    def get_by_natural_key(self, code: str) -> ProblemKind:
        return self.get(code=code)


class ProblemKind(models.Model):
    """What sort of problem a finding is (扬尘, 黑臭水体 …). Two findings of one kind at one place are the same problem
    come back (反弹)."""

    code = models.SlugField("代码", max_length=24, unique=True)
    name = models.CharField("名称", max_length=30, unique=True)
    order = models.PositiveSmallIntegerField("次序", default=0)
    is_active = models.BooleanField(
        "启用", default=True, help_text="停用后不再出现在选项里，已登记的问题不变。"
    )

    objects = ProblemKindManager()
    history = HistoricalRecords(verbose_name="问题类别历史")

    class Meta:
        verbose_name = verbose_name_plural = "问题类别"
        ordering: ClassVar[list[str]] = ["order", "code"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class Power(models.TextChoices):
    """What the people of an oversight body may do."""

    INSPECT = "inspect", "督查：登记检查，发督办单"
    COMMENT = "comment", "监督：查看，提意见"


class InspectingBodyManager(models.Manager):
    def get_by_natural_key(self, unit: str) -> InspectingBody:
        return self.get(unit__name=unit)


class InspectingBody(models.Model):
    """An oversight body (市监察局, 市人大 …) and its power. One without a row here only reads."""

    unit = models.OneToOneField(
        Unit,
        verbose_name="单位",
        on_delete=models.PROTECT,
        related_name="inspecting_body",
        limit_choices_to={"kind": UnitKind.OVERSIGHT},
    )
    power = models.CharField("权限", max_length=8, choices=Power.choices)

    objects = InspectingBodyManager()
    history = HistoricalRecords(verbose_name="督查机构历史")

    class Meta:
        verbose_name = verbose_name_plural = "督查机构"
        ordering: ClassVar[list[str]] = ["unit__order"]

    def __str__(self) -> str:
        return f"{self.unit}：{self.get_power_display()}"

    def natural_key(self) -> tuple[str]:
        return (self.unit.name,)

    natural_key.dependencies = ["org.unit"]  # type: ignore[attr-defined]
