"""Queues, the page of one case, and the moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from chuangmo.access.models import User
from chuangmo.access.queries import Rights, rights_for
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.review import queries, services
from chuangmo.review.forms import MoveForm, items_in, remarks_in
from chuangmo.review.kinds import Kind, all_kinds, kind_of
from chuangmo.review.models import Case, Revision
from chuangmo.review.rules import (
    ACCEPT,
    SEND_BACK,
    SIGN_OFF,
    STATE_OF_STEP,
    STEPS,
    SUBMIT,
    VERIFY,
    WITHDRAW,
    WORDS,
)

MOVES: Mapping[str, Callable[..., Case]] = {
    "submit": services.submit,
    "withdraw": services.withdraw,
    "sign_off": services.sign_off,
    "verify": services.verify,
    "accept": services.accept,
    "send_back": services.send_back,
    "unlock": services.unlock,
}
BATCHES: Mapping[str, Callable[..., services.BatchResult]] = {
    SIGN_OFF: services.sign_off_many,
    VERIFY: services.verify_many,
    ACCEPT: services.accept_many,
}
STEP_OF_SLUG = {slug: step for step, slug in queries.SLUGS.items()}
FILTERS = ("kind", "indicator", "unit", "month")


@dataclass(frozen=True, slots=True)
class Tab:
    """One queue in the row of links."""

    label: str
    url: str
    count: int | None
    current: bool


# Queues ------------------------------------------------------------------------------------------------


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the first step where something waits, of the first kind that has any."""
    rights = rights_for(request)
    _require_part(rights)
    for kind in all_kinds():
        waiting = queries.waiting_at(kind, rights, kind.steps(rights))
        if waiting:
            return redirect(_of_kind(waiting[0].url, kind))
    steps = all_kinds()[0].steps(rights)
    return redirect("review:queue", queries.SLUGS[steps[0]] if steps else "returned")


