"""What measures show on the home page."""

from __future__ import annotations

from django.http import HttpRequest

from chuangmo.access.queries import rights_for
from chuangmo.shell.panels import WAITING, Panel
from supervision.accountability.queries.page import waiting_for

SHOWN = 6


def waiting(request: HttpRequest) -> Panel | None:
    """Measures that wait for this person's approval. One query."""
    rows = waiting_for(rights_for(request))
    if not rows:
        return None
    return Panel(
        area=WAITING,
        title="约谈、问责待我批准",
        template="accountability/_waiting_panel.html",
        context={"rows": rows[:SHOWN], "more": max(0, len(rows) - SHOWN)},
        count=len(rows),
    )
