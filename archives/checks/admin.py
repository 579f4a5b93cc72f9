"""The desk's registers of the checks: what is checked how severely, which gaps are shown."""

from __future__ import annotations

from django.contrib import admin

from archives.checks.models import CheckRule, GapKind
from chuangmo.desk.admin import Register


@admin.register(CheckRule)
class CheckRuleAdmin(Register):
    list_display = ("code", "name", "property", "severity", "kinds", "is_on")
    list_filter = ("property", "severity", "is_on")
    readonly_fields = ("code", "property")


@admin.register(GapKind)
class GapKindAdmin(Register):
    list_display = ("code", "name", "advice", "days", "is_on")
    readonly_fields = ("code",)