@require_safe
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits at one step, most overdue first; or what came back."""
    rights, kind, step = rights_for(request), _kind_asked(request), STEP_OF_SLUG[slug]
    _require_step(kind, rights, step)
    values = _filters(request)
    filters = kind.filters(queries.filter_rows(kind, step, rights), values)
    cases: Any = queries.Queue(kind, step, rights, filters.count)
    if values:
        cases = queries.ordered(kind.narrow(kind.queue(step, rights), values))
    page = Paginator(cases, queries.PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    context = {
        "page_title": "退回的材料" if step == SEND_BACK else f"待{WORDS[step]}",
        "tabs": _tabs(kind, rights, slug, filters.count),
        "links": [*_other_kinds(kind, rights), *kind.links(rights)],
        "filters": filters.choices,
        "page": page,
        "query": urlencode(values),
        "slug": slug,
        "step_word": WORDS[step],
    }
    if step == SEND_BACK:
        return render(request, "review/returned.html", {**context, "rows": queries.came_back(kind, shown)})
    rows = queries.queue_rows(kind, shown, _user(request), _with_query("", values))
    return render(
        request,
        "review/queue.html",
        {**context, "rows": rows, "clean_count": sum(row.is_clean for row in rows)},
    )


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """What the person did in reviews, newest first."""
    rights, kind = rights_for(request), all_kinds()[0]
    _require_part(rights)
    page = Paginator(queries.my_events(_user(request)), queries.PAGE).get_page(request.GET.get("page"))
    ids = [event.case_id for event in page.object_list]
    headings = {pk: heading for one in all_kinds() for pk, heading in one.headings(ids).items()}
    rows = [
        {"event": event, "heading": headings[event.case_id], "word": WORDS[event.action]}
        for event in page.object_list
        if event.case_id in headings
    ]
    context = {"page_title": "我办过的", "tabs": _tabs(kind, rights, "done"), "page": page, "rows": rows}
    return render(request, "review/done.html", context)


@require_POST
def batch(request: HttpRequest, slug: str) -> HttpResponse:
    """The step for every chosen clean case."""
    rights, kind, step = rights_for(request), _kind_asked(request), STEP_OF_SLUG[slug]
    if step not in BATCHES:
        raise Http404
    _require_step(kind, rights, step)
    items = items_in(request.POST)
    if not items:
        messages.warning(request, "没有选中任何一份。")
    else:
        result = BATCHES[step](items=items, by=_user(request))
        if result.done:
            messages.success(request, f"已{WORDS[step]} {len(result.done)} 份。")
        for failure in result.failed:
            messages.error(request, f"{failure.label} 没有{WORDS[step]}：{failure.reason}")
    return redirect(_with_query(reverse("review:queue", args=[slug]), _filters(request)))


def _tabs(kind: Kind, rights: Rights, current: str, count: int | None = None) -> list[Tab]:
    """The queues with what waits in each; `count` is that of the current one."""
    steps = kind.steps(rights)
    others = [step for step in steps if queries.SLUGS[step] != current]
    query = "" if kind is all_kinds()[0] else f"?kind={kind.name}"
    counts = {one.step: one.count for one in queries.waiting_at(kind, rights, others)}
    counts |= {STEP_OF_SLUG[current]: count} if count is not None else {}
    tabs = [
        Tab(
            f"待{WORDS[step]}",
            reverse("review:queue", args=[slug]) + query,
            counts.get(step, 0),
            slug == current,
        )
        for step, slug in queries.SLUGS.items()
        if step in steps
    ]
    tabs.append(Tab("退回", reverse("review:queue", args=["returned"]) + query, None, current == "returned"))
    return [*tabs, Tab("已办", reverse("review:done"), None, current == "done")]


def _kind_asked(request: HttpRequest) -> Kind:
    """The kind whose queue the address asks for; the first where it names none that there is."""
    asked = request.GET.get("kind", "")
    return next((kind for kind in all_kinds() if kind.name == asked), all_kinds()[0])


def _kind_query(kind: Kind) -> dict[str, str]:
    """What leads to the queues of this kind; the first one needs no word."""
    return {} if kind is all_kinds()[0] else {"kind": kind.name}


def _of_kind(url: str, kind: Kind) -> str:
    return _with_query(url, _kind_query(kind))


def _other_kinds(current: Kind, rights: Rights) -> list[tuple[str, str]]:
    """Links to the queues of the other kinds where something waits, with how much."""
    links = []
    for kind in all_kinds():
        waiting = queries.waiting_at(kind, rights, kind.steps(rights)) if kind is not current else []
        if waiting:
            count = sum(step.count for step in waiting)
            links.append((f"{kind.label} {count} 份", _of_kind(waiting[0].url, kind)))
    return links


def _require_part(rights: Rights) -> None:
    if not (rights.report or rights.sign_off or rights.accept):
        raise Refused("您没有审核任务")


def _require_step(kind: Kind, rights: Rights, step: str) -> None:
    _require_part(rights)
    if step != SEND_BACK and step not in kind.steps(rights):
        raise Refused(f"您没有{WORDS[step]}的权限")


# One case ----------------------------------------------------------------------------------------------


@require_safe
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """The last revision with what changed; for those whose step it is, with the buttons."""
    return _page(request, _visible(request, case_id))


@require_safe
def revision(request: HttpRequest, case_id: int, number: int) -> HttpResponse:
    """An earlier revision, as it was."""
    found = _visible(request, case_id)
    get_object_or_404(Revision, case=found, number=number)
    return _page(request, found, number=number)


@require_POST
def move(request: HttpRequest, case_id: int, action: str) -> HttpResponseBase:
    """One move; afterwards the next case of the queue, or the report for its unit."""
    _visible(request, case_id)
    form = MoveForm(request.POST)
    if not form.is_valid():
        raise Invalid({"revision_no": "页面不完整或说明过长（2000 字以内），请刷新后再试"})
    reason, remarks = form.cleaned_data["reason"], remarks_in(request.POST)
    try:
        moved = MOVES[action](
            case_id=case_id,
            revision_no=form.cleaned_data["revision_no"],
            by=_user(request),
            reason=reason,
            remarks=remarks,
        )
    except (Stale, Invalid) as error:
        if _wants_json(request):
            raise
        return _not_moved(request, case_id, action, error, reason, remarks)
    return _moved(request, moved, action)


def _visible(request: HttpRequest, case_id: int) -> Case:
    found = get_object_or_404(Case.objects.select_related("unit", "submitted_by"), pk=case_id)
    if not kind_of(found).can_see(rights_for(request), found):
        raise Http404
    return found


def _page(
    request: HttpRequest,
    found: Case,
    *,
    number: int | None = None,
    error: Stale | Invalid | None = None,
    reason: str = "",
    remarks: Mapping[str, str] | None = None,
) -> HttpResponse:
    faults = error.faults if isinstance(error, Invalid) else {}
    view = queries.case_view(found, viewer=_user(request), number=number, typed=remarks, faults=faults)
    step = STEPS.get(found.state)
    filters = {**_filters(request), **_kind_query(kind_of(found))}
    may = queries.moves_for(found, rights_for(request)) if number in (None, found.revision_no) else {}
    context: dict[str, Any] = {
        "page_title": view.heading.title,
        "view": view,
        "case": found,
        "may": may,
        "step_word": WORDS.get(step or "", ""),
        "approve_url": reverse(f"review:{queries.SLUGS[step]}", args=[found.pk]) if step else "",
        "is_old": view.revision is not None and view.revision.number != found.revision_no,
        "query": urlencode(filters),
        "queue_url": _with_query(reverse("review:queue", args=[queries.SLUGS[step]]), filters)
        if step and may.get("approve")
        else "",
        "error": error,
        "fault_of_reason": faults.get("reason", ""),
        "typed_reason": reason,
        "typed_any": bool(reason or remarks),
    }
    status = {Stale: 409, Invalid: 422}.get(type(error), 200) if error else 200
    return render(request, "review/case.html", context, status=status)


def _not_moved(
    request: HttpRequest,
    case_id: int,
    action: str,
    error: Stale | Invalid,
    reason: str,
    remarks: Mapping[str, str],
) -> HttpResponse:
    """Nothing typed is lost: the reviewer gets the page back with it; the unit's clerk goes back to the report."""
    found = _visible(request, case_id)
    if action in (SUBMIT, WITHDRAW):
        faults = list(dict.fromkeys(error.faults.values())) if isinstance(error, Invalid) else [str(error)]
        messages.error(request, f"没有{WORDS[action]}：" + "；".join(faults[:8]))
        return redirect(kind_of(found).headings([found.pk])[found.pk].url)
    return _page(request, found, error=error, reason=reason, remarks=remarks)


