"""What the archive shows on the home page and on an indicator's page."""

from __future__ import annotations

from django.http import HttpRequest

from archives.holdings.models import Accession
from archives.holdings.queries.catalogue import catalogue
from archives.holdings.queries.checklist import ItemEvidence, items_of
from archives.holdings.queries.mine import owed_of
from archives.holdings.queries.review import KIND
from archives.holdings.queries.slots import slots_of
from archives.holdings.rights import visible_to
from archives.holdings.rules.standing import SlotState
from chuangmo import clock
from chuangmo.access.queries import rights_for
from chuangmo.review.kinds import kind_named
from chuangmo.review.queries import waiting_at
from chuangmo.shell.panels import OWED, WAITING, Panel
from indicators.assessment.models import Verdict
from indicators.assessment.sections import Section
from indicators.plan.models import Indicator
from indicators.plan.queries import plan_for

__all__ = ["evidence_section", "owed", "waiting"]

SHOWN = 5


def owed(request: HttpRequest) -> Panel | None:
    """Papers that the person's units still have to bring; None where there are none. A constant number of queries."""
    rights = rights_for(request)
    plan = plan_for(request)
    if not rights.report or plan is None:
        return None
    found = owed_of(plan, rights, with_suggestions=False)
    if not found.lines:
        return None
    context = {
        "lines": found.lines[:SHOWN],
        "more": max(0, len(found.lines) - SHOWN),
        "returned": found.returned,
        "late": found.late_at(clock.today()),
        "today": clock.today(),
    }
    return Panel(OWED, "归档材料", "holdings/_owed_panel.html", context, len(found.lines))


def waiting(request: HttpRequest) -> Panel | None:
    """Pieces that wait for the person's check; None where none does."""
    rights = rights_for(request)
    kind = kind_named(KIND)
    steps = waiting_at(kind, rights, kind.steps(rights))
    if not steps:
        return None
    context = {"kind": KIND, "waiting": steps}
    return Panel(
        WAITING, "归档材料", "holdings/_waiting_panel.html", context, sum(step.count for step in steps)
    )


def evidence_section(request: HttpRequest, indicator: Indicator, verdict: Verdict | None) -> Section | None:
    """What proves the indicator, and how much of it is in the archive."""
    rights = rights_for(request)
    slots = slots_of(indicator.plan, indicator_id=indicator.pk)
    rows = Accession.objects.counting().filter(plan=indicator.plan, indicators=indicator)
    seen = rows.filter(piece__in=visible_to(rights).order_by().values("pk")).select_related("unit")
    if not slots and not rows.exists():
        return None
    items: list[ItemEvidence] = items_of(indicator)
    shown = list(seen.order_by("archive_number"))
    context = {
        "indicator": indicator,
        "rows": shown,
        "hidden": rows.count() - len(shown),
        "wanted": sum(slot.state != SlotState.WAIVED for slot in slots),
        "accepted": sum(slot.state == SlotState.ACCEPTED for slot in slots),
        "open": catalogue([slot for slot in slots if slot.is_open], rights)[:SHOWN],
        "open_count": sum(slot.is_open for slot in slots),
        "items": items,
    }
    return Section("holdings/_evidence.html", context)
