"""The chase list of the city's and the counties' offices; what it shows as a workbook; confirming several proposals."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import quote, urlencode

import django_filters
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import Rights, rights_for
from chuangmo.deadlines.models import Obligation
from chuangmo.deadlines.queries.chase import KIND_WORDS, STATES, chase_rows, chased, ladder_words
from chuangmo.deadlines.queries.receipts import with_receipts
from chuangmo.deadlines.services import confirm_proposal
from chuangmo.deadlines.workbook import chase_workbook
from chuangmo.errors import DomainError, Refused
from chuangmo.org.models import Unit

PAGE = 50
EXPORTED = 20_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ChaseFilter(django_filters.FilterSet):
    """State, unit, kind, rung, words of the subject."""

    state = django_filters.ChoiceFilter(
        label="范围", choices=list(STATES.items()), method="kept", empty_label=None
    )
    unit = django_filters.ModelChoiceFilter(label="单位", queryset=Unit.objects.none(), empty_label="全部")
    kind = django_filters.ChoiceFilter(label="事项", choices=list(KIND_WORDS.items()), empty_label="全部")
    rung = django_filters.ChoiceFilter(label="已到级别", field_name="level", empty_label="全部")
    q = django_filters.CharFilter(label="事项名称", field_name="subject_label", lookup_expr="icontains")

    class Meta:
        model = Obligation
        fields: list[str] = []

    def __init__(self, *args: Any, rights: Rights, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = self.filters["unit"].field
        units.queryset = Unit.objects.filter(pk__in=rights.oversee)
        units.label_from_instance = lambda unit: unit.short_name
        self.filters["rung"].field.choices = list(ladder_words().items())

    def kept(self, rows: QuerySet[Obligation], name: str, value: str) -> QuerySet[Obligation]:
        """The state was applied before (`chased`)."""
        return rows


@require_safe
def chase_list(request: HttpRequest) -> HttpResponse:
    """Who owes what, how late, how far the ladder got, what waits for a decision, who has seen it."""
    rights, at = _require_office(request), clock.today()
    found, state = _filtered(request, rights)
    page = Paginator(found.qs, PAGE).get_page(request.GET.get("page"))
    rows = with_receipts(chase_rows(_listed(page.object_list), at))
    context = {
        "page_title": "催办",
        "filter": found,
        "state": state,
        "page": page,
        "rows": rows,
        "query": urlencode(_given(request)),
        "may_decide": rights.is_office,
        "open_proposals": sum(row.proposal is not None for row in rows) if rights.is_office else 0,
        "today": at,
    }
    return render(request, "deadlines/chase_list.html", context)


@require_safe
def chase_export(request: HttpRequest) -> HttpResponse:
    """The list as it is filtered, all its pages, as a workbook."""
    rights, at = _require_office(request), clock.today()
    found, _ = _filtered(request, rights)
    rows = with_receipts(chase_rows(_listed(found.qs[:EXPORTED]), at))
    response = HttpResponse(chase_workbook(rows, at), content_type=XLSX)
    name = quote(f"催办清单 {at:%Y-%m-%d}.xlsx")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


@require_POST
def confirm_many(request: HttpRequest) -> HttpResponse:
    """The office confirms the chosen proposals; what was decided meanwhile is told."""
    rights = rights_for(request)
    if not rights.is_office:
        raise Refused("只有创模办可以决定建议")
    chosen = [
        int(pk) for pk in request.POST.getlist("item") if pk.isascii() and pk.isdigit() and len(pk) < 19
    ]
    done = 0
    for pk in chosen:
        try:
            confirm_proposal(proposal_id=pk, by=cast(User, request.user))
            done += 1
        except DomainError as error:
            messages.error(request, str(error))
    if done:
        messages.success(request, f"已确认 {done} 条建议。")
    elif not chosen:
        messages.warning(request, "没有选中任何一条。")
    query = urlencode(_given(request))
    return redirect(reverse("deadlines:chase-list") + (f"?{query}" if query else ""))


def _require_office(request: HttpRequest) -> Rights:
    rights = rights_for(request)
    if not rights.oversee:
        raise Refused("催办清单只对创模办和县区创模办开放")
    return rights


def _filtered(request: HttpRequest, rights: Rights) -> tuple[ChaseFilter, str]:
    state = request.GET.get("state", "late")
    state = state if state in STATES else "late"
    data = request.GET.copy()
    data["state"] = state
    return ChaseFilter(data, queryset=chased(rights, state, clock.today()), rights=rights), state


def _listed(rows: Any) -> QuerySet[Obligation]:
    """The rows of one page as a query that can bring along what hangs on them."""
    return cast("QuerySet[Obligation]", rows)


def _given(request: HttpRequest) -> dict[str, str]:
    return {
        name: request.GET[name] for name in ("state", "unit", "kind", "rung", "q") if request.GET.get(name)
    }
