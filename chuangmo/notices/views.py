"""One's notices: the list, one of them, and one's settings. Seeing is noted by POST only."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chuangmo.access.models import User
from chuangmo.notices import services
from chuangmo.notices.forms import NoticeFilter, PreferenceForm
from chuangmo.notices.models import DeliveryRules, Notice, Preference
from chuangmo.notices.queries import kinds_of, notices_of, unseen_count

PAGE = 20


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """What asks for attention first, then the rest."""
    user = _user(request)
    filters = NoticeFilter(request.GET or None, kinds=kinds_of(user))
    rows = notices_of(user, **filters.chosen)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    newest = max((notice.pk for notice in page.object_list), default=0)
    context = {
        "page_title": "通知",
        "filters": filters,
        "page": page,
        "unseen": unseen_count(user.pk),
        "newest": newest,
        "is_filtered": any(filters.chosen.values()),
    }
    return render(request, "notices/list.html", context)


@require_safe
def show(request: HttpRequest, notice_id: int) -> HttpResponse:
    """One notice, where links in mails lead; a small script notes that it was seen."""
    notice = _mine(request, notice_id)
    return render(request, "notices/show.html", {"page_title": notice.title, "notice": notice})


@require_POST
def see(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Note that a notice was seen; a script gets no page."""
    notice = _mine(request, notice_id)
    services.mark_seen(notice_id=notice.pk, by=_user(request))
    if request.headers.get("HX-Request") == "true" or request.headers.get("Accept") == "text/plain":
        return HttpResponse(status=204)
    return redirect("notices:list")


@require_POST
def see_all(request: HttpRequest) -> HttpResponse:
    """Note that all were seen that the page knew of."""
    text = request.POST.get("up_to", "")
    up_to = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    count = services.mark_all_seen(by=_user(request), up_to=up_to)
    messages.success(request, f"{count} 条已标为已看。")
    return redirect("notices:list")


@require_POST
def open_place(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Note that a notice was seen, and lead to the place it speaks of."""
    notice = _mine(request, notice_id)
    services.mark_seen(notice_id=notice.pk, by=_user(request))
    return redirect(notice.url or "notices:list")


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """How I want to be told."""
    user = _user(request)
    row = Preference.objects.filter(user=user).first() or Preference(user=user)
    form = PreferenceForm(request.POST or None, instance=row, by=user)
    if request.method == "POST" and form.is_valid():
        form.perform()
        messages.success(request, "通知设置已保存。")
        return redirect("notices:settings")
    context = {"page_title": "通知设置", "form": form, "rules": DeliveryRules.current(), "email": user.email}
    return render(request, "notices/settings.html", context)


def _mine(request: HttpRequest, notice_id: int) -> Notice:
    """A notice of the person's own: others' are as good as not there."""
    rows = Notice.objects.filter(user=_user(request)).select_related("unit")
    return get_object_or_404(rows, pk=notice_id)


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
