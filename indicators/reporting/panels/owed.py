"""What I owe: reports of my units that are not in yet, late ones and returned ones first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from chuangmo import clock
from chuangmo.access.prepared import ByRights
from chuangmo.access.queries import rights_for
from chuangmo.review.models import State
from chuangmo.shell.panels import OWED, Panel
from indicators.reporting.models import Report
from indicators.reporting.queries.lists import is_late, owed_reports

SHOWN = 12
_OWED = ByRights(owed_reports, at=date)


@dataclass(frozen=True, slots=True)
class OwedReport:
    """One line of the panel."""

    report: Report
    late: bool
    came_back: bool


def owed(request: HttpRequest) -> Panel | None:
    """The reports that the person has to fill in; None for somebody who reports for no unit. One query."""
    rights = rights_for(request)
    if not rights.report:
        return None
    today = clock.today()
    found: list[Report] = _OWED.objects(rights, at=today)
    lines = [
        OwedReport(one, is_late(one, today), one.case.state in (State.RETURNED, State.UNLOCKED))
        for one in found
    ]
    lines.sort(key=lambda line: (not line.late, not line.came_back))  # stable: by due day within
    late = sum(line.late for line in lines)
    context = {
        "lines": lines[:SHOWN],
        "more": max(0, len(lines) - SHOWN),
        "late": late,
        "several_units": len({line.report.unit_id for line in lines}) > 1,
    }
    return Panel(
        area=OWED, title="要填报的", template="reporting/_owed.html", context=context, count=len(lines)
    )
