"""Responsibility letters 目标责任书: one for each unit and year, in numbered versions."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from chuangmo.files.models import Attachment
from chuangmo.org.models import Unit
from indicators.plan.models import Plan
from supervision.letters.rules.wording import text_fault


class BlockManager(models.Manager):
    def get_by_natural_key(self, code: str) -> LetterBlock:
        return self.get(code=code)


class LetterBlock(models.Model):
    """One paragraph of the wording from which new letters are made; a letter keeps its own, editable copy."""

    code = models.SlugField("代码", max_length=20, unique=True)
    title = models.CharField("标题", max_length=60)
    text = models.TextField(
        "正文",
        max_length=2000,
        blank=True,
        help_text="可写 {unit} 单位、{year} 年度、{city} 城市、{office} 创模办、"
        "{indicators} 指标数、{projects} 工程数、{tasks} 任务数。",
    )
    facts = models.CharField(
        "后面的清单",
        max_length=10,
        blank=True,
        choices=[("indicators", "指标"), ("projects", "工程"), ("tasks", "任务")],
        help_text="在这一段后面列出的事项，由系统按方案生成。",
    )
    order = models.PositiveSmallIntegerField("次序", default=0)
    is_active = models.BooleanField("启用", default=True)

    objects = BlockManager()
    history = HistoricalRecords(verbose_name="责任书文字历史")

    class Meta:
        verbose_name = verbose_name_plural = "责任书文字"
        ordering: ClassVar[list[str]] = ["order", "pk"]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    def clean(self) -> None:
        fault = text_fault(self.text)
        if fault:
            raise ValidationError({"text": fault})


class Letter(models.Model):
    """A unit's letter of a plan's year; what it says is in its versions."""

    plan = models.ForeignKey(Plan, verbose_name="方案", on_delete=models.PROTECT, related_name="letters")
    unit = models.ForeignKey(Unit, verbose_name="责任单位", on_delete=models.PROTECT, related_name="letters")
    office = models.ForeignKey(Unit, verbose_name="发文单位", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "目标责任书"
        ordering: ClassVar[list[str]] = ["plan", "unit"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["plan", "unit"], name="letters_letter_once")
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.plan.year} 年目标责任书"

    def get_absolute_url(self) -> str:
        return reverse("letters:show", args=[self.pk])


class VersionState(models.TextChoices):
    DRAFT = "draft", "草稿"
    ISSUED = "issued", "待签订"
    SIGNED = "signed", "已签订"
    REPLACED = "replaced", "已被替代"


class LetterVersion(models.Model):
    """One version: wording and facts. Editable while a draft, frozen from its issue on; at most one is being drafted and
    one in force. Its state is changed by `letters.services` alone."""

    letter = models.ForeignKey(
        Letter, verbose_name="责任书", on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField("版次")
    state = models.CharField("状态", max_length=10, choices=VersionState.choices, default=VersionState.DRAFT)
    blocks = models.JSONField("文字", default=list, help_text="[{code, title, text, facts}]")
    facts = models.JSONField("事项", default=dict, help_text="{indicators, projects, tasks}: 行。")
    edit = models.PositiveIntegerField("改动次数", default=0)
    reason = models.CharField("修订原因", max_length=400, blank=True)
    paper_year = models.PositiveSmallIntegerField("编号年份", null=True, blank=True)
    paper_number = models.PositiveIntegerField("编号", null=True, blank=True)
    document_number = models.CharField("文号", max_length=60, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="起草人", on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField("起草时间", auto_now_add=True)
    issued_on = models.DateField("下发日期", null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="下发人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    signed_on = models.DateField("签订日期", null=True, blank=True)
    signer = models.CharField("签订人", max_length=40, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="登记人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    scan = models.ForeignKey(
        Attachment,
        verbose_name="签字扫描件",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "责任书版本"
        ordering: ClassVar[list[str]] = ["letter", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["letter", "number"], name="letters_version_once"),
            models.UniqueConstraint(
                fields=["letter"], condition=Q(state="draft"), name="letters_version_one_draft"
            ),
            models.UniqueConstraint(
                fields=["letter"],
                condition=Q(state__in=["issued", "signed"]),
                name="letters_version_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(paper_number__isnull=False, issued_on__isnull=False, issued_by__isnull=False),
                name="letters_version_number_from_issue_on",
            ),
            models.CheckConstraint(
                condition=~Q(state="signed") | Q(signed_on__isnull=False, scan__isnull=False),
                name="letters_version_signed_has_scan",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter}（第 {self.number} 版）"

    def get_absolute_url(self) -> str:
        return reverse("letters:show", args=[self.letter_id])
