"""Local changes to the statutory calendar of working days."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from simple_history.models import HistoricalRecords


class CalendarDayManager(models.Manager):
    def get_by_natural_key(self, day: str) -> CalendarDay:
        return self.get(day=date.fromisoformat(str(day)))


class CalendarDay(models.Model):
    """A day on which this table, not the statutory calendar, says whether people work (rules in `workcalendar.rules`)."""

    day = models.DateField("日期", unique=True)
    is_working = models.BooleanField("上班", help_text="勾选：上班（如调休补班）；不勾：放假。")
    note = models.CharField("说明", max_length=80, blank=True, help_text="如“国庆节调休”。")

    objects = CalendarDayManager()
    history = HistoricalRecords(verbose_name="日历历史")

    class Meta:
        verbose_name = verbose_name_plural = "日历调整"
        ordering: ClassVar[list[str]] = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {'上班' if self.is_working else '放假'}"

    def natural_key(self) -> tuple[str]:
        return (self.day.isoformat(),)
