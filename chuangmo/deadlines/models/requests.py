"""What a unit asks of the office about something that it owes, and the times in which the clock stood still."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from chuangmo.deadlines.models.obligations import Obligation
from chuangmo.org.models import Unit


class DeadlineRequest(models.Model):
    """An extension, a suspension or an objection to the assignment, asked by the unit and decided by the office."""

    class Kind(models.TextChoices):
        EXTENSION = "extension", "延期"
        SUSPENSION = "suspension", "挂账"
        OBJECTION = "objection", "异议"

    class State(models.TextChoices):
        OPEN = "open", "待决定"
        GRANTED = "granted", "已同意"
        REFUSED = "refused", "未同意"
        WITHDRAWN = "withdrawn", "已撤回"

    kind = models.CharField("申请", max_length=12, choices=Kind.choices)
    obligation = models.ForeignKey(
        Obligation, verbose_name="事项", on_delete=models.CASCADE, related_name="requests"
    )
    wanted_on = models.DateField("申请日期至", null=True, blank=True, help_text="延期到哪天，或挂账到哪天。")
    reason = models.CharField("理由", max_length=400)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="申请人", on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField("申请时间", auto_now_add=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    granted_on = models.DateField("批准日期至", null=True, blank=True)
    to_unit = models.ForeignKey(
        Unit, verbose_name="改派单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="决定人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    decision = models.CharField("意见", max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "期限申请"
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["obligation"],
                condition=Q(state="open"),
                name="deadlines_request_one_open",
                violation_error_message="这件事已有一个申请在等创模办决定。",
            ),
            models.CheckConstraint(
                condition=Q(kind="objection") | Q(wanted_on__isnull=False),
                name="deadlines_request_names_a_day",
                violation_error_message="请填写日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.obligation} 申请{self.get_kind_display()}"


class Suspension(models.Model):
    """挂账: from `start_on` to `ended_on`, both included, the clock stood still and no rung fired."""

    obligation = models.ForeignKey(
        Obligation, verbose_name="事项", on_delete=models.CASCADE, related_name="suspensions"
    )
    request = models.OneToOneField(
        DeadlineRequest, verbose_name="申请", on_delete=models.PROTECT, related_name="suspension"
    )
    start_on = models.DateField("自")
    until = models.DateField("批准至", help_text="最后一天，过后自动恢复计时。")
    ended_on = models.DateField("实际至", null=True, blank=True)
    days = models.PositiveSmallIntegerField("停计工作日", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "挂账"
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["obligation"],
                condition=Q(ended_on__isnull=True),
                name="deadlines_suspension_one_standing",
            ),
            models.CheckConstraint(
                condition=Q(until__gte=F("start_on")), name="deadlines_suspension_in_order"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # Which are over, asked by each sweep.
            models.Index(
                fields=["until"], condition=Q(ended_on__isnull=True), name="deadlines_suspension_standing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.obligation} 挂账 {self.start_on} 至 {self.ended_on or self.until}"
