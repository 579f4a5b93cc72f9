"""Search in the archive."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from archives.checks.forms import SearchForm
from archives.checks.queries.search import fill, find_pieces, narrowed
from archives.checks.views._asked import reader, rooms
from indicators.plan.models import Plan

PAGE = 20


@require_safe
def show_search(request: HttpRequest) -> HttpResponse:
    """Everything that holds what was typed, within what the person may see; nothing before something was typed."""
    rights = reader(request)
    plan = Plan.objects.current()
    form = SearchForm(request.GET, plan=plan, rights=rights)
    query = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    values = {name: request.GET.get(name, "") for name in ("indicator", "year", "kind", "unit", "state")}
    found = find_pieces(query, narrowed(rights, values)) if query else []
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "checks/search.html",
        {
            **rooms(plan, rights),
            "page_title": "档案检索",
            "form": form,
            "query": query,
            "page": page,
            "rows": fill(query, list(page.object_list)),
            "is_filtered": any(values.values()),
        },
    )
