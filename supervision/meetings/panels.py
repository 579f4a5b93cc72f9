"""What meetings show on the home page and at the head of supervision."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import rights_for, rights_of
from chuangmo.shell.panels import OWED, WAITING, Panel
from indicators.plan.models import Plan
from supervision.meetings.models import MeetingState
from supervision.meetings.queries.decisions import decisions_listed, my_decisions, waiting_for_office
from supervision.meetings.queries.page import my_calls
from supervision.meetings.rights import acts_for, visible_meetings

SHOWN = 6


def owed(request: HttpRequest) -> Panel | None:
    """Decisions that the person's units have to carry out, and meetings that they are called to. Three queries."""
    rights = rights_for(request)
    if not acts_for(rights):
        return None
    today = clock.today()
    decisions = list(my_decisions(rights))
    calls = my_calls(rights, today)
    if not decisions and not calls:
        return None
    return Panel(
        area=OWED,
        title="会议和议定事项",
        template="meetings/_owed_panel.html",
        context={
            "calls": calls,
            "decisions": decisions[:SHOWN],
            "more": max(0, len(decisions) - SHOWN),
            "today": today,
        },
        count=len(decisions) + sum(not call.answer for call in calls),
    )


def waiting(request: HttpRequest) -> Panel | None:
    """Decisions that were reported done and wait for the office. One query."""
    rights = rights_for(request)
    rows = list(waiting_for_office(rights))
    if not rows:
        return None
    return Panel(
        area=WAITING,
        title="议定事项待确认",
        template="meetings/_waiting_panel.html",
        context={"rows": rows[:SHOWN], "more": max(0, len(rows) - SHOWN)},
        count=len(rows),
    )


def section(user: User, plan: Plan) -> dict[str, Any]:
    """The meetings' part of the supervision page (settings.SUPERVISION_SECTIONS)."""
    rights, today = rights_of(user), clock.today()
    decisions = decisions_listed(rights)
    listed = reverse("meetings:decision-list")
    meetings = visible_meetings(rights).filter(plan=plan)
    coming = meetings.filter(state=MeetingState.CONVENED, held_on__gte=today).count()
    return {
        "title": "会议和议定事项",
        "url": reverse("meetings:meeting-list"),
        "figures": [
            ("将召开的会议", coming, reverse("meetings:meeting-list")),
            ("办理中", decisions.filter(state="open").count(), f"{listed}?state=open"),
            ("逾期", decisions.filter(state="open", due_on__lt=today).count(), f"{listed}?late=late"),
            ("待确认", decisions.filter(state="reported").count(), f"{listed}?state=reported"),
        ],
    }
