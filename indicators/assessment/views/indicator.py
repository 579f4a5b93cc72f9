"""One indicator: verdict, derivation, chart, units, history; and the accepted figures behind it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from chuangmo import clock
from indicators.assessment.derivation import present
from indicators.assessment.queries.indicator import (
    answers_behind,
    duties_at,
    figure_ids,
    figures_behind,
    history_of,
    reports_of_month,
    verdict_at,
)
from indicators.assessment.queries.provenance import provenance
from indicators.assessment.sections import sections_of
from indicators.assessment.views._asked import month_asked, open_months, plan_asked
from indicators.plan.models import Indicator, Plan

SOURCES_PER_PAGE = 100


@require_GET
def current_indicator(request: HttpRequest, number: int) -> HttpResponse:
    return redirect("assessment:indicator-show", Plan.objects.current().code, number)


@require_GET
def show_indicator(request: HttpRequest, plan: str, number: int) -> HttpResponse:
    found, rights = plan_asked(request, plan)
    indicator = get_object_or_404(Indicator.objects.select_related("category"), plan=found, number=number)
    asked = month_asked(request.GET.get("month"), found)
    verdict = verdict_at(indicator, asked.end)
    neighbours = {one.number: one for one in found.indicators.filter(number__in=[number - 1, number + 1])}
    return render(
        request,
        "assessment/indicator_show.html",
        {
            "page_title": f"{indicator.number} {indicator.name}",
            "plan": found,
            "indicator": indicator,
            "month": asked,
            "months": open_months(found),
            "verdict": verdict,
            "derivation": present(verdict.result) if verdict else None,
            "sections": sections_of(request, indicator, verdict),
            "duties": duties_at(indicator, asked.end),
            "reports": reports_of_month(indicator, asked.end, rights),
            "materials": indicator.materials.all(),
            "history": history_of(indicator),
            "today": clock.today(),
            "previous": neighbours.get(number - 1),
            "next": neighbours.get(number + 1),
        },
    )


@require_GET
def show_sources(request: HttpRequest, plan: str, number: int) -> HttpResponse:
    found, rights = plan_asked(request, plan)
    indicator = get_object_or_404(Indicator, plan=found, number=number)
    asked = month_asked(request.GET.get("month"), found)
    verdict = verdict_at(indicator, asked.end)
    result: dict[str, Any] = verdict.result if verdict else {}
    figures = Paginator(figures_behind(figure_ids(result)), SOURCES_PER_PAGE)
    return render(
        request,
        "assessment/indicator_sources.html",
        {
            "page_title": f"{indicator.number} {indicator.short_name} · 数据来源",
            "plan": found,
            "indicator": indicator,
            "month": asked,
            "verdict": verdict,
            "tree": provenance(verdict, rights) if verdict else [],
            "figures": figures.get_page(request.GET.get("page")),
            "answers": answers_behind(indicator, asked.end),
        },
    )
