"""What is owed, by whom, until when."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from chuangmo.org.models import Unit
from chuangmo.period_fields import PeriodFields


class ObligationQuerySet(models.QuerySet):
    def open(self) -> ObligationQuerySet:
        return self.filter(done_at__isnull=True, waived_at__isnull=True, superseded=False)

    def late(self, at: date) -> ObligationQuerySet:
        return self.open().filter(due_on__lt=at)


class Obligation(PeriodFields):
    """Something a unit owes about a subject and period, with a due day and a lock day.

    The subject (a report now; stages, orders, decisions later) is named by kind, id, label and address, so that this
    floor knows none of them. A return or an extension opens a new cycle: the old row is `superseded` and stays. A
    `due_on` of null means no date yet (waits for a publication or an event). Written by `deadlines.services`.
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
                condition=Q(done_at__isnull=True, waived_at__isnull=True, superseded=False),
                name="deadlines_obligation_open",
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
