"""The desk's register of tasks."""

from __future__ import annotations

from django.contrib import admin

from chuangmo.desk.admin import OneRow, PlainRegister, ReadOnlyMixin, Register
from projects.campaigns.models import Member, Post, RegisterRules, Task


@admin.register(Task)
class TaskAdmin(Register):
    """The plan's own words stay; lead, units, target and proofs may be put right."""

    list_display = ("name", "section", "theme", "lead", "target", "target_unit", "due_on")
    list_filter = ("section",)
    search_fields = ("name", "code")
    autocomplete_fields = ("lead",)
    readonly_fields = ("plan", "code", "as_written")


@admin.register(Post)
class PostAdmin(PlainRegister):
    """Who is to do it, where a unit made a mistake; new ones are made on the task's pages."""

    list_display = ("unit", "title", "person", "user")
    search_fields = ("title", "person", "unit__name")
    autocomplete_fields = ("user",)
    readonly_fields = ("unit",)


@admin.register(Member)
class MemberAdmin(ReadOnlyMixin, PlainRegister):
    """Only looked at: members are entered, ticked off and verified on the tasks' pages."""

    list_display = ("name", "task", "unit", "state", "code")
    list_filter = ("state", "task__section")
    search_fields = ("name", "code")
    list_select_related = ("task", "unit")


@admin.register(RegisterRules)
class RegisterRulesAdmin(OneRow, Register):
    list_display = ("__str__", "near")
