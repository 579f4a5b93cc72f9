"""The desk's registers of supervision: kinds of problems, oversight bodies."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from chuangmo.desk.admin import Register
from supervision.inspections.models import InspectingBody, ProblemKind


@admin.register(ProblemKind)
class ProblemKindAdmin(Register):
    list_display = ("name", "code", "order", "is_active")
    search_fields = ("name", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj is not None else ()


@admin.register(InspectingBody)
class InspectingBodyAdmin(Register):
    list_display = ("unit", "power")
    list_filter = ("power",)
