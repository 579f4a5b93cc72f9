"""What the scores show on /supervision/ and on the home page."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.urls import reverse

from chuangmo import clock
from chuangmo.access.queries import rights_for
from chuangmo.prepared import Prepared
from chuangmo.shell.panels import OWED, Panel
from indicators.plan.queries import plan_for
from supervision.hub import Line, Section
from supervision.scores.models import Correction, Objection, RoundState, UnitScore
from supervision.scores.queries.tables import newest_round


def section(request: HttpRequest) -> Section | None:
    """The newest month and, for the office, what waits in it. Up to four queries."""
    rights = rights_for(request)
    plan = plan_for(request)
    if plan is None:
        return None
    newest = newest_round(rights, plan)
    url = newest.get_absolute_url() if newest else reverse("scores:current")
    lines: list[Line] = []
    if rights.is_office:
        objections = Objection.objects.filter(state=Objection.State.OPEN).count()
        corrections = Correction.objects.filter(state=Correction.State.OPEN).count()
        lines = [
            Line("异议待决定", objections, url, "margin"),
            Line("更正待确认", corrections, url, "margin"),
        ]
    note = f"最近一期：{newest.period.label}（{newest.get_state_display()}）" if newest else "还没有得分"
    mine = ("本单位得分", reverse("scores:mine")) if rights.report or rights.sign_off else None
    return Section("效能考评", url, tuple(line for line in lines if line.count), note, mine)


_SHOWN = Prepared(
    lambda units, today: (
        UnitScore.objects.filter(
            unit__in=units, round__state=RoundState.SHOWN, round__objections_until__gte=today
        )
        .select_related("unit", "round", "round__plan")
        .order_by("round__objections_until", "unit__order")
    ),
    units=frozenset,
    today=date,
)


def to_check(request: HttpRequest) -> Panel | None:
    """Scores of the person's units that are shown and may be objected to; None where there are none. One query."""
    rights = rights_for(request)
    mine = rights.report | rights.sign_off
    if not mine:
        return None
    rows = _SHOWN.objects(units=mine, today=clock.today())
    if not rows:
        return None
    return Panel(
        area=OWED,
        title="考评得分公示",
        template="scores/_panel.html",
        context={"scores": rows},
        count=len(rows),
    )
