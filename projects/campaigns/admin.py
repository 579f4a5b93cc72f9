"""The desk's register of tasks."""

from __future__ import annotations

from django.contrib import admin

from chuangmo.desk.admin import Register
from projects.campaigns.models import Task


@admin.register(Task)
class TaskAdmin(Register):
    """The plan's own words stay; lead, units, target and proofs may be put right."""

    list_display = ("name", "section", "theme", "lead", "target", "target_unit", "due_on")
    list_filter = ("section",)
    search_fields = ("name", "code")
    autocomplete_fields = ("lead",)
    readonly_fields = ("plan", "code", "as_written")
