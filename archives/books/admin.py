"""The desk's register of issued files, only looked at: the office gives out and withdraws on its own page."""

from __future__ import annotations

from django.contrib import admin

from archives.books.models import IssuedFile
from chuangmo.desk.admin import PlainRegister, ReadOnlyMixin


@admin.register(IssuedFile)
class IssuedFileAdmin(ReadOnlyMixin, PlainRegister):
    list_display = ("printed", "title", "kind", "state", "office", "issued_at")
    list_filter = ("kind", "state")
    list_select_related = ("office",)
    search_fields = ("code", "title", "sha256")
    ordering = ("-id",)

    @admin.display(description="核验码", ordering="code")
    def printed(self, row: IssuedFile) -> str:
        return row.printed_code
