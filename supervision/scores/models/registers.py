"""The rules of the score as data [D]: the plan's own 《督查考核细则》 is missing, an administrator puts it in here."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from chuangmo.org.models import UnitKind


class CodedManager(models.Manager):
    """Natural key: the code."""

    def get_by_natural_key(self, code: str) -> models.Model:
        return self.get(code=code)


class ScorePart(models.Model):
    """One part of the 100 points: where its rows come from (settings.SCORE_PARTS) and what it weighs.

    A round keeps the parts it was computed with: a later change concerns later rounds."""

    code = models.SlugField("代码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=30)
    weight = models.DecimalField("分值", max_digits=6, decimal_places=2)
    source = models.CharField(
        "数据来源", max_length=120, help_text="系统登记的取数程序（SCORE_PARTS），不能随意填写。"
    )
    note = models.CharField(
        "说明", max_length=200, blank=True, help_text="考核什么、怎么算，写给被考核单位看。"
    )
    order = models.PositiveSmallIntegerField("次序", default=0)
    is_active = models.BooleanField("启用", default=True)

    objects = CodedManager()
    history = HistoricalRecords(verbose_name="考核部分历史")

    class Meta:
        verbose_name = verbose_name_plural = "考核部分"
        ordering: ClassVar[list[str]] = ["order", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(weight__gt=0, weight__lte=1000),
                name="scores_part_weight_positive",
                violation_error_message="分值要大于零。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    def clean(self) -> None:
        if self.source and self.source not in settings.SCORE_PARTS:
            raise ValidationError(
                {"source": f"没有这个数据来源。可用的：{'、'.join(settings.SCORE_PARTS)}。"}
            )


class ShareRuleManager(models.Manager):
    def get_by_natural_key(self, part: str, state: str) -> ShareRule:
        return self.get(part=part, state=state)


class ShareRule(models.Model):
    """What one state of a thing wins in a part: 1 all of it, 0 nothing, empty = it doesn't count (挂账, 免办)."""

    part = models.SlugField("考核部分", max_length=20)
    state = models.SlugField("情形代码", max_length=20)
    name = models.CharField("情形", max_length=40)
    share = models.DecimalField(
        "得分比例",
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="1 为全得，0 为不得分；空着表示这种情形不计入考核。",
    )
    order = models.PositiveSmallIntegerField("次序", default=0)

    objects = ShareRuleManager()
    history = HistoricalRecords(verbose_name="计分情形历史")

    class Meta:
        verbose_name = verbose_name_plural = "计分情形"
        ordering: ClassVar[list[str]] = ["order", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["part", "state"], name="scores_sharerule_once"),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gte=0, share__lte=1),
                name="scores_sharerule_range",
                violation_error_message="得分比例在 0 到 1 之间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.name}"

    def natural_key(self) -> tuple[str, str]:
        return (self.part, self.state)


class RankGroupManager(models.Manager):
    def get_by_natural_key(self, kind: str) -> RankGroup:
        return self.get(kind=kind)


class RankGroup(models.Model):
    """With whom units of one kind are ranked; kinds of the same group name stand in one list."""

    kind = models.CharField("单位类别", max_length=12, choices=UnitKind.choices, unique=True)
    name = models.CharField("排名组", max_length=30)
    is_scored = models.BooleanField("参加考核", default=True)
    order = models.PositiveSmallIntegerField("次序", default=0)

    objects = RankGroupManager()
    history = HistoricalRecords(verbose_name="排名组历史")

    class Meta:
        verbose_name = verbose_name_plural = "排名组"
        ordering: ClassVar[list[str]] = ["order", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"

    def natural_key(self) -> tuple[str]:
        return (self.kind,)


class YearMethod(models.TextChoices):
    """How the months make the year, the basis of the yearly target appraisal 年度目标考核."""

    MEAN = "mean", "各月得分的平均"
    DROP_LOWEST = "drop_lowest", "去掉最低一个月后的平均"


class ScoreRules(models.Model):
    """The other figures of the rules; one row."""

    code = models.SlugField("代码", max_length=20, unique=True, default="default")
    objection_days = models.PositiveSmallIntegerField(
        "异议期（工作日）", default=5, help_text="公示后几个工作日内单位可以提出异议。"
    )
    bonus_limit = models.DecimalField(
        "加减分上限",
        max_digits=5,
        decimal_places=2,
        default=Decimal(5),
        help_text="加分减分合计不超过正负几分。",
    )
    places = models.PositiveSmallIntegerField(
        "保留小数", default=2, help_text="按 GB/T 8170 修约，四舍六入五成双。"
    )
    year_method = models.CharField(
        "年度得分", max_length=12, choices=YearMethod.choices, default=YearMethod.MEAN
    )
    year_min_months = models.PositiveSmallIntegerField(
        "年度最少月数", default=1, help_text="定稿的月份不到这么多的单位，没有年度得分。"
    )

    objects = CodedManager()
    history = HistoricalRecords(verbose_name="考核规则历史")

    class Meta:
        verbose_name = verbose_name_plural = "考核规则"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(code="default"),
                name="scores_rules_single",
                violation_error_message="只能有一行。",
            ),
            models.CheckConstraint(
                condition=Q(objection_days__gte=1, objection_days__lte=60),
                name="scores_rules_objection_days",
                violation_error_message="异议期在 1 到 60 个工作日之间。",
            ),
            models.CheckConstraint(
                condition=Q(bonus_limit__gte=0, bonus_limit__lte=100),
                name="scores_rules_bonus_limit",
                violation_error_message="加减分上限在 0 到 100 之间。",
            ),
            models.CheckConstraint(
                condition=Q(places__lte=4),
                name="scores_rules_places",
                violation_error_message="最多保留 4 位小数。",
            ),
            models.CheckConstraint(
                condition=Q(year_min_months__gte=1, year_min_months__lte=12),
                name="scores_rules_year_months",
                violation_error_message="年度最少月数在 1 到 12 之间。",
            ),
        ]

    def __str__(self) -> str:
        return "考核规则"

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    @classmethod
    def current(cls) -> ScoreRules:
        """The one row, or its defaults where none is stored yet."""
        return cls.objects.filter(code="default").first() or cls()
