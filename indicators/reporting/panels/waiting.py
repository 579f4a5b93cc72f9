"""What waits for me to check it, and what came back."""

from __future__ import annotations

from django.http import HttpRequest

from chuangmo.access.prepared import ByRights
from chuangmo.access.queries import rights_for
from chuangmo.review.kinds import kind_named
from chuangmo.review.queries import came_back, ordered, waiting_at
from chuangmo.shell.panels import WAITING, Panel
from indicators.reporting.queries.review import KIND, returned_to

SHOWN = 5
_RETURNED = ByRights(lambda rights: ordered(returned_to(rights)))


def waiting(request: HttpRequest) -> Panel | None:
    """Counts by step with the oldest, then what was returned to my units; None when neither is there."""
    rights = rights_for(request)
    kind = kind_named(KIND)
    steps = waiting_at(kind, rights, kind.steps(rights))
    returned = _RETURNED.objects(rights) if rights.report else []
    if not steps and not returned:
        return None
    context = {
        "waiting": steps,
        "came_back": came_back(kind, returned[:SHOWN]) if returned else [],
        "returned_count": len(returned),
    }
    return Panel(
        area=WAITING,
        title="审核",
        template="review/_waiting.html",
        context=context,
        count=sum(step.count for step in steps) + len(returned),
    )
