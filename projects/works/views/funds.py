"""Money: the tables of all, a project's plan, a county's own campaign fund."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from chuangmo import clock
from chuangmo.access.queries import rights_for
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.org.models import Unit
from projects.works.forms.funds import (
    FundPage,
    county_fund_typed,
    county_page,
    fund_page,
    fund_plan_typed,
)
from projects.works.models import CountyFund, Project, Source
from projects.works.queries.funds import (
    county_funds,
    fund_plan_of,
    fund_tables,
    money_warnings,
    years_of,
)
from projects.works.queries.portfolio import project_rows, with_standings
from projects.works.rights import may_schedule, visible_projects
from projects.works.services.funds import FUNDED, save_county_fund, save_fund_plan
from projects.works.views._asked import person, plan_asked, project_asked


@require_safe
def funds(request: HttpRequest, plan: str) -> HttpResponse:
    """County funds, money by county, kind and indicator, warnings."""
    found, rights = plan_asked(request, plan)
    today = clock.today()
    rows = with_standings(found, project_rows(visible_projects(rights).filter(plan=found), today), today)
    context = {
        "page_title": "重点工程 · 资金",
        "plan": found,
        "view": "funds",
        "counties": county_funds(found, rights),
        "tables": fund_tables(rows),
        "warnings": money_warnings(rows),
    }
    return render(request, "works/funds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def fund_plan(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    """What a project is to get, by source and year."""
    project = project_asked(request, plan, code)
    if not may_schedule(rights_for(request), project):
        raise Refused("只有责任单位可以填资金计划")
    years = years_of(project, clock.today())
    if request.method != "POST":
        return _plan_page(request, project, fund_page(fund_plan_of(project)), years)
    page, amounts = fund_plan_typed(request.POST, years)
    if page.faults:
        return _plan_page(request, project, page, years, 422)
    try:
        save_fund_plan(by=person(request), project_id=project.pk, amounts=amounts)
    except Invalid as error:
        page.faults |= error.faults
        return _plan_page(request, project, page, years, 422)
    messages.success(request, "资金计划已保存。")
    return redirect(project.get_absolute_url())


def _plan_page(
    request: HttpRequest, project: Project, page: FundPage, years: list[int], status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "page_title": f"资金计划 · {project.name}",
        "project": project,
        "years": years,
        "rows": [
            (Source(source).label, [page.cell(f"{source}:{year}") for year in years])
            for source in Source.values
        ],
        "fault_count": len(page.faults),
    }
    return render(request, "works/fund_plan.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def county_fund(request: HttpRequest, plan: str, unit_id: int) -> HttpResponse:
    """A county's own campaign fund."""
    found, rights = plan_asked(request, plan)
    unit = Unit.objects.filter(pk=unit_id, kind__in=FUNDED, pk__in=rights.view).first()
    if unit is None:
        raise Http404("没有这个县区")
    if not (rights.may("report", unit.pk) or rights.may("sign_off", unit.pk)):
        raise Refused("只有该县（特区、区）或开发区可以填自己的创模工作经费")
    if request.method != "POST":
        fund = CountyFund.objects.filter(plan=found, unit=unit).first()
        return _county_page(request, found, unit, county_page(fund))
    page, status = county_fund_typed(request.POST), 422
    if not page.faults:
        try:
            save_county_fund(
                by=person(request),
                plan=found,
                unit_id=unit.pk,
                version=page.version,
                note=page.note,
                budget=page.amounts["budget"],
                arrived=page.amounts["arrived"],
                paid=page.amounts["paid"],
            )
        except Invalid as error:
            page.faults |= error.faults
        except Stale as error:
            page.faults["form"], status = str(error), 409
    if page.faults:
        return _county_page(request, found, unit, page, status)
    messages.success(request, "创模工作经费已保存。")
    return redirect("works:funds", found.code)


def _county_page(
    request: HttpRequest, plan: Any, unit: Unit, page: FundPage, status: int = 200
) -> HttpResponse:
    labels = (("budget", "全年预算（万元）"), ("arrived", "累计到位（万元）"), ("paid", "累计支出（万元）"))
    context: dict[str, Any] = {
        "page_title": f"创模工作经费 · {unit.short_name}",
        "plan": plan,
        "page": page,
        "cells": [(page.cell(name), label) for name, label in labels],
        "note": page.cell("note"),
        "form_fault": page.faults.get("form", ""),
    }
    return render(request, "works/county_fund.html", context, status=status)
