"""The register of sites with its map, one site with its year of readings, and both as workbooks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from chuangmo import clock
from chuangmo.access.queries import rights_for
from chuangmo.errors import Refused
from chuangmo.shell.listing import XLSX, download
from indicators.monitoring.forms import SiteFilter
from indicators.monitoring.maps import map_of
from indicators.monitoring.queries.readings import air_hours
from indicators.monitoring.queries.sites import (
    MONITORED,
    SiteYear,
    latest_of,
    monitored_sites,
    site_year,
    years_of,
)
from indicators.monitoring.rights import units_that_bring
from indicators.monitoring.tables import SiteTable
from indicators.monitoring.workbook import workbook
from indicators.plan.models import Site, SiteKind

__all__ = ["require_reader", "site_export", "site_list", "site_list_export", "site_show"]

PAGE = 50
_REGISTER = (
    "代码",
    "名称",
    "类别",
    "所在县区",
    "监测单位",
    "经度",
    "纬度",
    "目标类别",
    "水体",
    "出境断面",
    "清洁对照点",
    "路段长度(m)",
    "自",
    "至",
    "最近监测",
    "结果",
)


def require_reader(request: HttpRequest) -> None:
    """Whoever reads the campaign's verdicts reads what they stand on."""
    if not rights_for(request).sees_campaign:
        raise Refused("您的角色没有可以查看的监测数据。")


@require_safe
def site_list(request: HttpRequest) -> HttpResponse:
    """The sites that fit the filters, on a map and in a table."""
    require_reader(request)
    found = SiteFilter(request.GET, queryset=monitored_sites(), request=request)
    sites = list(found.qs)
    table = SiteTable(sites)
    RequestConfig(request, paginate=False).configure(table)
    table.paginate(per_page=PAGE)
    table.page = table.paginator.get_page(request.GET.get("page"))
    table.latest = latest_of([row.record for row in table.page.object_list])
    context = {
        "page_title": "监测点位",
        "filter": found,
        "table": table,
        "map": map_of(sites),
        "count": len(sites),
        "may_bring": bool(units_that_bring(rights_for(request))),
        "export_url": _with_query(reverse("monitoring:site-list-export"), request),
    }
    return render(request, "monitoring/site_list.html", context)


@require_safe
def site_list_export(request: HttpRequest) -> HttpResponse:
    """The sites that the page shows, all pages of them."""
    require_reader(request)
    sites = list(SiteFilter(request.GET, queryset=monitored_sites(), request=request).qs)
    latest = latest_of(sites)
    head = [
        "代码",
        "名称",
        "类别",
        "所在县区",
        "监测单位",
        "经度",
        "纬度",
        "目标类别",
        "水体",
        "出境断面",
        "清洁对照点",
        "路段长度(m)",
        "自",
        "至",
        "最近监测",
        "结果",
    ]
    rows = (
        [
            site.code,
            site.name,
            site.get_kind_display(),
            site.unit.short_name,
            site.monitored_by.short_name if site.monitored_by else "",
            site.longitude,
            site.latitude,
            site.get_target_class_display() if site.target_class else "",
            site.get_water_body_display() if site.water_body else "",
            site.is_outflow,
            site.is_background,
            site.length_m,
            site.valid_from,
            site.valid_to,
            latest[site.pk].when if site.pk in latest else "",
            latest[site.pk].judged.text if site.pk in latest else "",
        ]
        for site in sites
    )
    return download(workbook([("监测点位", head, rows)]), XLSX, f"监测点位 {clock.today()}.xlsx")


