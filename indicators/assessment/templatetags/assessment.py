"""Small drawings of the assessment pages: `{% load assessment %}`."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from chuangmo.shell.templatetags.shell import sparkline, state_badge, state_sign, status_badge
from indicators.assessment.queries.matrix import Cell, Row
from indicators.assessment.queries.wall import Card
from indicators.reporting.models import Report

register = template.Library()
NOTHING_OWED = '<td><span class="muted" aria-hidden="true">·</span><span class="vh">无应报</span></td>'


@register.simple_tag
def report_badge(report: Report, today: date) -> SafeString:
    """Where a report stands; an open one past its day shows as 逾期."""
    obligation = report.obligation
    late = obligation is not None and obligation.done_at is None and obligation.is_late(today)
    return state_badge("overdue" if late and report.case.is_editable else report.case.state)


@register.simple_tag
def matrix_cells(row: Row, list_url: str, indicator: int | str | None = None) -> SafeString:
    """The months of one unit, each leading to its reports, and its year; words where nothing is owed.

    A tag for a whole row and plain text in it: the table has more than a thousand cells, and all that goes into them are
    numbers, our own signs and the address, which is escaped once.
    """
    start = format_html("{}?unit={}", list_url, row.unit.pk)
    end = format_html("&amp;indicator={}", indicator) if indicator else ""
    late = f' <span class="late">逾期 {row.late:d}</span>' if row.late else ""
    year = f'<td class="num">{row.accepted:d} / {row.owed:d}{late}</td>'
    return mark_safe("".join(_matrix_cell(cell, start, end) for cell in row.cells) + year)


def _matrix_cell(cell: Cell, start: str, end: str) -> str:
    if not cell.state:
        return NOTHING_OWED
    return (
        f'<td><a class="mx" href="{start}&amp;month={cell.month.code}{end}">{state_sign(cell.state)}'
        f'<span class="small">{cell.accepted:d}/{cell.owed:d}</span></a></td>'
    )


@register.simple_tag
def wall_card(card: Card, plan_code: str, month_code: str) -> SafeString:
    """One indicator on the wall, leading to its page. A tag, since the wall has 26 of them and little else."""
    verdict = card.verdict
    return format_html(
        '<a class="wall-card {}" href="{}?month={}">'
        '<span class="wall-name"><span class="wall-no">{}</span> {}</span> '
        '<span class="wall-value">{}</span> <span class="wall-limit">{}</span> '
        '<span class="wall-note{}">{}{}</span> {} <span class="wall-line">{}</span> {}</a>',
        card.status,
        _indicator_url(plan_code, card.indicator.number),
        month_code,
        card.indicator.number,
        card.indicator.short_name,
        (verdict and verdict.headline) or "—",
        verdict.threshold if verdict else "",
        " warn" if card.is_worrying else "",
        card.note,
        " 更正中" if verdict and verdict.is_correcting else "",
        format_html('<span class="wall-ahead">{}</span>', card.ahead) if card.ahead else "",
        sparkline(card.line) if card.has_line else "",
        status_badge(card.status),
    )


@lru_cache(maxsize=256)
def _indicator_url(plan_code: str, number: int) -> str:
    return reverse("assessment:indicator-show", args=[plan_code, number])
