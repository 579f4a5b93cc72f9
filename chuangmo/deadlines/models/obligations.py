"""What is owed, by whom, until when."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from chuangmo import clock
from chuangmo.org.models import Unit
from chuangmo.period_fields import PeriodFields

IS_OPEN = Q(done_at__isnull=True, waived_at__isnull=True, superseded=False)


class ObligationQuerySet(models.QuerySet):
    def open(self) -> ObligationQuerySet:
        return self.filter(done_at__isnull=True, waived_at__isnull=True, superseded=False)

    def late(self, at: date) -> ObligationQuerySet:
        return self.open().filter(due_on__lt=at)

    def overseen_by(self, unit_ids: Collection[int]) -> ObligationQuerySet:
        """What somebody who oversees these units chases: everything that is dated and open there."""
        return self.open().filter(unit__in=unit_ids, due_on__isnull=False)


class Doer(models.TextChoices):
    """Who in the unit has to do it: the role whose people are reminded."""

    REPORTER = "reporter", "填报员"
    REVIEWER = "reviewer", "单位审核人"
    OFFICE = "office", "创模办"


class Obligation(PeriodFields):
    """Something a unit owes about a subject and period, with a due day and a lock day.

    The subject (a report now; stages, orders, decisions later) is named by kind, id, label and address, so that this
    floor knows none of them. A return or an extension opens a new cycle: the old row is `superseded` and stays. A
    `due_on` of null means no date yet (waits for a publication or an event). `level` is the offset of the highest
    rung that fired. Written by `deadlines.services`.
    """

    kind = models.CharField("事项", max_length=20)
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="obligations")
    subject_kind = models.CharField("对象类型", max_length=20)
    subject_id = models.BigIntegerField("对象编号")
    subject_label = models.CharField("对象", max_length=200)
    subject_url = models.CharField("地址", max_length=200)
    cycle = models.PositiveSmallIntegerField("轮次", default=1)
    due_on = models.DateField("应办日期", null=True, blank=True)
    original_due_on = models.DateField("原定日期", null=True, blank=True)
    locks_on = models.DateField("锁定日期", null=True, blank=True)
    superseded = models.BooleanField("已开新轮", default=False)
    done_at = models.DateTimeField("完成时间", null=True, blank=True)
    done_on = models.DateField("完成日期", null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="完成人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    waived_at = models.DateTimeField("免办时间", null=True, blank=True)
    waived_reason = models.CharField("免办理由", max_length=200, blank=True)
    paused = models.BooleanField("挂账", default=False)
    role = models.CharField(
        "由谁办",
        max_length=16,
        choices=Doer.choices,
        default=Doer.REPORTER,
        help_text="单位里由哪一类人办理。",
    )
    opened_on = models.DateField("开立日期", default=clock.today)
    term_days = models.PositiveSmallIntegerField(
        "期限工作日",
        null=True,
        blank=True,
        help_text="从开立起几个工作日内办完；空着表示日期另有规定。日历调整后按它重算。",
    )
    stopped_days = models.PositiveSmallIntegerField(
        "停计工作日", default=0, help_text="到期以后挂账停计的工作日，不计入逾期。"
    )
    source = models.CharField(
        "来源", max_length=120, blank=True, help_text="自动生成它的程序；空着表示随办随开。"
    )
    # Where the ladder stands: the highest rung reached, the one before it in the last sweep that moved it.
    level = models.SmallIntegerField("已到级别", null=True, blank=True)
    level_before = models.SmallIntegerField("此前级别", null=True, blank=True)
    last_told_on = models.DateField("最近通知日期", null=True, blank=True)
    held_from = models.SmallIntegerField("暂缓级别", null=True, blank=True)
    sweep = models.ForeignKey(
        "deadlines.SweepRun",
        verbose_name="最近推进的巡检",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = ObligationQuerySet.as_manager()

    class Meta(PeriodFields.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "应办事项"
        ordering: ClassVar[list[str]] = ["due_on", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *PeriodFields.Meta.constraints,
            models.UniqueConstraint(
                fields=["kind", "subject_kind", "subject_id", "unit", "cycle"],
                name="deadlines_obligation_once",
            ),
            models.CheckConstraint(
                condition=Q(locks_on__isnull=True) | Q(due_on__isnull=True) | Q(locks_on__gte=F("due_on")),
                name="deadlines_obligation_lock_after_due",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # Home page and chase list: what is open, by unit and date.
            models.Index(
                fields=["unit", "due_on"],
                condition=IS_OPEN,
                name="deadlines_obligation_open",
            ),
            # The sweep and the calendar: what is open, by date, with how far the ladder got.
            models.Index(fields=["due_on", "level"], condition=IS_OPEN, name="deadlines_obligation_sweep"),
            # What one sweep moved.
            models.Index(
                fields=["sweep"], condition=Q(sweep__isnull=False), name="deadlines_obligation_moved"
            ),
            # All cycles of one subject.
            models.Index(fields=["subject_kind", "subject_id"], name="deadlines_obligation_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.subject_label}"

    def is_late(self, at: date) -> bool:
        """Open and past its due day, or done after it."""
        if self.due_on is None:
            return False
        return (self.done_on or at) > self.due_on

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.waived_at is None and not self.superseded

    @property
    def is_step(self) -> bool:
        """Whether it is a reviewer's step on somebody else's work."""
        return self.role != Doer.REPORTER

    @property
    def is_moved(self) -> bool:
        """Whether the day is no longer the one that was first set."""
        return (
            self.due_on is not None
            and self.original_due_on is not None
            and self.due_on != self.original_due_on
        )

    def get_absolute_url(self) -> str:
        return reverse("deadlines:obligation", args=[self.pk])

    def is_locked(self, at: date) -> bool:
        """Entry is closed from the day after `locks_on`."""
        return self.locks_on is not None and at > self.locks_on


class LockException(models.Model):
    """Entry stays open past the lock for one obligation until a day; counted in the unit's record of punctuality."""

    obligation = models.ForeignKey(
        Obligation, verbose_name="事项", on_delete=models.CASCADE, related_name="exceptions"
    )
    until = models.DateField("延至", help_text="最后可填的一天。")
    reason = models.CharField("理由", max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="批准人", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("批准时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "锁定例外"
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.obligation} 延至 {self.until}"
