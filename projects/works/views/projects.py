"""The list of projects, their common Gantt, and the page of one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from chuangmo import clock
from chuangmo.access.queries import Rights, rights_for
from chuangmo.org.models import Installation
from chuangmo.shell.frame import is_demonstration
from chuangmo.shell.listing import XLSX, download
from chuangmo.shell.printing import render_pdf
from indicators.plan.models import Plan
from projects.works.curves import s_curve
from projects.works.forms import DecisionForm
from projects.works.models import Project
from projects.works.queries.charts import portfolio_gantt, project_gantt
from projects.works.queries.curves import curve_of
from projects.works.queries.export import project_units
from projects.works.queries.funds import fund_tables
from projects.works.queries.gantt_rows import chart_rows
from projects.works.queries.kept import kept_stands
from projects.works.queries.overview import board_of, counties_of
from projects.works.queries.portfolio import (
    ProjectRow,
    filter_choices,
    leaves_of,
    listed_rows,
    narrowed,
    project_rows,
    with_standings,
)
from projects.works.queries.progress import newest_pictures, progress_of, project_events
from projects.works.queries.schedules import schedules_of, shown_stages, stage_names
from projects.works.queries.standings import Stands, stands_of
from projects.works.rights import may_decide, may_schedule, visible_projects
from projects.works.rules.facts import fact_lines
from projects.works.services.schedules import schedule_conflicts
from projects.works.signs import LIGHTS
from projects.works.views._asked import person, plan_asked, project_asked
from projects.works.workbook import projects_workbook

PAGE = 50  # projects; each of a chart brings its stages along
TITLES = {
    "list": "重点工程",
    "gantt": "重点工程 · 甘特图",
    "board": "重点工程 · 阶段看板",
    "counties": "重点工程 · 县区",
}
FILTERS = ("kind", "unit", "indicator", "schedule", "light")


@require_safe
def current_list(request: HttpRequest) -> HttpResponse:
    return redirect("works:project-list", Plan.objects.current().code)


@require_safe
def project_list(request: HttpRequest, plan: str) -> HttpResponse:
    """The projects that the person may see, filtered by the address."""
    return _portfolio(request, plan, "list")


@require_safe
def project_gantt_page(request: HttpRequest, plan: str) -> HttpResponse:
    """The same as a chart over time."""
    return _portfolio(request, plan, "gantt")


@require_safe
def project_board(request: HttpRequest, plan: str) -> HttpResponse:
    """The projects by the stage that they are at."""
    return _portfolio(request, plan, "board")


@require_safe
def project_counties(request: HttpRequest, plan: str) -> HttpResponse:
    """The projects summed up by owner, with the S-curve of all."""
    return _portfolio(request, plan, "counties")


@require_safe
def project_workbook(request: HttpRequest, plan: str) -> HttpResponse:
    """What the list shows, as a workbook."""
    asked = _asked(request, plan)
    rows = _whole_rows(asked)
    installation = Installation.current()
    title = f"{installation.city}创模重点工程（{clock.today():%Y-%m-%d}）"
    content = projects_workbook(
        rows, counties_of(rows), fund_tables(rows), title=title, is_demo=is_demonstration(installation)
    )
    return download(content, XLSX, f"{title}.xlsx")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: the projects' ids in the plan's order, and (where somebody needs it) how they stand."""

    plan: Plan
    rights: Rights
    values: dict[str, str]
    ids: list[int]
    stands: dict[int, Stands]


def _asked(request: HttpRequest, plan: str, *, lights: bool = False) -> Asked:
    found, rights = plan_asked(request, plan)
    values = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    projects = narrowed(visible_projects(rights).filter(plan=found), values).order_by("order", "pk")
    ids = list(projects.values_list("pk", flat=True))
    stands = kept_stands(found, leaves_of(found, ids), clock.today()) if lights or "light" in values else {}
    if "light" in values:
        stands = {pk: one for pk, one in stands.items() if one.work.light == values["light"]}
        ids = list(stands)
    return Asked(found, rights, values, ids, stands)


def _whole_rows(asked: Asked) -> list[ProjectRow]:
    """All of them with every stage, lights and money."""
    rows = project_rows(Project.objects.filter(pk__in=asked.ids), clock.today())
    return with_standings(asked.plan, rows, clock.today())


def _portfolio(request: HttpRequest, plan: str, view: str) -> HttpResponse:
    asked = _asked(request, plan, lights=view in ("list", "board"))
    page = Paginator(asked.ids, PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "page_title": TITLES[view],
        "plan": asked.plan,
        "view": view,
        "filters": filter_choices(asked.plan, asked.rights, asked.values),
        "filtered": bool(asked.values),
        "query": "&".join(
            part for part in request.GET.urlencode().split("&") if not part.startswith("page=")
        ),
        "page": page,
        **_CONTEXTS[view](asked, list(page)),
    }
    return render(request, f"works/project_{view}.html", context)


