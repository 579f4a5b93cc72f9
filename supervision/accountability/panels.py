"""What measures show on the home page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from chuangmo.access.queries import rights_for
from chuangmo.shell.panels import WAITING, Panel
from supervision.accountability.models import MeasureKind, MeasureState
from supervision.accountability.queries.page import measures_listed, waiting_for
from supervision.hub import Line, Section

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


def section(request: HttpRequest) -> Section:
    """The measures' part of the supervision page (settings.SUPERVISION_SECTIONS)."""
    rights, url = rights_for(request), reverse("accountability:measure-list")
    rows = measures_listed(rights)
    running = rows.filter(state__in=[MeasureState.ISSUED, MeasureState.HELD])
    lines = [
        Line(str(MeasureKind(kind).label), running.filter(kind=kind).count(), f"{url}?kind={kind}", "partial")
        for kind in MeasureKind.values
    ]
    if rights.is_office:
        lines.append(Line("待批准", rows.filter(state=MeasureState.PENDING).count(), url, "margin"))
    return Section(
        "约谈与问责",
        url,
        tuple(lines),
        action=("起草", reverse("accountability:measure-new")) if rights.is_office else None,
    )
