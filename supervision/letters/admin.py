"""The desk's register of the letters' wording."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from chuangmo.desk.admin import Register
from supervision.letters.models import LetterBlock


@admin.register(LetterBlock)
class LetterBlockAdmin(Register):
    """A change concerns letters that are drafted afterwards."""

    list_display = ("title", "code", "facts", "order", "is_active")
    search_fields = ("title",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj is not None else ()
