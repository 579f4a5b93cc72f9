"""What the assessment shows on the home page."""

from __future__ import annotations

from django.http import HttpRequest

from chuangmo import clock
from chuangmo.access.queries import rights_for
from chuangmo.shell.panels import CHANGED, Panel
from indicators.assessment.queries.changes import changes
from indicators.assessment.queries.months import month_ends
from indicators.plan.queries import plan_for


def changed(request: HttpRequest) -> Panel | None:
    """Indicators whose verdict changed in the newest complete month."""
    plan = plan_for(request)
    if plan is None or not rights_for(request).sees_campaign:
        return None
    ends = month_ends(plan, clock.today())
    found = changes(plan, ends[-1]) if ends else []
    return Panel(
        area=CHANGED,
        title="指标结论的变化",
        template="assessment/_changed_panel.html",
        context={"changes": found, "plan": plan, "as_of": ends[-1] if ends else None},
        count=len(found),
    )
