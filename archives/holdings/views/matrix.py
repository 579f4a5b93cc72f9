"""How complete the archive is, and the catalogue of one indicator."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from archives.holdings.queries.catalogue import archive_day, catalogue, matrix_of
from archives.holdings.queries.slots import slots_of
from archives.holdings.views._asked import as_of_asked, number_in, plan_asked, reader, rooms
from chuangmo import clock
from chuangmo.days import cn_date
from chuangmo.files.models import MaterialKind
from chuangmo.org.models import Unit
from indicators.plan.models import Indicator, Plan

__all__ = ["catalogue_show", "current_matrix", "matrix_show"]


@require_safe
def current_matrix(request: HttpRequest) -> HttpResponse:
    reader(request)
    return redirect("holdings:matrix-show", Plan.objects.current().code)


@require_safe
def matrix_show(request: HttpRequest, plan: str) -> HttpResponse:
    """Indicator × year × kind: how much of what is wanted is in the archive, now or on a day."""
    found, rights = plan_asked(request, plan)
    form, as_of = as_of_asked(request)
    unit = _unit(request)
    every = slots_of(found, as_of=as_of)
    slots = [slot for slot in every if unit is None or slot.unit_id == unit.pk]
    providers = {slot.unit_id for slot in every}
    kept = ({"unit": unit.pk} if unit else {}) | ({"as_of": as_of.isoformat()} if as_of else {})
    return render(
        request,
        "holdings/matrix_show.html",
        {
            "page_title": "档案齐全情况",
            **rooms(rights, found),
            "matrix": matrix_of(found, slots),
            "form": form,
            "as_of": as_of,
            "unit": unit,
            "chosen": _chosen(unit=unit, as_of=as_of),
            "units": Unit.objects.filter(pk__in=[pk for pk in providers if pk]).order_by("order", "name"),
            "due_on": archive_day(found),
            "today": clock.today(),
            "query": urlencode(kept),
        },
    )


@require_safe
def catalogue_show(request: HttpRequest, plan: str, number: int) -> HttpResponse:
    """What the archive wants for one indicator, from whom, and where each paper stands."""
    found, rights = plan_asked(request, plan)
    indicator = get_object_or_404(Indicator, plan=found, number=number)
    form, as_of = as_of_asked(request)
    unit = _unit(request)
    every = slots_of(found, as_of=as_of, indicator_id=indicator.pk, unit_ids=[unit.pk] if unit else None)
    year, kind = number_in(request.GET.get("year", "")), request.GET.get("kind", "")
    kind = kind if kind in MaterialKind.values else ""
    slots = [slot for slot in every if (not year or slot.year == year) and (not kind or slot.kind == kind)]
    return render(
        request,
        "holdings/catalogue_show.html",
        {
            "page_title": f"指标 {indicator.number} {indicator.short_name} 归档材料",
            "plan": found,
            "indicator": indicator,
            "rows": catalogue(slots, rights),
            "form": form,
            "as_of": as_of,
            "unit": unit,
            "year": year,
            "years": sorted({slot.year for slot in every}),
            "kind": kind,
            "chosen": _chosen(f"{year} 年" if year else "", kind, unit=unit, as_of=as_of),
            "kinds": [one for one in MaterialKind.values if any(slot.kind == one for slot in every)],
        },
    )


def _chosen(*words: str, unit: Unit | None, as_of: date | None) -> list[str]:
    """What is chosen, as the folded filters of a phone show it."""
    day = cn_date(as_of, today=clock.today()) if as_of else ""
    return [word for word in (*words, unit.short_name if unit else "", day) if word]


def _unit(request: HttpRequest) -> Unit | None:
    pk = number_in(request.GET.get("unit", ""))
    return Unit.objects.filter(pk=pk).first() if pk else None
