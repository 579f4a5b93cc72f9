"""Three rules for every request: no NUL in it, one has to be signed in, and what a service refuses is told in its own words."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.defaults import bad_request

from chuangmo.errors import DomainError, Invalid, Refused, Stale

logger = logging.getLogger(__name__)

SIGN_IN_AGAIN = "登录已过期，没有保存。请在新窗口重新登录，再回到本页重试；本页填写的内容还在。"


def is_script(request: HttpRequest) -> bool:
    """Whether a script of ours asks (htmx, fetch), which wants a short answer rather than a page."""
    return request.headers.get("HX-Request") == "true" or wants_json(request)


def wants_json(request: HttpRequest) -> bool:
    accepted = request.headers.get("Accept", "")
    return accepted.startswith("application/json") or request.content_type == "application/json"


def plain_answer(request: HttpRequest, text: str, status: int, **extra: object) -> HttpResponse:
    """The text as JSON ({"error": …}) or as plain text, whichever the script asked for."""
    if wants_json(request):
        return JsonResponse(
            {"error": text, **extra}, status=status, json_dumps_params={"ensure_ascii": False}
        )
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


class NoNul:
    """NUL, which no text of PostgreSQL holds: 400 for an address that has one; typed into a form it is left out.

    No page of ours makes such an address, while a clerk may paste a control character without seeing it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "\x00" in request.path_info or "%00" in query or "\x00" in query:
            raise BadRequest("NUL in the address")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> None:
        """After the check of the token, which has read the form anyway."""
        sent = request.POST
        if any("\x00" in text for name, texts in sent.lists() for text in (name, *texts)):
            clean = QueryDict(mutable=True, encoding=sent.encoding)
            for name, texts in sent.lists():
                clean.setlist(name.replace("\x00", ""), [text.replace("\x00", "") for text in texts])
            clean._mutable = False
            request.POST = clean  # type: ignore[assignment]


class SignInRequired(LoginRequiredMiddleware):
    """Everything needs a signed-in person, except views marked `login_not_required`.

    A page leads to the sign-in and back. A script gets 401 and a sentence: a redirect would lose what was typed.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        refusal = super().process_view(request, view_func, view_args, view_kwargs)
        if refusal is not None and is_script(request):
            return plain_answer(request, SIGN_IN_AGAIN, 401)
        return refusal


class DomainErrors:
    """Turns the errors of services into answers: Refused 403, Stale 409, everything else 422.

    A number or a day beyond what a column or the calendar holds comes from no page of ours: 400.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OverflowError):
            logger.warning("beyond all measure: %s", request.get_full_path()[:200], exc_info=exception)
            return bad_request(request, exception)
        if not isinstance(exception, DomainError):
            return None
        status = status_of(exception)
        if is_script(request):
            extra = {"faults": exception.faults} if isinstance(exception, Invalid) else {}
            return plain_answer(request, str(exception), status, **extra)
        return render(request, f"{status}.html", {"reason": str(exception)}, status=status)


def status_of(error: DomainError) -> int:
    if isinstance(error, Refused):
        return 403
    return 409 if isinstance(error, Stale) else 422
