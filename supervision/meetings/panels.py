"""What meetings show on the home page and at the head of supervision."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.urls import reverse

from chuangmo import clock
from chuangmo.access.prepared import ByRights
from chuangmo.access.queries import rights_for
from chuangmo.shell.panels import OWED, WAITING, Panel
from supervision.hub import Line, Section
from supervision.meetings.models import MeetingState
from supervision.meetings.queries.decisions import decisions_listed, my_decisions, waiting_for_office
from supervision.meetings.queries.page import my_calls
from supervision.meetings.rights import acts_for, convening_office, visible_meetings

SHOWN = 6
_MINE, _REPORTED = ByRights(my_decisions), ByRights(waiting_for_office)
_CALLS = ByRights(my_calls, today=date)


def owed(request: HttpRequest) -> Panel | None:
    """Decisions that the person's units have to carry out, and meetings that they are called to. Three queries."""
    rights = rights_for(request)
    if not acts_for(rights):
        return None
    today = clock.today()
    decisions = _MINE.objects(rights)
    calls = _CALLS.objects(rights, today=today)
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
    rows = _REPORTED.objects(rights) if rights.is_office else []
    if not rows:
        return None
    return Panel(
        area=WAITING,
        title="议定事项待确认",
        template="meetings/_waiting_panel.html",
        context={"rows": rows[:SHOWN], "more": max(0, len(rows) - SHOWN)},
        count=len(rows),
    )


def section(request: HttpRequest) -> Section:
    """The meetings' part of the supervision page (settings.SUPERVISION_SECTIONS)."""
    rights, today = rights_for(request), clock.today()
    decisions = decisions_listed(rights)
    listed, meetings = reverse("meetings:decision-list"), reverse("meetings:meeting-list")
    coming = visible_meetings(rights).filter(state=MeetingState.CONVENED, held_on__gte=today).count()
    return Section(
        "会议和议定事项",
        meetings,
        (
            Line("将召开的会议", coming, meetings),
            Line(
                "议定事项逾期",
                decisions.filter(state="open", due_on__lt=today).count(),
                f"{listed}?late=late",
                "missed",
            ),
            Line("议定事项办理中", decisions.filter(state="open").count(), f"{listed}?state=open", "partial"),
            Line(
                "待确认办结", decisions.filter(state="reported").count(), f"{listed}?state=reported", "margin"
            ),
        ),
        action=("筹备会议", reverse("meetings:meeting-new"))
        if convening_office(rights) is not None
        else None,
    )
