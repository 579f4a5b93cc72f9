"""The desk's register of the circulars' wording."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from chuangmo.desk.admin import Register
from supervision.bulletins.models import BulletinBlock


@admin.register(BulletinBlock)
class BulletinBlockAdmin(Register):
    """A change concerns circulars that are drafted afterwards."""

    list_display = ("kind", "title", "code", "rows", "order", "is_active")
    list_filter = ("kind",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("kind", "code") if obj is not None else ()
