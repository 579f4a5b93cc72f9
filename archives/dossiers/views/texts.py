"""The office's texts: which there are, writing them with the chapter's data at hand, looking at the chapter on paper."""

from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from archives.dossiers.forms import TextForm
from archives.dossiers.services.book import Book
from archives.dossiers.services.printing import pdf_of
from archives.dossiers.views._asked import office_asked, person
from archives.snapshots.models import Snapshot
from archives.snapshots.queries.front import cover
from archives.snapshots.queries.texts import TextChapter, TextPlace, chapters_with_texts, texts_of
from archives.snapshots.rules.drafting import draft_of
from archives.snapshots.rules.prose import html_of, text_of
from archives.snapshots.services.narratives import write_narrative
from archives.snapshots.services.taking import gather
from chuangmo import clock
from chuangmo.errors import Invalid, Stale
from chuangmo.org.models import Installation
from chuangmo.periods import periods_between
from indicators.plan.models import Plan


@require_safe
def text_list(request: HttpRequest) -> HttpResponse:
    """All places for texts, the empty ones marked."""
    office_asked(request)
    plan = Plan.objects.current()
    chapters = chapters_with_texts(plan)
    places = [place for chapter in chapters for place in chapter.places]
    return render(
        request,
        "dossiers/text_list.html",
        {
            "page_title": "综述文字",
            "plan": plan,
            "chapters": chapters,
            "written": sum(place.is_written for place in places),
            "total": len(places),
            "gaps": sum(place.is_gap for place in places),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def text_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The texts of one chapter; each is saved by itself (POST names its `block`)."""
    office_asked(request)
    plan, chapter = _chapter_asked(slug)
    block = request.POST.get("block", "")
    posted: TextForm | None = None
    other = ""
    if request.method == "POST":
        if not any(place.place.code == block for place in chapter.places):
            raise Http404("没有这段文字")
        posted = TextForm(request.POST, prefix=block)
        if posted.is_valid():
            try:
                write_narrative(
                    by=person(request),
                    plan=plan,
                    chapter=slug,
                    block=block,
                    html=html_of(posted.cleaned_data["text"]),
                    version=posted.cleaned_data["version"],
                )
            except Invalid as error:
                posted.add_error("text", str(error))
            except Stale as error:
                posted.add_error("text", str(error))
                _, chapter = _chapter_asked(slug)
                other = next(place.html for place in chapter.places if place.place.code == block)
            else:
                messages.success(request, "已保存；下一次固化快照时带上。")
                return redirect("dossiers:text-edit", slug)
    return render(
        request,
        "dossiers/text_edit.html",
        {
            "page_title": f"{chapter.number} {chapter.title}".strip(),
            "chapter": chapter,
            "rows": [_row(place, block, posted, other) for place in chapter.places],
            "as_of": _newest_month_end(plan),
            **_neighbours(plan, slug),
        },
        status=422 if posted is not None and posted.errors else 200,
    )


def _row(place: TextPlace, block: str, posted: TextForm | None, other: str) -> dict[str, Any]:
    """A place with its form: what was typed where saving was refused, else what is stored."""
    code = place.place.code
    if posted is not None and code == block:
        return {"place": place, "form": posted, "other": mark_safe(other), "version_now": place.version}
    initial = {"text": text_of(place.html), "version": place.version}
    return {"place": place, "form": TextForm(prefix=code, initial=initial), "other": ""}


def _neighbours(plan: Plan, slug: str) -> dict[str, TextChapter | None]:
    chapters = chapters_with_texts(plan)
    place = [one.slug for one in chapters].index(slug)
    return {
        "previous": chapters[place - 1] if place else None,
        "next": chapters[place + 1] if place + 1 < len(chapters) else None,
    }


@require_safe
def text_draft(request: HttpRequest, slug: str, block: str) -> HttpResponse:
    """A first draft from the chapter's data, as it is now; nothing is written."""
    office_asked(request)
    plan, chapter = _chapter_asked(slug)
    if not any(place.place.code == block for place in chapter.places):
        raise Http404("没有这段文字")
    found = gather(plan, _newest_month_end(plan), [slug])
    content = json.loads(found[0].body) if found else {}
    text = draft_of(slug, block, content, city=Installation.current().city, plan_name=plan.name)
    return render(
        request,
        "dossiers/_draft.html",
        {"text": text, "html": mark_safe(html_of(text)), "block": block},
    )


@require_POST
def text_preview(request: HttpRequest) -> HttpResponse:
    """How typed lines will look; nothing is written."""
    office_asked(request)
    name = request.POST.get("name", "")
    html = html_of(request.POST.get(f"{name}-text", "")[:20_000])
    return render(request, "dossiers/_text_preview.html", {"html": mark_safe(html)})


@require_safe
def chapter_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The chapter on paper with what is stored now, as it would be in the next dossier."""
    office_asked(request)
    plan, _ = _chapter_asked(slug)
    as_of = _newest_month_end(plan)
    found = gather(plan, as_of, [slug])
    if not found:
        raise Http404("资料里现在没有这一章")
    one = found[0]
    front = cover(plan, as_of)[0].content
    book = Book(front["title"], front["subtitle"], front["as_of"], front["office"], front["is_demonstration"])
    row = SimpleNamespace(
        slug=one.slug, number=one.number, title=one.title, digest=one.digest, content=json.loads(one.body)
    )
    response = HttpResponse(pdf_of(book.html(row)), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{slug}.pdf"'
    return response


def _chapter_asked(slug: str) -> tuple[Plan, TextChapter]:
    plan = Plan.objects.current()
    chapter = texts_of(plan, slug)
    if chapter is None:
        raise Http404("没有这一章")
    return plan, chapter


def _newest_month_end(plan: Plan) -> date:
    """The month end that a snapshot would be taken for: the day of the newest one, else the last complete month's."""
    newest = Snapshot.objects.filter(plan=plan).order_by("-taken_at").values_list("as_of", flat=True).first()
    months = [one.end for one in periods_between("month", date(plan.year, 1, 1), date(plan.year, 12, 31))]
    past = [day for day in months if day < clock.today()] or months[:1]
    return max(past[-1], newest) if newest else past[-1]
