"""The steps of a measure: proposed, approved or returned, held, followed, closed, dropped; files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from chuangmo.access.models import User
from chuangmo.access.queries import rights_for
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.files.forms import AttachForm
from supervision.accountability import services
from supervision.accountability.forms import (
    ApproveForm,
    CloseForm,
    EntryForm,
    HoldForm,
    PromiseForm,
    ProposeForm,
    ReasonForm,
)
from supervision.accountability.models import Measure
from supervision.accountability.queries.page import approvers
from supervision.accountability.rights import hands_at
from supervision.accountability.rules.moves import APPROVER, MOVES
from supervision.accountability.views.measures import measure_asked, show_measure
from supervision.gate import person

TOLD = {
    "propose": "已报批。",
    "approve": "已批准，并编号发出。",
    "return": "已退回起草人。",
    "hold": "约谈已登记。请登记承诺事项。",
    "promise": "承诺已登记，开始计时。",
    "follow": "已登记。",
    "close": "结果已登记。",
    "drop": "已撤销。",
}


@require_POST
def act(request: HttpRequest, measure_id: int, act: str) -> HttpResponse:
    """One step, with what was typed for it."""
    measure = measure_asked(request, measure_id)
    if act not in TOLD:
        raise Http404("没有这个操作")
    _require_hands(request, measure, act)
    form, name = _form(measure, act, request)
    status = 422
    if form.is_valid():
        try:
            _do(act, measure, person(request), form.cleaned_data)
        except Invalid as error:
            for field, text in error.faults.items():
                form.add_error(field if field in form.fields else None, text)
        except Stale as error:
            form.add_error(None, str(error))
            measure = measure_asked(request, measure_id)
            form.data = form.data.copy()  # type: ignore[attr-defined]
            form.data["version"] = str(measure.version)  # type: ignore[index]
            status = 409
        else:
            messages.success(request, TOLD[act])
            return redirect(measure)
    return show_measure(request, measure, bound=form, name=name, status=status)


def _require_hands(request: HttpRequest, measure: Measure, action: str) -> None:
    who, _, _, word = MOVES[action]
    if who not in hands_at(rights_for(request), measure):
        if who == APPROVER and rights_for(request).is_office:
            raise Refused(f"由指定的批准人{word}")
        raise Refused(f"只有创模办可以{word}")


def _form(measure: Measure, act: str, request: HttpRequest) -> tuple[Form, str]:
    if act == "propose":
        return ProposeForm(approvers(measure), request.POST), "propose"
    kinds: dict[str, tuple[type[Form], str]] = {
        "approve": (ApproveForm, "approve"),
        "return": (ApproveForm, "approve"),
        "hold": (HoldForm, "hold"),
        "promise": (PromiseForm, "promise"),
        "follow": (EntryForm, "follow"),
        "close": (CloseForm, "close"),
        "drop": (ReasonForm, "drop"),
    }
    kind, name = kinds[act]
    return kind(request.POST), name


def _do(act: str, measure: Measure, by: User, data: dict[str, Any]) -> None:
    version = data.pop("version", None) or 0
    who: dict[str, Any] = {"by": by, "measure_id": measure.pk}
    steps: dict[str, Callable[[], object]] = {
        "propose": lambda: services.propose_measure(**who, version=version, **data),
        "approve": lambda: services.approve_measure(**who, version=version, opinion=data["reason"]),
        "return": lambda: services.return_measure(**who, version=version, **data),
        "hold": lambda: services.hold_talk(**who, version=version, **data),
        "promise": lambda: services.promise_in_talk(**who, **data),
        "follow": lambda: services.follow_measure(**who, **data),
        "close": lambda: services.close_measure(**who, version=version, **data),
        "drop": lambda: services.drop_measure(**who, version=version, **data),
    }
    steps[act]()


@require_POST
def attach(request: HttpRequest, measure_id: int) -> HttpResponse:
    """Signed records, clippings, answers."""
    measure = measure_asked(request, measure_id)
    if not rights_for(request).is_office:
        raise Refused("只有创模办可以上传附件")
    form = AttachForm(request.POST, request.FILES)
    if form.is_valid():
        faults = []
        for upload in form.cleaned_data["files"]:
            try:
                services.attach_to_measure(
                    by=person(request),
                    measure_id=measure.pk,
                    upload=upload,
                    text=form.cleaned_data["note"],
                )
            except Invalid as error:
                faults.append(str(error))
        if not faults:
            messages.success(request, "附件已上传。")
            return redirect(measure)
        form.add_error("files", faults)
    return show_measure(request, measure, bound=form, name="files", status=422)
