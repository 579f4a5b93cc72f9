"""The stages of a project and when they are to happen: templates, and schedules in numbered versions."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from projects.works.models.project import Project


class StageTemplateManager(models.Manager):
    def get_by_natural_key(self, code: str) -> StageTemplate:
        return self.get(code=code)


class StageTemplate(models.Model):
    """The usual stages of one kind of work, from which a project's schedule begins; an administrator may change it."""

    code = models.SlugField("代码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=30)
    order = models.PositiveSmallIntegerField("次序", default=0)

    objects = StageTemplateManager()
    history = HistoricalRecords(verbose_name="阶段模板历史")

    class Meta:
        verbose_name = verbose_name_plural = "阶段模板"
        ordering: ClassVar[list[str]] = ["order", "pk"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class TemplateStageManager(models.Manager):
    def get_by_natural_key(self, template: str, code: str) -> TemplateStage:
        return self.get(template__code=template, code=code)


class StageFields(models.Model):
    """Abstract: one stage, how many working days it takes, and after which stages it may begin."""

    code = models.SlugField("代码", max_length=20)
    name = models.CharField("阶段", max_length=30)
    days = models.PositiveSmallIntegerField("工作日", help_text="这一阶段要几个工作日。")
    after = models.JSONField(
        "前置阶段", default=list, blank=True, help_text='先要完成的阶段的代码，如 ["eia", "land"]。'
    )
    order = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(days__gte=1),
                name="%(app_label)s_%(class)s_days_positive",
                violation_error_message="工期至少 1 个工作日。",
            )
        ]


class TemplateStage(StageFields):
    """One stage of a template."""

    template = models.ForeignKey(
        StageTemplate, verbose_name="模板", on_delete=models.CASCADE, related_name="stages"
    )

    objects = TemplateStageManager()

    class Meta(StageFields.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "模板阶段"
        ordering: ClassVar[list[str]] = ["template", "order", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *StageFields.Meta.constraints,
            models.UniqueConstraint(fields=["template", "code"], name="works_templatestage_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.days} 个工作日"

    def natural_key(self) -> tuple[str, str]:
        return (self.template.code, self.code)

    natural_key.dependencies = ["works.stagetemplate"]  # type: ignore[attr-defined]


class ScheduleState(models.TextChoices):
    DRAFT = "draft", "草稿"
    PROPOSED = "proposed", "待批准"
    APPROVED = "approved", "已批准"
    RETURNED = "returned", "已退回"
    REPLACED = "replaced", "已被替代"


EDITABLE = (ScheduleState.DRAFT, ScheduleState.RETURNED)
OPEN = (*EDITABLE, ScheduleState.PROPOSED)


class Schedule(models.Model):
    """One version of a project's schedule. The first approved one is the baseline and never changes; each later one is
    a change request with a reason, and what it replaced stays readable. Written by `works.services.schedules`."""

    project = models.ForeignKey(
        Project, verbose_name="工程", on_delete=models.PROTECT, related_name="schedules"
    )
    number = models.PositiveSmallIntegerField("版次")
    state = models.CharField(
        "状态", max_length=10, choices=ScheduleState.choices, default=ScheduleState.DRAFT
    )
    finish_on = models.DateField("完成日期")
    person = models.CharField("责任人", max_length=30, blank=True, help_text="四定之一：谁对这项工程负责。")
    phone = models.CharField("联系电话", max_length=30, blank=True)
    reason = models.CharField(
        "理由", max_length=500, blank=True, help_text="变更的原因；有冲突的，写明怎样赶回。"
    )
    version = models.PositiveIntegerField("改动次数", default=0)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="报批人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    proposed_at = models.DateTimeField("报批时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="批准人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField("批复时间", null=True, blank=True)
    decision = models.CharField("批复意见", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "工期安排"
        ordering: ClassVar[list[str]] = ["project", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["project", "number"], name="works_schedule_once"),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(state=ScheduleState.APPROVED),
                name="works_schedule_one_approved",
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(state__in=[str(state) for state in OPEN]),
                name="works_schedule_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(state=ScheduleState.PROPOSED)
                | Q(proposed_by__isnull=False, proposed_at__isnull=False),
                name="works_schedule_proposed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} 第 {self.number} 版工期"

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE


class ScheduledStage(StageFields):
    """One stage in one version of the schedule, on working days, both days included. `slack_days`: by how many working
    days it may slip without moving the finish; 0 on the critical path."""

    schedule = models.ForeignKey(
        Schedule, verbose_name="工期安排", on_delete=models.CASCADE, related_name="stages"
    )
    start_on = models.DateField("开始")
    finish_on = models.DateField("完成")
    slack_days = models.PositiveSmallIntegerField("机动工作日", default=0)
    is_critical = models.BooleanField("关键线路", default=False)

    class Meta(StageFields.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "阶段安排"
        ordering: ClassVar[list[str]] = ["schedule", "order", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *StageFields.Meta.constraints,
            models.UniqueConstraint(fields=["schedule", "code"], name="works_scheduledstage_once"),
            models.CheckConstraint(
                condition=Q(finish_on__gte=F("start_on")),
                name="works_scheduledstage_dates_in_order",
                violation_error_message="完成日期不能早于开始日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.start_on}—{self.finish_on}"
