"""The register of what is in the archive, now or as it was on a day."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from archives.holdings.models import Accession
from archives.holdings.rights import visible_to
from archives.holdings.tables import AccessionTable
from archives.holdings.views._asked import as_of_asked, plan_asked, rooms
from chuangmo.access.queries import rights_for
from chuangmo.files.models import MaterialKind
from chuangmo.org.models import Unit
from chuangmo.shell.listing import arrange, is_export, table_workbook
from indicators.plan.models import Indicator

__all__ = ["piece_list"]

PLACED = [("1", "已登记"), ("0", "没有登记")]


class AccessionFilter(django_filters.FilterSet):
    """Indicator, unit, kind, year, whether the original has a place, words of title or numbers; and the day."""

    indicator = django_filters.ModelChoiceFilter(
        label="指标", queryset=Indicator.objects.none(), field_name="indicators"
    )
    unit = django_filters.ModelChoiceFilter(label="提供单位", queryset=Unit.objects.none())
    kind = django_filters.ChoiceFilter(label="种类", choices=MaterialKind.choices)
    year = django_filters.NumberFilter(label="年度", method="covering")
    placed = django_filters.ChoiceFilter(label="原件", method="by_place", choices=PLACED)
    q = django_filters.CharFilter(label="题名、档号、文号", method="saying")
    as_of = django_filters.DateFilter(label="某一天的情况", method="already_asked")

    class Meta:
        model = Accession
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = visible_to(rights_for(self.request)).exclude(archive_number="").order_by()
        units = self.filters["unit"].field
        units.queryset = Unit.objects.filter(pk__in=seen.values("unit")).order_by("order", "name")
        units.label_from_instance = lambda unit: unit.short_name
        indicators = Indicator.objects.filter(pk__in=seen.values("indicators"))
        self.filters["indicator"].field.queryset = indicators.order_by("-plan__year", "number")
        self.filters["as_of"].field.widget.input_type = "date"
        for name in ("unit", "indicator", "kind", "placed"):
            self.filters[name].field.empty_label = "全部"

    def covering(self, rows: QuerySet[Accession], name: str, value: Any) -> QuerySet[Accession]:
        first = Q(covers_from__lte=value) | Q(covers_from__isnull=True, year=value)
        return rows.filter(first, year__gte=value)

    def by_place(self, rows: QuerySet[Accession], name: str, value: str) -> QuerySet[Accession]:
        return rows.filter(piece__folder__isnull=value == "0")

    def saying(self, rows: QuerySet[Accession], name: str, value: str) -> QuerySet[Accession]:
        value = value.replace("\x00", "")
        return rows.filter(
            Q(title__icontains=value)
            | Q(archive_number__icontains=value)
            | Q(document_number__icontains=value)
        )

    def already_asked(self, rows: QuerySet[Accession], name: str, value: object) -> QuerySet[Accession]:
        """The rows come as they were on that day."""
        return rows


@require_safe
def piece_list(request: HttpRequest, plan: str) -> HttpResponse:
    """What counts in the archive, as far as the person may see it; `as=xlsx` takes the list away as a workbook."""
    found, rights = plan_asked(request, plan)
    _, as_of = as_of_asked(request)
    rows = (
        Accession.objects.counting(as_of)
        .filter(plan=found, piece__in=visible_to(rights).order_by().values("pk"))
        .select_related("piece__folder__box", "unit", "version")
        .prefetch_related("indicators")
        .order_by("archive_number")
    )
    chosen = AccessionFilter(request.GET, queryset=rows, request=request)
    table = arrange(request, AccessionTable(chosen.qs))
    title = f"归档登记（{as_of:%Y-%m-%d}）" if as_of else "归档登记"
    if is_export(request):
        return table_workbook(request, table, title)
    return render(
        request,
        "holdings/piece_list.html",
        {"page_title": "归档登记", **rooms(rights, found), "filter": chosen, "table": table, "as_of": as_of},
    )
