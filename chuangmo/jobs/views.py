"""How the installation is: /status/, and helping jobs on."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from chuangmo.access.models import User
from chuangmo.access.queries import rights_for
from chuangmo.errors import Refused, Stale
from chuangmo.jobs.models import Job
from chuangmo.jobs.queries import failed_jobs, lines_of, open_jobs
from chuangmo.jobs.services.by_hand import call_off, may_watch, try_again
from chuangmo.jobs.services.schedule import timetable_lines
from chuangmo.jobs.status import BAD, OK, WARN, status_rows

PAGE = 20


@never_cache
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Everything that runs beside the pages, what is wrong with it, and what waits or failed."""
    rights = rights_for(request)
    if not may_watch(rights):
        raise Refused("运行状况只对创模办和管理员开放。")
    rows = status_rows()
    page = Paginator(failed_jobs(), PAGE).get_page(request.GET.get("page"))
    states = [row.state for row in rows]
    return render(
        request,
        "jobs/status.html",
        {
            "page_title": "运行状况",
            "rows": rows,
            "overall": BAD if BAD in states else WARN if WARN in states else OK,
            "bad": states.count(BAD),
            "warn": states.count(WARN),
            "page": page,
            "failed": lines_of(list(page)),
            "open": lines_of(open_jobs()),
            "timetable": timetable_lines(),
            "may_edit": rights.is_admin,
        },
    )


@require_POST
def job_retry(request: HttpRequest, job_id: int) -> HttpResponse:
    """A failed job waits anew."""
    return _help(request, job_id, try_again, "已重新排队。")


@require_POST
def job_cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """A job is called off."""
    return _help(request, job_id, call_off, "已取消。")


def _help(request: HttpRequest, job_id: int, service: Callable[..., Job], word: str) -> HttpResponse:
    try:
        service(by=cast(User, request.user), job_id=job_id)
    except Stale as error:
        messages.error(request, str(error))
    else:
        messages.success(request, word)
    return redirect("jobs:status")
