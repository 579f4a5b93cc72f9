"""The desk's register of the ladder."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from chuangmo.deadlines.models import Rung
from chuangmo.deadlines.models.ladder import SAYS
from chuangmo.desk.admin import Register
from chuangmo.notices.rules.texts import CODES, variables_of


@admin.register(Rung)
class RungAdmin(Register):
    list_display = (
        "name",
        "offset",
        "when",
        "action",
        "is_proposal",
        "template",
        "min_gap",
        "mandatory",
        "is_active",
    )
    list_filter = ("action", "is_active")
    search_fields = ("name",)

    @admin.display(description="时点")
    def when(self, row: Rung) -> str:
        return row.when

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "template":
            chosen = [(code, rule.label) for code, rule in CODES.items() if set(variables_of(code)) == SAYS]
            return forms.ChoiceField(
                label=db_field.verbose_name, help_text=db_field.help_text, choices=chosen
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)
