"""What the circulars show on /supervision/ and on the home page."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse

from chuangmo.access.queries import rights_for
from chuangmo.prepared import Prepared
from chuangmo.shell.panels import WAITING, Panel
from supervision.bulletins.models import Bulletin, BulletinState
from supervision.bulletins.rights import visible_bulletins
from supervision.gate import person
from supervision.hub import Line, Section


def section(request: HttpRequest) -> Section:
    """How many are drafted, proposed and issued, as far as the person sees them. One query."""
    url = reverse("bulletins:list")
    states = (
        ("草稿", BulletinState.DRAFT, "none"),
        ("待签发", BulletinState.PROPOSED, "margin"),
        ("已印发", BulletinState.ISSUED, "met"),
    )
    counts = visible_bulletins(rights_for(request)).aggregate(
        **{state: Count("pk", filter=Q(state=state)) for _, state, _ in states}
    )
    lines = [Line(word, counts[state], url, tone) for word, state, tone in states]
    return Section("通报", url, tuple(line for line in lines if line.count))


_PROPOSED = Prepared(
    lambda approver: Bulletin.objects.filter(state=BulletinState.PROPOSED, approver=approver).select_related(
        "proposed_by"
    ),
    approver=int,
)


def to_issue(request: HttpRequest) -> Panel | None:
    """Circulars that wait for the person's signature; None where there are none. One query."""
    rows = _PROPOSED.objects(approver=person(request).pk)
    if not rows:
        return None
    return Panel(
        area=WAITING,
        title="通报待签发",
        template="bulletins/_panel.html",
        context={"bulletins": rows},
        count=len(rows),
    )
