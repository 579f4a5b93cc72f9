"""Writing a project's schedule, sending it for approval, deciding on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from chuangmo.access.queries import rights_for
from chuangmo.errors import Invalid, Refused, Stale
from projects.works.forms import (
    DecisionForm,
    ScheduleForm,
    TypedStage,
    blank_rows,
    rows_typed,
    stages_in,
    typed_stages,
    with_faults,
)
from projects.works.models import Project, Schedule
from projects.works.models.schedule import OPEN
from projects.works.queries.schedules import shown_stages
from projects.works.rights import may_schedule
from projects.works.rules.schedule import stage_faults
from projects.works.services import schedules as services
from projects.works.views._asked import person, project_asked
from projects.works.views.projects import show_project


@require_POST
def begin(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    """Open a draft: of the template, or of what is in force."""
    project = project_asked(request, plan, code)
    services.begin_schedule(by=person(request), project_id=project.pk)
    return redirect("works:schedule-edit", plan, code)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    """The table of stages. Saving schedules backwards at once; faults stand beside their cells."""
    project = project_asked(request, plan, code)
    if not may_schedule(rights_for(request), project):
        raise Refused("只有责任单位可以编排工期")
    schedule = _open(project)
    if not schedule.is_editable:
        return redirect(project.get_absolute_url())
    if request.method != "POST":
        form = ScheduleForm(
            initial={
                name: getattr(schedule, name)
                for name in ("version", "finish_on", "person", "phone", "reason")
            }
        )
        return _page(request, project, schedule, form, typed_stages(schedule))
    return _save(request, project, schedule)


def _save(request: HttpRequest, project: Project, schedule: Schedule) -> HttpResponse:
    form, rows = ScheduleForm(request.POST), rows_typed(request.POST)
    stages, faults = stages_in(rows)
    if not form.is_valid() or faults:
        faults = stage_faults(stages) | faults
        return _page(request, project, schedule, form, rows, faults, 422)
    saved: Schedule | None = None
    try:
        saved = services.save_schedule(
            by=person(request), schedule_id=schedule.pk, stages=stages, **form.cleaned_data
        )
        if "propose" in request.POST:
            services.propose_schedule(by=person(request), schedule_id=saved.pk, version=saved.version)
            messages.success(
                request, f"已报批第 {saved.number} 版工期，由{project.bureau.short_name}或创模办批复。"
            )
            return redirect(project.get_absolute_url())
    except Invalid as error:
        if saved is not None:  # saved, but not sent: the page goes on from there
            form.data = {**form.data.dict(), "version": saved.version}  # type: ignore[attr-defined]
        return _page(request, project, saved or schedule, form, rows, error.faults, 422)
    except Stale as error:
        return _page(request, project, schedule, form, rows, {"stages": str(error)}, 409)
    messages.success(request, "已保存，并按工作日重新倒排。")
    return redirect("works:schedule-edit", project.plan.code, project.code)


def _page(
    request: HttpRequest,
    project: Project,
    schedule: Schedule,
    form: ScheduleForm,
    rows: list[TypedStage],
    faults: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    for name, text in (faults or {}).items():
        if name in form.fields:
            form.add_error(name, text)
    if faults and not any(row.is_blank for row in rows):
        rows = rows + blank_rows(rows)
    scheduled = {one.stage.code: one for one in shown_stages(schedule)}
    context: dict[str, Any] = {
        "page_title": f"{'倒排工期' if schedule.number == 1 else '变更工期'} · {project.name}",
        "project": project,
        "schedule": schedule,
        "form": form,
        "rows": [(row, scheduled.get(row.code)) for row in with_faults(rows, faults or {})],
        "fault": (faults or {}).get("stages", ""),
        "fault_count": len(faults or {}),
        "conflicts": [] if faults else services.schedule_conflicts(schedule),
        "drop_url": reverse("works:schedule-drop", args=[project.plan.code, project.code]),
    }
    return render(request, "works/schedule_edit.html", context, status=status)


@require_POST
def decide(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    """Approve or return what was proposed."""
    project = project_asked(request, plan, code)
    schedule, form = _open(project), DecisionForm(request.POST)
    if not form.is_valid():
        return show_project(request, project, form, 422)
    move = services.return_schedule if "return" in request.POST else services.approve_schedule
    try:
        move(by=person(request), schedule_id=schedule.pk, **form.cleaned_data)
    except Invalid as error:
        for name, text in error.faults.items():
            form.add_error(name, text)
        return show_project(request, project, form, 422)
    messages.success(
        request, "已退回，责任单位会看到原因。" if "return" in request.POST else "已批准，即日起按此执行。"
    )
    return redirect(project.get_absolute_url())


@require_POST
def drop(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    """Give the draft up."""
    project = project_asked(request, plan, code)
    schedule = _open(project)
    version = request.POST.get("version", "")
    services.drop_schedule(
        by=person(request),
        schedule_id=schedule.pk,
        version=int(version) if version.isdecimal() and len(version) < 10 else -1,
    )
    messages.success(request, "草稿已放弃。")
    return redirect(project.get_absolute_url())


def _open(project: Project) -> Schedule:
    found = Schedule.objects.filter(project=project, state__in=OPEN).prefetch_related("stages").first()
    if found is None:
        raise Http404("没有在编排或待批准的工期")
    found.project = project
    return found
