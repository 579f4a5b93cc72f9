"""The list of letters, one letter with its versions, its PDF and DOCX."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from chuangmo.access.queries import rights_for
from chuangmo.errors import Refused
from chuangmo.shell.listing import DOCX, download
from indicators.plan.models import Plan
from supervision.letters.forms import ReasonForm, SignForm
from supervision.letters.models import Letter, LetterVersion, VersionState
from supervision.letters.paper import fact_table, letter_paper
from supervision.letters.queries import letter_lines
from supervision.letters.rights import may_sign, visible_letters, visible_versions
from supervision.papers.services import paper_docx, paper_pdf

SIGNS = {
    VersionState.DRAFT: "draft",
    VersionState.ISSUED: "in_review",
    VersionState.SIGNED: "accepted",
    VersionState.REPLACED: "renewed",
}


@require_safe
def letter_list(request: HttpRequest) -> HttpResponse:
    """The letters of the current plan."""
    rights = rights_for(request)
    if not rights.sees_campaign:
        raise Refused("您的角色不能查看目标责任书；如需查看，请联系管理员。")
    plan = Plan.objects.current()
    lines = letter_lines(plan, rights)
    context = {
        "page_title": "目标责任书",
        "plan": plan,
        "lines": [
            (line, SIGNS[VersionState((line.in_force or line.draft).state)])  # type: ignore[union-attr]
            for line in lines
        ],
        "is_office": rights.is_office,
        "signed": sum(line.in_force is not None and line.in_force.state == "signed" for line in lines),
    }
    return render(request, "letters/list.html", context)


@require_safe
def letter_show(request: HttpRequest, letter_id: int) -> HttpResponse:
    """The letter as it stands, with its versions."""
    return show_letter(request, letter_asked(request, letter_id))


def show_letter(
    request: HttpRequest, letter: Letter, bound: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    """The page; with a form that could not be taken, as it was typed."""
    rights = rights_for(request)
    versions = list(
        visible_versions(rights, letter).select_related("issued_by", "signed_by", "made_by", "scan")
    )
    shown = next((one for one in versions if one.state in ("issued", "signed")), versions[0])
    asked = request.GET.get("version", "")
    shown = next((one for one in versions if str(one.number) == asked), shown)
    draft = next((one for one in versions if one.state == VersionState.DRAFT), None)
    signs = shown.state == VersionState.ISSUED and may_sign(rights, letter)
    context = {
        "page_title": str(letter),
        "letter": letter,
        "versions": [(one, SIGNS[VersionState(one.state)]) for one in versions],
        "shown": shown,
        "sign": SIGNS[VersionState(shown.state)],
        "draft": draft,
        "blocks": [
            (block, *(fact_table(block["facts"], shown.facts) if block["facts"] else ([], [])))
            for block in shown.blocks
        ],
        "sign_form": (bound if isinstance(bound, SignForm) else SignForm()) if signs else None,
        "revise_form": (bound if isinstance(bound, ReasonForm) else ReasonForm())
        if rights.is_office and draft is None
        else None,
        "is_bound": bound is not None,
        "is_office": rights.is_office,
    }
    return render(request, "letters/show.html", context, status=status)


@require_safe
def pdf(request: HttpRequest, version_id: int) -> HttpResponse:
    one = version_asked(request, version_id)
    return download(paper_pdf(letter_paper(one)), "application/pdf", f"{one.letter}.pdf")


@require_safe
def docx(request: HttpRequest, version_id: int) -> HttpResponse:
    one = version_asked(request, version_id)
    return download(paper_docx(letter_paper(one)), DOCX, f"{one.letter}.docx")


def letter_asked(request: HttpRequest, letter_id: int) -> Letter:
    found = visible_letters(rights_for(request)).select_related("plan", "unit", "office")
    return get_object_or_404(found, pk=letter_id)


def version_asked(request: HttpRequest, version_id: int) -> LetterVersion:
    """A version that the person may see, with its letter."""
    one = LetterVersion.objects.filter(pk=version_id).first()
    letter = letter_asked(request, one.letter_id if one else 0)
    found = visible_versions(rights_for(request), letter).filter(pk=version_id).first()
    if found is None:
        raise Http404("没有这一版责任书")
    found.letter = letter
    return found
