"""What the owner reports of a project each month, and what of it was accepted."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from chuangmo.deadlines.models import Obligation
from chuangmo.files.models import Attachment
from chuangmo.org.models import Unit
from chuangmo.period_fields import PeriodFields
from chuangmo.review.models import Case
from indicators.plan.models import Plan
from projects.works.models.project import Project


class Stage(models.Model):
    """A stage of a project as a thing of its own, whatever version of the schedule dates it: what is owed hangs on it.

    `code` is that of `ScheduledStage`. Made when a schedule is approved."""

    project = models.ForeignKey(Project, verbose_name="工程", on_delete=models.PROTECT, related_name="stages")
    code = models.SlugField("代码", max_length=20)
    obligation = models.ForeignKey(
        Obligation, verbose_name="应办事项", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "工程阶段"
        ordering: ClassVar[list[str]] = ["project", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["project", "code"], name="works_stage_once")
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.code}"


class Source(models.TextChoices):
    """Where a project's money comes from (domain.md §7)."""

    CENTRAL = "central", "中央"
    PROVINCE = "province", "省"
    CITY = "city", "市"
    COUNTY = "county", "县"
    FIRM = "firm", "企业"
    LOAN = "loan", "贷款"


class LightRuleManager(models.Manager):
    def get_by_natural_key(self, plan: str) -> LightRule:
        return self.get(plan__code=plan)


class LightRule(models.Model):
    """When a project's light turns, and what its figures may say: thresholds that an administrator may change [D]."""

    class Overpaid(models.TextChoices):
        REFUSE = "refuse", "不收"
        FLAG = "flag", "提示"

    plan = models.OneToOneField(
        Plan, verbose_name="方案", on_delete=models.CASCADE, related_name="light_rule"
    )
    yellow_days = models.PositiveSmallIntegerField(
        "黄灯天数", default=15, help_text="晚到这么多天以内为黄灯，再多为红灯。"
    )
    behind_points = models.PositiveSmallIntegerField(
        "落后百分点", default=10, help_text="进度比计划落后这么多个百分点以上为黄灯。"
    )
    money_days = models.PositiveSmallIntegerField(
        "资金提前天数", default=30, help_text="这么多天内要开始的阶段，资金没有到位的，提示。"
    )
    ahead_points = models.PositiveSmallIntegerField(
        "支付超前百分点", default=10, help_text="支付比例超过进度这么多个百分点的，提示。"
    )
    overpaid = models.CharField(
        "支付大于到位",
        max_length=8,
        choices=Overpaid.choices,
        default=Overpaid.REFUSE,
        help_text="累计支付大于累计到位的进度，收不收。",
    )

    objects = LightRuleManager()
    history = HistoricalRecords(verbose_name="亮灯规则历史")

    class Meta:
        verbose_name = verbose_name_plural = "亮灯规则"

    def __str__(self) -> str:
        return f"{self.plan} 亮灯规则"

    def natural_key(self) -> tuple[str]:
        return (self.plan.code,)

    natural_key.dependencies = ["plan.plan"]  # type: ignore[attr-defined]


