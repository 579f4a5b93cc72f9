"""Orders: list, draft, one of them, its form on paper; what came back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_safe

from chuangmo.days import long_date
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.org.models import Unit
from chuangmo.shell.listing import arrange, download, is_export, table_workbook
from chuangmo.shell.printing import render_pdf
from supervision.gate import person
from supervision.inspections.models import Finding
from supervision.inspections.rights import Hand, hand_for, visible_findings
from supervision.inspections.views._asked import add_faults, reader
from supervision.orders.forms import OrderFilter, OrderForm
from supervision.orders.models import Order, OrderState, Rebound
from supervision.orders.queries.lists import listed_orders, listed_rebounds
from supervision.orders.queries.page import order_page
from supervision.orders.rights import may_act
from supervision.orders.services import change_draft, draft_order
from supervision.orders.signs import STATES
from supervision.orders.tables import OrderTable
from supervision.orders.views._asked import order_asked, show_order, version_of

PAGE = 50


@require_safe
def order_list(request: HttpRequest) -> HttpResponse:
    """The orders that the person may see, filtered by the address; open ones by default."""
    hand = reader(request)
    found = OrderFilter(request.GET, queryset=listed_orders(hand), request=request)
    table = arrange(request, OrderTable(found.qs))
    if is_export(request):
        return table_workbook(request, table, "督办单")
    context = {"page_title": "督办单", "filter": found, "table": table, "may_draft": bool(hand.seats)}
    return render(request, "orders/order_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def order_new(request: HttpRequest) -> HttpResponse:
    """Draft an order: by hand, from a finding (?finding=) or from a verdict that fell (?rebound=)."""
    hand = reader(request)
    if not hand.seats:
        raise Refused("只有创模办、县区创模办和督查机构可以起草督办单")
    source = _source(request, hand)
    if request.method != "POST":
        return _form(request, OrderForm(hand, initial=OrderForm.fresh(**source["known"])), "起草督办单", None)
    form = OrderForm(hand, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            order = draft_order(
                by=person(request),
                office=Unit.objects.get(pk=data.pop("office")),
                **data,
                **source["columns"],
            )
        except Invalid as error:
            add_faults(form, error)
        else:
            messages.success(request, "草稿已保存，核对后签发。")
            return redirect(order)
    return _form(request, form, "起草督办单", None, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def order_edit(request: HttpRequest, order_id: int) -> HttpResponse:
    """Put a draft right."""
    order, hand = order_asked(request, order_id)
    if not may_act(hand, order):
        raise Refused("只有签发单位的人员可以修改草稿")
    if order.state != OrderState.DRAFT:
        raise Refused("督办单已经签发，不能再改；有误的作废后重发")
    if request.method != "POST":
        form = OrderForm(hand, row=order, initial=OrderForm.initial_of(order))
        return _form(request, form, "修改草稿", order)
    form, status = OrderForm(hand, request.POST, row=order), 422
    if form.is_valid():
        try:
            change_draft(
                by=person(request), order_id=order.pk, version=version_of(request), asked=form.asked()
            )
        except Invalid as error:
            add_faults(form, error)
        except Stale as error:
            form.add_error(None, str(error))
            status = 409
        else:
            messages.success(request, "已保存。")
            return redirect(order)
    return _form(request, form, "修改草稿", order, status=status)


@require_safe
def order_show(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order with its story and what the person may do."""
    order, hand = order_asked(request, order_id)
    return show_order(request, order, hand)


@require_safe
def order_paper(request: HttpRequest, order_id: int) -> HttpResponse:
    """The A4 form, with a code that opens the order."""
    order, hand = order_asked(request, order_id)
    page = order_page(order, hand)
    address = settings.SITE_URL + order.get_absolute_url()
    content = render_pdf(
        "orders/paper.html",
        {
            "page_title": order.get_kind_display(),
            "order": order,
            "page": page,
            "sign": STATES[order.state],
            "story": [line for line in reversed(page.story) if line.word not in ("起草", "办结")],
            "address": address,
            "code": mark_safe(code_of(address)),
            "printed_by": str(request.user),
        },
    )
    name = order.document_number or f"督办单草稿 {order.pk}"
    return download(content, "application/pdf", f"{name}.pdf")


@require_safe
def rebound_list(request: HttpRequest) -> HttpResponse:
    """What came back, what still counts first."""
    hand = reader(request)
    page = Paginator(listed_rebounds(hand), PAGE).get_page(request.GET.get("page"))
    rows = [(one, STATES[one.order.state] if one.order else None) for one in page]
    context = {"page_title": "反弹", "page": page, "rows": rows, "may_draft": bool(hand.seats)}
    return render(request, "orders/rebound_list.html", context)


def code_of(address: str) -> str:
    """The QR code of an address as inline SVG: only digits and path commands of ours, safe in a page."""
    import segno

    return str(segno.make(address, error="m").svg_inline(scale=3, border=2))


# Pieces ---------------------------------------------------------------------------------------------------


def _source(request: HttpRequest, hand: Hand) -> dict[str, dict[str, Any]]:
    """What the address names as the order's reason; 404 for what the person may not see."""
    if text := request.GET.get("finding"):
        return _from_finding(_one(text, visible_findings(hand).filter(released_at__isnull=False)))
    if text := request.GET.get("rebound"):
        return _from_rebound(_one(text, listed_rebounds(hand)))
    return {"known": {}, "columns": {}}


def _from_finding(finding: Finding) -> dict[str, dict[str, Any]]:
    known = {
        "unit": finding.unit_id,
        "title": f"{finding.place}{finding.kind}问题整改"[:120],
        "requirements": f"{long_date(finding.found_on)}检查发现：{finding.text}\n请于办结期限前整改到位，反馈整改情况和照片。",
        "place": finding.place,
        "indicator": finding.indicator_id,
        "project": finding.project_id,
    }
    columns = {
        "finding": finding,
        "source_kind": "finding",
        "source_id": finding.pk,
        "source_label": f"检查发现：{finding}",
        "source_url": finding.get_absolute_url(),
    }
    return {"known": known, "columns": columns}


def _from_rebound(rebound: Rebound) -> dict[str, dict[str, Any]]:
    indicator = rebound.indicator
    known = {
        "title": f"{indicator.short_name}反弹整改" if indicator else "反弹整改",
        "requirements": f"{rebound.text}。请查明原因，限期整改，反馈情况。",
        "indicator": rebound.indicator_id,
    }
    columns = {
        "source_kind": "rebound",
        "source_id": rebound.pk,
        "source_label": f"反弹：{rebound.text}",
        "source_url": reverse("orders:rebound-list"),
    }
    return {"known": known, "columns": columns}


def _one(text: str, rows: Any) -> Any:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404("没有这一条")
    found = rows.filter(pk=int(text)).first()
    if found is None:
        raise Http404("没有这一条")
    return found


def _form(
    request: HttpRequest, form: OrderForm, title: str, order: Order | None, status: int = 200
) -> HttpResponse:
    context = {"page_title": title, "form": form, "order": order, "seats": hand_for(request).seats}
    return render(request, "orders/order_form.html", context, status=status)
