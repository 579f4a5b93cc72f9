"""Three rules for every request: no NUL in it, one has to be signed in, and what a service refuses is told in its own words."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
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
    """NUL, which no text of PostgreSQL holds, is left out of what was typed (a clerk may paste one without seeing it).

    Where it stands in the path of an address there is no such page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            raise Http404("NUL in the address")
        if clean := _without_nul(request.GET):
            request.GET = clean  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> None:
        """After the check of the token, which has read the form anyway."""
        if clean := _without_nul(request.POST):
            request.POST = clean  # type: ignore[assignment]


def _without_nul(sent: QueryDict) -> QueryDict | None:
    """The same without NUL in names and values; None where there is none."""
    if not any("\x00" in text for name, texts in sent.lists() for text in (name, *texts)):
        return None
    clean = QueryDict(mutable=True, encoding=sent.encoding)
    for name, texts in sent.lists():
        clean.setlist(name.replace("\x00", ""), [text.replace("\x00", "") for text in texts])
    clean._mutable = False
    return clean


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
