"""A file in the page: what it looks like, what its text says, where the words stand that somebody looked for."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from archives.texts.models import FileText
from archives.texts.queries.previews import picture_of, preview_of
from archives.texts.queries.search import needles_of
from archives.texts.queries.texts import text_of
from archives.texts.rules.snippets import marked
from archives.texts.rules.terms import wanted_of
from chuangmo.access.queries import rights_for
from chuangmo.files.models import Attachment
from chuangmo.files.queries import may_read

MOST_TEXT_PAGES = 60


@require_safe
def show_file(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """The attachment's preview and text; 404 for everybody who may not read it. `?q=` marks words, `#page-3` leads there."""
    attachment = _attachment(request, attachment_id)
    query = request.GET.get("q", "")[:200]
    needles = needles_of(wanted_of(query))
    preview, text = preview_of(attachment.file), text_of(attachment.file)
    pages = [
        (number, parts, any(part.is_hit for part in parts))
        for number, page in enumerate(text.pages[:MOST_TEXT_PAGES], start=1)
        if (parts := marked(page, needles))
    ]
    return render(
        request,
        "texts/file_show.html",
        {
            "page_title": attachment.name,
            "attachment": attachment,
            "preview": preview,
            "text": text,
            "extracted": FileText.objects.filter(file=attachment.file_id).first(),
            "pages": pages,
            "more_pages": max(0, len(text.pages) - MOST_TEXT_PAGES),
            "query": query,
            "hits": [number for number, _, is_hit in pages if is_hit],
        },
    )


@require_safe
@cache_control(private=True, max_age=3600)
def picture(request: HttpRequest, attachment_id: int, page: int) -> HttpResponse:
    """The picture, or that page of a PDF as one; a content never changes, so the browser may keep it a while."""
    attachment = _attachment(request, attachment_id)
    content, mime = picture_of(attachment.file, page)
    if not content:
        raise Http404("这一页不能显示")
    response = HttpResponse(content, content_type=mime)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _attachment(request: HttpRequest, attachment_id: int) -> Attachment:
    attachment = Attachment.objects.select_related("file", "uploaded_by").filter(pk=attachment_id).first()
    if attachment is None or not may_read(rights_for(request), attachment):
        raise Http404("没有这个文件")
    return attachment
