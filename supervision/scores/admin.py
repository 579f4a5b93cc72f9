"""The desk's registers of the score's rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest

from chuangmo.desk.admin import Register
from supervision.scores.models import RankGroup, ScorePart, ScoreRules, ShareRule


@admin.register(ScorePart)
class ScorePartAdmin(Register):
    """What the score is made of. A change concerns rounds that are computed afterwards."""

    list_display = ("name", "code", "weight", "source", "is_active", "order")
    search_fields = ("name", "code")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "source":
            return forms.ChoiceField(
                label=db_field.verbose_name,
                help_text=db_field.help_text,
                choices=[(path, path) for path in settings.SCORE_PARTS],
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj is not None else ()


@admin.register(ShareRule)
class ShareRuleAdmin(Register):
    """What each state wins; the states themselves are the programs'."""

    list_display = ("part", "name", "share", "state")
    list_filter = ("part",)
    readonly_fields = ("part", "state", "order")


@admin.register(RankGroup)
class RankGroupAdmin(Register):
    list_display = ("kind", "name", "is_scored", "order")
    readonly_fields = ("kind",)


@admin.register(ScoreRules)
class ScoreRulesAdmin(Register):
    list_display = ("__str__", "objection_days", "bonus_limit", "places", "year_method", "year_min_months")
    readonly_fields = ("code",)
