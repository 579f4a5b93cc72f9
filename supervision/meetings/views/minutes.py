"""Who came, what was said, and the paper that is made of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chuangmo import clock
from chuangmo.access.queries import rights_for
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.shell.listing import DOCX, download
from supervision.gate import person
from supervision.meetings import services
from supervision.meetings.forms import IssueForm, MinutesTyped, conflicts_of, typed_minutes
from supervision.meetings.forms.plain import units_now
from supervision.meetings.models import Meeting, MeetingState, Outcome
from supervision.meetings.queries.earlier import earlier_decisions
from supervision.meetings.queries.minutes import minutes_paper
from supervision.meetings.rights import convenes
from supervision.meetings.services.minutes import Kept
from supervision.meetings.views._asked import meeting_asked, require_move
from supervision.papers.services import paper_docx, paper_pdf


@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The whole list at once; what the units answered is filled in."""
    meeting = meeting_asked(request, meeting_id)
    require_move(request, meeting, "attend")
    rows = list(meeting.attendances.select_related("unit"))
    faults: dict[str, str] = {}
    typed = {row.pk: _stored(row) for row in rows}
    if request.method == "POST":
        typed = {
            row.pk: (
                request.POST.get(f"outcome-{row.pk}", ""),
                request.POST.get(f"person-{row.pk}", "")[:40],
                request.POST.get(f"post-{row.pk}", "")[:40],
            )
            for row in rows
        }
        try:
            services.record_attendance(by=person(request), meeting_id=meeting.pk, came=typed)
        except Invalid as error:
            faults = error.faults
        else:
            messages.success(request, "到会情况已保存。")
            return redirect("meetings:meeting-minutes", meeting.pk)
    context = {
        "page_title": f"到会登记 · {meeting}",
        "meeting": meeting,
        "rows": [
            (row, *typed[row.pk], faults.get(f"outcome-{row.pk}", ""), faults.get(f"person-{row.pk}", ""))
            for row in rows
        ],
        "outcomes": Outcome.choices,
        "fault_count": len(faults),
    }
    return render(request, "meetings/attendance.html", context, status=422 if faults else 200)


def _stored(row: Any) -> tuple[str, str, str]:
    """What was registered, else what the unit said it would do."""
    guess = {"comes": Outcome.PRESENT, "proxy": Outcome.PROXY, "leave": Outcome.LEAVE}
    return (row.outcome or guess.get(row.answer, ""), row.person, row.post)


