"""A measure against a unit that doesn't do what it owes. A person drafts it, a named other person approves it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from chuangmo.deadlines.models import Obligation
from chuangmo.org.models import Unit
from indicators.plan.models import Plan


class MeasureKind(models.TextChoices):
    """The last two rungs of the ladder (domain.md §8): 约谈 and 媒体曝光, 问责."""

    TALK = "talk", "约谈"
    EXPOSURE = "exposure", "媒体跟踪"
    ACCOUNT = "account", "问责建议"


class MeasureState(models.TextChoices):
    DRAFT = "draft", "草稿"
    PENDING = "pending", "待批准"
    ISSUED = "issued", "已发出"
    HELD = "held", "已约谈"
    CLOSED = "closed", "已结束"
    DROPPED = "dropped", "已撤销"


class Measure(models.Model):
    """One talk, one follow-up by the media or one proposal to hold somebody to account, about one unit and what it owes.
    Nothing goes out without `approver`, who isn't the drafter; with the approval `proof` holds the chain as it stood then.
    Written by `accountability.services`."""

    kind = models.CharField("种类", max_length=10, choices=MeasureKind.choices)
    plan = models.ForeignKey(Plan, verbose_name="方案", on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Unit, verbose_name="提出单位", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, verbose_name="对象单位", on_delete=models.PROTECT, related_name="measures")
    obligations = models.ManyToManyField(
        Obligation, verbose_name="未办事项", blank=True, related_name="measures"
    )
    proposal = models.OneToOneField(
        "deadlines.Proposal",
        verbose_name="催办建议",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="measure",
    )
    title = models.CharField("标题", max_length=120)
    grounds = models.TextField("事由", blank=True)
    demand = models.TextField(
        "要求", blank=True, help_text="约谈：要谈什么；媒体：跟踪什么；问责：建议怎样处理、依据哪一条。"
    )
    persons = models.CharField("对象人员", max_length=120, blank=True, help_text="姓名和职务，顿号分开。")
    addressee = models.CharField(
        "送交", max_length=80, blank=True, help_text="媒体名称；问责移送的机关（市监察局、市委市政府）。"
    )
    place = models.CharField("地点", max_length=60, blank=True)
    planned_on = models.DateField("约定日期", null=True, blank=True)
    host = models.CharField("约谈人", max_length=60, blank=True)
    state = models.CharField("状态", max_length=10, choices=MeasureState.choices, default=MeasureState.DRAFT)
    version = models.PositiveIntegerField("版本", default=0)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="起草人", on_delete=models.PROTECT, related_name="+"
    )
    drafted_at = models.DateTimeField("起草时间", auto_now_add=True)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="批准人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    approved_at = models.DateTimeField("批准时间", null=True, blank=True)
    opinion = models.CharField("批准意见", max_length=200, blank=True)
    document_number = models.CharField("文号", max_length=60, blank=True)
    issued_on = models.DateField("发出日期", null=True, blank=True)
    proof = models.JSONField("证据链", null=True, blank=True)
    digest = models.CharField("SHA-256", max_length=64, blank=True)
    held_on = models.DateField("约谈日期", null=True, blank=True)
    attendees = models.CharField("参加人员", max_length=300, blank=True)
    record = models.TextField("约谈记录", blank=True)
    result = models.TextField("结果", blank=True)
    closed_on = models.DateField("结束日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "约谈与问责"
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "dropped", "pending"])
                | (Q(approver__isnull=False) & Q(approved_at__isnull=False) & ~Q(document_number="")),
                name="accountability_issued_is_approved",
                violation_error_message="没有批准人的，不能发出。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "dropped"]) | Q(approver__isnull=False),
                name="accountability_pending_has_approver",
                violation_error_message="报批要指定批准人。",
            ),
            models.CheckConstraint(
                condition=Q(held_on__isnull=True)
                | Q(issued_on__isnull=True)
                | Q(held_on__gte=F("issued_on")),
                name="accountability_held_after_issue",
                violation_error_message="约谈不能早于通知。",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # A unit's page and the chain of proof.
            models.Index(fields=["unit", "kind", "state"], name="accountability_of_unit"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("accountability:measure-show", args=[self.pk])


class MeasureEntry(models.Model):
    """Something that followed: a broadcast or article (with address), a word from whoever took the matter over."""

    measure = models.ForeignKey(
        Measure, verbose_name="事项", on_delete=models.CASCADE, related_name="entries"
    )
    on = models.DateField("日期")
    source = models.CharField("媒体或来文单位", max_length=60)
    text = models.CharField("内容", max_length=300)
    link = models.URLField("网址", max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "跟踪记录"
        ordering: ClassVar[list[str]] = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.on} {self.source}：{self.text}"
