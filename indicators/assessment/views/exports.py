"""The month's table taken away as workbook or PDF: a working copy by whoever reads it, or given out by the office."""

from __future__ import annotations

from functools import partial
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.module_loading import import_string
from django.views.decorators.http import require_GET, require_POST

from chuangmo.access.models import User
from chuangmo.errors import Refused
from chuangmo.org.models import Installation
from chuangmo.periods import Period
from chuangmo.shell.frame import is_demonstration
from chuangmo.shell.listing import XLSX, download
from chuangmo.shell.printing import render_pdf
from indicators.assessment import workbook
from indicators.assessment.queries.month_table import month_table, tally
from indicators.assessment.views._asked import month_asked, plan_asked
from indicators.plan.models import Plan

WORKING_COPY = "工作稿，未出具"


@require_GET
def month_workbook(request: HttpRequest, plan: str, month: str) -> HttpResponse:
    """A working copy: it bears no code, and says so."""
    found, _ = plan_asked(request, plan)
    asked = month_asked(month, found)
    return download(_workbook(found, asked, WORKING_COPY), XLSX, f"{_title(asked)}.xlsx")


@require_GET
def month_pdf(request: HttpRequest, plan: str, month: str) -> HttpResponse:
    """The same on paper."""
    found, _ = plan_asked(request, plan)
    asked = month_asked(month, found)
    content = _pdf(found, asked, str(request.user), WORKING_COPY)
    return download(content, "application/pdf", f"{_title(asked)}.pdf")


@require_POST
def month_issue(request: HttpRequest, plan: str, month: str) -> HttpResponse:
    """Give the month's table out, as PDF and as workbook, each under the code that it bears."""
    found, rights = plan_asked(request, plan)
    asked = month_asked(month, found)
    if not rights.is_office or not settings.FILES_ISSUED_BY:
        raise Refused("只有创模办可以出具指标表。")
    by, title = cast(User, request.user), _title(asked)
    place = import_string(settings.FILES_ISSUED_BY)(
        by=by,
        title=title,
        made=[
            (f"{title}.pdf", partial(_issued_pdf, found, asked, str(by))),
            (f"{title}.xlsx", partial(_issued_workbook, found, asked)),
        ],
    )
    messages.success(request, f"已出具{asked.label}的指标表（PDF 和 Excel），各有核验码，可以下载。")
    return redirect(place)


def _issued_pdf(plan: Plan, month: Period, printed_by: str, code: str, address: str) -> bytes:
    return _pdf(plan, month, printed_by, _issued_mark(code, address))


def _issued_workbook(plan: Plan, month: Period, code: str, address: str) -> bytes:
    return _workbook(plan, month, _issued_mark(code, address))


def _issued_mark(code: str, address: str) -> str:
    return f"核验码 {code}，核验：{address}"


def _title(month: Period) -> str:
    return f"{Installation.current().city}创模 26 项指标（截至 {month.label}）"


def _workbook(plan: Plan, month: Period, mark: str) -> bytes:
    return workbook.month_workbook(
        month_table(plan, month.end),
        title=_title(month),
        as_of=month.end,
        is_demo=is_demonstration(Installation.current()),
        mark=mark,
    )


def _pdf(plan: Plan, month: Period, printed_by: str, mark: str) -> bytes:
    rows = month_table(plan, month.end)
    return render_pdf(
        "assessment/month_print.html",
        {
            "page_title": f"26 项指标（截至 {month.label}）",
            "landscape": True,
            "rows": rows,
            "tally": tally(rows),
            "printed_by": printed_by,
            "mark": mark,
        },
    )
