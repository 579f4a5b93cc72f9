"""What is done with letters."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from chuangmo.access.queries import rights_for
from chuangmo.errors import DomainError, Invalid, Refused, Stale
from chuangmo.keys import version_in
from indicators.plan.models import Plan
from supervision.gate import person
from supervision.letters import services
from supervision.letters.forms import BlocksForm, ReasonForm, SignForm
from supervision.letters.models import LetterVersion, VersionState
from supervision.letters.paper import fact_table
from supervision.letters.rights import may_sign
from supervision.letters.views.pages import letter_asked, show_letter, version_asked


@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Draft the letters that are missing."""
    _require_office(request)
    try:
        made = services.draft_letters(by=person(request), plan=Plan.objects.current())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"起草了 {len(made)} 份责任书。" if made else "各单位都已经有责任书。")
    return redirect("letters:list")


@require_POST
def revise(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Begin a new version."""
    letter = letter_asked(request, letter_id)
    _require_office(request)
    form, status = ReasonForm(request.POST), 422
    if form.is_valid():
        try:
            made = services.revise_letter(by=person(request), letter_id=letter.pk, **form.cleaned_data)
        except Invalid as error:
            form.add_error("reason", str(error))
        except DomainError as error:
            form.add_error(None, str(error))
            status = 409
        else:
            return redirect("letters:edit", made.pk)
    return show_letter(request, letter, form, status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, version_id: int) -> HttpResponse:
    """The wording of a draft."""
    one = version_asked(request, version_id)
    _require_office(request)
    if request.method != "POST":
        if one.state != VersionState.DRAFT:
            return redirect(one.letter.get_absolute_url())
        return _edit_page(request, one, BlocksForm(one))
    form, status = BlocksForm(one, request.POST), 422
    if form.is_valid():
        try:
            services.save_blocks(
                by=person(request), version_id=one.pk, edit=form.cleaned_data["edit"], texts=form.texts
            )
        except Invalid as error:
            for name, fault in error.faults.items():
                form.add_error(name, fault)
        except Stale as error:
            form.add_error(None, str(error))
            status = 409
        else:
            messages.success(request, "责任书已保存。")
            return redirect("letters:edit", one.pk)
    return _edit_page(request, one, form, status)


def _edit_page(request: HttpRequest, one: LetterVersion, form: BlocksForm, status: int = 200) -> HttpResponse:
    context = {
        "page_title": f"{one.letter} · 第 {one.number} 版草稿",
        "version": one,
        "letter": one.letter,
        "form": form,
        "blocks": [
            (
                block,
                form[f"title:{block['code']}"],
                form[f"text:{block['code']}"],
                *(fact_table(block["facts"], one.facts) if block["facts"] else ([], [])),
            )
            for block in one.blocks
        ],
    }
    return render(request, "letters/edit.html", context, status=status)


@require_POST
def facts(request: HttpRequest, version_id: int) -> HttpResponse:
    """Take the facts of today into a draft."""
    return _act(
        request, version_id, services.refresh_facts, "已按现在的职责、工程和任务更新。", "letters:edit"
    )


@require_POST
def issue(request: HttpRequest, version_id: int) -> HttpResponse:
    """Number it and send it to the unit."""
    return _act(request, version_id, services.issue_letter, "已编号下发，并通知责任单位签订。", "")


def _act(
    request: HttpRequest, version_id: int, move: Callable[..., LetterVersion], told: str, then: str
) -> HttpResponse:
    one = version_asked(request, version_id)
    _require_office(request)
    number = version_in(request.POST.get("edit", ""))
    try:
        move(by=person(request), version_id=one.pk, edit=number)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, told)
    return redirect(then, one.pk) if then else redirect(one.letter.get_absolute_url())


@require_POST
def sign(request: HttpRequest, version_id: int) -> HttpResponse:
    """Hand in the signed copy."""
    one = version_asked(request, version_id)
    if not may_sign(rights_for(request), one.letter):
        raise Refused("只有责任单位的审核人和创模办可以登记签订")
    form, status = SignForm(request.POST, request.FILES), 422
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.sign_letter(
                by=person(request),
                version_id=one.pk,
                upload=data["file"],
                signer=data["signer"],
                signed_on=data["signed_on"],
            )
        except Invalid as error:
            for name, fault in error.faults.items():
                form.add_error(name if name in form.fields else "file", fault)
        except DomainError as error:
            form.add_error("file" if not isinstance(error, Stale) else None, str(error))
            status = 409 if isinstance(error, Stale) else 422
        else:
            messages.success(request, "责任书已签订。")
            return redirect(one.letter.get_absolute_url())
    return show_letter(request, one.letter, form, status)


def _require_office(request: HttpRequest) -> None:
    if not rights_for(request).is_office:
        raise Refused("只有创模办可以起草和下发责任书")
