"""One dossier: how far it is, its file, who else may read it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from archives.dossiers.forms import ReaderForm
from archives.dossiers.models import Dossier
from archives.dossiers.queries.progress import progress_of
from archives.dossiers.rights import cited_by, may_make
from archives.dossiers.services.making import resume_dossier, stop_dossier
from archives.dossiers.services.reading import let_read, readers_of, stop_reading
from archives.dossiers.views._asked import dossier_asked, office_asked, person
from chuangmo.access.models import User
from chuangmo.access.queries import rights_for
from chuangmo.errors import Invalid


@never_cache
@require_safe
def dossier_show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    return _shown(request, dossier_asked(request, dossier_id))


def _shown(request: HttpRequest, dossier: Dossier, form: ReaderForm | None = None) -> HttpResponse:
    rights = rights_for(request)
    is_office = may_make(rights)
    return render(
        request,
        "dossiers/dossier_show.html",
        {
            "page_title": f"预评估资料：{dossier.snapshot.title}",
            "dossier": dossier,
            "snapshot": dossier.snapshot,
            "progress": progress_of(dossier),
            "is_office": is_office,
            "cited_count": len(cited_by(rights, dossier)),
            "readers": readers_of(dossier) if is_office else [],
            "reader_form": (form or ReaderForm(dossier)) if is_office else None,
        },
        status=422 if form is not None and form.errors else 200,
    )


@never_cache
@require_safe
def dossier_progress(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """The part of the page that moves; when the book is done the page is asked for anew."""
    dossier = dossier_asked(request, dossier_id)
    response = render(
        request, "dossiers/_progress.html", {"dossier": dossier, "progress": progress_of(dossier)}
    )
    if not dossier.is_making:
        response["HX-Refresh"] = "true"
    return response


@require_safe
def dossier_file(request: HttpRequest, dossier_id: int, what: str = "file") -> HttpResponse:
    """One of the finished files: `file` (the PDF), `workbook`, `package`."""
    dossier = dossier_asked(request, dossier_id)
    attachment_id = getattr(dossier, f"{what}_id")
    if attachment_id is None:
        raise Http404("这份资料没有这个文件")
    return redirect("files:file-download", attachment_id)


@require_POST
def dossier_stop(request: HttpRequest, dossier_id: int) -> HttpResponse:
    office_asked(request)
    dossier = dossier_asked(request, dossier_id)
    stop_dossier(by=person(request), dossier=dossier)
    messages.success(request, "已停止。印好的章节留着，继续时不用重印。")
    return redirect(dossier)


@require_POST
def dossier_resume(request: HttpRequest, dossier_id: int) -> HttpResponse:
    office_asked(request)
    dossier = dossier_asked(request, dossier_id)
    resume_dossier(by=person(request), dossier=dossier)
    messages.success(request, "继续制作。")
    return redirect(dossier)


@require_POST
def dossier_open(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Let somebody read it."""
    office_asked(request)
    dossier = dossier_asked(request, dossier_id)
    form = ReaderForm(dossier, request.POST)
    if form.is_valid():
        try:
            let_read(by=person(request), dossier=dossier, person=form.cleaned_data["person"])
        except Invalid as error:
            form.add_error("person", str(error))
        else:
            messages.success(request, f"已开放给{form.cleaned_data['person']}。")
            return redirect(dossier)
    return _shown(request, dossier, form)


@require_POST
def dossier_close(request: HttpRequest, dossier_id: int, user_id: int) -> HttpResponse:
    """Take it back."""
    office_asked(request)
    dossier = dossier_asked(request, dossier_id)
    reader = get_object_or_404(User, pk=user_id)
    stop_reading(by=person(request), dossier=dossier, person=reader)
    messages.success(request, f"已收回{reader}的阅读权限。")
    return redirect(dossier)
