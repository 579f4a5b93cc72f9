"""Checks of what was accepted into the archive, and of the store of files: rules at the desk, runs, what they found."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from simple_history.models import HistoricalRecords

from archives.checks.rules.checking import CHECKS
from archives.holdings.models import Accession
from chuangmo.files.models import MaterialKind
from indicators.plan.models import Plan


class CodedManager(models.Manager):
    def get_by_natural_key(self, code: str) -> models.Model:
        return self.get(code=code)


class CheckRule(models.Model):
    """One check of an accepted piece. What it looks at is fixed by its code (`checks.rules.checking`); whether, of which
    kinds of material and how severely is the administrator's."""

    class Property(models.TextChoices):
        GENUINE = "genuine", "真实"
        WHOLE = "whole", "完整"
        USABLE = "usable", "可用"
        SAFE = "safe", "安全"

    class Severity(models.TextChoices):
        BAD = "bad", "不合格"
        WARN = "warn", "提醒"

    code = models.CharField("代码", max_length=20, unique=True, choices=[(code, code) for code in CHECKS])
    name = models.CharField("检查项", max_length=40)
    property = models.CharField("四性", max_length=8, choices=Property.choices)
    severity = models.CharField("不通过时", max_length=4, choices=Severity.choices, default=Severity.BAD)
    kinds = models.CharField(
        "适用的资料种类",
        max_length=60,
        blank=True,
        help_text=f"用逗号分隔，如 {MaterialKind.DOCUMENT}；空着为全部。",
    )
    amount = models.PositiveSmallIntegerField(
        "数值", default=0, help_text="材料日期：允许晚于所证明年度几个月；其他检查不用。"
    )
    is_on = models.BooleanField("启用", default=True)
    note = models.CharField("说明", max_length=200, blank=True)
    order = models.PositiveSmallIntegerField("次序", default=0)

    objects = CodedManager()
    history = HistoricalRecords(verbose_name="检查项历史")

    class Meta:
        verbose_name = verbose_name_plural = "四性检查项"
        ordering: ClassVar[list[str]] = ["order", "code"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class GapKind(models.Model):
    """One kind of gap between what is claimed and what is proved. Its rows come from settings.GAP_SOURCES; here it has its
    name and what to do about it."""

    code = models.CharField("代码", max_length=30, unique=True)
    name = models.CharField("缺口", max_length=40)
    advice = models.CharField("怎么办", max_length=120, blank=True)
    days = models.PositiveSmallIntegerField(
        "工作日", default=0, help_text="退回后多少个工作日没有再报算作遗忘；其他缺口不用。"
    )
    is_on = models.BooleanField("启用", default=True)
    order = models.PositiveSmallIntegerField("次序", default=0)

    objects = CodedManager()
    history = HistoricalRecords(verbose_name="缺口种类历史")

    class Meta:
        verbose_name = verbose_name_plural = "缺口种类"
        ordering: ClassVar[list[str]] = ["order", "code"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class CheckRun(models.Model):
    """One round of all checks over what counts in the archive of a plan. Goes on where a dead worker left it; once finished
    it is never changed. Written by `checks.services.running`."""

    plan = models.ForeignKey(Plan, verbose_name="方案", on_delete=models.PROTECT, related_name="check_runs")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="发起人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="空着为定时检查。",
    )
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    rules = models.JSONField("检查项", help_text="开始时启用的检查项：代码、名称、四性、严重程度等。")
    pieces = models.PositiveIntegerField("件数", default=0)
    bad = models.PositiveIntegerField("不合格件数", default=0)
    warned = models.PositiveIntegerField("有提醒件数", default=0)
    tallies = models.JSONField("各项结果", default=dict, help_text="检查项代码 → [检查件数, 不通过件数]。")
    digest = models.CharField("结果摘要", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "四性检查"
        ordering: ClassVar[list[str]] = ["-started_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["plan"],
                condition=models.Q(finished_at__isnull=True),
                name="checks_run_one_open",
                violation_error_message="上一次检查还没有完成。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan.year} 年四性检查 {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("checks:run-show", args=[self.pk])


class CheckResult(models.Model):
    """What one run found of one accepted piece: `findings` are [code, sentence] of the checks that it did not pass."""

    class Outcome(models.TextChoices):
        OK = "ok", "合格"
        WARN = "warn", "有提醒"
        BAD = "bad", "不合格"

    run = models.ForeignKey(CheckRun, verbose_name="检查", on_delete=models.CASCADE, related_name="results")
    accession = models.ForeignKey(
        Accession, verbose_name="归档登记", on_delete=models.PROTECT, related_name="check_results"
    )
    sha256 = models.CharField("登记的 SHA-256", max_length=64)
    outcome = models.CharField("结果", max_length=4, choices=Outcome.choices)
    findings = models.JSONField("发现", default=list)
    checked_at = models.DateTimeField("检查时间")

    class Meta:
        verbose_name = verbose_name_plural = "检查结果"
        ordering: ClassVar[list[str]] = ["run", "accession"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["run", "accession"], name="checks_result_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            # The page of a run: what did not pass.
            models.Index(fields=["run", "outcome"], name="checks_result_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.accession} {self.get_outcome_display()}"


class StoreCheck(models.Model):
    """One comparison of the table of files, the store and the contents' digests (`manage.py check_store`, and the
    timetable). `faults` names what is missing, changed or orphaned, the first thousand of each."""

    checked_at = models.DateTimeField("检查时间")
    is_quick = models.BooleanField("只比大小", default=False)
    files = models.PositiveIntegerField("文件数")
    octets = models.BigIntegerField("字节数")
    missing = models.PositiveIntegerField("缺失", default=0)
    changed = models.PositiveIntegerField("被改动", default=0)
    orphaned = models.PositiveIntegerField("无登记", default=0)
    faults = models.JSONField("清单", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "文件库核对"
        ordering: ClassVar[list[str]] = ["-checked_at", "-id"]

    def __str__(self) -> str:
        return f"{self.checked_at:%Y-%m-%d %H:%M} 核对 {self.files} 个文件"

    @property
    def is_sound(self) -> bool:
        return not (self.missing or self.changed or self.orphaned)
