"""The list of reports, filtered by its address."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chuangmo import clock
from chuangmo.access.queries import rights_for
from chuangmo.errors import Refused
from chuangmo.org.models import Unit
from chuangmo.periods import parse
from chuangmo.review.models import State
from chuangmo.shell.listing import arrange, is_export, table_workbook
from indicators.plan.models import Indicator
from indicators.reporting.models import Report
from indicators.reporting.queries.lists import late_reports, listed_reports
from indicators.reporting.rights import visible_reports
from indicators.reporting.tables import ReportTable

LATE = [("1", "逾期的"), ("0", "按时的")]
MINE = [("1", "我填报的")]


class ReportFilter(django_filters.FilterSet):
    """Unit, indicator, month (any period that ends in it), state, late."""

    unit = django_filters.ModelChoiceFilter(label="单位", queryset=Unit.objects.none())
    indicator = django_filters.ModelChoiceFilter(label="指标", queryset=Indicator.objects.none())
    month = django_filters.CharFilter(label="月份", method="in_month")
    state = django_filters.ChoiceFilter(label="状态", field_name="case__state", choices=State.choices)
    late = django_filters.ChoiceFilter(label="时间", method="by_lateness", choices=LATE)
    mine = django_filters.ChoiceFilter(label="范围", method="only_mine", choices=MINE)

    class Meta:
        model = Report
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rights = rights_for(self.request)
        seen = visible_reports(rights).order_by()
        units = self.filters["unit"].field
        units.queryset = Unit.objects.filter(pk__in=seen.values("unit"))
        units.label_from_instance = lambda unit: unit.short_name
        self.filters["indicator"].field.queryset = Indicator.objects.filter(
            pk__in=seen.values("indicator")
        ).order_by("-plan__year", "number")
        self.filters["month"].field.widget.input_type = "month"
        for name in ("unit", "indicator", "state", "late", "mine"):
            self.filters[name].field.empty_label = "全部"

    def in_month(self, reports: QuerySet[Report], name: str, value: str) -> QuerySet[Report]:
        try:
            period = parse(value)
        except ValueError:
            return reports.none()
        return reports.filter(period_end__gte=period.start, period_end__lte=period.end)

    def by_lateness(self, reports: QuerySet[Report], name: str, value: str) -> QuerySet[Report]:
        late = late_reports(reports, clock.today())
        return late if value == "1" else reports.exclude(pk__in=late.order_by().values("pk"))

    def only_mine(self, reports: QuerySet[Report], name: str, value: str) -> QuerySet[Report]:
        return reports.filter(unit__in=rights_for(self.request).report)


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """The reports that the person may open; `as=xlsx` takes the list away as a workbook."""
    rights = rights_for(request)
    if not (rights.sees_campaign or rights.view):
        raise Refused("您的角色没有可以查看的报表。")
    found = ReportFilter(request.GET, queryset=listed_reports(rights), request=request)
    table = arrange(request, ReportTable(found.qs))
    if is_export(request):
        return table_workbook(request, table, "报表")
    return render(
        request,
        "reporting/report_list.html",
        {"page_title": "填报", "filter": found, "table": table, "today": clock.today()},
    )
