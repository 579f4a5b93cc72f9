"""What is done with circulars."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from chuangmo.access.queries import rights_for
from chuangmo.errors import DomainError, Invalid, Refused, Stale
from chuangmo.keys import version_in
from indicators.plan.models import Plan
from supervision.bulletins import services
from supervision.bulletins.forms import BulletinForm, KindForm, ProposeForm, ReasonForm
from supervision.bulletins.models import Bulletin, BulletinState
from supervision.bulletins.paper import row_table
from supervision.bulletins.rights import approvers
from supervision.bulletins.views.pages import bulletin_asked, show_bulletin
from supervision.gate import person


@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Draw up a circular from what is real now."""
    _require_office(request)
    form = KindForm(request.POST)
    if not form.is_valid():
        messages.error(request, "没有这种通报，请重新选择。")
        return redirect("bulletins:list")
    try:
        one = services.draft_bulletin(by=person(request), plan=Plan.objects.current(), **form.cleaned_data)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("bulletins:list")
    return redirect("bulletins:edit", one.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, bulletin_id: int) -> HttpResponse:
    """The wording of a draft."""
    one = bulletin_asked(request, bulletin_id)
    _require_office(request)
    if request.method != "POST":
        return _edit_page(request, one, BulletinForm(one)) if one.state == "draft" else redirect(one)
    form, status = BulletinForm(one, request.POST), 422
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.save_bulletin(
                by=person(request),
                bulletin_id=one.pk,
                edit=data["edit"],
                title=data["title"],
                addressee=data["addressee"],
                texts=form.texts,
                recipient_ids=[unit.pk for unit in data["recipients"]],
            )
        except Invalid as error:
            for name, fault in error.faults.items():
                form.add_error(name, fault)
        except Stale as error:
            form.add_error(None, str(error))
            status = 409
        else:
            messages.success(request, "通报已保存。")
            return redirect(one)
    return _edit_page(request, one, form, status)


def _edit_page(request: HttpRequest, one: Bulletin, form: BulletinForm, status: int = 200) -> HttpResponse:
    context = {
        "page_title": f"修改通报 · {one.title}",
        "bulletin": one,
        "form": form,
        "blocks": [
            (
                block,
                form[f"title:{block['code']}"],
                form[f"text:{block['code']}"],
                *row_table(block["rows"], one),
            )
            for block in one.blocks
        ],
    }
    return render(request, "bulletins/edit.html", context, status=status)


@require_POST
def rows(request: HttpRequest, bulletin_id: int) -> HttpResponse:
    """Draw the rows anew."""
    one = bulletin_asked(request, bulletin_id)
    _require_office(request)
    return _plain(request, one, services.refresh_rows, "已按现在的情况更新。")


@require_POST
def drop(request: HttpRequest, bulletin_id: int) -> HttpResponse:
    """Throw a draft away."""
    one = bulletin_asked(request, bulletin_id)
    _require_office(request)
    try:
        services.drop_bulletin(by=person(request), bulletin_id=one.pk, edit=_edit_of(request))
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(one)
    messages.success(request, "草稿已删除。")
    return redirect("bulletins:list")


@require_POST
def propose(request: HttpRequest, bulletin_id: int) -> HttpResponse:
    """Put it before the person who is to issue it."""
    one = bulletin_asked(request, bulletin_id)
    _require_office(request)
    form = ProposeForm(approvers(one.office_id, person(request)), request.POST)

    def act() -> object:
        chosen = form.cleaned_data["approver"]
        return services.propose_bulletin(
            by=person(request),
            bulletin_id=one.pk,
            edit=_edit_of(request),
            approver_id=int(chosen) if chosen else None,
        )

    return _form(request, one, form, act, "propose", "已送签。")


@require_POST
def send_back(request: HttpRequest, bulletin_id: int) -> HttpResponse:
    """The approver returns it, or who proposed it takes it back."""
    one = bulletin_asked(request, bulletin_id)
    user = person(request)
    if user.pk not in (one.approver_id, one.proposed_by_id):
        raise Refused("只有签发人可以退回，只有送签人可以撤回")
    form = ReasonForm(request.POST, auto_id="return-%s")

    def act() -> object:
        return services.return_bulletin(
            by=user, bulletin_id=one.pk, edit=_edit_of(request), **form.cleaned_data
        )

    answer = _form(request, one, form, act, "return", "已退回。")
    # The leader who returned it sees drafts no more.
    return (
        answer if answer.status_code != 302 or rights_for(request).is_office else redirect("bulletins:list")
    )


@require_POST
def issue(request: HttpRequest, bulletin_id: int) -> HttpResponse:
    """The approver issues it."""
    one = bulletin_asked(request, bulletin_id)
    if one.state == BulletinState.PROPOSED and one.approver_id != person(request).pk:
        raise Refused(f"这份通报由{one.approver}签发")
    if one.state != BulletinState.PROPOSED and not rights_for(request).is_office:
        raise Refused("这份通报不在待签发状态")
    return _plain(request, one, services.issue_bulletin, "已编号印发，并通知了各单位。")


@require_POST
def cancel(request: HttpRequest, bulletin_id: int) -> HttpResponse:
    """Cancel what was issued."""
    one = bulletin_asked(request, bulletin_id)
    if not rights_for(request).is_office and one.approver_id != person(request).pk:
        raise Refused("只有创模办和签发人可以作废通报")
    form = ReasonForm(request.POST, auto_id="cancel-%s")

    def act() -> object:
        return services.cancel_bulletin(by=person(request), bulletin_id=one.pk, **form.cleaned_data)

    return _form(request, one, form, act, "cancel", "已作废，编号保留。")


def _plain(request: HttpRequest, one: Bulletin, move: Callable[..., Bulletin], told: str) -> HttpResponse:
    try:
        move(by=person(request), bulletin_id=one.pk, edit=_edit_of(request))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, told)
    return redirect(one)


def _form(
    request: HttpRequest, one: Bulletin, form: forms.Form, act: Callable[[], object], name: str, told: str
) -> HttpResponse:
    status = 422
    if form.is_valid():
        try:
            act()
        except Invalid as error:
            for field, fault in error.faults.items():
                form.add_error(field if field in form.fields else None, fault)
        except DomainError as error:
            form.add_error(None, str(error))
            status = 409
        else:
            messages.success(request, told)
            return redirect(one)
    return show_bulletin(request, bulletin_asked(request, one.pk), form, name, status)


def _edit_of(request: HttpRequest) -> int:
    return version_in(request.POST.get("edit", ""))


def _require_office(request: HttpRequest) -> None:
    if not rights_for(request).is_office:
        raise Refused("只有创模办可以起草和送签通报")
