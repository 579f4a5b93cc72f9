"""The audit rows, to be read and searched."""

from __future__ import annotations

import json
from typing import ClassVar

from django.contrib import admin
from django.utils.html import format_html

from chuangmo.audit.models import AuditEvent
from chuangmo.desk.admin import ReadOnlyMixin


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ("at", "actor_name", "action", "object_label", "reason", "seal_no")
    list_filter = ("action", "object_kind")
    list_select_related = ("seal",)
    search_fields = ("actor_name", "action", "object_label", "reason", "request_id")
    search_help_text = "按操作人、动作、对象、原因查找"
    date_hierarchy = "at"
    show_full_result_count = False
    ordering = ("-id",)
    fields: ClassVar[tuple[str, ...]] = (
        "at",
        "actor_name",
        "actor",
        "action",
        "object_kind",
        "object_id",
        "object_label",
        "unit_id",
        "reason",
        "what_changed",
        "request_id",
        "seal_no",
    )

    @admin.display(description="变化")
    def what_changed(self, row: AuditEvent) -> str:
        return format_html("<pre>{}</pre>", json.dumps(row.changes, ensure_ascii=False, indent=2))

    @admin.display(description="封存序号")
    def seal_no(self, row: AuditEvent) -> int | str:
        return row.seal.seal_no if hasattr(row, "seal") else "未封存"
