"""The desk's registers of papers: letters, issuers, fonts."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from chuangmo.desk.admin import Register
from supervision.papers.models import Issuer, PaperFont, PaperKind


@admin.register(PaperKind)
class PaperKindAdmin(Register):
    list_display = ("name", "letters", "mark", "kind")
    search_fields = ("name", "letters")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("kind",) if obj is not None else ()


@admin.register(Issuer)
class IssuerAdmin(Register):
    list_display = ("name", "letters", "office")
    search_fields = ("name",)
    autocomplete_fields = ("office",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("office",) if obj is not None else ()


@admin.register(PaperFont)
class PaperFontAdmin(Register):
    list_display = ("face", "docx_name", "docx_fallback", "pdf_families", "pdf_bold")
    readonly_fields = ("face",)
