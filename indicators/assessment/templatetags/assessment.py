"""Small drawings of the assessment pages: `{% load assessment %}`."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from chuangmo.shell.templatetags.shell import state_badge, state_sign
from indicators.assessment.queries.matrix import Cell
from indicators.reporting.models import Report

register = template.Library()
NOTHING_OWED = mark_safe('<span class="muted" aria-hidden="true">·</span><span class="vh">无应报</span>')


@register.simple_tag
def report_badge(report: Report, today: date) -> SafeString:
    """Where a report stands; an open one past its day shows as 逾期."""
    obligation = report.obligation
    late = obligation is not None and obligation.done_at is None and obligation.is_late(today)
    return state_badge("overdue" if late and report.case.is_editable else report.case.state)


@register.simple_tag
def matrix_cell(cell: Cell, list_url: str, unit_id: int, indicator: int | str | None = None) -> SafeString:
    """A cell that leads to its reports; nothing where nothing is owed. A tag, since a table has thousands."""
    if not cell.state:
        return NOTHING_OWED
    return format_html(
        '<a class="mx" href="{}?unit={}&amp;month={}{}">{}<span class="small">{}/{}</span></a>',
        list_url,
        unit_id,
        cell.month.code,
        f"&indicator={indicator}" if indicator else "",
        state_sign(cell.state),
        cell.accepted,
        cell.owed,
    )
