"""The watch's rules at the desk."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from chuangmo.desk.admin import Register
from indicators.insight.models import WatchRule
from indicators.insight.services.rules import save_watch_rule


@admin.register(WatchRule)
class WatchRuleAdmin(Register):
    list_display = ("code", "name", "kind", "left", "op", "right", "scope", "is_on")
    list_filter = ("kind", "scope", "is_on")
    search_fields = ("code", "name", "left", "right", "note")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj is not None else ()

    def store(self, row: models.Model, by: Any) -> Any:
        assert isinstance(row, WatchRule)
        return save_watch_rule(row=row, by=by)
