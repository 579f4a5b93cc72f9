"""The home page's boxes of deadlines: what waits for the steering office, and what the units asked it; what the units of a
county asked."""

from __future__ import annotations

from django.http import HttpRequest

from chuangmo.access.models import Role
from chuangmo.access.queries import rights_for
from chuangmo.deadlines.queries.decisions import requests_in_county, waiting_decisions
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


def county_requests(request: HttpRequest) -> Panel | None:
    """What units of the person's county asked about deadlines, with who decides; a county's office only. What it decides
    itself is counted."""
    rights = rights_for(request)
    if rights.is_office or Role.COUNTY_OFFICE not in rights.roles:
        return None
    waiting = requests_in_county(rights)
    if not waiting.request_count:
        return None
    return Panel(
        area=WAITING,
        title="本县区的期限申请",
        template="deadlines/_decisions.html",
        context={"waiting": waiting},
        count=waiting.count or None,
    )
