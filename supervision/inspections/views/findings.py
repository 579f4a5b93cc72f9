"""Findings: the list, writing one down on site, one of them, putting it right before its release."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chuangmo import clock
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.keys import version_in
from chuangmo.shell.listing import arrange, is_export, table_workbook
from supervision.gate import person
from supervision.inspections.forms import FindingForm, PhotoForm, ReasonForm
from supervision.inspections.models import Comment, Finding, Inspection, InspectionState
from supervision.inspections.queries.lists import listed_findings, photos_of
from supervision.inspections.rights import Hand, visible_comments
from supervision.inspections.services import (
    Raised,
    add_photos,
    change_finding,
    drop_finding,
    raise_finding,
)
from supervision.inspections.signs import SEVERITIES
from supervision.inspections.tables import FindingFilter, FindingTable
from supervision.inspections.views._asked import (
    add_faults,
    finding_asked,
    inspection_asked,
    may_note,
    reader,
    require_note,
)


@require_safe
def finding_list(request: HttpRequest) -> HttpResponse:
    """The findings that the person may know of."""
    hand = reader(request)
    found = FindingFilter(request.GET, queryset=listed_findings(hand), request=request)
    table = arrange(request, FindingTable(found.qs))
    if is_export(request):
        return table_workbook(request, table, "检查发现的问题")
    context = {
        "page_title": "检查发现的问题",
        "filter": found,
        "table": table,
        "may_raise": bool(hand.seats),
    }
    return render(request, "inspections/finding_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def finding_new(request: HttpRequest, inspection_id: int) -> HttpResponse:
    """Write a finding down on site."""
    row, hand = inspection_asked(request, inspection_id)
    require_note(hand, row, row.office_id)
    if row.state not in (InspectionState.UNDER_WAY, InspectionState.FINISHED):
        raise Refused(f"检查{row.get_state_display()}，现在不能登记问题；先在检查页点“开始检查”")
    return _raise(request, hand, row.office_id, inspection=row)


@require_http_methods(["GET", "HEAD", "POST"])
def finding_direct(request: HttpRequest) -> HttpResponse:
    """A finding without an inspection: from a deputy's comment (?comment=), a media report, a complaint. The unit hears of
    it at once."""
    hand = reader(request)
    if not hand.seats:
        raise Refused("只有创模办、县区创模办和督查机构可以登记问题")
    return _raise(request, hand, hand.seats[0].office_id, comment=_comment_asked(request, hand))


@require_safe
def finding_show(request: HttpRequest, finding_id: int) -> HttpResponse:
    row, hand = finding_asked(request, finding_id)
    return _show(request, row, hand)


@require_http_methods(["GET", "HEAD", "POST"])
def finding_edit(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Put it right before it is released."""
    row, hand = finding_asked(request, finding_id)
    require_note(hand, row.inspection, row.office_id)
    if not row.is_editable:
        raise Refused("问题已经公布或撤销，不能再改")
    if request.method != "POST":
        form = FindingForm(hand, row=row, inspection=row.inspection, initial=FindingForm.initial_of(row))
        return _form(request, form, None, row.inspection, "修改问题", row=row)
    form, status = FindingForm(hand, request.POST, row=row, inspection=row.inspection), 422
    if form.is_valid():
        try:
            change_finding(
                by=person(request),
                finding_id=row.pk,
                version=version_in(request.POST.get("version", "")),
                found=form.found(),
            )
        except Invalid as error:
            add_faults(form, error)
        except Stale as error:
            form.add_error(None, str(error))
            status = 409
        else:
            messages.success(request, "已保存。")
            return redirect(row)
    return _form(request, form, None, row.inspection, "修改问题", row=row, status=status)


@require_POST
def finding_photos(request: HttpRequest, finding_id: int) -> HttpResponse:
    """More pictures; those that can't be kept are named."""
    row, hand = finding_asked(request, finding_id)
    require_note(hand, row.inspection, row.office_id)
    form = PhotoForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            raised = add_photos(
                by=person(request),
                finding_id=row.pk,
                photos=_photos(form),
                taken_on=form.cleaned_data["taken_on"],
            )
        except Invalid as error:
            add_faults(form, error)
        else:
            _say(request, raised, f"已加照片 {len(_photos(form)) - len(raised.faults)} 张。")
            return redirect(row)
    return _show(request, row, hand, photo_form=form, status=422)


