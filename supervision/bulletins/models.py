"""Circulars 通报 (四(七)): generated from real rows, edited by the office, issued by a named approver."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from chuangmo.org.models import Unit
from indicators.plan.models import Plan
from supervision.bulletins.rules.variables import VARIABLES
from supervision.letters.rules.wording import text_fault


class BulletinKind(models.TextChoices):
    PROGRESS = "progress", "工作进展通报"
    LATE = "late", "逾期事项通报"
    SCORES = "scores", "效能考评通报"


class RowsKind(models.TextChoices):
    LATE = "late", "逾期事项"
    ORDERS = "orders", "未办结督办单"
    RANKS = "ranks", "考评名次"
    FINDINGS = "findings", "没有整改的问题"
    TALKS = "talks", "约谈和媒体跟踪"


class BlockManager(models.Manager):
    def get_by_natural_key(self, kind: str, code: str) -> BulletinBlock:
        return self.get(kind=kind, code=code)


class BulletinBlock(models.Model):
    """One paragraph of the wording from which circulars of a kind are made; a circular keeps its own, editable copy."""

    kind = models.CharField("通报种类", max_length=10, choices=BulletinKind.choices)
    code = models.SlugField("代码", max_length=20)
    title = models.CharField("标题", max_length=60, blank=True, help_text="空着为没有标题的段落。")
    text = models.TextField(
        "正文",
        max_length=2000,
        blank=True,
        help_text="可写 {city} 城市、{office} 创模办、{day} 截止日期、{period} 考评期、{late} 逾期事项数、"
        "{late_units} 逾期单位数、{orders} 未办结督办单数、{findings} 没有整改的问题数、{talks} 约谈和媒体跟踪数、"
        "{units} 点名单位。",
    )
    rows = models.CharField("后面的清单", max_length=10, blank=True, choices=RowsKind.choices)
    order = models.PositiveSmallIntegerField("次序", default=0)
    is_active = models.BooleanField("启用", default=True)

    objects = BlockManager()
    history = HistoricalRecords(verbose_name="通报文字历史")

    class Meta:
        verbose_name = verbose_name_plural = "通报文字"
        ordering: ClassVar[list[str]] = ["kind", "order", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "code"], name="bulletins_block_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.title or self.code}"

    def natural_key(self) -> tuple[str, str]:
        return (self.kind, self.code)

    def clean(self) -> None:
        fault = text_fault(self.text, VARIABLES)
        if fault:
            raise ValidationError({"text": fault})


class BulletinState(models.TextChoices):
    DRAFT = "draft", "草稿"
    PROPOSED = "proposed", "待签发"
    ISSUED = "issued", "已印发"
    CANCELLED = "cancelled", "作废"


class Bulletin(models.Model):
    """One circular. Editable while a draft; a number from its issue on, which it keeps when it is cancelled.

    The person who proposes it is not the one who issues it. Its state is changed by `bulletins.services` alone."""

    plan = models.ForeignKey(Plan, verbose_name="方案", on_delete=models.PROTECT, related_name="bulletins")
    office = models.ForeignKey(
        Unit, verbose_name="发文单位", on_delete=models.PROTECT, related_name="bulletins"
    )
    kind = models.CharField("种类", max_length=10, choices=BulletinKind.choices)
    as_of = models.DateField("截止日期")
    state = models.CharField(
        "状态", max_length=10, choices=BulletinState.choices, default=BulletinState.DRAFT
    )
    title = models.CharField("标题", max_length=120)
    addressee = models.CharField("主送", max_length=400, blank=True)
    blocks = models.JSONField("文字", default=list, help_text="[{code, title, text, rows}]")
    rows = models.JSONField(
        "事项", default=dict, help_text="{late, orders, ranks}: 行，生成时取数，印发后不变。"
    )
    recipients = models.ManyToManyField(Unit, verbose_name="发送单位", blank=True, related_name="+")
    edit = models.PositiveIntegerField("改动次数", default=0)
    year = models.PositiveSmallIntegerField("年份", null=True, blank=True)
    number = models.PositiveIntegerField("编号", null=True, blank=True)
    document_number = models.CharField("文号", max_length=60, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="起草人", on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField("起草时间", auto_now_add=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="送签人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    proposed_at = models.DateTimeField("送签时间", null=True, blank=True)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="签发人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    returned_reason = models.CharField("退回意见", max_length=400, blank=True)
    issued_on = models.DateField("印发日期", null=True, blank=True)
    issued_at = models.DateTimeField("签发时间", null=True, blank=True)
    cancelled_on = models.DateField("作废日期", null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="作废人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    cancelled_reason = models.CharField("作废原因", max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "通报"
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["office", "year", "number"],
                condition=Q(number__isnull=False),
                name="bulletins_number_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "proposed"], number__isnull=True)
                | Q(state__in=["issued", "cancelled"], number__isnull=False, issued_on__isnull=False),
                name="bulletins_number_from_issue_on",
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("proposed_by")),
                name="bulletins_two_persons",
                violation_error_message="送签人和签发人不能是同一个人。",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancelled_reason=""),
                name="bulletins_cancelled_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_number} {self.title}".strip()

    def get_absolute_url(self) -> str:
        return reverse("bulletins:show", args=[self.pk])


class BulletinSource(models.Model):
    """The ladder's proposal that a circular takes up; each proposal goes into one."""

    bulletin = models.ForeignKey(
        Bulletin, verbose_name="通报", on_delete=models.CASCADE, related_name="sources"
    )
    proposal = models.OneToOneField(
        "deadlines.Proposal", verbose_name="建议", on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "通报来源"
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"{self.bulletin} {self.proposal}"
