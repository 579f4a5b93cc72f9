"""A tour of inspection: who goes where, when, with which checklist."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django_fsm import FSMField, transition

from chuangmo.org.models import Unit
from indicators.plan.models import ChecklistItem, Indicator, Plan
from projects.works.models import Project


class InspectionKind(models.TextChoices):
    """The ways of supervising that the plan names (四（四）（七）)."""

    PATROL = "patrol", "巡查"
    SPOT = "spot", "抽查"
    COVERT = "covert", "暗访"
    ADMINISTRATIVE = "administrative", "行政督查"
    CONGRESS = "congress", "人大视察"
    CONSULTATIVE = "consultative", "政协视察"
    MEDIA = "media", "媒体跟踪"


# A spot check that is announced is none.
HIDDEN_UNTIL_BEGUN = (InspectionKind.SPOT,)


class InspectionState(models.TextChoices):
    PLANNED = "planned", "已计划"
    UNDER_WAY = "under_way", "进行中"
    FINISHED = "finished", "已结束"
    RELEASED = "released", "已公布"
    CALLED_OFF = "called_off", "已取消"


State = InspectionState


class Inspection(models.Model):
    """One tour, carried out by `office`: the city's or a county's steering office, or an oversight body.

    A covert one, and every finding before its release, is unknown to whoever is inspected: ask
    `inspections.rights.visible_inspections`, never the table. The methods below are the graph of its states and change
    nothing else; `inspections.services.tours` moves it.
    """

    plan = models.ForeignKey(Plan, verbose_name="方案", on_delete=models.PROTECT, related_name="inspections")
    office = models.ForeignKey(
        Unit, verbose_name="实施单位", on_delete=models.PROTECT, related_name="inspections"
    )
    kind = models.CharField("方式", max_length=16, choices=InspectionKind.choices)
    title = models.CharField("名称", max_length=80)
    planned_on = models.DateField("日期")
    planned_until = models.DateField("至", null=True, blank=True, help_text="一天以上的填最后一天。")
    route = models.TextField("路线", max_length=1000, blank=True, help_text="依次到哪里，看什么。")
    companions = models.CharField(
        "其他人员", max_length=200, blank=True, help_text="没有本系统账号的人：代表、委员、记者、专家。"
    )
    team = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name="检查人员", blank=True, related_name="inspections"
    )
    units = models.ManyToManyField(
        Unit,
        verbose_name="被查单位",
        blank=True,
        related_name="inspected_by",
        help_text="空着表示不限单位。",
    )
    indicators = models.ManyToManyField(
        Indicator, verbose_name="对照指标", blank=True, related_name="inspections"
    )
    projects = models.ManyToManyField(
        Project, verbose_name="对照工程", blank=True, related_name="inspections"
    )
    state = FSMField("状态", max_length=12, choices=State.choices, default=State.PLANNED)
    summary = models.TextField("小结", max_length=2000, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    begun_at = models.DateTimeField("开始时间", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)
    released_at = models.DateTimeField("公布时间", null=True, blank=True)
    reason = models.CharField("取消原因", max_length=200, blank=True)
    version = models.PositiveIntegerField("版本", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "检查"
        ordering: ClassVar[list[str]] = ["-planned_on", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(planned_until__isnull=True) | Q(planned_until__gte=F("planned_on")),
                name="inspections_days_in_order",
                violation_error_message="“至”不能早于日期。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values),
                name="inspections_state",
                violation_error_message="状态不对。",
            ),
            models.CheckConstraint(
                condition=Q(state="released", released_at__isnull=False)
                | (~Q(state="released") & Q(released_at__isnull=True)),
                name="inspections_released_has_time",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # The list: an office's inspections by day.
            models.Index(fields=["office", "-planned_on"], name="inspections_office_day"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("inspections:inspection-show", args=[self.pk])

    @property
    def is_covert(self) -> bool:
        return self.kind == InspectionKind.COVERT

    @property
    def is_open(self) -> bool:
        """Whether something can still be found and written down."""
        return self.state in (State.PLANNED, State.UNDER_WAY, State.FINISHED)

    @transition(field=state, source=State.PLANNED, target=State.UNDER_WAY, custom={"label": "开始检查"})
    def begin(self) -> None:
        """They set out."""

    @transition(field=state, source=State.UNDER_WAY, target=State.FINISHED, custom={"label": "结束检查"})
    def finish(self) -> None:
        """They are back; the findings are put in order."""

    @transition(field=state, source=State.FINISHED, target=State.RELEASED, custom={"label": "公布"})
    def release(self) -> None:
        """The inspected learn of it."""

    @transition(field=state, source=State.PLANNED, target=State.CALLED_OFF, custom={"label": "取消"})
    def call_off(self) -> None:
        """It doesn't take place."""


class ItemResult(models.Model):
    """What was seen of one item of the checklist on this tour; an item without a row was not looked at."""

    class Result(models.TextChoices):
        GOOD = "good", "符合"
        BAD = "bad", "不符合"
        MISSING = "missing", "无法核实"

    inspection = models.ForeignKey(
        Inspection, verbose_name="检查", on_delete=models.CASCADE, related_name="results"
    )
    item = models.ForeignKey(
        ChecklistItem, verbose_name="清单事项", on_delete=models.PROTECT, related_name="+"
    )
    result = models.CharField("结果", max_length=8, choices=Result.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="核对人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "清单核对"
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["inspection", "item"], name="inspections_itemresult_once")
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.get_result_display()}"
