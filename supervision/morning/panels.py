"""The way to the morning page, on the home page."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import rights_for
from chuangmo.shell.panels import CHANGED, Panel
from supervision.morning.queries import became_late, since


def news(request: HttpRequest) -> Panel | None:
    """How much became late since the last look; the office only. Two queries."""
    rights = rights_for(request)
    if not rights.is_office:
        return None
    seen = since(cast(User, request.user))
    count = became_late(rights, seen.on, clock.today()).count()
    return Panel(
        area=CHANGED,
        title="晨报",
        template="morning/_panel.html",
        context={"since": seen, "late": count},
        count=count,
    )
