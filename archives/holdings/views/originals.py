"""Boxes and folders of paper originals, with what is printed for them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from archives.holdings.forms import BoxForm, FolderForm
from archives.holdings.models import Box, Folder, Retention
from archives.holdings.queries.originals import boxes, folder_list, folders_of
from archives.holdings.services import save_box, save_folder
from archives.holdings.views._asked import keeper, person, rooms
from chuangmo.errors import Stale
from chuangmo.shell.listing import download
from chuangmo.shell.printing import render_pdf
from indicators.plan.models import Plan

__all__ = ["box_label", "box_list", "box_show", "folder_print"]


@require_http_methods(["GET", "HEAD", "POST"])
def box_list(request: HttpRequest) -> HttpResponse:
    """All boxes; a new one."""
    rights = keeper(request)
    form = BoxForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        box = save_box(by=person(request), title=form.cleaned_data["title"], place=form.cleaned_data["place"])
        messages.success(request, f"已登记第 {box.number} 盒。")
        return redirect(box.get_absolute_url())
    return render(
        request,
        "holdings/box_list.html",
        {"page_title": "纸质原件", **rooms(rights, Plan.objects.current()), "boxes": boxes(), "form": form},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def box_show(request: HttpRequest, box_id: int) -> HttpResponse:
    """One box: its folders with their pieces, its title and place, a new folder."""
    keeper(request)
    box = get_object_or_404(Box.objects.select_related("fonds"), pk=box_id)
    adds = request.method == "POST" and "folder" in request.POST
    changes = request.method == "POST" and not adds
    form = BoxForm(
        request.POST if changes else None,
        initial={"title": box.title, "place": box.place, "edits": box.edits},
    )
    folder_form = FolderForm(request.POST if adds else None, prefix=None, auto_id="folder_%s")
    status = 200
    if adds and folder_form.is_valid():
        folder = save_folder(by=person(request), box_id=box.pk, title=folder_form.cleaned_data["title"])
        messages.success(request, f"已登记{folder}。")
        return redirect(box.get_absolute_url())
    if changes and form.is_valid():
        try:
            save_box(
                by=person(request),
                box_id=box.pk,
                edits=form.cleaned_data["edits"] or 0,
                title=form.cleaned_data["title"],
                place=form.cleaned_data["place"],
            )
        except Stale as error:
            form.add_error(None, str(error))
            status = 409
        else:
            messages.success(request, "已保存。")
            return redirect(box.get_absolute_url())
    elif request.method == "POST":
        status = 422
    return render(
        request,
        "holdings/box_show.html",
        {
            "page_title": str(box),
            "box": box,
            "folders": folders_of(box),
            "form": form,
            "folder_form": folder_form,
        },
        status=status,
    )


@require_safe
def box_label(request: HttpRequest, box_id: int) -> HttpResponse:
    """The label of a box on paper."""
    keeper(request)
    box = get_object_or_404(Box.objects.select_related("fonds"), pk=box_id)
    folders = folders_of(box)
    numbers = [piece.archive_number for one in folders for piece, _ in one.rows]
    years = sorted({year for one in folders for _, row in one.rows for year in (row.first_year, row.year)})
    codes = {number.split("-")[2] for number in numbers}
    content = render_pdf(
        "holdings/box_label_print.html",
        {
            "page_title": f"{box.fonds.code} 第 {box.number} 盒",
            "box": box,
            "folders": folders,
            "first": min(numbers, default=""),
            "last": max(numbers, default=""),
            "years": f"{years[0]}—{years[-1]}" if years else "—",
            "retentions": Retention.objects.filter(code__in=codes),
            "count": len(numbers),
            "printed_by": str(request.user),
        },
    )
    return download(content, "application/pdf", f"盒标签 {box.number}.pdf")


@require_safe
def folder_print(request: HttpRequest, folder_id: int) -> HttpResponse:
    """The list of a folder on paper (卷内目录)."""
    keeper(request)
    folder = get_object_or_404(Folder.objects.select_related("box__fonds"), pk=folder_id)
    content = render_pdf(
        "holdings/folder_print.html",
        {
            "page_title": "卷内目录",
            "folder": folder,
            "list": folder_list(folder),
            "printed_by": str(request.user),
        },
    )
    return download(content, "application/pdf", f"卷内目录 {folder.box.number}-{folder.number}.pdf")