class Progress(PeriodFields):
    """One month's progress of one project, written by its owner and reviewed like a report (Case kind `progress`).

    Made ahead by `services.opening`, filled in by `services.entry` while its case is editable; what counts are the
    figures below, written when it is accepted."""

    project = models.ForeignKey(
        Project, verbose_name="工程", on_delete=models.PROTECT, related_name="progress"
    )
    case = models.OneToOneField(
        Case, verbose_name="审核件", on_delete=models.PROTECT, related_name="progress"
    )
    obligation = models.ForeignKey(
        Obligation, verbose_name="应办事项", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    work = models.TextField("本月进展", blank=True)
    problems = models.TextField("存在问题", blank=True)
    coordinator = models.ForeignKey(
        Unit,
        verbose_name="需要协调的单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="需要哪个单位协调。",
    )
    coordination = models.TextField("需要协调的事", blank=True)
    next_plan = models.TextField("下月计划", blank=True)
    version = models.PositiveIntegerField("改动次数", default=0)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="填写人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta(PeriodFields.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "工程进度"
        ordering: ClassVar[list[str]] = ["project", "period_start"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *PeriodFields.Meta.constraints,
            models.UniqueConstraint(fields=["project", "period_start"], name="works_progress_once"),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.period.label}进度"

    def get_absolute_url(self) -> str:
        return reverse("works:progress-show", args=[self.pk])


class StageEntry(models.Model):
    """One stage's line in a month's progress: per cent done so far, real days. Null means not filled in, never zero."""

    progress = models.ForeignKey(
        Progress, verbose_name="进度", on_delete=models.CASCADE, related_name="entries"
    )
    code = models.SlugField("代码", max_length=20)
    name = models.CharField("阶段", max_length=30)
    order = models.PositiveSmallIntegerField("次序")
    percent = models.PositiveSmallIntegerField("完成 %", null=True, blank=True)
    started_on = models.DateField("实际开始", null=True, blank=True)
    finished_on = models.DateField("实际完成", null=True, blank=True)
    reason = models.CharField("倒退的原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "阶段进度"
        ordering: ClassVar[list[str]] = ["progress", "order"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["progress", "code"], name="works_stageentry_once"),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__lte=100),
                name="works_stageentry_percent",
                violation_error_message="完成比例在 0 到 100 之间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.percent}%"


class MoneyEntry(models.Model):
    """Money of one source so far: arrived and paid, 万元, since the project began."""

    progress = models.ForeignKey(
        Progress, verbose_name="进度", on_delete=models.CASCADE, related_name="money"
    )
    source = models.CharField("来源", max_length=10, choices=Source.choices)
    arrived = models.DecimalField("累计到位（万元）", max_digits=20, decimal_places=6, null=True, blank=True)
    paid = models.DecimalField("累计支付（万元）", max_digits=20, decimal_places=6, null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "资金进度"
        ordering: ClassVar[list[str]] = ["progress", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["progress", "source"], name="works_moneyentry_once"),
            models.CheckConstraint(
                condition=(Q(arrived__isnull=True) | Q(arrived__gte=0))
                & (Q(paid__isnull=True) | Q(paid__gte=0)),
                name="works_moneyentry_not_negative",
                violation_error_message="金额不能是负数。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.arrived}"


class Picture(models.Model):
    """A picture of the site with the day on which it was taken: by its EXIF, else as the person states it."""

    progress = models.ForeignKey(
        Progress, verbose_name="进度", on_delete=models.CASCADE, related_name="pictures"
    )
    attachment = models.OneToOneField(
        Attachment, verbose_name="附件", on_delete=models.PROTECT, related_name="+"
    )
    taken_on = models.DateField("拍摄日期")
    from_exif = models.BooleanField("有拍摄信息", default=False)
    caption = models.CharField("说明", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "现场照片"
        ordering: ClassVar[list[str]] = ["progress", "taken_on", "pk"]

    def __str__(self) -> str:
        return f"{self.attachment} {self.taken_on}"


class CountingFields(models.Model):
    """Abstract: what was accepted of a month; one row counts, those that it replaced stay."""

    progress = models.ForeignKey(Progress, verbose_name="进度", on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField("截至")
    accepted_at = models.DateTimeField("审定时间")
    is_current = models.BooleanField("现行", default=True)

    class Meta:
        abstract = True


class StageFigure(CountingFields):
    """An accepted percentage of a stage at a month's end. Append-only with a flag; lights and charts read these only."""

    project = models.ForeignKey(
        Project, verbose_name="工程", on_delete=models.PROTECT, related_name="stage_figures"
    )
    code = models.SlugField("代码", max_length=20)
    percent = models.PositiveSmallIntegerField("完成 %")
    started_on = models.DateField("实际开始", null=True, blank=True)
    finished_on = models.DateField("实际完成", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "审定阶段进度"
        ordering: ClassVar[list[str]] = ["project", "as_of", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["project", "code", "as_of"],
                condition=Q(is_current=True),
                name="works_stagefigure_one_current",
            ),
            models.CheckConstraint(
                condition=Q(finished_on__isnull=True)
                | Q(started_on__isnull=True)
                | Q(finished_on__gte=F("started_on")),
                name="works_stagefigure_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.code} {self.as_of} {self.percent}%"


class MoneyFigure(CountingFields):
    """Accepted money of one source so far at a month's end, 万元. Append-only with a flag."""

    project = models.ForeignKey(
        Project, verbose_name="工程", on_delete=models.PROTECT, related_name="money_figures"
    )
    source = models.CharField("来源", max_length=10, choices=Source.choices)
    arrived = models.DecimalField("累计到位（万元）", max_digits=20, decimal_places=6)
    paid = models.DecimalField("累计支付（万元）", max_digits=20, decimal_places=6)

    class Meta:
        verbose_name = verbose_name_plural = "审定资金进度"
        ordering: ClassVar[list[str]] = ["project", "as_of", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["project", "source", "as_of"],
                condition=Q(is_current=True),
                name="works_moneyfigure_one_current",
            )
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.get_source_display()} {self.as_of}"