@require_safe
def site_show(request: HttpRequest, site_id: int) -> HttpResponse:
    """One site: what it is, where, its readings of a year, months without any, corrections."""
    require_reader(request)
    site = _site(site_id)
    today = clock.today()
    years = years_of(site, today)
    year, month = _year(request, years), _month(request)
    found = site_year(site, year, today, month)
    latest = latest_of([site]).get(site.pk)
    context: dict[str, Any] = {
        "page_title": site.name,
        "site": site,
        "latest": latest,
        "facts": _facts(site),
        "map": map_of(monitored_sites().filter(kind=site.kind), site.pk)
        if site.longitude is not None
        else None,
        "years": years,
        "year": year,
        "month": month,
        "readings": found,
        "is_air": site.kind == SiteKind.AIR,
        "has_result": any(line["judged"] for line in found.lines),
        "crumbs": [
            ("监测", reverse("monitoring:site-list")),
            (site.get_kind_display(), f"{reverse('monitoring:site-list')}?kind={site.kind}"),
        ],
    }
    return render(request, "monitoring/site_show.html", context)


@require_safe
def site_export(request: HttpRequest, site_id: int) -> HttpResponse:
    """One site's readings of a year; of an air station its days and, where there are any, its hours."""
    require_reader(request)
    site = _site(site_id)
    today = clock.today()
    year = _year(request, years_of(site, today))
    months = range(1, 13) if site.kind == SiteKind.AIR else (None,)
    years = [site_year(site, year, today, month) for month in months]
    sheets: list[Any] = [(f"{year}", ["时间", *years[0].head, "结果", "批次"], _rows(years))]
    if site.kind == SiteKind.AIR:
        hours = air_hours(date(year, 1, 1), date(year, 12, 31), sites=[site.pk])
        head = ["时间", "SO₂", "NO₂", "PM₁₀", "PM₂.₅", "CO", "O₃"]
        sheets.append(("小时值", head, ([f"{one.hour:%Y-%m-%d %H:00}", *one[2:]] for one in hours)))
    return download(workbook(sheets), XLSX, f"{site.name} {year}.xlsx")


def _rows(years: list[SiteYear]) -> Iterator[list[Any]]:
    for found in years:
        for line in found.lines:
            judged = line["judged"].text if line["judged"] else ""
            yield [line["when"], *map(_typed, line["cells"]), judged, line["batch"].name]


def _typed(text: str) -> str | float:
    """A cell's text as a number where it is one: “0.01L” stays a text."""
    if text in ("", "—"):
        return ""
    try:
        return float(text)
    except ValueError:
        return text


def _site(site_id: int) -> Site:
    return get_object_or_404(
        Site.objects.select_related("unit", "monitored_by"), pk=site_id, kind__in=MONITORED
    )


def _facts(site: Site) -> list[tuple[str, str]]:
    facts = [
        ("代码", site.code),
        ("类别", site.get_kind_display()),
        ("所在县区", site.unit.short_name),
        ("监测单位", site.monitored_by.short_name if site.monitored_by else "指标牵头单位"),
    ]
    if site.longitude is not None and site.latitude is not None:
        facts.append(("经纬度", f"{float(site.longitude):.6f}°E，{float(site.latitude):.6f}°N"))
    if site.target_class:
        facts.append(("水质目标", site.get_target_class_display()))
    if site.water_body:
        facts.append(("水体", site.get_water_body_display()))
    if site.length_m is not None:
        facts.append(("路段长度", f"{site.length_m.normalize():f} m"))
    facts += [("出境断面", "是")] if site.is_outflow else []
    facts += [("清洁对照点", "是，不参加城市评价")] if site.is_background else []
    span = f"{site.valid_from or '一直'} 至 {site.valid_to or '今'}"
    return [*facts, ("在用", span)]


def _year(request: HttpRequest, years: list[int]) -> int:
    asked = request.GET.get("year", "")
    if not asked:
        return (
            years[1]
            if len(years) > 1 and years[0] == clock.today().year and clock.today().month == 1
            else years[0]
        )
    if not asked.isdecimal() or len(asked) != 4 or not 1990 <= int(asked) <= 2100:
        raise Http404("没有这一年")
    return int(asked)


def _month(request: HttpRequest) -> int | None:
    asked = request.GET.get("month", "")
    return int(asked) if asked.isdecimal() and len(asked) < 3 and 1 <= int(asked) <= 12 else None


def _with_query(url: str, request: HttpRequest) -> str:
    query = {name: value for name, value in request.GET.items() if name not in ("page", "sort") and value}
    return f"{url}?{urlencode(query)}" if query else url