@require_http_methods(["GET", "HEAD", "POST"])
def minutes(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """All items on one page, saved together: nothing that was typed is lost, whatever is wrong with the rest."""
    meeting = meeting_asked(request, meeting_id)
    require_move(request, meeting, "minutes")
    if request.method != "POST":
        return _page(request, meeting, _typed(meeting))
    typed = _typed(meeting, request)
    try:
        kept = _save(request, meeting, typed)
    except Invalid as error:
        return _page(request, meeting, typed.with_faults(error.faults), faults=len(error.faults), status=422)
    for text in [*kept.moved, *kept.doubles]:
        messages.warning(request, text)
    if not kept.is_clean:
        meeting.refresh_from_db()
        return _page(request, meeting, typed.after(kept, _typed(meeting)), status=409)
    messages.success(request, "纪要已保存。")
    if "finish" in request.POST:
        return redirect(meeting)
    return redirect("meetings:meeting-minutes", meeting.pk)


def _save(request: HttpRequest, meeting: Meeting, typed: MinutesTyped, *, is_draft: bool = False) -> Kept:
    return services.save_minutes(
        by=person(request),
        meeting_id=meeting.pk,
        entries=[one.as_entry() for one in typed.items],
        opening=typed.opening,
        opening_seen=typed.opening_seen,
        is_draft=is_draft,
    )


@require_POST
def minutes_save(request: HttpRequest, meeting_id: int) -> JsonResponse:
    """What is typed, saved by itself: `{at, opening, items: {id: version}, lines: {key: {id, version}}, waiting: {field-key:
    text}, told: [text], conflicts: [see `conflicts_of`]}`; `{error}` where nothing can be saved any more."""
    meeting = meeting_asked(request, meeting_id)
    try:
        require_move(request, meeting, "minutes")
        typed = _typed(meeting, request)
        kept = _save(request, meeting, typed, is_draft=True)
    except Stale as error:
        return JsonResponse({"error": str(error)}, status=409)
    meeting.refresh_from_db()
    versions = dict(meeting.items.values_list("pk", "version"))
    return JsonResponse(
        {
            "at": f"{timezone.localtime():%H:%M}",
            "opening": meeting.opening if kept.opening is None else None,
            "items": {pk: version for pk, version in versions.items() if pk not in kept.conflicts},
            "lines": {key: {"id": pk, "version": version} for key, (pk, version) in kept.lines.items()},
            "waiting": kept.waiting,
            "told": [*kept.moved, *kept.doubles],
            "conflicts": conflicts_of(kept, versions),
        }
    )


def _stored_rows(meeting: Meeting) -> tuple[list[Any], list[Any]]:
    items = list(meeting.items.select_related("unit"))
    return items, list(meeting.decisions.select_related("unit").order_by("pk"))


def _typed(meeting: Meeting, request: HttpRequest | None = None) -> MinutesTyped:
    return typed_minutes(meeting.opening, *_stored_rows(meeting), request.POST if request else None)


def _page(
    request: HttpRequest,
    meeting: Meeting,
    typed: MinutesTyped,
    *,
    issue_form: IssueForm | None = None,
    missing: dict[str, str] | None = None,
    faults: int = 0,
    status: int = 200,
) -> HttpResponse:
    context = {
        "page_title": f"纪要 · {meeting}",
        "meeting": meeting,
        "typed": typed,
        "units": list(units_now(meeting.office.county_id)),
        "earlier": earlier_decisions(meeting, clock.today()),
        "issue_form": issue_form or IssueForm(initial={"signer": meeting.chair}),
        "missing": missing or {},
        "fault_count": faults,
        "conflict": typed.has_conflict,
    }
    return render(request, "meetings/minutes.html", context, status=status)


@require_POST
def issue(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Number and freeze the minutes."""
    meeting = meeting_asked(request, meeting_id)
    require_move(request, meeting, "issue")
    form = IssueForm(request.POST)
    missing: dict[str, str] = {}
    if form.is_valid():
        try:
            done = services.issue_minutes(
                by=person(request), meeting_id=meeting.pk, signer=form.cleaned_data["signer"]
            )
        except Invalid as error:
            missing = error.faults
        else:
            messages.success(request, f"纪要已印发：{done.document_number}。议定事项开始计时。")
            return redirect(done)
    return _page(request, meeting, _typed(meeting), issue_form=form, missing=missing, status=422)


@require_safe
def minutes_pdf(request: HttpRequest, meeting_id: int) -> HttpResponse:
    meeting = _readable(request, meeting_id)
    return download(paper_pdf(minutes_paper(meeting)), "application/pdf", f"{meeting}纪要.pdf")


@require_safe
def minutes_docx(request: HttpRequest, meeting_id: int) -> HttpResponse:
    meeting = _readable(request, meeting_id)
    return download(paper_docx(minutes_paper(meeting)), DOCX, f"{meeting}纪要.docx")


def _readable(request: HttpRequest, meeting_id: int) -> Meeting:
    """Issued ones for whoever sees the meeting; a marked draft for the office."""
    meeting = meeting_asked(request, meeting_id)
    if meeting.state == MeetingState.ISSUED:
        return meeting
    rights = rights_for(request)
    if not rights.is_office and not convenes(rights, meeting):
        raise Refused("纪要还没有印发")
    return meeting
