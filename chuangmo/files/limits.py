"""A body that is too large is refused by its announced length; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from chuangmo.files.rules import size_words

SLACK = 1024 * 1024  # of the multipart frame and the other fields
# A browser shows the answer only when it could send everything: so much is read and thrown away.
DRAINED = 300 * 1024 * 1024
CHUNK = 256 * 1024


class UploadLimit:
    """Middleware: 413 for a form whose length exceeds what its files may have in all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        limit = settings.FILE_MAX_BYTES
        if not length.isdecimal() or int(length) <= limit + SLACK:
            return self.get_response(request)
        text = (
            f"上传的内容有 {size_words(int(length))}，超过一次 {size_words(limit)} 的上限，没有保存。"
            "请压缩或分开上传；页面上已保存的内容都在。"
        )
        if request.headers.get("Accept", "").startswith("application/json"):
            response: HttpResponse = JsonResponse({"error": text}, status=413)
        else:
            response = render(request, "files/too_large.html", {"reason": text}, status=413)
        _drain(request)
        return response


def _drain(request: HttpRequest) -> None:
    """Read the body and forget it, a chunk at a time; one that is beyond all measure is left, and the line cut."""
    left = DRAINED
    try:
        while left > 0 and (chunk := request.read(CHUNK)):
            left -= len(chunk)
    except OSError:  # they gave up, or sent less than announced
        return
