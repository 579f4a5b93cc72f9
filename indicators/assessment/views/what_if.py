"""What-if of one indicator: computes from what the address says, writes nothing."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from indicators.assessment.queries.what_if import try_out
from indicators.assessment.views._asked import month_asked, open_months, plan_asked
from indicators.plan.models import Indicator

PREFIX = "w:"
MOST = 60  # supposed figures at once; an address has its limits


@require_GET
def show_what_if(request: HttpRequest, plan: str, number: int) -> HttpResponse:
    found, _ = plan_asked(request, plan)
    indicator = get_object_or_404(Indicator.objects.select_related("plan"), plan=found, number=number)
    asked = month_asked(request.GET.get("month"), found)
    typed = {
        name.removeprefix(PREFIX): str(text)[:40]
        for name, text in request.GET.items()
        if name.startswith(PREFIX) and str(text).strip()
    }
    typed = dict(list(typed.items())[:MOST])
    trial = try_out(
        indicator, asked.end, typed, of=request.GET.get("of", ""), site=request.GET.get("site", "")
    )
    if trial is None:
        raise Http404("这项指标还没有评定规则")
    return render(
        request,
        "assessment/what_if.html",
        {
            "page_title": f"{indicator.number} {indicator.short_name} · 试算",
            "plan": found,
            "indicator": indicator,
            "month": asked,
            "months": open_months(found),
            "trial": trial,
            "prefix": PREFIX,
        },
    )
