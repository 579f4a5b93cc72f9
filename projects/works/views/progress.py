"""A month's progress: filled in by the owner on one page, read by everybody who may see the project."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from chuangmo import clock
from chuangmo.access.queries import rights_for
from chuangmo.errors import DomainError, Invalid, Refused, Stale
from chuangmo.org.models import Unit
from chuangmo.review.queries import last_return, timeline
from chuangmo.review.services import submit
from projects.works.forms import ProgressPage, page_of, page_typed
from projects.works.models import Progress, Source, StageEntry
from projects.works.queries.progress import pictures_of
from projects.works.review_kind import ProgressReview
from projects.works.rights import may_report, visible_projects
from projects.works.services.acceptance import freeze_progress, said_of
from projects.works.services.entry import save_progress
from projects.works.services.pictures import add_picture, remove_picture
from projects.works.views._asked import person


@require_http_methods(["GET", "HEAD", "POST"])
def progress_show(request: HttpRequest, progress_id: int) -> HttpResponse:
    """The month: a form for the owner's reporter while it is open, else what it says."""
    progress = _visible(request, progress_id)
    fills_in = may_report(rights_for(request), progress.project) and progress.case.is_editable
    if request.method == "POST":
        if not fills_in:
            raise Refused("只有责任单位的填报员可以填进度，并且要在提交以前、退回以后或解锁以后。")
        return _save(request, progress)
    return _edit_page(request, progress, page_of(progress)) if fills_in else _read_page(request, progress)


def _visible(request: HttpRequest, progress_id: int) -> Progress:
    found = Progress.objects.filter(project__in=visible_projects(rights_for(request))).select_related(
        "case",
        "case__unit",
        "obligation",
        "project",
        "project__plan",
        "project__owner",
        "project__bureau",
        "coordinator",
    )
    return get_object_or_404(found, pk=progress_id)


# Filling in -----------------------------------------------------------------------------------------------


def _save(request: HttpRequest, progress: Progress) -> HttpResponse:
    codes = list(StageEntry.objects.filter(progress=progress).values_list("code", flat=True))
    page = page_typed(request.POST, codes, set(Unit.objects.values_list("pk", flat=True)))
    if page.faults:
        return _edit_page(request, progress, page, status=422)
    try:
        saved = save_progress(
            by=person(request), progress_id=progress.pk, version=page.version, filled=page.filled
        )
    except Stale as error:
        page.faults["form"] = str(error)
        return _edit_page(request, progress, page, status=409)
    faults = _take_pictures(request, saved)
    removed = request.POST.get("remove", "")
    if removed.isdecimal() and len(removed) < 16:
        remove_picture(by=person(request), progress_id=saved.pk, picture_id=int(removed))
    if not faults and "submit" in request.POST:
        faults = _hand_in(request, saved)
    if faults:
        return _edit_page(request, _visible(request, saved.pk), page_of(saved, faults), status=422)
    if "submit" not in request.POST:
        messages.success(request, "已保存。")
    return redirect(saved.get_absolute_url())


def _take_pictures(request: HttpRequest, progress: Progress) -> dict[str, str]:
    """Store the chosen pictures; each that is refused is named with its reason, the others are kept."""
    uploads: list[UploadedFile] = request.FILES.getlist("pictures")  # type: ignore[assignment]
    stated, faults = _stated_day(request.POST.get("taken_on", "")), []
    for upload in uploads:
        try:
            add_picture(
                by=person(request),
                progress_id=progress.pk,
                upload=upload,
                taken_on=stated,
                caption=request.POST.get("caption", ""),
            )
        except Invalid as error:
            faults.append(f"{upload.name}：{error}")
    return {"pictures": "；".join(faults)} if faults else {}


def _stated_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _hand_in(request: HttpRequest, progress: Progress) -> dict[str, str]:
    try:
        moved = submit(case_id=progress.case_id, revision_no=progress.case.revision_no, by=person(request))
    except Invalid as error:
        return error.faults
    except DomainError as error:
        return {"form": f"已保存，没有提交：{error}"}
    messages.success(request, f"已提交（第 {moved.revision_no} 稿），现为“{moved.get_state_display()}”。")
    return {}


def _edit_page(
    request: HttpRequest, progress: Progress, page: ProgressPage, status: int = 200
) -> HttpResponse:
    said = said_of(progress)
    context: dict[str, Any] = {
        "page_title": f"{progress.period.label}进度 · {progress.project.name}",
        "progress": progress,
        "project": progress.project,
        "page": page,
        "stages": [
            {
                "name": line.name,
                "before": line.before,
                **{
                    cell: page.cell(f"{cell}:{line.code}")
                    for cell in ("percent", "started", "finished", "reason")
                },
            }
            for line in said.stages
        ],
        "money": [
            {
                "name": Source(line.source).label,
                "before": line.before,
                "arrived": page.cell(f"arrived:{line.source}"),
                "paid": page.cell(f"paid:{line.source}"),
            }
            for line in said.money
        ],
        "texts": [
            (page.cell("work"), "本月进展", 4),
            (page.cell("problems"), "存在问题", 2),
        ],
        "coordination": page.cell("coordination"),
        "coordinator": page.cell("coordinator"),
        "units": Unit.objects.valid(clock.today()).order_by("order", "name"),
        "next_plan": page.cell("next_plan"),
        "pictures": pictures_of(progress),
        "returned": last_return(progress.case),
        "fault_count": len(page.faults),
        "form_fault": page.faults.get("form", ""),
        "picture_fault": page.faults.get("pictures", ""),
        "is_over": progress.period_end < clock.today(),
    }
    return render(request, "works/progress_edit.html", context, status=status)


# Reading ------------------------------------------------------------------------------------------------


def _read_page(request: HttpRequest, progress: Progress) -> HttpResponse:
    context = {
        "page_title": f"{progress.period.label}进度 · {progress.project.name}",
        "progress": progress,
        "project": progress.project,
        "sections": ProgressReview().sections(_complete(freeze_progress(progress))),
        "pictures": pictures_of(progress),
        "events": timeline(progress.case),
    }
    return render(request, "works/progress_show.html", context)


def _complete(content: dict[str, Any]) -> dict[str, Any]:
    """Without the lines that are not filled in yet."""
    stages = [line for line in content["stages"] if line["percent"] is not None]
    return {**content, "stages": stages}
