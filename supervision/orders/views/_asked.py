"""What an address asks for, and whether this person may look at it; the page of one order with its forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from chuangmo import clock
from chuangmo.keys import version_in
from supervision.inspections.forms import CommentForm
from supervision.inspections.rights import Hand, hand_for
from supervision.orders.forms import (
    BackForm,
    CloseForm,
    MoveForm,
    NoteForm,
    PlainForm,
    ReasonForm,
    RemarkForm,
    SecondForm,
)
from supervision.orders.models import Order, OrderState
from supervision.orders.queries.page import OrderPage, order_page, order_seen
from supervision.orders.signs import STATES

__all__ = ["FORMS", "order_asked", "show_order", "version_of"]

# Move → its form, its title on the page, the word on its button.
FORMS: Mapping[str, tuple[type[MoveForm], str, str]] = {
    "issue": (PlainForm, "签发", "签发"),
    "sign": (PlainForm, "签收", "签收"),
    "answer": (RemarkForm, "反馈整改情况", "提交反馈"),
    "review": (RemarkForm, "复核", "复核通过"),
    "close": (CloseForm, "销号", "销号"),
    "send-back": (BackForm, "退回重办", "退回重办"),
    "note": (NoteForm, "补充情况", "提交"),
    "second": (SecondForm, "发二次督办单", "起草二次督办单"),
    "rebound": (ReasonForm, "认定反弹，重新督办", "认定反弹"),
    "cancel": (ReasonForm, "作废", "作废"),
}
# What stands first, open, as the page's one primary action, in this order.
PRIMARY = ("issue", "sign", "answer", "review", "close")


def order_asked(request: HttpRequest, order_id: int) -> tuple[Order, Hand]:
    """404 for everybody who may not see it, as if there were none."""
    hand = hand_for(request)
    found = order_seen(hand, order_id)
    if found is None:
        raise Http404("没有这份督办单")
    return found, hand


def version_of(request: HttpRequest) -> int:
    return version_in(request.POST.get("version", ""))


def show_order(
    request: HttpRequest,
    order: Order,
    hand: Hand,
    *,
    bound: MoveForm | None = None,
    comment: CommentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; with a form that could not be stored, as it was typed."""
    if status == 409:
        order = order_asked(request, order.pk)[0]  # as it stands now
    page = order_page(order, hand)
    primary = next((move for move in PRIMARY if move in page.moves), "")
    if bound is not None and bound.name in PRIMARY:
        primary = bound.name
    offered = [
        _offer(move, page, bound)
        for move in FORMS
        if move in page.moves or (bound is not None and bound.name == move)
    ]
    context = {
        "page_title": order.title,
        "page": page,
        "order": order,
        "sign": STATES[order.state],
        "primary": next((one for one in offered if one["name"] == primary), None),
        "others": [one for one in offered if one["name"] != primary],
        "opened": bound.name if bound else "",
        "today": clock.today(),
        "is_draft": order.state == OrderState.DRAFT,
        "edits": order.state == OrderState.DRAFT and "issue" in page.moves,
        "comment": (comment or CommentForm(auto_id="comment-%s")) if hand.may_comment else None,
        "comment_opened": comment is not None,
    }
    return render(request, "orders/order_show.html", context, status=status)


def _offer(move: str, page: OrderPage, bound: MoveForm | None) -> dict[str, Any]:
    form, title, submit = FORMS[move]
    shown = bound if bound is not None and bound.name == move else form(move)
    return {"name": move, "form": shown, "title": title, "submit": submit, "danger": move == "cancel"}
