"""The desk's registers of the archive: what archive numbers are made of, and terms of required materials.

The catalogue of required material itself is the plan's register (`plan.MaterialRequirement`).
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from archives.holdings.models import ArchiveCategory, Fonds, KindRule, MaterialTerms, Retention
from chuangmo.desk.admin import Register


class CodeStays:
    """A code that stands in archive numbers stays as it is."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj is not None else ()


@admin.register(Fonds)
class FondsAdmin(CodeStays, Register):
    list_display = ("code", "name", "problem_prefix", "is_current")


@admin.register(ArchiveCategory)
class ArchiveCategoryAdmin(CodeStays, Register):
    list_display = ("code", "name")


@admin.register(Retention)
class RetentionAdmin(CodeStays, Register):
    list_display = ("code", "name", "years")


@admin.register(KindRule)
class KindRuleAdmin(Register):
    list_display = ("kind", "category", "retention")
    readonly_fields = ("kind",)


@admin.register(MaterialTerms)
class MaterialTermsAdmin(Register):
    list_display = ("requirement", "indicator", "retention")
    search_fields = ("requirement__name", "requirement__code")
    list_select_related = ("requirement__indicator", "retention")

    @admin.display(description="指标")
    def indicator(self, row: MaterialTerms) -> str:
        return str(row.requirement.indicator)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("requirement__indicator", "retention")
