"""Completeness: unit × month."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from chuangmo import clock
from chuangmo.org.models import UnitKind
from chuangmo.prepared import Prepared
from indicators.assessment.queries.matrix import matrix
from indicators.assessment.views._asked import plan_asked
from indicators.plan.models import Indicator, Plan


@require_GET
def current_matrix(request: HttpRequest) -> HttpResponse:
    return redirect("assessment:matrix-show", Plan.objects.current().code)


_INDICATORS = Prepared(lambda plan: Indicator.objects.filter(plan=plan).order_by("number"), plan=int)


@require_GET
def show_matrix(request: HttpRequest, plan: str) -> HttpResponse:
    found, _ = plan_asked(request, plan)
    number = request.GET.get("indicator", "")[:9]
    chosen = get_object_or_404(Indicator, plan=found, number=int(number)) if number.isdecimal() else None
    kind = request.GET.get("kind", "")
    return render(
        request,
        "assessment/matrix_show.html",
        {
            "page_title": f"报送情况 · {found.year} 年",
            "plan": found,
            "matrix": matrix(found, clock.today(), kind=kind, indicator=chosen),
            "indicators": _INDICATORS.objects(plan=found.pk),
            "kinds": UnitKind.choices,
            "chosen_number": chosen.number if chosen else None,
            "kind": kind,
            "chosen": [str(word) for word in (dict(UnitKind.choices).get(kind), chosen) if word],
        },
    )
