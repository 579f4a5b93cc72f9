"""One member: what proves it, what happened, putting it right; and entering a new one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from chuangmo.access.queries import rights_for
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.org.models import Unit
from projects.campaigns.forms import MemberForm
from projects.campaigns.models import Member, MemberState, Post, Task
from projects.campaigns.queries.page import events_of
from projects.campaigns.queries.proofs import attachments_by_member
from projects.campaigns.queries.register import units_of
from projects.campaigns.rights import may_list, may_tick, may_verify, units_to_list
from projects.campaigns.services import proofs
from projects.campaigns.services.register import Entry, add_member, change_member
from projects.campaigns.signs import STATES
from projects.campaigns.views._asked import counties, member_asked, person, task_asked

CHANGEABLE = (MemberState.OPEN, MemberState.RETURNED)


@require_http_methods(["GET", "HEAD", "POST"])
def member_new(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    """Enter one member by hand."""
    task = task_asked(request, plan, code)
    units = _own_units(request, task)
    form = _form(request, task, units)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                member = add_member(by=person(request), task_id=task.pk, entry=_entry(form))
            except Invalid as error:
                form = _with_faults(request, task, units, error)
            else:
                messages.success(request, f"已登记“{member.name}”。")
                return redirect(member)
        status = 422
    context = {
        "page_title": f"登记{task.member}",
        "task": task,
        "form": form,
        "crumbs": _crumbs(task),
    }
    return render(request, "campaigns/member_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def member_show(request: HttpRequest, member_id: int) -> HttpResponse:
    """One member; posted by whoever may put it right."""
    member = member_asked(request, member_id)
    rights = rights_for(request)
    if request.method != "POST":
        return _page(request, member)
    if not may_list(rights, member.task, member.unit_id):
        raise Refused("您不能改这个单位的名单")
    units = _own_units(request, member.task)
    form = _form(request, member.task, units)
    if not form.is_valid():
        return _page(request, member, form=form, status=422)
    try:
        change_member(
            by=person(request),
            member_id=member.pk,
            version=form.cleaned_data["version"] or 0,
            entry=_entry(form),
        )
    except Invalid as error:
        return _page(request, member, form=_with_faults(request, member.task, units, error), status=422)
    except Stale as error:
        form.add_error(None, str(error))
        return _page(request, member, form=form, status=409)
    messages.success(request, "已保存。")
    return redirect(member)


def _page(
    request: HttpRequest,
    member: Member,
    *,
    form: MemberForm | None = None,
    error: Invalid | None = None,
    status: int = 200,
) -> HttpResponse:
    rights, task = rights_for(request), member.task
    is_open = member.state in CHANGEABLE
    may_edit = is_open and may_list(rights, task, member.unit_id)
    ticks = may_tick(rights, member)
    verifies = may_verify(rights, task)
    files = attachments_by_member([member.pk]).get(member.pk, [])
    context: dict[str, Any] = {
        "page_title": member.name,
        "task": task,
        "member": member,
        "state": STATES[member.state],
        "proofs": [(proof, [row for row in files if row.note == proof]) for proof in task.proofs],
        "others": [row for row in files if row.note not in task.proofs],
        "events": events_of(member),
        "form": form or (_filled(request, member) if may_edit else None),
        "may_edit": may_edit,
        "may_prove": is_open and (ticks or may_edit),
        "may_tick": ticks and is_open,
        "may_withdraw": ticks and member.state == MemberState.TICKED,
        "may_verify": verifies
        and member.state == MemberState.TICKED
        and member.ticked_by_id != rights.user.pk,
        "is_own_tick": verifies
        and member.state == MemberState.TICKED
        and member.ticked_by_id == rights.user.pk,
        "may_send_back": verifies and member.state in (MemberState.TICKED, MemberState.VERIFIED),
        "error": error,
        "crumbs": _crumbs(task),
    }
    return render(request, "campaigns/member_show.html", context, status=status)


@require_POST
def member_attach(request: HttpRequest, member_id: int) -> HttpResponse:
    """Bring files that prove a member."""
    member = member_asked(request, member_id)
    uploads = request.FILES.getlist("file")
    try:
        if not uploads:
            raise Invalid({"file": "请选择文件"})
        for upload in uploads:
            proofs.add_proof(
                by=person(request),
                task_id=member.task_id,
                member_ids=[member.pk],
                proof=request.POST.get("proof", ""),
                upload=upload,
            )
    except Invalid as error:
        return _page(request, member, error=error, status=422)
    messages.success(request, "依据已附上。")
    return redirect(member)


@require_POST
def member_detach(request: HttpRequest, member_id: int, attachment_id: int) -> HttpResponse:
    """Take a file off."""
    member = member_asked(request, member_id)
    proofs.remove_proof(by=person(request), member_id=member.pk, attachment_id=attachment_id)
    messages.success(request, "依据已移除。")
    return redirect(member)


# The form -----------------------------------------------------------------------------------------------


def _own_units(request: HttpRequest, task: Task) -> list[Unit]:
    """The task's units for which the person may enter members. Refused where there is none."""
    allowed = units_to_list(rights_for(request), task)
    found = [unit for unit in units_of(task) if allowed is None or unit.pk in allowed]
    if not found:
        raise Refused("只有责任单位、牵头单位或创模办可以登记对象")
    return found


def _form(request: HttpRequest, task: Task, units: Sequence[Unit], asks_apart: bool = False) -> MemberForm:
    data = request.POST if request.method == "POST" else None
    initial = {"unit": units[0].pk} if len(units) == 1 else {}
    return MemberForm(
        data,
        task=task,
        units=units,
        counties=counties(),
        posts=_posts(units),
        asks_apart=asks_apart or bool(data and data.get("is_apart")),
        initial=initial,
    )


def _filled(request: HttpRequest, member: Member) -> MemberForm:
    units = _own_units(request, member.task)
    initial = {
        "name": member.name,
        "code": member.code,
        "unit": member.unit_id,
        "county": member.county_id,
        "post": member.post_id,
        "value": member.value,
        "remark": member.remark,
        "version": member.version,
    }
    return MemberForm(
        task=member.task, units=units, counties=counties(), posts=_posts(units), initial=initial
    )


def _with_faults(request: HttpRequest, task: Task, units: Sequence[Unit], error: Invalid) -> MemberForm:
    form = _form(request, task, units, asks_apart="is_apart" in error.faults)
    form.is_valid()
    for name, text in error.faults.items():
        form.add_error(name if name in form.fields else None, text)
    return form


def _posts(units: Sequence[Unit]) -> list[Post]:
    rows = Post.objects.filter(unit__in=[unit.pk for unit in units]).select_related("unit")
    return list(rows.order_by("unit__order", "title", "person"))


def _entry(form: MemberForm) -> Entry:
    data = form.cleaned_data
    return Entry(
        name=data["name"],
        unit_id=data["unit"],
        code=data["code"],
        county_id=data["county"],
        post_id=data["post"],
        value=data.get("value"),
        remark=data["remark"],
        is_apart=data["is_apart"],
    )


def _crumbs(task: Task) -> list[tuple[str, str]]:
    return [
        ("攻坚任务", reverse("campaigns:task-list", args=[task.plan.code])),
        (task.name, task.get_absolute_url()),
    ]
