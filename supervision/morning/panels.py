"""The way to the morning page, on the home page and on /supervision/."""

from __future__ import annotations

from datetime import date

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse

from chuangmo import clock
from chuangmo.access.prepared import ByRights
from chuangmo.access.queries import rights_for
from chuangmo.shell.panels import CHANGED, Panel
from supervision.gate import person
from supervision.hub import Line, Section
from supervision.morning.queries import became_late, since

_BECAME_LATE = ByRights(
    lambda rights, since, today: (
        became_late(rights, since, today).order_by().values("kind").annotate(n=Count("pk")).values_list("n")
    ),
    since=date,
    today=date,
)


def news(request: HttpRequest) -> Panel | None:
    """How much became late since the last look; the office only. Two queries."""
    rights = rights_for(request)
    if not rights.is_office:
        return None
    seen = since(person(request))
    count = sum(n for (n,) in _BECAME_LATE.rows(rights, since=seen.on, today=clock.today()))
    return Panel(
        area=CHANGED,
        title="晨报",
        template="morning/_panel.html",
        context={"since": seen, "late": count},
        count=count,
    )


def section(request: HttpRequest) -> Section | None:
    """The way to the morning page; the office only. Two queries."""
    rights = rights_for(request)
    if not rights.is_office:
        return None
    url = reverse("morning:show")
    seen = since(person(request))
    late = became_late(rights, seen.on, clock.today()).count()
    note = "上次看过以后的变化和原因"
    return Section("晨报", url, (Line("新逾期", late, url, "missed"),) if late else (), note)
