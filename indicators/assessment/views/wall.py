"""The wall of 26."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from chuangmo import clock
from chuangmo.errors import Refused
from chuangmo.prepared import Prepared
from indicators.assessment.queries.wall import wall
from indicators.assessment.services import refresh_all
from indicators.assessment.views._asked import month_asked, open_months, plan_asked
from indicators.plan.models import Milestone, Plan


@require_GET
def current_wall(request: HttpRequest) -> HttpResponse:
    return redirect("assessment:wall-show", Plan.objects.current().code)


_COMING = Prepared(
    lambda plan, today: Milestone.objects.filter(plan=plan, due_on__gte=today), plan=int, today=date
)


@require_GET
def show_wall(request: HttpRequest, plan: str) -> HttpResponse:
    found, rights = plan_asked(request, plan)
    asked = month_asked(request.GET.get("month"), found)
    today = clock.today()
    shown = wall(found, asked.end, today)
    return render(
        request,
        "assessment/wall_show.html",
        {
            "page_title": f"26 项指标 · 截至 {asked.start.year} 年 {asked.start.month} 月",
            "plan": found,
            "month": asked,
            "months": open_months(found),
            "wall": shown,
            "changes": shown.changes,
            "late_units": shown.late_units,
            "milestones": [
                (one, (one.due_on - today).days) for one in _COMING.objects(plan=found.pk, today=today)
            ],
            "may_assess": rights.is_office,
            "may_issue": rights.is_office and bool(settings.FILES_ISSUED_BY),
        },
    )


@require_POST
def assess_again(request: HttpRequest, plan: str) -> HttpResponse:
    found, rights = plan_asked(request, plan)
    if not rights.is_office:
        raise Refused("只有创模办可以重新评定。")
    changed = refresh_all(plan=found)
    messages.success(
        request, f"已重新评定，{changed} 条结论有变化。" if changed else "已重新评定，结论没有变化。"
    )
    return redirect("assessment:wall-show", found.code)
