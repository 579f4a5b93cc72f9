"""The home page's box of deadlines: what waits for the steering office, and what the units asked it."""

from __future__ import annotations

from django.http import HttpRequest

from chuangmo.access.queries import rights_for
from chuangmo.deadlines.queries.decisions import waiting_decisions
from chuangmo.shell.panels import WAITING, Panel


def decisions(request: HttpRequest) -> Panel | None:
    """Open requests, oldest first, and how many proposals wait; None for everybody but the office."""
    rights = rights_for(request)
    if not rights.is_office:
        return None
    waiting = waiting_decisions(rights)
    if not waiting.count:
        return None
    return Panel(
        area=WAITING,
        title="期限",
        template="deadlines/_decisions.html",
        context={"waiting": waiting},
        count=waiting.count,
    )
