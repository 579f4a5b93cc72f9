"""What the office gave out."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from archives.books.forms import IssuedFilter, WithdrawForm
from archives.books.models import State
from archives.books.queries import issued_files, kept_copies
from archives.books.rights import may_give_out
from archives.books.services import withdraw
from chuangmo.access.models import User
from chuangmo.access.queries import rights_for
from chuangmo.errors import Refused, Stale

__all__ = ["issued_list", "issued_withdraw"]

PAGE = 50


@require_safe
def issued_list(request: HttpRequest) -> HttpResponse:
    """Every file that was given out."""
    _ask_office(request)
    filters = IssuedFilter(request.GET)
    page = Paginator(filters.narrow(issued_files()), PAGE).get_page(request.GET.get("page"))
    copies = kept_copies(page.object_list)
    for issued in page.object_list:
        issued.copy_id = copies.get(issued.pk)  # type: ignore[attr-defined]
    return render(
        request,
        "books/issued_list.html",
        {"page_title": "出具的文件", "filters": filters, "page": page, "filtered": any(request.GET.values())},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def issued_withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Withdraw one: asked for the reason first."""
    _ask_office(request)
    issued = get_object_or_404(issued_files(), code=code)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw(issued=issued, reason=form.cleaned_data["reason"], by=cast(User, request.user))
        except Stale as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"已作废：{issued.title}。核验它的人会看到原因。")
        return redirect("books:issued-list")
    if issued.state != State.ISSUED:
        messages.warning(request, f"这个文件{issued.get_state_display()}，不必再作废。")
        return redirect("books:issued-list")
    return render(
        request, "books/issued_withdraw.html", {"page_title": "作废文件", "form": form, "issued": issued}
    )


def _ask_office(request: HttpRequest) -> None:
    if not may_give_out(rights_for(request)):
        raise Refused("只有创模办可以查看和作废出具的文件。")
