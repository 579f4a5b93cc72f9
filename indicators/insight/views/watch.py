"""The consistency watch: list, one suspicion, what the office does with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from chuangmo.access.queries import Rights, rights_for
from chuangmo.errors import Invalid, Refused
from indicators.insight.forms import DecideForm, SendBackForm, SuspicionFilter
from indicators.insight.models import Suspicion
from indicators.insight.queries.suspicions import listed, reports_of, visible_to
from indicators.insight.services import decide, recheck, send_back
from indicators.plan.models import Plan
from indicators.reporting.rights import visible_reports

PAGE = 50


@require_GET
def show_list(request: HttpRequest) -> HttpResponse:
    rights = _reader(request)
    asked = request.GET.copy()
    asked.setdefault("state", Suspicion.State.OPEN)
    found = SuspicionFilter(asked, queryset=listed(rights), request=request)
    page = Paginator(found.qs, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "insight/watch_list.html",
        {"page_title": "数据核查", "filter": found, "page": page, "may_check": rights.is_office},
    )


@require_GET
def show_one(request: HttpRequest, suspicion_id: int) -> HttpResponse:
    return _page(request, _suspicion(request, suspicion_id), {})


@require_POST
def send_one_back(request: HttpRequest, suspicion_id: int) -> HttpResponse:
    suspicion = _suspicion(request, suspicion_id)
    form = SendBackForm(request.POST)
    if not form.is_valid():
        return _page(request, suspicion, _first_faults(form), status=422)
    try:
        send_back(
            by=request.user,  # type: ignore[arg-type]  # behind the sign-in
            suspicion_id=suspicion.pk,
            report_id=form.report_id,
            revision_no=form.revision_no,
            reason=form.cleaned_data["reason"],
        )
    except Invalid as error:
        return _page(request, suspicion, error.faults, status=422)
    messages.success(request, "已退回填报单位，理由和数字写在退回意见里。")
    return redirect(suspicion)


@require_POST
def decide_one(request: HttpRequest, suspicion_id: int) -> HttpResponse:
    suspicion = _suspicion(request, suspicion_id)
    form = DecideForm(request.POST)
    if not form.is_valid():
        return _page(request, suspicion, _first_faults(form), status=422)
    try:
        decided = decide(
            by=request.user,  # type: ignore[arg-type]  # behind the sign-in
            suspicion_id=suspicion.pk,
            decision=form.cleaned_data["decision"],
            reason=form.cleaned_data["reason"],
        )
    except Invalid as error:
        return _page(request, suspicion, error.faults, status=422)
    messages.success(request, f"已改为“{decided.get_state_display()}”。")
    return redirect(suspicion)


@require_POST
def check_all(request: HttpRequest) -> HttpResponse:
    if not _reader(request).is_office:
        raise Refused("只有创模办可以重新核查。")
    done = recheck(plan=Plan.objects.current())
    messages.success(request, f"已重新核查：新存疑 {done.opened} 条，自行消除 {done.gone} 条。")
    return redirect("insight:watch-list")


def _reader(request: HttpRequest) -> Rights:
    rights = rights_for(request)
    if not rights.sees_campaign:
        raise Refused("您的角色不能查看数据核查；如需查看，请联系管理员。")
    return rights


def _suspicion(request: HttpRequest, suspicion_id: int) -> Suspicion:
    seen = visible_to(_reader(request)).select_related("rule", "indicator__plan", "unit", "decided_by")
    return get_object_or_404(seen, pk=suspicion_id)


def _page(
    request: HttpRequest, suspicion: Suspicion, faults: dict[str, str], *, status: int = 200
) -> HttpResponse:
    rights = rights_for(request)
    reports = reports_of(suspicion, visible_reports(rights))
    return render(
        request,
        "insight/watch_show.html",
        {
            "page_title": f"{suspicion.rule}：{suspicion.period.label}",
            "suspicion": suspicion,
            "reports": reports,
            "returnable": [one for one in reports if one.may_return],
            "chosen": request.POST.get("choice", ""),
            "reason": request.POST.get("reason", f"{suspicion.text}，请核对后更正或说明。"[:400]),
            "faults": faults,
            "may_decide": rights.is_office,
            "is_open": suspicion.state == Suspicion.State.OPEN,
            "may_reopen": suspicion.state in ("explained", "dismissed", "sent_back"),
        },
        status=status,
    )


def _first_faults(form: Any) -> dict[str, str]:
    return {name: str(errors[0]) for name, errors in form.errors.items()}
