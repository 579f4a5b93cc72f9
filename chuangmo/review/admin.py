"""The desk's register of how long each step of a review may take."""

from __future__ import annotations

from django.contrib import admin

from chuangmo.desk.admin import Register
from chuangmo.review.models import ReviewStep


@admin.register(ReviewStep)
class ReviewStepAdmin(Register):
    list_display = ("label", "kind", "state", "days")
    search_fields = ("label",)
    readonly_fields = ("kind", "state")
