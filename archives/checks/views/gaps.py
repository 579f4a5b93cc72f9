"""The gap check: a standing page."""

from __future__ import annotations

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from archives.checks.forms import GapFilter
from archives.checks.queries.gaps import GapRow, visible_gaps
from archives.checks.tables import GapTable
from archives.checks.views._asked import reader, rooms
from chuangmo.shell.listing import arrange, is_export, table_workbook
from indicators.plan.models import Plan


@require_safe
def show_gaps(request: HttpRequest) -> HttpResponse:
    """All gaps of the current plan within the person's permissions; `?kind=`, `?indicator=`, `?unit=`, `?as=xlsx`."""
    rights = reader(request)
    plan = Plan.objects.current()
    rows = visible_gaps(plan, rights)
    form = GapFilter(
        request.GET, plan=plan, unit_ids={row.gap.unit_id for row in rows if row.gap.unit_id is not None}
    )
    counts = Counter(row.kind.code for row in rows)
    kinds = {row.kind.code: row.kind for row in rows}
    table = arrange(request, GapTable([row for row in rows if _fits(row, request)]))
    if is_export(request):
        return table_workbook(request, table, "档案缺口")
    return render(
        request,
        "checks/gap_list.html",
        {
            **rooms(plan, rights),
            "page_title": "档案缺口",
            "form": form,
            "table": table,
            "page": table.page,
            "kinds": [(kinds[code], counts[code]) for code in kinds],
            "is_filtered": any(request.GET.get(name) for name in ("kind", "indicator", "unit")),
        },
    )


def _fits(row: GapRow, request: HttpRequest) -> bool:
    kind, indicator, unit = (request.GET.get(name, "") for name in ("kind", "indicator", "unit"))
    return (
        (not kind or row.kind.code == kind)
        and (not indicator or str(row.gap.indicator_number) == indicator)
        and (not unit or str(row.gap.unit_id) == unit)
    )
