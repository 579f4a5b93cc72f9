"""Decisions: the list with Excel, the page of one, what the unit and the office do with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from chuangmo import clock
from chuangmo.access.queries import rights_for
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.files.forms import AttachForm
from chuangmo.shell.listing import arrange, is_export, table_workbook
from supervision.gate import person
from supervision.meetings import services
from supervision.meetings.forms import ActForm, DecisionFilter, ReportForm
from supervision.meetings.models import Decision
from supervision.meetings.queries.decisions import decision_page, decisions_listed
from supervision.meetings.rules.moves import DECISION_MOVES
from supervision.meetings.tables import DecisionTable
from supervision.meetings.views._asked import decision_asked, require_hands

TOLD = {
    "report": "已报告完成，等创模办确认。",
    "accept": "已确认办结。",
    "send_back": "已退回，责任单位会收到通知。",
    "withdraw": "已撤销。",
    "order": "已起草督办单，请核对后发出。",
}


@require_safe
def decision_list(request: HttpRequest) -> HttpResponse:
    """All decisions that the person sees, narrowed by the address; the same as a workbook."""
    rights = rights_for(request)
    if not rights.sees_campaign:
        raise Refused("您的角色不能查看议定事项；如需查看，请联系管理员。")
    found = DecisionFilter(request.GET, queryset=decisions_listed(rights))
    table = arrange(request, DecisionTable(found.qs))
    if is_export(request):
        return table_workbook(request, table, "议定事项")
    context = {"page_title": "议定事项", "filter": found, "table": table}
    return render(request, "meetings/decision_list.html", context)


@require_safe
def decision_show(request: HttpRequest, decision_id: int) -> HttpResponse:
    return show_decision(request, decision_asked(request, decision_id))


def show_decision(
    request: HttpRequest,
    decision: Decision,
    *,
    report: ReportForm | None = None,
    act: ActForm | None = None,
    files: AttachForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; with a form that could not be stored, as it was typed."""
    page = decision_page(decision, rights_for(request), clock.today())
    initial = {"version": decision.version}
    context: dict[str, Any] = {
        "page_title": str(decision),
        "decision": decision,
        "page": page,
        "report_form": report or ReportForm(initial={**initial, "report": decision.report}),
        "act_form": act or ActForm(initial=initial),
        "file_form": files or AttachForm(),
        "office_acts": [
            (name, DECISION_MOVES[name][2])
            for name in ("accept", "send_back", "withdraw", "order")
            if name in page.may
        ],
    }
    return render(request, "meetings/decision_show.html", context, status=status)


@require_POST
def decision_act(request: HttpRequest, decision_id: int, act: str) -> HttpResponse:
    """Report it done; accept, send back, withdraw; turn it into an order."""
    decision = decision_asked(request, decision_id)
    if act not in TOLD:
        raise Http404("没有这个操作")
    require_hands(request, decision, act)
    form = ReportForm(request.POST) if act == "report" else ActForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            _service(act)(by=person(request), decision_id=decision.pk, **_values(act, form.cleaned_data))
        except Invalid as error:
            for name, text in error.faults.items():
                form.add_error(name if name in form.fields else None, text)
        except Stale as error:
            form.add_error(None, str(error))
            decision = decision_asked(request, decision_id)
            form.data = {**form.data.dict(), "version": decision.version}  # type: ignore[attr-defined]
            status = 409
        else:
            messages.success(request, TOLD[act])
            return redirect(decision)
    shown = {"report" if act == "report" else "act": form}
    return show_decision(request, decision, status=status, **shown)  # type: ignore[arg-type]


def _service(act: str) -> Callable[..., object]:
    acts: dict[str, Callable[..., object]] = {
        "report": services.report_decision,
        "accept": services.accept_decision,
        "send_back": services.send_back_decision,
        "withdraw": services.withdraw_decision,
        "order": services.make_order,
    }
    return acts[act]


def _values(act: str, data: dict[str, Any]) -> dict[str, Any]:
    names = {"report": "report", "accept": "text", "send_back": "reason", "withdraw": "reason"}
    values = {"version": data["version"]}
    if act in names:
        values[names[act]] = data["report" if act == "report" else "reason"]
    return values


@require_POST
def decision_attach(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Files that prove it, several at once; each refused one is named."""
    decision = decision_asked(request, decision_id)
    require_hands(request, decision, "attach")
    form = AttachForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_decision(request, decision, files=form, status=422)
    faults = []
    for upload in form.cleaned_data["files"]:
        try:
            services.attach_to_decision(
                by=person(request), decision_id=decision.pk, upload=upload, note=form.cleaned_data["note"]
            )
        except Invalid as error:
            faults.append(str(error))
    if faults:
        form.add_error("files", faults)
        return show_decision(request, decision, files=form, status=422)
    messages.success(request, "附件已上传。")
    return redirect(decision)
