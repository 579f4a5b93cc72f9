"""Reports and their cells, and the figures that acceptance makes of them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from chuangmo.deadlines.models import Obligation
from chuangmo.org.models import Unit
from chuangmo.period_fields import PeriodFields
from chuangmo.review.models import Case
from indicators.plan.models import ChecklistItem, DataElement, Indicator, Plan, Site


class ReportPart(models.TextChoices):
    """Elements that come at different times do not wait for each other: each part is a report of its own."""

    REGULAR = "regular", "定期报表"
    TARGET = "target", "年初任务"
    PUBLISHED = "published", "公布数据"
    EVENT = "event", "一次性调查"


class Answer(models.TextChoices):
    """What a cell says. Blank = nothing said yet; the other three ways of having no figure are different answers."""

    BLANK = "", "未填"
    VALUE = "value", "有数"
    NONE = "none", "无（确认为零）"
    NOT_YET = "not_yet", "尚未有数"
    NOT_APPLICABLE = "not_applicable", "不适用"


class Report(PeriodFields):
    """What one unit reports on one indicator for one period. Its cells are made with it and fixed from then on;
    states and revisions are in `case`, due dates in `obligation` (the current cycle)."""

    indicator = models.ForeignKey(
        Indicator, verbose_name="指标", on_delete=models.PROTECT, related_name="reports"
    )
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="reports")
    part = models.CharField("部分", max_length=10, choices=ReportPart.choices, default=ReportPart.REGULAR)
    has_narrative = models.BooleanField("含文字", default=False, help_text="月报要写进展、问题、措施。")
    case = models.OneToOneField(Case, verbose_name="审核件", on_delete=models.PROTECT, related_name="report")
    obligation = models.ForeignKey(
        Obligation, verbose_name="应办事项", null=True, on_delete=models.PROTECT, related_name="reports"
    )
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    class Meta(PeriodFields.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "报表"
        ordering: ClassVar[list[str]] = ["-period_end", "indicator", "unit"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *PeriodFields.Meta.constraints,
            models.UniqueConstraint(
                fields=["unit", "indicator", "period_kind", "period_start", "part"],
                name="reporting_report_once",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # Matrix and lists by month.
            models.Index(fields=["period_end", "unit", "indicator"], name="reporting_report_month"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.indicator} {self.period.label}"

    def get_absolute_url(self) -> str:
        return f"/reports/{self.pk}/"


class ReportValue(models.Model):
    """One cell: what was typed (`raw`), what it means (`answer`, `value`) or why it can't be read (`fault`).

    `version` grows by one with every change; a write names the version it saw (`reporting.services.entry`)."""

    report = models.ForeignKey(Report, verbose_name="报表", on_delete=models.CASCADE, related_name="values")
    element = models.ForeignKey(
        DataElement, verbose_name="数据项", on_delete=models.PROTECT, related_name="+"
    )
    site = models.ForeignKey(Site, verbose_name="点位", on_delete=models.PROTECT, related_name="+")
    raw = models.CharField("原文", max_length=200, blank=True)
    answer = models.CharField("回答", max_length=14, choices=Answer.choices, blank=True, default=Answer.BLANK)
    value = models.DecimalField("数值", max_digits=20, decimal_places=6, null=True, blank=True)
    fault = models.CharField("错误", max_length=200, blank=True)
    reason = models.CharField("不适用理由", max_length=200, blank=True)
    explanation = models.CharField("说明", max_length=400, blank=True)
    version = models.PositiveIntegerField("版本", default=0)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="修改人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    updated_at = models.DateTimeField("修改时间", null=True, blank=True)
    order = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "单元格"
        ordering: ClassVar[list[str]] = ["report", "order", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["report", "element", "site"], name="reporting_value_once"),
            models.CheckConstraint(
                condition=Q(answer__in=["value", "none"], value__isnull=False)
                | (~Q(answer__in=["value", "none"]) & Q(value__isnull=True)),
                name="reporting_value_only_with_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.element.name} {self.raw}"


class ReportText(models.Model):
    """One narrative text of a report; the row is made when somebody first types into it."""

    class Kind(models.TextChoices):
        PROGRESS = "progress", "工作进展"
        PROBLEMS = "problems", "存在问题"
        MEASURES = "measures", "下一步措施"

    report = models.ForeignKey(Report, verbose_name="报表", on_delete=models.CASCADE, related_name="texts")
    kind = models.CharField("栏目", max_length=10, choices=Kind.choices)
    text = models.TextField("内容", blank=True)
    version = models.PositiveIntegerField("版本", default=0)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="修改人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    updated_at = models.DateTimeField("修改时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "文字"
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["report", "kind"], name="reporting_text_once")
        ]

    def __str__(self) -> str:
        return self.text[:40]


class ChecklistAnswer(models.Model):
    """A unit's answer to one item of a LIST; a cell like any other, with its own version."""

    class Choice(models.TextChoices):
        BLANK = "", "未答"
        DONE = "done", "已完成"
        NOT_DONE = "not_done", "未完成"
        NOT_APPLICABLE = "not_applicable", "不适用"

    report = models.ForeignKey(Report, verbose_name="报表", on_delete=models.CASCADE, related_name="answers")
    item = models.ForeignKey(ChecklistItem, verbose_name="事项", on_delete=models.PROTECT, related_name="+")
    answer = models.CharField("回答", max_length=14, choices=Choice.choices, blank=True, default=Choice.BLANK)
    note = models.CharField("说明", max_length=400, blank=True, help_text="不适用时必须写明理由。")
    version = models.PositiveIntegerField("版本", default=0)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="修改人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    updated_at = models.DateTimeField("修改时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "清单回答"
        ordering: ClassVar[list[str]] = ["item__order", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["report", "item"], name="reporting_answer_once")
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.get_answer_display()}"


