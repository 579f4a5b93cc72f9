"""A meeting: when and where, who was called and came, what was on the agenda and what was said."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from chuangmo.org.models import Unit
from indicators.plan.models import Plan
from supervision.meetings.models.series import MeetingSeries


class MeetingState(models.TextChoices):
    DRAFT = "draft", "筹备"
    CONVENED = "convened", "已通知"
    HELD = "held", "已召开"
    ISSUED = "issued", "纪要已印发"
    CANCELLED = "cancelled", "已取消"


class Meeting(models.Model):
    """One meeting. Its state is changed by `services.meetings` and `services.minutes` only; with the issue of the minutes
    `content` holds them as they were issued, and nothing of them changes any more. `number` counts the office's
    meetings of its series in the plan, `document_number` the minutes of the year."""

    series = models.ForeignKey(
        MeetingSeries, verbose_name="会议", on_delete=models.PROTECT, related_name="meetings"
    )
    plan = models.ForeignKey(Plan, verbose_name="方案", on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Unit, verbose_name="召集单位", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField("次序")
    state = models.CharField("状态", max_length=10, choices=MeetingState.choices, default=MeetingState.DRAFT)
    held_on = models.DateField("日期")
    starts_at = models.TimeField("开始时间", null=True, blank=True)
    place = models.CharField("地点", max_length=60, blank=True)
    chair = models.CharField("主持人", max_length=60, blank=True)
    scribe = models.CharField("记录人", max_length=60, blank=True)
    notice = models.TextField("会议要求", blank=True, help_text="写进通知：汇报什么、带什么材料。")
    opening = models.TextField("开头", blank=True, help_text="纪要的第一段；空着时按时间、地点、主持人写。")
    version = models.PositiveIntegerField("版本", default=0)
    signer = models.CharField("签发人", max_length=40, blank=True)
    issued_on = models.DateField("印发日期", null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="印发人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    document_number = models.CharField("纪要文号", max_length=60, blank=True)
    content = models.JSONField("印发的纪要", null=True, blank=True)
    digest = models.CharField("SHA-256", max_length=64, blank=True)
    reason = models.CharField("取消原因", max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="创建人", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("创建时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "会议"
        ordering: ClassVar[list[str]] = ["-held_on", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["series", "plan", "office", "number"], name="meetings_meeting_number"
            ),
            models.CheckConstraint(
                condition=~Q(state="issued") | (~Q(document_number="") & ~Q(signer="")),
                name="meetings_issued_is_numbered",
                violation_error_message="印发的纪要要有文号和签发人。",
            ),
        ]

    def __str__(self) -> str:
        where = f"{self.office.county.short_name} " if self.office.county else ""
        return f"{where}{self.plan.year} 年第 {self.number} 次{self.series.name}"

    def get_absolute_url(self) -> str:
        return reverse("meetings:meeting-show", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether the agenda may change."""
        return self.state in (MeetingState.DRAFT, MeetingState.CONVENED)


class Answer(models.TextChoices):
    NONE = "", "未回复"
    COMES = "comes", "参加"
    PROXY = "proxy", "派人代会"
    LEAVE = "leave", "请假"


class Outcome(models.TextChoices):
    NONE = "", "未登记"
    PRESENT = "present", "出席"
    PROXY = "proxy", "代会"
    LEAVE = "leave", "请假"
    ABSENT = "absent", "缺席"


class Attendance(models.Model):
    """A unit that was called: what it answered, who came in the end."""

    meeting = models.ForeignKey(
        Meeting, verbose_name="会议", on_delete=models.CASCADE, related_name="attendances"
    )
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    answer = models.CharField("回复", max_length=6, choices=Answer.choices, blank=True, default=Answer.NONE)
    person = models.CharField("参会人", max_length=40, blank=True)
    post = models.CharField("职务", max_length=40, blank=True)
    reason = models.CharField("说明", max_length=200, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="回复人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    answered_at = models.DateTimeField("回复时间", null=True, blank=True)
    outcome = models.CharField(
        "到会", max_length=8, choices=Outcome.choices, blank=True, default=Outcome.NONE
    )

    class Meta:
        verbose_name = verbose_name_plural = "参会单位"
        ordering: ClassVar[list[str]] = ["unit__order", "unit_id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["meeting", "unit"], name="meetings_attendance_once")
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.get_outcome_display() or self.get_answer_display()}"


class AgendaItem(models.Model):
    """One item: drawn from a source (`key` says what it is about, so that it is drawn once) or written by hand; the
    minutes are taken under it. Each has a version of its own: two scribes at different items never meet."""

    meeting = models.ForeignKey(Meeting, verbose_name="会议", on_delete=models.CASCADE, related_name="items")
    order = models.PositiveSmallIntegerField("次序")
    kind = models.CharField("来源", max_length=20, blank=True)
    key = models.CharField("标识", max_length=80, blank=True)
    title = models.CharField("议题", max_length=120)
    detail = models.TextField("情况", blank=True)
    unit = models.ForeignKey(
        Unit,
        verbose_name="汇报单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    url = models.CharField("地址", max_length=200, blank=True)
    minutes = models.TextField("纪要", blank=True)
    version = models.PositiveIntegerField("版本", default=0)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="修改人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "议题"
        ordering: ClassVar[list[str]] = ["meeting", "order", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["meeting", "key"], condition=~Q(key=""), name="meetings_item_drawn_once"
            )
        ]

    def __str__(self) -> str:
        return self.title
