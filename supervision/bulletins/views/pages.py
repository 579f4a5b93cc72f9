"""The list of circulars, one circular, its PDF and DOCX."""

from __future__ import annotations

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from chuangmo.access.queries import rights_for
from chuangmo.errors import Refused
from chuangmo.shell.listing import DOCX, download
from supervision.bulletins.forms import KindForm, ProposeForm, ReasonForm
from supervision.bulletins.models import Bulletin, BulletinState
from supervision.bulletins.paper import bulletin_paper, row_table
from supervision.bulletins.rights import approvers, may_issue, visible_bulletins
from supervision.gate import person
from supervision.papers.services import paper_docx, paper_pdf

PAGE = 50
SIGNS = {
    BulletinState.DRAFT: "draft",
    BulletinState.PROPOSED: "proposed",
    BulletinState.ISSUED: "accepted",
    BulletinState.CANCELLED: "waived",
}


@require_safe
def bulletin_list(request: HttpRequest) -> HttpResponse:
    """The circulars that the person may see, the newest first."""
    rights = rights_for(request)
    if not rights.sees_campaign:
        raise Refused("您的角色不能查看通报；如需查看，请联系管理员。")
    rows = visible_bulletins(rights).select_related("office", "approver")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page_title": "通报",
        "page": page,
        "rows": [(one, SIGNS[BulletinState(one.state)]) for one in page.object_list],
        "kind_form": KindForm() if rights.is_office else None,
    }
    return render(request, "bulletins/list.html", context)


@require_safe
def bulletin_show(request: HttpRequest, bulletin_id: int) -> HttpResponse:
    """What it says, with the rows behind it."""
    return show_bulletin(request, bulletin_asked(request, bulletin_id))


def show_bulletin(
    request: HttpRequest, one: Bulletin, bound: forms.Form | None = None, opened: str = "", status: int = 200
) -> HttpResponse:
    """The page; with a form that could not be taken, as it was typed."""
    rights, user = rights_for(request), person(request)
    issues = may_issue(user, one)
    takes_back = one.state == BulletinState.PROPOSED and one.proposed_by_id == user.pk
    cancels = one.state == BulletinState.ISSUED and (rights.is_office or one.approver_id == user.pk)
    people = approvers(one.office_id, user) if rights.is_office and one.state == BulletinState.DRAFT else []
    context = {
        "page_title": one.title,
        "bulletin": one,
        "sign": SIGNS[BulletinState(one.state)],
        "blocks": [(block, *row_table(block["rows"], one)) for block in one.blocks],
        "recipients": one.recipients.all(),
        "edits": rights.is_office and one.state == BulletinState.DRAFT,
        "may_issue": issues,
        "takes_back": takes_back,
        "propose_form": (bound if opened == "propose" else ProposeForm(people))
        if rights.is_office and one.state == BulletinState.DRAFT
        else None,
        "return_form": (bound if opened == "return" else ReasonForm(auto_id="return-%s"))
        if issues or takes_back
        else None,
        "cancel_form": (bound if opened == "cancel" else ReasonForm(auto_id="cancel-%s"))
        if cancels
        else None,
        "opened": opened,
    }
    return render(request, "bulletins/show.html", context, status=status)


@require_safe
def pdf(request: HttpRequest, bulletin_id: int) -> HttpResponse:
    one = bulletin_asked(request, bulletin_id)
    return download(paper_pdf(bulletin_paper(one)), "application/pdf", f"{_name(one)}.pdf")


@require_safe
def docx(request: HttpRequest, bulletin_id: int) -> HttpResponse:
    one = bulletin_asked(request, bulletin_id)
    return download(paper_docx(bulletin_paper(one)), DOCX, f"{_name(one)}.docx")


def _name(one: Bulletin) -> str:
    return str(one).replace("/", "／")


def bulletin_asked(request: HttpRequest, bulletin_id: int) -> Bulletin:
    """A circular that the person may see; 404 otherwise."""
    found = visible_bulletins(rights_for(request)).select_related(
        "plan", "office", "made_by", "proposed_by", "approver", "cancelled_by"
    )
    return get_object_or_404(found, pk=bulletin_id)
