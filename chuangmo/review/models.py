"""One review for everything that is checked by a chain of people: reports now, progress and material later."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition
from simple_history.models import HistoricalRecords

from chuangmo.org.models import Unit


class State(models.TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "已提交"
    SIGNED_OFF = "signed_off", "单位已审"
    VERIFIED = "verified", "牵头已核"
    ACCEPTED = "accepted", "已审定"
    RETURNED = "returned", "已退回"
    UNLOCKED = "unlocked", "更正中"


EDITABLE = (State.DRAFT, State.RETURNED, State.UNLOCKED)
IN_REVIEW = (State.SUBMITTED, State.SIGNED_OFF, State.VERIFIED)


class Case(models.Model):
    """The state of one reviewed thing. The methods below are only the graph of allowed moves; who may, under which
    condition, and the write itself (conditional on state and revision) are in `review.services`."""

    kind = models.CharField("种类", max_length=20)
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="cases")
    state = FSMField("状态", default=State.DRAFT, choices=State.choices, protected=False)
    revision_no = models.PositiveIntegerField(
        "稿次", default=0, help_text="最近一次提交的稿次；0 表示从未提交。"
    )
    step_entered_at = models.DateTimeField("进入本步时间")
    step_due_on = models.DateField("本步应办日期", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="提交人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    accepted_revision_no = models.PositiveIntegerField("已审定稿次", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "审核件"
        indexes: ClassVar[list[models.Index]] = [
            # Queues: what stands at a step, oldest first.
            models.Index(fields=["kind", "state", "step_entered_at"], name="review_case_queue"),
            models.Index(fields=["unit", "state"], name="review_case_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} {self.get_state_display()}"

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE

    @transition("state", source=list(EDITABLE), target=State.SUBMITTED, custom={"label": "提交"})
    def submit(self) -> None: ...

    @transition("state", source=State.SUBMITTED, target=State.SIGNED_OFF, custom={"label": "单位审核"})
    def sign_off(self) -> None: ...

    @transition("state", source=State.SIGNED_OFF, target=State.VERIFIED, custom={"label": "牵头核定"})
    def verify(self) -> None: ...

    @transition("state", source=State.VERIFIED, target=State.ACCEPTED, custom={"label": "审定"})
    def accept(self) -> None: ...

    @transition("state", source=list(IN_REVIEW), target=State.RETURNED, custom={"label": "退回"})
    def send_back(self) -> None: ...

    @transition("state", source=list(IN_REVIEW), target=State.DRAFT, custom={"label": "撤回"})
    def withdraw(self) -> None: ...

    @transition("state", source=State.ACCEPTED, target=State.UNLOCKED, custom={"label": "解锁"})
    def unlock(self) -> None: ...


class ReviewStepManager(models.Manager):
    def get_by_natural_key(self, kind: str, state: str) -> ReviewStep:
        return self.get(kind=kind, state=state)


class ReviewStep(models.Model):
    """How many working days a step may take, per kind of case; an administrator may change it (domain.md §5)."""

    kind = models.CharField("种类", max_length=20, help_text="report = 报表。")
    state = models.CharField("等待的状态", max_length=12, choices=State.choices)
    label = models.CharField("步骤", max_length=20)
    days = models.PositiveSmallIntegerField("工作日", help_text="从进入本步起几个工作日内应办完。")

    objects = ReviewStepManager()
    history = HistoricalRecords(verbose_name="审核步骤历史")

    class Meta:
        verbose_name = verbose_name_plural = "审核步骤"
        ordering: ClassVar[list[str]] = ["kind", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "state"], name="review_step_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.label} {self.days} 个工作日"

    def natural_key(self) -> tuple[str, str]:
        return (self.kind, self.state)


class Revision(models.Model):
    """What was submitted, frozen: never changed. `content` is the kind's own shape, `digest` its SHA-256."""

    case = models.ForeignKey(Case, verbose_name="审核件", on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField("稿次")
    content = models.JSONField("内容")
    digest = models.CharField("摘要", max_length=64)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="提交人", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("提交时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "稿次"
        ordering: ClassVar[list[str]] = ["case", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "number"], name="review_revision_once")
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 稿"


class ReviewEvent(models.Model):
    """One step on the timeline, also the skipped ones with their reason."""

    case = models.ForeignKey(Case, verbose_name="审核件", on_delete=models.PROTECT, related_name="events")
    revision_no = models.PositiveIntegerField("稿次")
    action = models.CharField("动作", max_length=12)
    from_state = models.CharField("原状态", max_length=12, choices=State.choices)
    to_state = models.CharField("新状态", max_length=12, choices=State.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="经办人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    by_name = models.CharField("经办人姓名", max_length=60)
    acting_unit = models.ForeignKey(
        Unit, verbose_name="代表单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("时间")
    reason = models.TextField("意见", blank=True)
    skipped = models.BooleanField("跳过", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "审核经过"
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(action__in=["send_back", "unlock"]) | ~Q(reason=""),
                name="review_event_reason_required",
                violation_error_message="退回和解锁必须写明原因。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%m-%d %H:%M} {self.action} {self.by_name}"


class Remark(models.Model):
    """A reviewer's word on one cell (or, with an empty key, on the whole), given with a return."""

    case = models.ForeignKey(Case, verbose_name="审核件", on_delete=models.PROTECT, related_name="remarks")
    event = models.ForeignKey(
        ReviewEvent, verbose_name="经过", on_delete=models.PROTECT, related_name="remarks"
    )
    cell = models.CharField("单元格", max_length=40, blank=True)
    text = models.TextField("意见")

    class Meta:
        verbose_name = verbose_name_plural = "批注"
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return self.text[:40]
