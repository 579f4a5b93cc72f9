"""What the tasks show on the home page."""

from __future__ import annotations

from collections import Counter

from django.http import HttpRequest

from chuangmo import clock
from chuangmo.access.prepared import ByRights
from chuangmo.access.queries import rights_for
from chuangmo.shell.panels import CHANGED, OWED, WAITING, Panel
from indicators.plan.queries import plan_for
from projects.campaigns.models import Task
from projects.campaigns.queries.in_hand import to_tick, to_verify
from projects.campaigns.queries.tasks import listed, rows_of
from projects.campaigns.rules.standing import Light
from projects.campaigns.signs import LIGHTS

__all__ = ["owed", "portfolio", "waiting"]

SHOWN = 8
_SEEN = ByRights(lambda rights, plan: listed(rights, Task.objects.filter(plan=plan)), plan=int)


def owed(request: HttpRequest) -> Panel | None:
    """Members that the person has to tick off, by task; None where there are none."""
    rights = rights_for(request)
    if not rights.sees_campaign or not rights.view:
        return None
    return _waiting(OWED, "任务销号", to_tick(rights), "个待销号", "open")


def waiting(request: HttpRequest) -> Panel | None:
    """Members that wait to be verified by the person; None where there are none."""
    rights = rights_for(request)
    if not (rights.sign_off or rights.accept):
        return None
    return _waiting(WAITING, "任务核销", to_verify(rights), "个待核销", "ticked")


def _waiting(area: str, title: str, found: list, word: str, state: str) -> Panel | None:
    if not found:
        return None
    return Panel(
        area=area,
        title=title,
        template="campaigns/_waiting_panel.html",
        context={
            "lines": found[:SHOWN],
            "more": max(0, len(found) - SHOWN),
            "word": word,
            "state": state,
            "today": clock.today(),
        },
        count=sum(one.count for one in found),
    )


def portfolio(request: HttpRequest) -> Panel | None:
    """How the tasks stand that the person may see: lights, and the late and slow ones by name. Constant queries."""
    rights, plan = rights_for(request), plan_for(request)
    if plan is None or not rights.sees_campaign:
        return None
    tasks = _SEEN.objects(rights, plan=plan.pk)
    if not tasks:
        return None
    rows = rows_of(tasks, clock.today())
    counts = Counter(row.stands.light for row in rows)
    slow = [row for row in rows if row.stands.light in (Light.LATE, Light.BEHIND)]
    slow.sort(key=lambda row: (row.stands.light != Light.LATE, row.task.due_on))
    members = sum(row.stands.counts.total for row in rows)
    context = {
        "plan": plan,
        "lights": [(*LIGHTS[light], str(light), counts[light]) for light in LIGHTS if counts[light]],
        "members": members,
        "verified": sum(row.stands.counts.verified for row in rows),
        "slow": slow[:SHOWN],
        "more": max(0, len(slow) - SHOWN),
    }
    return Panel(
        area=CHANGED,
        title="攻坚任务",
        template="campaigns/_portfolio_panel.html",
        context=context,
        count=len(slow),
    )
