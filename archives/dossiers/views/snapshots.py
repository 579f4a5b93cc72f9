"""Snapshots: taken, looked through chapter by chapter, compared, printed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from archives.dossiers.forms import SnapshotForm
from archives.dossiers.queries.progress import dossiers_for, snapshots_with_dossiers
from archives.dossiers.rights import may_make
from archives.dossiers.rules.chapters import set_chapter
from archives.dossiers.services.making import start_dossier
from archives.dossiers.views._asked import office_asked, person, snapshot_asked
from archives.snapshots.models import Snapshot
from archives.snapshots.queries.differences import differences
from archives.snapshots.queries.texts import chapters_with_texts
from archives.snapshots.services.taking import take_snapshot
from chuangmo.access.models import Role
from chuangmo.access.queries import rights_for
from chuangmo.errors import Invalid, Refused
from chuangmo.keys import key_in
from indicators.plan.models import Plan


@require_safe
def dossier_list(request: HttpRequest) -> HttpResponse:
    """The office: snapshots with their dossiers, and the texts that are missing. Readers: what they may read."""
    rights = rights_for(request)
    if may_make(rights):
        plan = Plan.objects.current()
        chapters = chapters_with_texts(plan)
        return render(
            request,
            "dossiers/dossier_list.html",
            {
                "page_title": "预评估资料",
                "plan": plan,
                "snapshots": snapshots_with_dossiers(),
                "gaps": [chapter for chapter in chapters if chapter.is_gap],
                "chapter_count": len(chapters),
            },
        )
    dossiers = dossiers_for(rights)
    if not dossiers and not rights.roles & {Role.OBSERVER, Role.ADMIN, Role.ASSESSOR}:
        raise Refused("预评估资料只对创模办和受邀审阅的人开放。")
    return render(request, "dossiers/dossier_shelf.html", {"page_title": "预评估资料", "dossiers": dossiers})


@require_http_methods(["GET", "HEAD", "POST"])
def snapshot_new(request: HttpRequest) -> HttpResponse:
    """Freeze the present state under a name."""
    office_asked(request)
    plan = Plan.objects.current()
    form = SnapshotForm(plan, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            snapshot = take_snapshot(by=person(request), plan=plan, **form.cleaned_data)
        except Invalid as error:
            for field, fault in error.faults.items():
                form.add_error(field if field in form.fields else None, fault)
        else:
            messages.success(request, "已固化快照，此后的改动不影响它。")
            return redirect(snapshot)
    return render(
        request,
        "dossiers/snapshot_new.html",
        {"page_title": "固化快照", "form": form, "plan": plan},
        status=422 if form.errors else 200,
    )


@require_safe
def snapshot_show(request: HttpRequest, snapshot_id: int) -> HttpResponse:
    """One snapshot: its chapters with digests, its dossiers, others to compare it with."""
    snapshot = snapshot_asked(request, snapshot_id)
    others = Snapshot.objects.filter(plan=snapshot.plan).exclude(pk=snapshot.pk)
    return render(
        request,
        "dossiers/snapshot_show.html",
        {
            "page_title": snapshot.title,
            "snapshot": snapshot,
            "chapters": snapshot.chapters.defer("body").order_by("order"),
            "dossiers": snapshot.dossiers.select_related("file__file", "requested_by").order_by("-id"),
            "others": others,
        },
    )


@require_safe
def snapshot_chapter(request: HttpRequest, snapshot_id: int, slug: str) -> HttpResponse:
    """A chapter as it is frozen, to be read on the screen."""
    snapshot = snapshot_asked(request, snapshot_id)
    row = get_object_or_404(snapshot.chapters.exclude(slug="cover"), slug=slug)
    chapter = set_chapter(row.slug, row.number, row.title, row.content, site_url="")
    around = list(snapshot.chapters.exclude(slug="cover").defer("body").order_by("order"))
    place = [one.slug for one in around].index(slug)
    return render(
        request,
        "dossiers/snapshot_chapter.html",
        {
            "page_title": f"{row.number} {row.title}",
            "snapshot": snapshot,
            "chapter": chapter,
            "row": row,
            "previous": around[place - 1] if place else None,
            "next": around[place + 1] if place + 1 < len(around) else None,
        },
    )


@require_safe
def snapshot_compare(request: HttpRequest, snapshot_id: int) -> HttpResponse:
    """What changed since another snapshot (`?with=`, else the newest other one)."""
    snapshot = snapshot_asked(request, snapshot_id)
    others = Snapshot.objects.filter(plan=snapshot.plan).exclude(pk=snapshot.pk).select_related("plan")
    asked = request.GET.get("with", "")
    if asked:
        before = get_object_or_404(others, pk=key_in(asked) or 0)
    else:
        newest = others.first()
        if newest is None:
            raise Http404("没有别的快照可比")
        before = newest
    if before.taken_at > snapshot.taken_at:
        before, snapshot = snapshot, before
    found = differences(before, snapshot)
    return render(
        request,
        "dossiers/snapshot_compare.html",
        {
            "page_title": "两个快照的不同",
            "before": before,
            "after": snapshot,
            "differences": found,
            "count": sum(len(one.changes) for one in found),
        },
    )


@require_POST
def dossier_make(request: HttpRequest, snapshot_id: int) -> HttpResponse:
    """Have the snapshot's book made."""
    dossier = start_dossier(by=person(request), snapshot=snapshot_asked(request, snapshot_id))
    return redirect(dossier)
