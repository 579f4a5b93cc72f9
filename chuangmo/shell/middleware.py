"""Turns what services refuse into a page (or a JSON answer) that says so in words."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from chuangmo.errors import DomainError, Invalid, Refused, Stale

STATUS = {Refused: 403, Stale: 409, Invalid: 422}


class DomainErrors:
    """A `DomainError` that a view did not handle becomes 403, 409 or 422 with its own text."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        status = STATUS.get(type(exception), 400)
        if "application/json" in request.headers.get("Accept", ""):
            faults = exception.faults if isinstance(exception, Invalid) else {}
            return JsonResponse({"error": str(exception), "faults": faults}, status=status)
        return render(request, "refused.html", {"message": str(exception), "status": status}, status=status)
