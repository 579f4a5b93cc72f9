"""The page on which supervision begins: each part adds its section (settings.SUPERVISION_SECTIONS).

A section is `section(request) -> Section | None`; None means that there is nothing of it for this person. Sections stand in
the order of the setting; their queries are constant.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from chuangmo.access.queries import rights_for
from chuangmo.errors import Refused

__all__ = ["Line", "Section", "hub"]


@dataclass(frozen=True, slots=True)
class Line:
    """One count that leads to its list. `tone` is a colour class of the signs (missed, margin, met, partial, none)."""

    label: str
    count: int
    url: str
    tone: str = "none"


@dataclass(frozen=True, slots=True)
class Section:
    """One part of supervision: its title and page, what is open, what may be begun here ((label, url) or None)."""

    title: str
    url: str
    lines: tuple[Line, ...] = ()
    note: str = ""
    action: tuple[str, str] | None = None
    first: tuple[Line, ...] = field(default=())  # what stands above everything: 反弹


@require_safe
def hub(request: HttpRequest) -> HttpResponse:
    """What is open in every part of supervision."""
    rights = rights_for(request)
    if not rights.sees_campaign:
        raise Refused("您的角色不能查看督查；如需查看，请联系管理员。")
    sections = [
        found for path in settings.SUPERVISION_SECTIONS if (found := import_string(path)(request)) is not None
    ]
    context = {
        "page_title": "督查",
        "first": [line for section in sections for line in section.first if line.count],
        "sections": sections,
    }
    return render(request, "supervision/hub.html", context)
