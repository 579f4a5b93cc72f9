"""The moves of an order: one address for each, the same five beats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from chuangmo.days import long_date
from chuangmo.errors import Invalid, Refused, Stale
from supervision.gate import person
from supervision.inspections.forms import CommentForm
from supervision.inspections.services import write_comment
from supervision.orders import services
from supervision.orders.forms import MoveForm, PlainForm
from supervision.orders.models import Order
from supervision.orders.queries.page import moves_by_role
from supervision.orders.views._asked import FORMS, order_asked, show_order, version_of

__all__ = ["MOVES", "order_comment", "order_move"]

Act = Callable[..., Order]
# Move → (service, what the page says afterwards). "help" has no form of its own.
MOVES: Mapping[str, tuple[Act, str]] = {
    "issue": (services.issue_draft, "已签发，并通知了承办单位。"),
    "sign": (services.sign_order, "已签收。"),
    "answer": (services.answer_order, "反馈已提交，等签发单位复核。"),
    "review": (services.review_order, "复核通过，可以销号。"),
    "close": (services.close_order, "已销号，并通知了承办单位。"),
    "send-back": (services.send_order_back, "已退回，并通知了承办单位。"),
    "note": (services.write_to_order, "已补充。"),
    "second": (services.renew_order, "已起草二次督办单，核对后签发。"),
    "rebound": (services.note_rebound, "已认定反弹，督办单重新打开，并通知了承办单位。"),
    "cancel": (services.cancel_order, "已作废，文号保留。"),
    "help": (services.sign_as_helper, "已签收。"),
}
UNVERSIONED = frozenset({"note", "help"})


@require_POST
def order_move(request: HttpRequest, order_id: int, move: str) -> HttpResponse:
    """Whoever has no right is told that, not what is wrong with the form. What the service finds wrong stands beside the
    field, and nothing typed is lost; whoever comes second is told who was faster."""
    order, hand = order_asked(request, order_id)
    if move not in moves_by_role(hand, order):
        raise Refused("您没有办理这一项的权限")
    form: MoveForm = (
        FORMS[move][0](move, request.POST, request.FILES) if move in FORMS else PlainForm(move, {})
    )
    if not form.is_valid():
        return show_order(request, order, hand, bound=form, status=422)
    act, told = MOVES[move]
    try:
        done = act(by=person(request), order_id=order.pk, **_given(request, move, form.cleaned_data))
    except Invalid as error:
        for name, fault in error.faults.items():
            form.add_error(name if name in form.fields else None, fault)
        return show_order(request, order, hand, bound=form, status=422)
    except Stale as error:
        form.add_error(None, str(error))
        return show_order(request, order, hand, bound=form if move in FORMS else None, status=409)
    messages.success(request, told)
    if move == "issue" and done.asked_due_on is not None:
        messages.warning(
            request, f"办结期限{long_date(done.asked_due_on)}不是工作日，已顺延到{long_date(done.due_on)}。"
        )
    return redirect(done)


@require_POST
def order_comment(request: HttpRequest, order_id: int) -> HttpResponse:
    """A deputy's remark about an order."""
    order, hand = order_asked(request, order_id)
    if not hand.may_comment:
        raise Refused("只有人大、政协和其他监督机构可以提意见")
    form = CommentForm(request.POST, auto_id="comment-%s")
    if form.is_valid():
        try:
            write_comment(
                by=person(request),
                **form.cleaned_data,
                subject_kind="order",
                subject_id=order.pk,
                subject_label=str(order),
                subject_url=order.get_absolute_url(),
            )
        except Invalid as error:
            for name, fault in error.faults.items():
                form.add_error(name if name in form.fields else None, fault)
        else:
            messages.success(request, "意见已提交市创模办。")
            return redirect(order)
    return show_order(request, order, hand, comment=form, status=422)


def _given(request: HttpRequest, move: str, data: dict[str, Any]) -> dict[str, Any]:
    """The service's arguments: what was typed, files as uploads, the version that the page showed."""
    given = {name: value for name, value in data.items() if name != "files"}
    if "files" in data:
        given["uploads"] = data["files"]
    if move == "help":
        text = request.POST.get("helper", "")
        given["helper_id"] = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    if move not in UNVERSIONED:
        given["version"] = version_of(request)
    return given
