"""The floors: what the cheapest honest page, table and write of this site cost. Only here, never served."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import include, path
from django.views.decorators.http import require_GET, require_POST

from chuangmo.access.models import User

ROWS, COLUMNS = 100, 14

_PAGE = """{% extends "layouts/page.html" %}{% block content %}{% endblock %}"""
_CELLS = """{% extends "layouts/page.html" %}{% block content %}<table class="table">{% for row in rows %}<tr>
{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>{% endblock %}"""


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The floor of a page: somebody signed in, the site's layout, an empty body."""
    return HttpResponse(_compiled(_PAGE).render({"page_title": "空页"}, request))


@require_GET
def cells(request: HttpRequest) -> HttpResponse:
    """The floor of the matrix: the same layout with as many constant cells."""
    rows = [["未填报"] * COLUMNS for _ in range(ROWS)]
    return HttpResponse(_compiled(_CELLS).render({"page_title": "常数表", "rows": rows}, request))


@require_POST
def write(request: HttpRequest) -> HttpResponse:
    """The floor of an autosave: somebody signed in, one UPDATE by primary key in a transaction."""
    with transaction.atomic():
        User.objects.filter(pk=request.user.pk).update(phone=request.POST["phone"])
    return JsonResponse({"ok": True})


@cache
def _compiled(source: str) -> Any:
    """Parsed once, as templates from files are."""
    return engines["django"].from_string(source)


urlpatterns = [
    path("floor/page/", page),
    path("floor/cells/", cells),
    path("floor/write/", write),
    path("", include("chuangmo.urls")),
]