def _moved(request: HttpRequest, moved: Case, action: str) -> HttpResponseBase:
    kind = kind_of(moved)
    heading = kind.headings([moved.pk])[moved.pk]
    word = f"已{WORDS[action]}"
    if action == SUBMIT:
        word = f"已提交（第 {moved.revision_no} 稿），现为“{moved.get_state_display()}”"
    url = _after(request, moved, action, heading.url)
    if _wants_json(request):
        return JsonResponse(
            {"state": moved.state, "revision_no": moved.revision_no, "url": url, "message": word}
        )
    messages.success(request, f"{word}：{heading.label}")
    return redirect(url)


def _after(request: HttpRequest, moved: Case, action: str, report_url: str) -> str:
    """The next one of the same queue, else the queue; the unit's clerk stays with the report."""
    if action in (SUBMIT, WITHDRAW):
        return report_url
    step = _step_done(moved, action)
    if step is None:
        return reverse("review:case", args=[moved.pk])
    kind = kind_of(moved)
    filters = {**_filters(request), **_kind_query(kind)}
    waiting: QuerySet[Case] = kind.narrow(kind.queue(step, rights_for(request)), filters)
    following = queries.ordered(waiting).exclude(pk=moved.pk).first()
    if following is None:
        return _with_query(reverse("review:queue", args=[queries.SLUGS[step]]), filters)
    return _with_query(reverse("review:case", args=[following.pk]), filters)


def _step_done(moved: Case, action: str) -> str | None:
    """The step that the person just did; a return is done from the state that it left."""
    if action in STATE_OF_STEP:
        return action
    if action != SEND_BACK:
        return None
    event = moved.events.filter(action=SEND_BACK).latest("id")
    return STEPS.get(event.from_state)


def _filters(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in FILTERS if request.GET.get(name)}


def _with_query(url: str, filters: Mapping[str, str]) -> str:
    return f"{url}?{urlencode(filters)}" if filters else url


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
