"""Each unit's share of a task: whether its list is complete, its posts and persons, giving out what nobody has."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from chuangmo import clock
from chuangmo.access.queries import rights_for
from chuangmo.errors import Invalid
from chuangmo.keys import key_in
from projects.campaigns.models import Share, Task
from projects.campaigns.queries.page import accounts_of, share_lines
from projects.campaigns.services import posts, shares
from projects.campaigns.views._asked import person, task_asked


@require_safe
def share_list(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    """The shares of a task."""
    return _page(request, task_asked(request, plan, code))


def _page(
    request: HttpRequest,
    task: Task,
    *,
    error: Invalid | None = None,
    at: int | None = None,
    status: int = 200,
) -> HttpResponse:
    lines = share_lines(rights_for(request), task)
    mine = [line.share.unit_id for line in lines if line.may_change]
    accounts = accounts_of(mine, clock.today())
    context: dict[str, Any] = {
        "page_title": "分解落实",
        "task": task,
        "lines": [(line, accounts.get(line.share.unit_id, [])) for line in lines],
        "error": error,
        "at": at,
        "typed": request.POST if error else {},
        "crumbs": [
            ("攻坚任务", reverse("campaigns:task-list", args=[task.plan.code])),
            (task.name, task.get_absolute_url()),
        ],
    }
    return render(request, "campaigns/share_list.html", context, status=status)


@require_POST
def share_act(request: HttpRequest, plan: str, code: str, share_id: int) -> HttpResponse:
    """Close or open the list, make a post, give a post everything that nobody has."""
    task = task_asked(request, plan, code)
    share = get_object_or_404(Share, pk=share_id, task=task, passed_to=None)
    try:
        text = _perform(request, task, share)
    except Invalid as error:
        return _page(request, task, error=error, at=share.pk, status=422)
    messages.success(request, text)
    return redirect("campaigns:share-list", task.plan.code, task.code)


def _perform(request: HttpRequest, task: Task, share: Share) -> str:
    by, sent = person(request), request.POST
    match sent.get("act", ""):
        case "close":
            shares.close_list(by=by, share_id=share.pk, none_reason=sent.get("none_reason", ""))
            return "名单已报齐。"
        case "reopen":
            shares.reopen_list(by=by, share_id=share.pk)
            return "名单已重新打开。"
        case "post":
            user = key_in(sent.get("user", ""))
            post = posts.add_post(
                by=by,
                task_id=task.pk,
                unit_id=share.unit_id,
                title=sent.get("title", ""),
                person=sent.get("person", ""),
                phone=sent.get("phone", ""),
                user_id=user,
            )
            return f"已设岗：{post}。"
        case "give":
            count = posts.assign_rest(by=by, task_id=task.pk, post_id=key_in(sent.get("post", "")) or 0)
            return f"已把 {count} 个未落实的对象落实到岗。"
    raise Invalid({"act": "请选择要办理的事"})