class FigureQuerySet(models.QuerySet):
    def current(self) -> FigureQuerySet:
        return self.filter(superseded_at__isnull=True)


class Figure(PeriodFields):
    """An accepted figure: append-only, superseded but never changed. Only these feed verdicts.

    `value` is null when the accepted answer is `not_applicable` (or `not_yet`, which counts as missing)."""

    element = models.ForeignKey(
        DataElement, verbose_name="数据项", on_delete=models.PROTECT, related_name="figures"
    )
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="figures")
    site = models.ForeignKey(Site, verbose_name="点位", on_delete=models.PROTECT, related_name="figures")
    answer = models.CharField("回答", max_length=14, choices=Answer.choices)
    value = models.DecimalField("数值", max_digits=20, decimal_places=6, null=True, blank=True)
    reason = models.CharField("理由或说明", max_length=400, blank=True)
    report = models.ForeignKey(
        Report, verbose_name="报表", null=True, on_delete=models.PROTECT, related_name="figures"
    )
    revision_no = models.PositiveIntegerField("稿次", default=1)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="审定人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField("审定时间")
    superseded_at = models.DateTimeField("被取代时间", null=True, blank=True)

    objects = FigureQuerySet.as_manager()

    class Meta(PeriodFields.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "已审定数据"
        ordering: ClassVar[list[str]] = ["element", "unit", "period_start"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *PeriodFields.Meta.constraints,
            models.UniqueConstraint(
                fields=["element", "unit", "site", "period_kind", "period_start"],
                condition=Q(superseded_at__isnull=True),
                name="reporting_figure_one_current",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # The inputs of one indicator's verdict: its elements over some years.
            models.Index(
                fields=["element", "period_end"],
                condition=Q(superseded_at__isnull=True),
                name="reporting_figure_inputs",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.element} {self.unit} {self.period.label}"


class AcceptedAnswer(PeriodFields):
    """An accepted answer to a checklist item: append-only, superseded but never changed."""

    item = models.ForeignKey(
        ChecklistItem, verbose_name="事项", on_delete=models.PROTECT, related_name="accepted"
    )
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    answer = models.CharField("回答", max_length=14, choices=ChecklistAnswer.Choice.choices)
    note = models.CharField("说明", max_length=400, blank=True)
    report = models.ForeignKey(
        Report, verbose_name="报表", null=True, on_delete=models.PROTECT, related_name="accepted_answers"
    )
    revision_no = models.PositiveIntegerField("稿次", default=1)
    accepted_at = models.DateTimeField("审定时间")
    superseded_at = models.DateTimeField("被取代时间", null=True, blank=True)

    class Meta(PeriodFields.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "已审定回答"
        ordering: ClassVar[list[str]] = ["item", "unit", "period_start"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *PeriodFields.Meta.constraints,
            models.UniqueConstraint(
                fields=["item", "unit", "period_kind", "period_start"],
                condition=Q(superseded_at__isnull=True),
                name="reporting_accepted_answer_one_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.unit} {self.get_answer_display()}"


class PeriodLock(PeriodFields):
    """The office's lock on a month for everyone: while it stands nothing is entered or unlocked in that month."""

    plan = models.ForeignKey(Plan, verbose_name="方案", on_delete=models.CASCADE, related_name="locks")
    reason = models.CharField("理由", max_length=200)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="锁定人", on_delete=models.PROTECT, related_name="+"
    )
    locked_at = models.DateTimeField("锁定时间", auto_now_add=True)
    lifted_at = models.DateTimeField("解除时间", null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="解除人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta(PeriodFields.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "月份锁定"
        ordering: ClassVar[list[str]] = ["-period_start"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *PeriodFields.Meta.constraints,
            models.UniqueConstraint(
                fields=["plan", "period_kind", "period_start"],
                condition=Q(lifted_at__isnull=True),
                name="reporting_lock_once",
                violation_error_message="这个月已经锁定。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period.label} 锁定"

    def covers(self, day: date) -> bool:
        return self.period_start <= day <= self.period_end
