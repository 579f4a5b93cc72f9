"""Inspections: list, plan, one of them with its checklist and findings, its moves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.keys import version_in
from chuangmo.shell.listing import arrange, is_export, table_workbook
from supervision.gate import person
from supervision.inspections.forms import CommentForm, ReasonForm, TourForm
from supervision.inspections.models import Inspection, InspectionState, ItemResult
from supervision.inspections.queries.checklists import check_lines
from supervision.inspections.queries.lists import findings_of, listed_inspections
from supervision.inspections.rights import Hand
from supervision.inspections.services import (
    change_inspection,
    check_items,
    move_inspection,
    plan_inspection,
)
from supervision.inspections.signs import RESULTS, SEVERITIES, TOURS
from supervision.inspections.tables import InspectionFilter, InspectionTable
from supervision.inspections.views._asked import (
    add_faults,
    inspection_asked,
    may_note,
    reader,
    require_note,
    require_own,
)

__all__ = [
    "inspection_check",
    "inspection_edit",
    "inspection_list",
    "inspection_move",
    "inspection_new",
    "inspection_show",
    "show_inspection",
]

DONE = {
    "begin": "检查已开始，可以登记问题。",
    "finish": "检查已结束。核对问题后公布。",
    "release": "已公布，并通知了责任单位。",
    "call-off": "检查已取消。",
}


@require_safe
def inspection_list(request: HttpRequest) -> HttpResponse:
    """The inspections that the person may know of."""
    hand = reader(request)
    found = InspectionFilter(request.GET, queryset=listed_inspections(hand), request=request)
    table = arrange(request, InspectionTable(found.qs))
    if is_export(request):
        return table_workbook(request, table, "检查")
    context = {"page_title": "检查", "filter": found, "table": table, "may_plan": bool(hand.seats)}
    return render(request, "inspections/inspection_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def inspection_new(request: HttpRequest) -> HttpResponse:
    """Plan a tour."""
    hand = reader(request)
    if not hand.seats:
        raise Refused("只有创模办、县区创模办和督查机构可以安排检查")
    form = TourForm(hand, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = plan_inspection(
                    by=person(request), office_id=form.cleaned_data["office"], tour=form.tour()
                )
            except Invalid as error:
                add_faults(form, error)
            else:
                messages.success(request, "检查已安排。")
                return redirect(row)
    return _form(request, form, "安排检查", None, status)


@require_http_methods(["GET", "HEAD", "POST"])
def inspection_edit(request: HttpRequest, inspection_id: int) -> HttpResponse:
    """Change what is planned."""
    row, hand = inspection_asked(request, inspection_id)
    require_own(hand, row.office_id)
    if not row.is_open:
        raise Refused(f"检查{row.get_state_display()}，不能再改安排")
    if request.method != "POST":
        return _form(request, TourForm(hand, row=row, initial=TourForm.initial_of(row)), "修改检查", row, 200)
    form, status = TourForm(hand, request.POST, row=row), 422
    if form.is_valid():
        try:
            change_inspection(
                by=person(request),
                inspection_id=row.pk,
                version=version_in(request.POST.get("version", "")),
                tour=form.tour(),
            )
        except Invalid as error:
            add_faults(form, error)
        except Stale as error:
            form.add_error(None, str(error))
            status = 409
        else:
            messages.success(request, "已保存。")
            return redirect(row)
    return _form(request, form, "修改检查", row, status)


@require_safe
def inspection_show(request: HttpRequest, inspection_id: int) -> HttpResponse:
    """One inspection; the findings that the person may see."""
    row, hand = inspection_asked(request, inspection_id)
    return show_inspection(request, row, hand)


@require_POST
def inspection_move(request: HttpRequest, inspection_id: int, move: str) -> HttpResponse:
    """Set out, come back, release, call off."""
    row, hand = inspection_asked(request, inspection_id)
    require_own(hand, row.office_id)
    reason = ReasonForm(request.POST) if move == "call-off" else None
    if reason is not None and not reason.is_valid():
        return show_inspection(request, row, hand, reason=reason, status=422)
    try:
        move_inspection(
            by=person(request),
            inspection_id=row.pk,
            move=move,
            version=version_in(request.POST.get("version", "")),
            summary=request.POST.get("summary", ""),
            reason=reason.cleaned_data["reason"] if reason else "",
        )
    except Stale as error:
        messages.error(request, str(error))
    else:
        messages.success(request, DONE[move])
    return redirect(row)


@require_POST
def inspection_check(request: HttpRequest, inspection_id: int) -> HttpResponse:
    """Write down what was seen of the checklist."""
    row, hand = inspection_asked(request, inspection_id)
    require_note(hand, row, row.office_id)
    results = {
        int(name[5:]): str(value)
        for name, value in request.POST.items()
        if name.startswith("item:") and name[5:].isascii() and name[5:].isdigit() and len(name) < 24
    }
    try:
        count = check_items(by=person(request), inspection_id=row.pk, results=results)
    except Invalid as error:
        messages.error(request, str(error))
        return show_inspection(request, row, hand, status=422)
    messages.success(request, f"已保存清单核对：{count} 项有结果。")
    return redirect(row)


def show_inspection(
    request: HttpRequest,
    row: Inspection,
    hand: Hand,
    *,
    reason: ReasonForm | None = None,
    comment: CommentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; with a form that could not be stored, as it was typed."""
    own = hand.seat_at(row.office_id) is not None
    notes = may_note(hand, row, row.office_id)
    going = row.state in (InspectionState.UNDER_WAY, InspectionState.FINISHED)
    context: dict[str, Any] = {
        "page_title": row.title,
        "row": row,
        "sign": TOURS[row.state],
        "units": list(row.units.all()),
        "team": list(row.team.all()),
        "indicators": list(row.indicators.order_by("number")),
        "projects": list(row.projects.select_related("plan")),
        "lines": check_lines(row) if notes or row.released_at else [],
        "results": ItemResult.Result.choices,
        "result_signs": RESULTS,
        "severities": SEVERITIES,
        "findings": findings_of(hand, row),
        "own": own,
        "may_note": notes and going,
        "inside": notes or row.released_at is not None,
        "reason": reason or ReasonForm(),
        "comment": (comment or CommentForm()) if hand.may_comment else None,
        "comment_opened": comment is not None,
        "reason_opened": reason is not None,
    }
    return render(request, "inspections/inspection_show.html", context, status=status)


def _form(
    request: HttpRequest, form: TourForm, title: str, row: Inspection | None, status: int
) -> HttpResponse:
    context = {"page_title": title, "form": form, "row": row}
    return render(request, "inspections/inspection_form.html", context, status=status)
