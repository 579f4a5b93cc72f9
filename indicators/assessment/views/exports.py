"""The month's table taken away as workbook or PDF."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from chuangmo.org.models import Installation
from chuangmo.shell.frame import is_demonstration
from chuangmo.shell.listing import XLSX, download
from chuangmo.shell.printing import render_pdf
from indicators.assessment import workbook
from indicators.assessment.queries.month_table import month_table, tally
from indicators.assessment.views._asked import month_asked, plan_asked


@require_GET
def month_workbook(request: HttpRequest, plan: str, month: str) -> HttpResponse:
    found, _ = plan_asked(request, plan)
    asked = month_asked(month, found)
    installation = Installation.current()
    title = f"{installation.city}创模 26 项指标（截至 {asked.label}）"
    content = workbook.month_workbook(
        month_table(found, asked.end), title=title, as_of=asked.end, is_demo=is_demonstration(installation)
    )
    return download(content, XLSX, f"{title}.xlsx")


@require_GET
def month_pdf(request: HttpRequest, plan: str, month: str) -> HttpResponse:
    found, _ = plan_asked(request, plan)
    asked = month_asked(month, found)
    title = f"26 项指标（截至 {asked.label}）"
    rows = month_table(found, asked.end)
    content = render_pdf(
        "assessment/month_print.html",
        {
            "page_title": title,
            "landscape": True,
            "rows": rows,
            "tally": tally(rows),
            "printed_by": str(request.user),
        },
    )
    return download(content, "application/pdf", f"{Installation.current().city}创模 {title}.pdf")
