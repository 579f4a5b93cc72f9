"""The list of meetings, the page of one, its arrangement and agenda."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chuangmo import clock
from chuangmo.access.queries import rights_for
from chuangmo.errors import Invalid, Refused, Stale
from indicators.plan.models import Plan
from supervision.gate import person
from supervision.meetings import services
from supervision.meetings.forms import AnswerForm, ItemForm, MeetingForm
from supervision.meetings.models import Attendance, Meeting, MeetingSeries
from supervision.meetings.queries.decisions import decisions_listed
from supervision.meetings.queries.page import SIGNS, meeting_page, meetings_listed
from supervision.meetings.rights import acts_for, convening_office, visible_meetings
from supervision.meetings.rules.agenda import KINDS
from supervision.meetings.services.meetings import Arrangement
from supervision.meetings.views._asked import item_asked, meeting_asked, require_move

PAGE = 30


@require_safe
def meeting_list(request: HttpRequest) -> HttpResponse:
    """Meetings that the person sees, the newest first, and how the decisions stand."""
    rights = rights_for(request)
    if not rights.sees_campaign:
        raise Refused("您的角色不能查看会议；如需查看，请联系管理员。")
    page = Paginator(meetings_listed(visible_meetings(rights)), PAGE).get_page(request.GET.get("page"))
    decisions = decisions_listed(rights)
    today = clock.today()
    context = {
        "page_title": "会议",
        "page": page,
        "rows": [(meeting, SIGNS[meeting.state]) for meeting in page],
        "may_plan": convening_office(rights) is not None,
        "open_count": decisions.filter(state="open").count(),
        "late_count": decisions.filter(state="open", due_on__lt=today).count(),
        "waiting_count": decisions.filter(state="reported").count(),
    }
    return render(request, "meetings/meeting_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_new(request: HttpRequest) -> HttpResponse:
    """Begin with a meeting."""
    if convening_office(rights_for(request)) is None:
        raise Refused("只有创模办可以筹备会议")
    form = MeetingForm(request.POST or None, is_new=True, initial=_usual(request))
    if request.method == "POST" and form.is_valid():
        series = form.cleaned_data["series"]
        meeting = services.plan_meeting(
            by=person(request),
            plan=Plan.objects.current(),
            series=series,
            arrangement=_arrangement(form),
        )
        messages.success(request, f"已开始筹备{meeting}。下一步：提取议题。")
        return redirect(meeting)
    context = {"page_title": "筹备会议", "form": form, "submit": "开始筹备", "back": "meetings:meeting-list"}
    status = 422 if form.is_bound else 200
    return render(request, "meetings/meeting_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_edit(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Change day, place and so on."""
    meeting = meeting_asked(request, meeting_id)
    require_move(request, meeting, "edit")
    names = (*Arrangement.__slots__, "version")
    form = MeetingForm(
        request.POST or None, is_new=False, initial={name: getattr(meeting, name) for name in names}
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.edit_meeting(
                    by=person(request),
                    meeting_id=meeting.pk,
                    version=form.cleaned_data["version"] or 0,
                    arrangement=_arrangement(form),
                )
            except Stale as error:
                form.add_error(None, str(error))
                form.data = {**form.data.dict(), "version": meeting.version}  # type: ignore[attr-defined]
                status = 409
            else:
                messages.success(request, "会议安排已保存。")
                return redirect(meeting)
    context = {"page_title": f"会议安排 · {meeting}", "form": form, "submit": "保存", "meeting": meeting}
    return render(request, "meetings/meeting_edit.html", context, status=status)


@require_safe
def meeting_show(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """One meeting: agenda, who comes, what became of earlier decisions, what was decided."""
    return show_meeting(request, meeting_asked(request, meeting_id))


def show_meeting(
    request: HttpRequest,
    meeting: Meeting,
    *,
    item: ItemForm | None = None,
    answer: AnswerForm | None = None,
    faults: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; with a form that could not be stored, as it was typed."""
    page = meeting_page(meeting, rights_for(request), clock.today())
    if answer is None and "answer" in page.may and page.mine:
        row = page.mine[0].row
        initial = {"unit": row.unit_id, "answer": row.answer, "person": row.person, "post": row.post}
        answer = AnswerForm(_my_rows(request, meeting), initial={**initial, "reason": row.reason})
    context: dict[str, Any] = {
        "page_title": str(meeting),
        "page": page,
        "meeting": meeting,
        "sign": SIGNS[meeting.state],
        "items": [(one, KINDS.get(one.kind, "")) for one in page.items],
        "item_form": item or ItemForm(),
        "item_opened": item is not None,
        "answer_form": answer,
        "faults": faults or {},
    }
    return render(request, "meetings/meeting_show.html", context, status=status)


@require_POST
def meeting_act(request: HttpRequest, meeting_id: int, act: str) -> HttpResponse:
    """Draw the agenda, convene, note that it was held, cancel."""
    meeting = meeting_asked(request, meeting_id)
    if act not in ("draw", "convene", "hold", "cancel"):
        raise Http404("没有这个操作")
    require_move(request, meeting, act)
    by, pk = person(request), meeting.pk
    try:
        if act == "draw":
            count = services.draw_agenda(by=by, meeting_id=pk)
            told = f"新增 {count} 个议题。" if count else "没有新的议题，都已在议程上。"
        elif act == "convene":
            told = f"已通知 {services.convene_meeting(by=by, meeting_id=pk).attendances.count()} 个单位。"
        elif act == "hold":
            services.hold_meeting(by=by, meeting_id=pk)
            told = "已登记召开。下一步：登记到会，记录纪要。"
        else:
            services.cancel_meeting(by=by, meeting_id=pk, reason=request.POST.get("reason", ""))
            told = "会议已取消，并通知了参会单位。"
    except Invalid as error:
        return show_meeting(request, meeting, faults=error.faults, status=422)
    messages.success(request, told)
    return redirect(meeting)


@require_POST
def meeting_answer(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """A called unit answers."""
    meeting = meeting_asked(request, meeting_id)
    require_move(request, meeting, "answer")
    form = AnswerForm(_my_rows(request, meeting), request.POST)
    if form.is_valid():
        data = form.cleaned_data
        unit = form.only or data["unit"]
        data.pop("unit", None)
        try:
            services.answer_call(by=person(request), meeting_id=meeting.pk, unit_id=unit.pk, **data)
        except Invalid as error:
            for name, text in error.faults.items():
                form.add_error(name, text)
        else:
            messages.success(request, "已回复，会前可以修改。")
            return redirect(meeting)
    return show_meeting(request, meeting, answer=form, status=422)


# Agenda -------------------------------------------------------------------------------------------------------


@require_POST
def item_add(request: HttpRequest, meeting_id: int) -> HttpResponse:
    meeting = meeting_asked(request, meeting_id)
    require_move(request, meeting, "agenda")
    form = ItemForm(request.POST)
    if not form.is_valid():
        return show_meeting(request, meeting, item=form, status=422)
    services.add_item(
        by=person(request),
        meeting_id=meeting.pk,
        title=form.cleaned_data["title"],
        detail=form.cleaned_data["detail"],
    )
    messages.success(request, "议题已添加。")
    return redirect(meeting)


@require_http_methods(["GET", "HEAD", "POST"])
def item_edit(request: HttpRequest, item_id: int) -> HttpResponse:
    """The words of one item."""
    item = item_asked(request, item_id)
    meeting = item.meeting
    require_move(request, meeting, "agenda")
    form = ItemForm(
        request.POST or None,
        initial={"title": item.title, "detail": item.detail, "version": item.version},
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                services.edit_item(
                    by=person(request),
                    item_id=item.pk,
                    version=data["version"] or 0,
                    title=data["title"],
                    detail=data["detail"],
                )
            except Stale as error:
                form.add_error(None, f"{error}。现在是：{item.title}")
                form.data = {**form.data.dict(), "version": item.version}  # type: ignore[attr-defined]
                status = 409
            else:
                messages.success(request, "议题已保存。")
                return redirect(meeting)
    context = {"page_title": f"议题 · {meeting}", "form": form, "submit": "保存", "meeting": meeting}
    return render(request, "meetings/meeting_edit.html", context, status=status)


@require_POST
def item_act(request: HttpRequest, item_id: int, act: str) -> HttpResponse:
    """Up, down, off the agenda."""
    item = item_asked(request, item_id)
    require_move(request, item.meeting, "agenda")
    moves: dict[str, Callable[[], object]] = {
        "up": lambda: services.move_item(by=person(request), item_id=item.pk, up=True),
        "down": lambda: services.move_item(by=person(request), item_id=item.pk, up=False),
        "remove": lambda: services.remove_item(by=person(request), item_id=item.pk),
    }
    if act not in moves:
        raise Http404("没有这个操作")
    moves[act]()
    return redirect(f"{item.meeting.get_absolute_url()}#agenda-h")


def _my_rows(request: HttpRequest, meeting: Meeting) -> Any:
    return Attendance.objects.filter(meeting=meeting, unit__in=acts_for(rights_for(request)))


def _usual(request: HttpRequest) -> dict[str, Any]:
    """Place and chair of the series that comes first."""
    series = MeetingSeries.objects.first()
    if series is None:
        return {}
    return {"series": series.pk, "place": series.place, "chair": series.chair, "scribe": str(person(request))}


def _arrangement(form: MeetingForm) -> Arrangement:
    return Arrangement(**{name: form.cleaned_data[name] for name in Arrangement.__slots__})
