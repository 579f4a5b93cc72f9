"""Batches of readings that wait for me, and those that came back to my units, on the home page."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest

from chuangmo.access.prepared import ByRights
from chuangmo.access.queries import rights_for
from chuangmo.review.kinds import kind_named
from chuangmo.review.models import Case, State
from chuangmo.review.queries import came_back, ordered, waiting_at
from chuangmo.shell.panels import WAITING, Panel
from indicators.monitoring.queries.review import KIND

SHOWN = 5
_RETURNED = ByRights(
    lambda rights: ordered(Case.objects.filter(kind=KIND, state=State.RETURNED, unit__in=rights.report))
)


def waiting(request: HttpRequest) -> Panel | None:
    """Counts by step, then what was returned to my units; None when neither is there."""
    rights = rights_for(request)
    kind = kind_named(KIND)
    found = waiting_at(kind, rights, kind.steps(rights)) if rights.sign_off or rights.accept else []
    steps = [replace(one, url=f"{one.url}?kind={KIND}") for one in found]
    returned: list[Case] = []
    if rights.report:
        returned = _RETURNED.objects(rights)
    if not steps and not returned:
        return None
    context = {
        "waiting": steps,
        "came_back": came_back(kind, returned[:SHOWN]) if returned else [],
        "returned_count": min(len(returned), SHOWN),
    }
    return Panel(
        area=WAITING,
        title="监测数据",
        template="review/_waiting.html",
        context=context,
        count=sum(step.count for step in steps) + len(returned),
    )
