"""Gaps and results as tables, for the page and for Excel."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from archives.checks.models import CheckResult
from archives.checks.queries.gaps import GapRow

__all__ = ["GapTable", "ResultTable"]


class GapTable(tables.Table):
    text = tables.Column(verbose_name="缺口", orderable=False)
    kind = tables.Column(verbose_name="种类", accessor="kind__name", orderable=False)
    indicator = tables.Column(verbose_name="指标", orderable=False, default="—")
    unit = tables.Column(verbose_name="由谁补", orderable=False, default="创模办")
    advice = tables.Column(verbose_name="怎么办", accessor="kind__advice", orderable=False)

    class Meta:
        attrs = {"class": "table stackable"}

    def render_text(self, record: GapRow, value: str) -> SafeString:
        return format_html('<a href="{}">{}</a>', record.url, value)

    def value_text(self, value: str) -> str:
        return value

    def render_unit(self, value: str) -> str:
        return value or "创模办"


class ResultTable(tables.Table):
    archive_number = tables.Column(verbose_name="档号", accessor="accession__archive_number", orderable=False)
    title = tables.Column(verbose_name="题名", accessor="accession__title", orderable=False)
    unit = tables.Column(verbose_name="单位", accessor="accession__unit__short_name", orderable=False)
    outcome = tables.Column(verbose_name="结果", orderable=False)
    findings = tables.Column(verbose_name="发现", orderable=False)
    sha256 = tables.Column(verbose_name="SHA-256", orderable=False)

    class Meta:
        attrs = {"class": "table stackable"}

    def __init__(self, *args: Any, rules: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = {row["code"]: row["name"] for row in rules}

    def render_archive_number(self, record: CheckResult, value: str) -> SafeString:
        return format_html('<a href="{}">{}</a>', record.accession.piece.get_absolute_url(), value)

    def value_archive_number(self, value: str) -> str:
        return value

    def render_outcome(self, record: CheckResult) -> SafeString:
        from chuangmo.shell.templatetags.shell import check_badge

        return check_badge(record.outcome, record.get_outcome_display())

    def value_outcome(self, record: CheckResult) -> str:
        return record.get_outcome_display()

    def render_findings(self, value: list[list[str]]) -> str:
        return "；".join(f"{self.names.get(code, code)}：{text}" for code, text in value)

    def render_sha256(self, value: str) -> SafeString:
        return format_html('<span class="mono small" title="{}">{}…</span>', value, value[:12])

    def value_sha256(self, value: str) -> str:
        return value
