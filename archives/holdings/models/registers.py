"""What archive numbers are made of, and what a required material needs beyond the plan's word: data at the desk.

Source: DA/T 22-2015 (归档文件整理规则) and domain.md §9: 全宗号-门类·年度-保管期限-问题代码-件号.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from chuangmo.files.models import MaterialKind
from indicators.plan.models import ChecklistItem, MaterialRequirement

# What stands between the dashes of an archive number may hold none itself.
CODE = RegexValidator(r"^[A-Z0-9]+$", "只用大写字母和数字。")


class CodeManager(models.Manager):
    def get_by_natural_key(self, code: str) -> Any:
        return self.get(code=code)


class Fonds(models.Model):
    """The body of archives of one office (全宗). New pieces are numbered in the current one."""

    code = models.CharField("全宗号", max_length=10, unique=True, validators=[CODE])
    name = models.CharField("全宗名称", max_length=60)
    problem_prefix = models.CharField(
        "问题代码前缀",
        max_length=6,
        default="ZB",
        validators=[CODE],
        help_text="问题代码 = 前缀 + 两位指标号，如 ZB08。",
    )
    is_current = models.BooleanField(
        "现用", default=False, help_text="新归档的材料编入现用全宗，只能有一个。"
    )

    objects = CodeManager()
    history = HistoricalRecords(verbose_name="全宗历史")

    class Meta:
        verbose_name = verbose_name_plural = "全宗"
        ordering: ClassVar[list[str]] = ["code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["is_current"],
                condition=Q(is_current=True),
                name="holdings_fonds_one_current",
                violation_error_message="已有现用全宗，请先取消它。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class ArchiveCategory(models.Model):
    """A category of archives (档案门类): WS 文书, ZP 照片, …"""

    code = models.CharField("门类代码", max_length=6, unique=True, validators=[CODE])
    name = models.CharField("门类名称", max_length=30)

    objects = CodeManager()
    history = HistoricalRecords(verbose_name="门类历史")

    class Meta:
        verbose_name = verbose_name_plural = "档案门类"
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class Retention(models.Model):
    """How long pieces are kept (保管期限): Y 永久, D30, D10."""

    code = models.CharField("代码", max_length=4, unique=True, validators=[CODE])
    name = models.CharField("保管期限", max_length=20)
    years = models.PositiveSmallIntegerField("年数", null=True, blank=True, help_text="空着为永久。")

    objects = CodeManager()
    history = HistoricalRecords(verbose_name="保管期限历史")

    class Meta:
        verbose_name = verbose_name_plural = "保管期限"
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class KindRuleManager(models.Manager):
    def get_by_natural_key(self, kind: str) -> KindRule:
        return self.get(kind=kind)


class KindRule(models.Model):
    """Into which category each kind of material goes, and how long it is kept unless its requirement says otherwise."""

    kind = models.CharField("资料种类", max_length=8, choices=MaterialKind.choices, unique=True)
    category = models.ForeignKey(
        ArchiveCategory, verbose_name="档案门类", on_delete=models.PROTECT, related_name="+"
    )
    retention = models.ForeignKey(
        Retention, verbose_name="保管期限", on_delete=models.PROTECT, related_name="+"
    )

    objects = KindRuleManager()
    history = HistoricalRecords(verbose_name="归档规则历史")

    class Meta:
        verbose_name = verbose_name_plural = "归档规则"
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.kind}：{self.category}，{self.retention}"

    def natural_key(self) -> tuple[str]:
        return (self.kind,)

    natural_key.dependencies = ["holdings.archivecategory", "holdings.retention"]  # type: ignore[attr-defined]


class MaterialTermsManager(models.Manager):
    def get_by_natural_key(self, requirement: str) -> MaterialTerms:
        return self.get(requirement__code=requirement)


class MaterialTerms(models.Model):
    """What the archive says of one required material beyond the plan's catalogue (`plan.MaterialRequirement`): its own
    retention, and the checklist items that name the same paper, so that one upload answers both."""

    requirement = models.OneToOneField(
        MaterialRequirement, verbose_name="归档要求", on_delete=models.CASCADE, related_name="terms"
    )
    retention = models.ForeignKey(
        Retention,
        verbose_name="保管期限",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="空着按归档规则。",
    )
    checklist = models.ManyToManyField(
        ChecklistItem,
        verbose_name="同一份材料的清单事项",
        blank=True,
        related_name="material_terms",
        help_text="这些事项的佐证就是这份材料，上传一次即可。",
    )

    objects = MaterialTermsManager()
    history = HistoricalRecords(verbose_name="归档细则历史")

    class Meta:
        verbose_name = verbose_name_plural = "归档细则"
        ordering: ClassVar[list[str]] = ["requirement"]

    def __str__(self) -> str:
        return f"{self.requirement} 归档细则"

    def natural_key(self) -> tuple[str]:
        return (self.requirement.code,)

    natural_key.dependencies = [  # type: ignore[attr-defined]
        "plan.materialrequirement",
        "plan.checklistitem",
        "holdings.retention",
    ]
