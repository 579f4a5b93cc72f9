"""The desk's register of kinds of meetings and their members."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from chuangmo.desk.admin import Register
from supervision.meetings.models import MeetingSeries


@admin.register(MeetingSeries)
class MeetingSeriesAdmin(Register):
    list_display = ("name", "calls", "with_leads", "with_counties", "with_responsible", "group")
    # A plain list: the widget with search can't be read aloud for several choices.
    formfield_overrides: dict[Any, Any] = {}

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("widget", forms.SelectMultiple)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj is not None else ()
