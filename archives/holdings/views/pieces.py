"""The page of one piece: filled in by its unit, read by everybody who may see it, placed by the office."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from archives.holdings.forms import AlsoForm, PieceForm, PlaceForm, UploadForm, piece_form
from archives.holdings.models import Piece
from archives.holdings.queries.pieces import (
    accession_of,
    answered_items,
    same_content,
    similar_pieces,
    versions_of,
)
from archives.holdings.rights import may_accept, may_keep, may_offer
from archives.holdings.services import (
    add_version,
    also_proves,
    discard_piece,
    place_original,
    save_piece,
    submission_faults,
)
from archives.holdings.signs import PIECE_SIGNS
from archives.holdings.views._asked import elsewhere, person, piece_asked
from chuangmo.access.queries import rights_for
from chuangmo.errors import DomainError, Invalid, Refused, Stale
from chuangmo.review.models import EDITABLE
from chuangmo.review.queries import last_return, moves_for, timeline
from chuangmo.review.services import submit

__all__ = ["piece_also", "piece_discard", "piece_place", "piece_show", "piece_version"]


@require_http_methods(["GET", "HEAD", "POST"])
def piece_show(request: HttpRequest, piece_id: int) -> HttpResponse:
    """The piece: a form for its unit's reporter while it is open, else what it says. Whoever may read only what a dossier
    cites of it is led there."""
    try:
        piece = piece_asked(request, piece_id)
    except Http404:
        place = elsewhere(request, piece_id) if request.method != "POST" else ""
        if not place:
            raise
        return redirect(place)
    if request.method != "POST":
        return _page(request, piece)
    if not _fills_in(request, piece):
        raise Refused("只有提供单位的填报员可以填写，并且要在提交以前、退回以后或解锁以后。")
    return _save(request, piece)


def _fills_in(request: HttpRequest, piece: Piece) -> bool:
    return may_offer(rights_for(request), piece.unit_id) and piece.case.state in EDITABLE


def _save(request: HttpRequest, piece: Piece) -> HttpResponse:
    form = piece_form(piece, request.POST)
    if not form.is_valid():
        return _page(request, piece, form, 422)
    try:
        saved = save_piece(
            by=person(request),
            piece_id=piece.pk,
            edits=form.cleaned_data["edits"],
            offered=form.offered(),
        )
        if "submit" in request.POST:
            case = submit(case_id=saved.case_id, revision_no=piece.case.revision_no, by=person(request))
            messages.success(
                request, f"已提交（第 {case.revision_no} 稿），现为“{case.get_state_display()}”。"
            )
        else:
            messages.success(request, "已保存。")
    except Invalid as error:
        return _page(request, piece_asked(request, piece.pk), _with_faults(form, piece, error), 422)
    except Stale as error:
        form.add_error(None, str(error))
        return _page(request, piece, form, 409)
    return redirect(piece.get_absolute_url())


def _with_faults(form: PieceForm, piece: Piece, error: Invalid) -> PieceForm:
    """The form as it was sent, with what the services said; the count of savings as it is now."""
    for name, text in error.faults.items():
        form.add_error(name if name in form.fields else None, text)
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["edits"] = Piece.objects.values_list("edits", flat=True).get(pk=piece.pk)  # type: ignore[index]
    return form


@require_POST
def piece_version(request: HttpRequest, piece_id: int) -> HttpResponse:
    """Another file in the place of the one before."""
    piece = piece_asked(request, piece_id)
    form = UploadForm(request.POST, request.FILES)
    form.is_valid()
    upload = form.cleaned_data.get("file")
    if not _fills_in(request, piece):
        raise Refused("只有提供单位的填报员可以换文件，并且要在提交以前、退回以后或解锁以后。")
    if upload is None:
        return _page(request, piece, status=422, file_fault="请选择文件")
    try:
        version = add_version(by=person(request), piece_id=piece.pk, upload=upload)
    except Invalid as error:
        return _page(request, piece, status=422, file_fault=error.faults.get("file", str(error)))
    messages.success(request, f"已存为第 {version.number} 版；以前的版次都还在。")
    return redirect(piece.get_absolute_url())


@require_POST
def piece_discard(request: HttpRequest, piece_id: int) -> HttpResponse:
    """Take a draft out of the lists."""
    piece = piece_asked(request, piece_id)
    return _done(
        request,
        piece,
        lambda: discard_piece(by=person(request), piece_id=piece.pk, reason=request.POST.get("reason", "")),
        "已作废，文件和经过仍然保留。",
        "holdings:mine",
    )


@require_POST
def piece_also(request: HttpRequest, piece_id: int) -> HttpResponse:
    """An accepted piece answers one more required material."""
    piece = piece_asked(request, piece_id)
    form = AlsoForm(piece, request.POST)
    if not may_accept(rights_for(request), piece):
        raise Refused("只有创模办可以确认一份材料还证明什么。")
    if not form.is_valid():
        return _page(request, piece, status=422, also=form)
    wanted = form.cleaned_data["requirement"]
    return _done(
        request,
        piece,
        lambda: also_proves(by=person(request), piece_id=piece.pk, requirement_id=wanted),
        "已确认，这份材料也用于所选的要求。",
    )


@require_POST
def piece_place(request: HttpRequest, piece_id: int) -> HttpResponse:
    """Where the paper stands."""
    piece = piece_asked(request, piece_id)
    if not may_keep(rights_for(request)):
        raise Refused("只有创模办可以登记原件位置。")
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return _page(request, piece, status=422, place=form)
    folder = form.cleaned_data["folder"]
    try:
        place_original(
            by=person(request),
            piece_id=piece.pk,
            folder_id=folder.pk if folder else None,
            page_from=form.cleaned_data["page_from"],
            page_to=form.cleaned_data["page_to"],
        )
    except Invalid as error:
        for name, text in error.faults.items():
            form.add_error(name, text)
        return _page(request, piece, status=422, place=form)
    messages.success(request, "已登记原件位置。")
    return redirect(piece.get_absolute_url())


def _done(request: HttpRequest, piece: Piece, act: Any, word: str, back: str = "") -> HttpResponse:
    """One act with a word afterwards; what it refuses for its state is said on the page."""
    try:
        act()
    except Refused:
        raise
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(piece.get_absolute_url())
    messages.success(request, word)
    return redirect(back or piece.get_absolute_url())


def _page(
    request: HttpRequest,
    piece: Piece,
    form: PieceForm | None = None,
    status: int = 200,
    *,
    file_fault: str = "",
    also: AlsoForm | None = None,
    place: PlaceForm | None = None,
) -> HttpResponse:
    rights = rights_for(request)
    fills_in = _fills_in(request, piece)
    versions = versions_of(piece)
    accession = accession_of(piece)
    faults = submission_faults(piece) if fills_in else {}
    moves = moves_for(piece.case, rights)
    context: dict[str, Any] = {
        "page_title": piece.title,
        "piece": piece,
        "case": piece.case,
        "sign": PIECE_SIGNS[piece.state],
        "fills_in": fills_in,
        "form": (form or piece_form(piece)) if fills_in else None,
        "faults": list(faults.values()),
        "file_fault": file_fault,
        "versions": versions,
        "newest": versions[0] if versions else None,
        "accession": accession,
        "is_replaced": bool(accession and versions and accession.version_id != versions[0].pk),
        "indicators": piece.indicators.order_by("number"),
        "requirements": piece.requirements.select_related("indicator").order_by("indicator__number", "order"),
        "items": answered_items(piece),
        "doubles": same_content(rights, [version.file_id for version in versions[:1]], but=piece.pk),
        "similar": similar_pieces(rights, piece, versions[0]) if versions else [],
        "events": timeline(piece.case),
        "returned": last_return(piece.case),
        "reviews": moves["approve"],
        "withdraws": moves["withdraw"],
        "unlocks": moves["unlock"],
        "discards": fills_in and not piece.archive_number,
        "also": also or (AlsoForm(piece) if accession and may_accept(rights, piece) else None),
        "place": place or (_place_form(piece) if piece.archive_number and may_keep(rights) else None),
    }
    return render(request, "holdings/piece_show.html", context, status=status)


def _place_form(piece: Piece) -> PlaceForm:
    return PlaceForm(
        initial={"folder": piece.folder_id, "page_from": piece.page_from, "page_to": piece.page_to}
    )