def _list_context(asked: Asked, ids: list[int]) -> dict[str, Any]:
    counts = Counter(one.work.light for one in asked.stands.values())
    return {
        "rows": listed_rows(ids, clock.today(), asked.stands),
        "lights": [(*LIGHTS[light], light, counts[light]) for light in LIGHTS if counts[light]],
    }


def _gantt_context(asked: Asked, ids: list[int]) -> dict[str, Any]:
    return {"gantt": portfolio_gantt(chart_rows(ids), clock.today())}


def _board_context(asked: Asked, ids: list[int]) -> dict[str, Any]:
    rows = listed_rows(asked.ids, clock.today(), asked.stands)
    return {"columns": board_of(rows, stage_names([row.schedule.pk for row in rows if row.schedule]))}


def _counties_context(asked: Asked, ids: list[int]) -> dict[str, Any]:
    rows = _whole_rows(asked)
    points = curve_of([(row.project, row.schedule) for row in rows if not row.is_parent])
    return {
        "counties": counties_of(rows),
        "curve": s_curve(points, "全部工程 S 曲线"),
        "curve_points": points,
    }


_CONTEXTS = {
    "list": _list_context,
    "gantt": _gantt_context,
    "board": _board_context,
    "counties": _counties_context,
}


@require_safe
def project_show(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    """One project: what the plan says, who, when, and every change of the schedule."""
    return show_project(request, project_asked(request, plan, code))


def show_project(
    request: HttpRequest, project: Project, decision: DecisionForm | None = None, status: int = 200
) -> HttpResponse:
    """The page; with a decision that could not be stored, as it was typed."""
    rights, schedules = rights_for(request), schedules_of(project)
    stands = stands_of(project.plan, [(project, schedules.current)], clock.today())[project.pk]
    curve = curve_of([(project, schedules.current)])
    parts = list(visible_projects(rights).filter(parent=project).select_related("plan", "owner"))
    shown = schedules.open if schedules.open and not schedules.current else schedules.current
    proposed = schedules.open if schedules.open and schedules.open.state == "proposed" else None
    decides = proposed is not None and may_decide(rights, project)
    context = {
        "page_title": project.name,
        "project": project,
        "stands": stands,
        "light": LIGHTS[stands.work.light],
        "curve": s_curve(curve, f"{project.name} S 曲线"),
        "curve_points": curve,
        "facts": fact_lines(project.facts),
        "units": project_units(project, parts),
        "indicators": project.indicators.order_by("number"),
        "parts": parts,
        "schedules": schedules,
        "stages": shown_stages(shown, schedules.baseline) if shown else [],
        "shown": shown,
        "proposed": proposed,
        "proposed_stages": shown_stages(proposed, schedules.current)
        if proposed and schedules.current
        else [],
        "conflicts": schedule_conflicts(schedules.open) if schedules.open else [],
        "progress": progress_of(project),
        "pictures": newest_pictures(project),
        "events": project_events(project, schedules),
        "gantt": project_gantt(schedules, clock.today(), stands.reported) if shown else None,
        "may_schedule": may_schedule(rights, project),
        "may_decide": decides and proposed is not None and proposed.proposed_by_id != person(request).pk,
        "decision": decision or DecisionForm(initial={"version": proposed.version if proposed else 0}),
    }
    return render(request, "works/project_show.html", context, status=status)


@require_safe
def project_card(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    """One page of paper about one project (项目卡片)."""
    project = project_asked(request, plan, code)
    schedules = schedules_of(project)
    stands = stands_of(project.plan, [(project, schedules.current)], clock.today())[project.pk]
    newest = progress_of(project).filter(case__accepted_revision_no__isnull=False).first()
    parts = list(visible_projects(rights_for(request)).filter(parent=project).select_related("plan", "owner"))
    content = render_pdf(
        "works/project_card.html",
        {
            "page_title": f"项目卡片　{project.name}",
            "project": project,
            "facts": fact_lines(project.facts),
            "units": project_units(project, parts),
            "parts": parts,
            "indicators": project.indicators.order_by("number"),
            "schedules": schedules,
            "stages": shown_stages(schedules.current, schedules.baseline) if schedules.current else [],
            "stands": stands,
            "light": LIGHTS[stands.work.light],
            "newest": newest,
            "printed_by": str(request.user),
        },
    )
    return download(content, "application/pdf", f"项目卡片 {project.name}.pdf")