@require_POST
def finding_drop(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Take it back before it is released."""
    row, hand = finding_asked(request, finding_id)
    require_note(hand, row.inspection, row.office_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, row, hand, reason=form, status=422)
    drop_finding(by=person(request), finding_id=row.pk, reason=form.cleaned_data["reason"])
    messages.success(request, "问题已撤销。")
    return redirect(row)


# Pieces ---------------------------------------------------------------------------------------------------


def _raise(
    request: HttpRequest,
    hand: Hand,
    office_id: int,
    *,
    inspection: Inspection | None = None,
    comment: Comment | None = None,
) -> HttpResponse:
    title = "登记问题"
    if request.method != "POST":
        known: dict[str, Any] = {}
        if comment is not None:
            known = {"text": comment.text, "place": comment.place, "unit": comment.unit_id}
        if (item := request.GET.get("item", "")).isdigit():
            known["item"] = item
        form = FindingForm(hand, inspection=inspection, initial=FindingForm.fresh(**known))
        photos = PhotoForm(initial={"taken_on": clock.today()})
        return _form(request, form, photos, inspection, title, comment=comment)
    form = FindingForm(hand, request.POST, inspection=inspection)
    photos = PhotoForm(request.POST, request.FILES)
    if form.is_valid() & photos.is_valid():
        try:
            raised = raise_finding(
                by=person(request),
                office_id=office_id,
                found=form.found(),
                inspection_id=inspection.pk if inspection else None,
                comment_id=comment.pk if comment else None,
                key=form.cleaned_data["key"],
                photos=_photos(photos),
                taken_on=photos.cleaned_data["taken_on"],
            )
        except Invalid as error:
            add_faults(form, error)
        else:
            _say(request, raised, f"已登记：{raised.finding}。")
            again = inspection is not None and "again" in request.POST and not raised.faults
            if again and inspection is not None:
                return redirect("inspections:finding-new", inspection.pk)
            return redirect(raised.finding)
    return _form(request, form, photos, inspection, title, comment=comment, status=422)


def _say(request: HttpRequest, raised: Raised, done: str) -> None:
    messages.success(request, done)
    for note in raised.notes:
        messages.info(request, f"照片：{note}。")
    for fault in raised.faults:
        messages.error(request, f"照片没有保存：{fault}。")


def _photos(form: PhotoForm) -> list[UploadedFile]:
    return [*form.cleaned_data["camera"], *form.cleaned_data["photos"]]


def _comment_asked(request: HttpRequest, hand: Hand) -> Comment | None:
    text = request.GET.get("comment", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19) or not hand.rights.is_office:
        raise Http404("没有这条意见")
    found = visible_comments(hand).select_related("body").filter(pk=int(text)).first()
    if found is None:
        raise Http404("没有这条意见")
    return found


def _form(
    request: HttpRequest,
    form: FindingForm,
    photos: PhotoForm | None,
    inspection: Inspection | None,
    title: str,
    *,
    row: Finding | None = None,
    comment: Comment | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "page_title": title,
        "form": form,
        "photos": photos,
        "inspection": inspection,
        "row": row,
        "comment": comment,
        "retyped": status != 200 and bool(request.FILES),
    }
    return render(request, "inspections/finding_form.html", context, status=status)


def _show(
    request: HttpRequest,
    row: Finding,
    hand: Hand,
    *,
    photo_form: PhotoForm | None = None,
    reason: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    edits = row.is_editable and may_note(hand, row.inspection, row.office_id)
    context = {
        "page_title": str(row),
        "row": row,
        "severity": SEVERITIES[row.severity],
        "photos": photos_of(row),
        "edits": edits,
        "photo_form": photo_form or PhotoForm(initial={"taken_on": clock.today()}),
        "photo_opened": photo_form is not None,
        "reason": reason or ReasonForm(),
        "reason_opened": reason is not None,
        "may_order": row.is_released and hand.seat_at(row.office_id) is not None,
        "order_url": f"{reverse('orders:order-new')}?finding={row.pk}",
        "orders_url": f"{reverse('orders:order-list')}?state=all&finding={row.pk}",
    }
    return render(request, "inspections/finding_show.html", context, status=status)
