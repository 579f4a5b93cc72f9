"""The desk's register of the timetable. What the library would register (any task, any arguments) is not for the desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django_celery_beat import models as timetable_models

from chuangmo.desk.admin import PlainRegister
from chuangmo.desk.forms import ServiceForm
from chuangmo.jobs.services.schedule import change_periodic, cron_text, timetable

for model in (
    timetable_models.PeriodicTask,
    timetable_models.CrontabSchedule,
    timetable_models.IntervalSchedule,
    timetable_models.SolarSchedule,
    timetable_models.ClockedSchedule,
):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class PeriodicForm(ServiceForm):
    """When a job of the timetable starts, and whether."""

    cron = forms.CharField(
        label="时间",
        max_length=100,
        help_text="五段：分 时 日 月 星期（北京时间），例如每天 2:30 是“30 2 * * *”，每周一 8:00 是“0 8 * * 1”。",
    )

    class Meta:
        model = timetable_models.PeriodicTask
        fields = ("enabled",)
        labels = {"enabled": "启用"}
        help_texts = {"enabled": "停用后不再自动开始。"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cron"].initial = cron_text(self.instance)

    def perform(self) -> timetable_models.PeriodicTask:
        return change_periodic(
            by=self.by,
            row=self.instance,
            cron=self.cleaned_data["cron"],
            enabled=self.cleaned_data["enabled"],
        )


@admin.register(timetable_models.PeriodicTask)
class PeriodicTaskAdmin(PlainRegister):
    form = PeriodicForm
    fields = ("what", "cron", "enabled", "last_run_at", "total_run_count")
    readonly_fields = ("what", "last_run_at", "total_run_count")
    list_display = ("what", "when", "enabled", "last_run_at")
    list_display_links = ("what",)
    list_select_related = ("crontab",)
    search_fields = ("name", "description")
    actions = None

    def get_queryset(self, request: HttpRequest) -> Any:
        return timetable().select_related("crontab")

    @admin.display(description="任务")
    def what(self, row: timetable_models.PeriodicTask) -> str:
        return row.description or row.name

    @admin.display(description="时间（分 时 日 月 星期）")
    def when(self, row: timetable_models.PeriodicTask) -> str:
        return cron_text(row)
