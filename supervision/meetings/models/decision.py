"""What was decided: a unit does something until a day, reports that it is done, the office accepts it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from chuangmo.org.models import Unit
from supervision.meetings.models.meeting import AgendaItem, Meeting


class DecisionState(models.TextChoices):
    DRAFT = "draft", "未生效"
    OPEN = "open", "办理中"
    REPORTED = "reported", "已报完成"
    DONE = "done", "已办结"
    WITHDRAWN = "withdrawn", "已撤销"


class DecisionQuerySet(models.QuerySet):
    def binding(self) -> DecisionQuerySet:
        """What was issued: everything but drafts."""
        return self.exclude(state=DecisionState.DRAFT)

    def running(self) -> DecisionQuerySet:
        return self.filter(state__in=[DecisionState.OPEN, DecisionState.REPORTED])


class Decision(models.Model):
    """One decision of a meeting, or a commitment made in a talk (`origin_*` names it). It binds from the issue of the
    minutes on and is owed then (settings.OBLIGATION_SOURCES). `asked_due_on` is the day that was named, `due_on` the
    working day that it came to; an extension moves only `due_on`. Written by `services.decisions`."""

    meeting = models.ForeignKey(
        Meeting,
        verbose_name="会议",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="decisions",
    )
    item = models.ForeignKey(
        AgendaItem,
        verbose_name="议题",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="decisions",
    )
    origin_kind = models.CharField("来源类型", max_length=20)
    origin_id = models.BigIntegerField("来源编号")
    origin_label = models.CharField("来源", max_length=120)
    origin_url = models.CharField("来源地址", max_length=200)
    text = models.CharField("事项", max_length=300)
    unit = models.ForeignKey(
        Unit, verbose_name="责任单位", on_delete=models.PROTECT, related_name="decisions"
    )
    asked_due_on = models.DateField("写明的时限")
    due_on = models.DateField("完成时限")
    original_due_on = models.DateField("原定时限")
    state = models.CharField(
        "状态", max_length=10, choices=DecisionState.choices, default=DecisionState.DRAFT
    )
    report = models.TextField("完成情况", blank=True)
    reported_on = models.DateField("报完成日期", null=True, blank=True)
    done_on = models.DateField("办结日期", null=True, blank=True)
    order_label = models.CharField("督办单", max_length=80, blank=True)
    order_url = models.CharField("督办单地址", max_length=200, blank=True)
    version = models.PositiveIntegerField("版本", default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "议定事项"
        ordering: ClassVar[list[str]] = ["due_on", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(due_on__gte=F("original_due_on")), name="meetings_decision_only_extended"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_on__isnull=False), name="meetings_decision_done_has_day"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # What a unit has to do, and the list of what runs.
            models.Index(fields=["unit", "state", "due_on"], name="meetings_decision_of_unit"),
            # What one meeting or talk came to.
            models.Index(fields=["origin_kind", "origin_id"], name="meetings_decision_origin"),
        ]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 60 else f"{self.text[:59]}…"

    def get_absolute_url(self) -> str:
        return reverse("meetings:decision-show", args=[self.pk])

    def is_late(self, at: date) -> bool:
        """Past its day without having been reported, or reported after it."""
        return (self.reported_on or self.done_on or at) > self.due_on

    @property
    def was_moved_for_holiday(self) -> bool:
        return self.original_due_on != self.asked_due_on

    @property
    def is_extended(self) -> bool:
        return self.due_on != self.original_due_on


class DecisionEvent(models.Model):
    """One step on the way of a decision; never changed."""

    decision = models.ForeignKey(
        Decision, verbose_name="事项", on_delete=models.CASCADE, related_name="events"
    )
    action = models.CharField("动作", max_length=20)
    text = models.TextField("内容", blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="经办人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "议定事项经过"
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.action} {self.decision}"
