"""A unit's own record of punctuality."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from chuangmo import clock
from chuangmo.access.queries import rights_for
from chuangmo.deadlines.queries.punctuality import record_of
from chuangmo.org.models import Unit

EARLIEST, LATEST = 2000, 2100


@require_safe
def unit_punctuality(request: HttpRequest, unit_id: int) -> HttpResponse:
    """On time, late, exceptions and the rate, by month of a year (this one)."""
    unit = get_object_or_404(Unit, pk=unit_id)
    if unit.pk not in rights_for(request).view:
        raise Http404("没有这个单位")
    at = clock.today()
    text = request.GET.get("year", "")
    year = int(text) if text.isdecimal() and len(text) == 4 and EARLIEST <= int(text) <= LATEST else at.year
    context = {
        "page_title": f"{unit.short_name} 按时率",
        "unit": unit,
        "year": year,
        "record": record_of(unit.pk, year, at),
        "years": [year - 1, year, year + 1],
    }
    return render(request, "deadlines/unit_punctuality.html", context)
