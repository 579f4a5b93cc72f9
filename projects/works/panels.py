"""What the projects show on the home page."""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.http import HttpRequest

from chuangmo import clock
from chuangmo.access.prepared import ByRights
from chuangmo.access.queries import rights_for
from chuangmo.review.kinds import kind_named
from chuangmo.review.queries import came_back, ordered, waiting_at
from chuangmo.shell.panels import CHANGED, OWED, WAITING, Panel
from indicators.plan.queries import plan_for
from projects.works.queries.kept import kept_stands
from projects.works.queries.portfolio import leaves_of, listed_rows
from projects.works.queries.progress import owed_progress, schedules_to_decide
from projects.works.queries.review import KIND, returned_to
from projects.works.rights import visible_projects
from projects.works.rules.light import Light
from projects.works.signs import LIGHTS

SHOWN = 8
_OWED = ByRights(owed_progress, at=date)
_RETURNED = ByRights(lambda rights: ordered(returned_to(rights)))
_SCHEDULES = ByRights(schedules_to_decide)
_SEEN = ByRights(
    lambda rights, plan: visible_projects(rights).filter(plan=plan).order_by("order", "pk").values_list("pk"),
    plan=int,
)


def owed(request: HttpRequest) -> Panel | None:
    """Months' progress that the person has to hand in; None where there is none. One query."""
    rights = rights_for(request)
    if not rights.report:
        return None
    found = _OWED.objects(rights, at=clock.today())
    if not found:
        return None
    return Panel(
        area=OWED,
        title="工程进度",
        template="works/_owed_panel.html",
        context={"lines": found[:SHOWN], "more": max(0, len(found) - SHOWN), "today": clock.today()},
        count=len(found),
    )


def waiting(request: HttpRequest) -> Panel | None:
    """Progress and schedules that wait for the person; None where nothing does."""
    rights = rights_for(request)
    kind = kind_named(KIND)
    steps = waiting_at(kind, rights, kind.steps(rights))
    returned = _RETURNED.objects(rights) if rights.report else []
    schedules = _SCHEDULES.objects(rights)
    if not (steps or returned or schedules):
        return None
    context = {
        "kind": KIND,
        "waiting": steps,
        "came_back": came_back(kind, returned[:SHOWN]) if returned else [],
        "schedules": schedules[:SHOWN],
        "more": max(0, len(schedules) - SHOWN),
    }
    return Panel(
        area=WAITING,
        title="工程",
        template="works/_waiting_panel.html",
        context=context,
        count=sum(step.count for step in steps) + len(returned) + len(schedules),
    )


def portfolio(request: HttpRequest) -> Panel | None:
    """How the projects stand that the person may see: lights, and the red ones by name. A constant number of queries."""
    rights, plan = rights_for(request), plan_for(request)
    if plan is None or not rights.sees_campaign:
        return None
    today = clock.today()
    seen = [pk for (pk,) in _SEEN.rows(rights, plan=plan.pk)]
    stands = kept_stands(plan, leaves_of(plan, seen), today) if seen else {}
    if not stands:
        return None
    counts = Counter(one.work.light for one in stands.values())
    red = [pk for pk, one in stands.items() if one.work.light == Light.RED]
    context = {
        "plan": plan,
        "lights": [(*LIGHTS[light], light, counts[light]) for light in LIGHTS if counts[light]],
        "red": listed_rows(red[:SHOWN], today, stands) if red else [],
        "more": max(0, len(red) - SHOWN),
    }
    return Panel(
        area=CHANGED,
        title="重点工程",
        template="works/_portfolio_panel.html",
        context=context,
        count=len(red),
    )
