"""What deputies say: the list with a form, about one inspection, the office's answer."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from chuangmo.errors import Invalid, Refused
from supervision.gate import person
from supervision.inspections.forms import CommentForm
from supervision.inspections.queries.lists import listed_comments
from supervision.inspections.rights import hand_for
from supervision.inspections.services import answer_comment, write_comment
from supervision.inspections.views._asked import add_faults, inspection_asked, reader
from supervision.inspections.views.tours import show_inspection

PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
def comment_list(request: HttpRequest) -> HttpResponse:
    """What was said; oversight bodies say more."""
    hand = reader(request)
    if not hand.watches:
        raise Refused("监督意见只对监督机构、创模办和领导开放")
    if request.method != "POST":
        return _list(request, CommentForm())
    if not hand.may_comment:
        raise Refused("只有人大、政协和其他监督机构可以提意见")
    form = CommentForm(request.POST)
    if _write(request, form):
        messages.success(request, "意见已提交市创模办。")
        return redirect("inspections:comment-list")
    return _list(request, form, status=422)


@require_POST
def inspection_comment(request: HttpRequest, inspection_id: int) -> HttpResponse:
    """A remark about one inspection."""
    row, hand = inspection_asked(request, inspection_id)
    if not hand.may_comment:
        raise Refused("只有人大、政协和其他监督机构可以提意见")
    form = CommentForm(request.POST)
    about = {"subject_kind": "inspection", "subject_label": str(row), "subject_url": row.get_absolute_url()}
    if _write(request, form, subject_id=row.pk, **about):
        messages.success(request, "意见已提交市创模办。")
        return redirect(row)
    return show_inspection(request, row, hand, comment=form, status=422)


@require_POST
def comment_answer(request: HttpRequest, comment_id: int) -> HttpResponse:
    """The office answers."""
    hand = hand_for(request)
    if not listed_comments(hand).filter(pk=comment_id).exists():
        raise Http404("没有这条意见")
    try:
        answer_comment(by=person(request), comment_id=comment_id, answer=request.POST.get("answer", ""))
    except Invalid as error:
        typed = request.POST.get("answer", "")
        return _list(request, CommentForm(), status=422, refused=(comment_id, str(error), typed))
    messages.success(request, "已答复。")
    return redirect("inspections:comment-list")


def _write(request: HttpRequest, form: CommentForm, **about: object) -> bool:
    if not form.is_valid():
        return False
    try:
        write_comment(by=person(request), **form.cleaned_data, **about)  # type: ignore[arg-type]
    except Invalid as error:
        add_faults(form, error)
        return False
    return True


def _list(
    request: HttpRequest,
    form: forms.Form,
    *,
    status: int = 200,
    refused: tuple[int, str, str] = (0, "", ""),
) -> HttpResponse:
    hand = hand_for(request)
    page = Paginator(listed_comments(hand), PAGE).get_page(request.GET.get("page"))
    context = {
        "page_title": "监督意见",
        "page": page,
        "form": form if hand.may_comment else None,
        "may_answer": hand.rights.is_office,
        "refused_id": refused[0],
        "refused_text": refused[1],
        "refused_typed": refused[2],
    }
    return render(request, "inspections/comment_list.html", context, status=status)
