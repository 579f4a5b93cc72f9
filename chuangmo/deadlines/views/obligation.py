"""One obligation: what happened, what the unit may ask, what the office may decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import rights_for
from chuangmo.deadlines import services
from chuangmo.deadlines.forms import (
    DecisionForm,
    ExtensionForm,
    HoldForm,
    Named,
    ObjectionForm,
    ProposalForm,
    ReasonForm,
    SuspensionForm,
)
from chuangmo.deadlines.models import DeadlineRequest, Obligation, Proposal
from chuangmo.deadlines.queries.chase import visible
from chuangmo.deadlines.queries.deciders import may_decide_requests
from chuangmo.deadlines.queries.page import ObligationPage, obligation_page
from chuangmo.errors import Invalid, Refused, Stale

Kind = DeadlineRequest.Kind
# Acts for which only a reason is asked: the service, and what the page says afterwards.
BY_REASON: dict[str, tuple[Callable[..., Any], str]] = {
    "lift": (services.lift_hold, "已解除暂缓。"),
    "resume": (services.resume, "已恢复计时。"),
    "waive": (services.waive_one, "已免办。"),
    "unwaive": (services.unwaive_one, "已恢复应办。"),
    "fulfil": (services.fulfil_by_hand, "已登记完成。"),
}
BY_HAND = {"material"}


@require_safe
def obligation(request: HttpRequest, obligation_id: int) -> HttpResponse:
    """Its days, ladder, cycles, timeline and receipts, with the forms that the person may use."""
    return _page(request, _visible(request, obligation_id))


@require_POST
def ask(request: HttpRequest, obligation_id: int, kind: str) -> HttpResponse:
    """The unit asks for a later day or 挂账, or objects to the assignment."""
    row = _visible(request, obligation_id)
    who: dict[str, Any] = {"obligation_id": row.pk, "by": _user(request)}
    if kind == Kind.OBJECTION:
        form: Named = ObjectionForm(request.POST)
        act: Callable[..., object] = services.object_assignment
    else:
        form = ExtensionForm(request.POST) if kind == Kind.EXTENSION else SuspensionForm(request.POST)
        act = services.request_extension if kind == Kind.EXTENSION else services.request_suspension
    return _do(request, row, form, lambda data: act(**who, **data), "已提交，等创模办决定。")


@require_POST
def decide(request: HttpRequest, request_id: int) -> HttpResponse:
    """The office decides a request."""
    found = DeadlineRequest.objects.select_related("obligation").filter(pk=request_id).first()
    row = _visible(request, found.obligation_id if found else 0)
    assert found is not None
    form = DecisionForm(found, request.POST)

    def act(data: dict[str, Any]) -> object:
        who: dict[str, Any] = {
            "request_id": found.pk,
            "granted": form.is_granted,
            "decision": data["decision"],
            "by": _user(request),
        }
        if found.kind == Kind.OBJECTION:
            return services.decide_objection(**who, to_unit=data["to_unit"])
        move = services.decide_extension if found.kind == Kind.EXTENSION else services.decide_suspension
        return move(**who, until=data["until"])

    return _do(request, row, form, act, "已决定，并通知了申请单位。")


@require_POST
def withdraw(request: HttpRequest, request_id: int) -> HttpResponse:
    """The unit takes its request back."""
    found = DeadlineRequest.objects.filter(pk=request_id).first()
    row = _visible(request, found.obligation_id if found else 0)
    try:
        services.withdraw_request(request_id=request_id, by=_user(request))
    except Stale as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "已撤回申请。")
    return redirect(row)


@require_POST
def hold(request: HttpRequest, obligation_id: int) -> HttpResponse:
    """The office lets a rung and all above it stand still."""
    row = _visible(request, obligation_id)

    def act(data: dict[str, Any]) -> object:
        return services.hold_rung(
            obligation_id=row.pk,
            offset=data["rung"],
            until=data["until"],
            reason=data["reason"],
            by=_user(request),
        )

    return _do(request, row, HoldForm(row.level, request.POST), act, "已暂缓。")


@require_POST
def act_by_reason(request: HttpRequest, obligation_id: int, act: str) -> HttpResponse:
    """Lift a hold, resume the clock, let off and take that back, note that something was done."""
    row = _visible(request, obligation_id)
    service, told = BY_REASON[act]
    who = {"obligation_id": row.pk, "by": _user(request)}
    return _do(request, row, ReasonForm(act, request.POST), lambda data: service(**who, **data), told)


@require_POST
def decide_proposal(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """The office confirms or declines what the ladder proposed."""
    found = Proposal.objects.filter(pk=proposal_id).first()
    row = _visible(request, found.obligation_id if found else 0)
    form = ProposalForm(proposal_id, request.POST)

    def act(data: dict[str, Any]) -> object:
        move = services.confirm_proposal if form.is_confirmed else services.decline_proposal
        return move(proposal_id=proposal_id, reason=data["reason"], by=_user(request))

    return _do(request, row, form, act, "已决定。")


# One page, many forms -------------------------------------------------------------------------------------


def _do(
    request: HttpRequest,
    row: Obligation,
    form: Named,
    act: Callable[[dict[str, Any]], object],
    told: str,
) -> HttpResponse:
    """Whoever has no right is told that, not what is wrong with the form. What the service finds wrong stands
    beside the field, and nothing typed is lost."""
    if not _may(request, row, form):
        raise Refused("您没有办理这一项的权限")
    status = 422
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except Invalid as error:
            for name, fault in error.faults.items():
                form.add_error(name if name in form.fields else None, fault)
        except Stale as error:
            form.add_error(None, str(error))
            status = 409
        else:
            messages.success(request, told)
            return redirect(row)
    return _page(request, row, bound=form, status=status)


def _may(request: HttpRequest, row: Obligation, form: Named) -> bool:
    rights = rights_for(request)
    if isinstance(form, ExtensionForm | SuspensionForm | ObjectionForm):
        return rights.may("report", row.unit_id) or rights.may("sign_off", row.unit_id)
    if isinstance(form, DecisionForm) or form.name == "resume":
        return may_decide_requests(rights, row)
    return rights.may("accept", row.unit_id)


def _visible(request: HttpRequest, obligation_id: int) -> Obligation:
    found = visible(rights_for(request)).select_related("unit").filter(pk=obligation_id).first()
    if found is None:
        raise Http404("没有这件事")
    return found


def _page(
    request: HttpRequest, row: Obligation, *, bound: Named | None = None, status: int = 200
) -> HttpResponse:
    if bound is not None:
        row = _visible(request, row.pk)
    page = obligation_page(row, rights_for(request), clock.today())
    offered = _forms(page)
    if bound is not None:
        offered[bound.name] = bound
    context = {
        "page_title": row.subject_label,
        "page": page,
        "row": row,
        "forms": offered,
        "opened": bound.name if bound else "",
        "crumbs": [
            ("催办" if rights_for(request).oversee else "期限日历", _home(request)),
            (str(row.unit), None),
        ],
    }
    return render(request, "deadlines/obligation.html", context, status=status)


def _home(request: HttpRequest) -> str:
    return reverse("deadlines:chase-list" if rights_for(request).oversee else "deadlines:calendar")


def _forms(page: ObligationPage) -> dict[str, forms.Form]:
    """The forms that the person may use now, by name."""
    row = page.row
    found: dict[str, forms.Form] = {}
    if page.may_ask and page.request is None:
        found["objection"] = ObjectionForm()
        if row.due_on is not None:
            found |= {"extension": ExtensionForm()}
            if not row.paused:
                found |= {"suspension": SuspensionForm()}
    if page.may_decide_requests and page.request is not None and row.is_open:
        found["decision"] = DecisionForm(page.request, initial={"until": page.request.wanted_on})
    if page.may_decide_requests and row.is_open and row.paused:
        found["resume"] = ReasonForm("resume")
    if not page.may_decide:
        return found
    if page.proposal is not None and row.is_open:
        found["proposal"] = ProposalForm(page.proposal.pk)
    if row.is_open:
        found["hold" if page.hold is None else "lift"] = (
            HoldForm(row.level) if page.hold is None else ReasonForm("lift")
        )
        if not row.is_step:
            found["waive"] = ReasonForm("waive")
        if row.kind in BY_HAND:
            found["fulfil"] = ReasonForm("fulfil")
    elif row.waived_at is not None and not row.superseded:
        found["unwaive"] = ReasonForm("unwaive")
    return found


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
