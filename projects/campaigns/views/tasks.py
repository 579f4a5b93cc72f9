"""The list of tasks, and the page of one with its register."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from chuangmo import clock
from chuangmo.access.queries import Rights, rights_for
from chuangmo.errors import Invalid
from chuangmo.keys import key_in
from chuangmo.org.models import Unit
from chuangmo.shell.listing import arrange, is_export, table_workbook
from indicators.plan.models import Indicator, Plan
from projects.campaigns.forms import MemberFilter, TaskFilterForm
from projects.campaigns.models import Member, Post, Task
from projects.campaigns.queries.page import newest_events, share_lines
from projects.campaigns.queries.proofs import proofs_by_member
from projects.campaigns.queries.register import units_of
from projects.campaigns.queries.standings import stands_of
from projects.campaigns.queries.tasks import narrowed, target_words, task_rows
from projects.campaigns.rights import (
    may_verify,
    units_to_list,
    visible_members,
    visible_tasks,
)
from projects.campaigns.services import moves, posts, proofs
from projects.campaigns.signs import LIGHTS
from projects.campaigns.tables import MemberTable, TaskTable
from projects.campaigns.views._asked import person, plan_asked, task_asked

FILTERS = ("section", "unit", "indicator", "light", "q")
PAGE = 100


@require_safe
def current_list(request: HttpRequest) -> HttpResponse:
    return redirect("campaigns:task-list", Plan.objects.current().code)


@require_safe
def task_list(request: HttpRequest, plan: str) -> HttpResponse:
    """The tasks that the person may see, filtered by the address; the same as Excel."""
    found, rights = plan_asked(request, plan)
    values = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    rows = task_rows(rights, narrowed(Task.objects.filter(plan=found), values), clock.today(), values)
    table = arrange(request, TaskTable(rows), per_page=PAGE)
    if is_export(request):
        return table_workbook(request, table, "攻坚任务")
    seen = visible_tasks(rights).filter(plan=found).order_by()
    counts = Counter(row.stands.light for row in rows)
    context = {
        "page_title": "攻坚任务",
        "plan": found,
        "form": TaskFilterForm(values, units=_units(seen), indicators=_indicators(seen)),
        "table": table,
        "lights": [
            (*LIGHTS[light], urlencode({**values, "light": str(light)}), counts[light])
            for light in LIGHTS
            if counts[light]
        ],
        "verified": sum(row.stands.counts.verified for row in rows),
        "members": sum(row.stands.counts.total for row in rows),
    }
    return render(request, "campaigns/task_list.html", context)


def _units(seen: Any) -> list[Unit]:
    mine = Q(led_tasks__in=seen) | Q(tasks__in=seen)
    return list(Unit.objects.filter(mine).distinct().order_by("order", "name"))


def _indicators(seen: Any) -> list[tuple[int, str]]:
    rows = Indicator.objects.filter(tasks__in=seen).distinct().order_by("number")
    return [(one.number, str(one)) for one in rows]


@require_safe
def task_show(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    """One task: how it stands, its register, shares, what happened; the register as Excel."""
    return show_task(request, task_asked(request, plan, code))


def show_task(
    request: HttpRequest, task: Task, error: Invalid | None = None, status: int = 200
) -> HttpResponse:
    """The page; after a refused batch with what was wrong and what was typed."""
    rights = rights_for(request)
    units = units_of(task)
    found = MemberFilter(
        request.GET,
        queryset=visible_members(rights, task).select_related(
            "unit", "county", "post", "ticked_by", "verified_by", "task"
        ),
        units=units,
        posts=_posts(task, rights),
    )
    members = (
        found.qs
        if "state" in request.GET and found.form.is_valid() and request.GET["state"]
        else (found.qs.exclude(state="removed"))
    )
    acts = _acts(rights, task, units)
    table = arrange(request, _register(request, task, members, acts), per_page=PAGE)
    table.has = proofs_by_member(_shown(request, table))
    if is_export(request):
        return table_workbook(request, table, f"{task.name[:20]}名单")
    stands = stands_of([task], clock.today())[task.pk]
    shares = share_lines(rights, task)
    context: dict[str, Any] = {
        "page_title": task.name,
        "task": task,
        "target": target_words(task),
        "stands": stands,
        "light": LIGHTS[stands.light],
        "filter": found,
        "filtered": any(request.GET.get(name) for name in ("unit", "state", "post", "q")),
        "table": table,
        "shares": shares,
        "indicators": task.indicators.order_by("number"),
        "events": newest_events(rights, task),
        "acts": acts,
        "posts": [post for post in _posts(task, rights) if acts["list"]],
        "query": _kept(request.GET),
        "error": error,
        "typed": request.POST if error else QueryDict(),
    }
    return render(request, "campaigns/task_show.html", context, status=status)


def _register(request: HttpRequest, task: Task, members: Any, acts: dict[str, bool]) -> MemberTable:
    """The register as a table; what the page says in other places is a column only in the workbook."""
    hidden = [] if is_export(request) else ["county", "remark"]
    hidden += [] if task.measure else ["value"]
    table = MemberTable(members.order_by("unit__order", "name", "pk"), exclude=hidden)
    if task.measure:
        table.columns["value"].column.verbose_name = task.measure
    table.wanted, table.measure_unit = task.proofs, task.measure_unit
    table.is_chosen = any(acts.values())
    return table


def _shown(request: HttpRequest, table: Any) -> list[int]:
    """Ids of the members on this page, or of all for the workbook."""
    if is_export(request):
        return [row.record.pk for row in table.rows]
    return [row.record.pk for row in table.page.object_list]


def _posts(task: Task, rights: Rights) -> list[Post]:
    units = [unit.pk for unit in units_of(task)]
    seen = units_to_list(rights, task)
    rows = Post.objects.filter(unit__in=units).select_related("unit")
    if seen is not None:
        rows = rows.filter(unit__in=seen)
    return list(rows.order_by("unit__order", "title", "person"))


def _acts(rights: Rights, task: Task, units: list[Unit]) -> dict[str, bool]:
    """What the person may do with members of this register; each member is asked again when it is done."""
    mine = {unit.pk for unit in units}
    allowed = units_to_list(rights, task)
    return {
        "tick": bool(mine & (rights.report | rights.sign_off))
        or Member.objects.filter(task=task, post__user=rights.user.pk).exists(),
        "verify": may_verify(rights, task),
        "list": allowed is None or bool(mine & allowed),
    }


@require_POST
def task_act(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    """One thing for the chosen members: tick off, take back, verify, send back, remove, assign, bring a proof."""
    task = task_asked(request, plan, code)
    chosen = [pk for one in request.POST.getlist("member") if (pk := key_in(one)) is not None]
    try:
        text = _perform(request, task, chosen)
    except Invalid as error:
        return show_task(request, task, error, 422)
    messages.success(request, text)
    query = _kept(QueryDict(request.POST.get("query", "")))
    return redirect(f"{task.get_absolute_url()}{'?' if query else ''}{query}")


def _perform(request: HttpRequest, task: Task, chosen: list[int]) -> str:
    by, act, reason = person(request), request.POST.get("act", ""), request.POST.get("reason", "")
    where: dict[str, Any] = {"by": by, "task_id": task.pk, "member_ids": chosen}
    match act:
        case "tick":
            return _told("销号", moves.tick(**where))
        case "withdraw":
            return _told("撤回", moves.withdraw(**where))
        case "verify":
            return _told("核销", moves.verify(**where))
        case "send_back":
            return _told("退回", moves.send_back(**where, reason=reason))
        case "remove":
            return _told("移出", moves.remove(**where, reason=reason))
        case "assign":
            post = request.POST.get("post", "")
            post_id = key_in(post) or 0
            return f"已把 {posts.assign(**where, post_id=post_id)} 个对象落实到岗。"
        case "proof":
            upload = request.FILES.get("file")
            if upload is None:
                raise Invalid({"file": "请选择文件"})
            rows = proofs.add_proof(**where, proof=request.POST.get("proof", ""), upload=upload)
            return f"已给 {len(rows)} 个对象附上“{rows[0].note}”。"
    raise Invalid({"act": "请选择要办理的事"})


def _told(word: str, moved: moves.Moved) -> str:
    """What happened; where nothing could be done, that is an error and not a success."""
    left = "；".join(f"{name}：{why}" for name, why in moved.left[:20])
    more = f"；等 {len(moved.left)} 个" if len(moved.left) > 20 else ""
    if not moved.done:
        raise Invalid({"members": f"一个也没有{word}。{left}{more}"})
    rest = f"没有{word}的 {len(moved.left)} 个：{left}{more}" if moved.left else ""
    return f"已{word} {moved.done} 个。{rest}"


def _kept(values: QueryDict) -> str:
    """The filters and the page, to come back to."""
    kept = [
        (name, value)
        for name in ("unit", "state", "post", "q", "page", "sort", "columns")
        for value in values.getlist(name)
        if value
    ]
    return urlencode(kept)
