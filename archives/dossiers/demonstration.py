"""The dossier's part of the demonstration (settings.DEMONSTRATION_PARTS, the last): some of the office's texts, and one snapshot
of 31 May 2017. The book is made when somebody asks for it. Texts are the drafts that the pages offer; the same on every run.
"""

from __future__ import annotations

import json
from datetime import date

from archives.snapshots.rules.drafting import draft_of
from archives.snapshots.rules.prose import html_of
from archives.snapshots.services.narratives import write_narrative
from archives.snapshots.services.taking import gather, take_snapshot
from chuangmo.access.models import User
from chuangmo.org.models import Installation
from indicators.assessment.services import refresh_all
from indicators.demonstration.rules.days import at
from indicators.demonstration.services.moments import moment
from indicators.plan.models import Plan

__all__ = ["tell"]

AS_OF = date(2017, 5, 31)
WRITTEN = (
    ("foreword", "foreword"),
    ("summary", "overview"),
    ("projects", "overview"),
    ("organisation", "overview"),
    ("indicator-01", "work"),
    ("indicator-08", "work"),
    ("indicator-08", "problems"),
    ("indicator-10", "work"),
    ("indicator-18", "work"),
    ("indicator-18", "problems"),
)


def tell(plan: Plan) -> None:
    """Texts written on 5 June, a snapshot taken in the evening."""
    with moment(at(date(2017, 6, 5), 9)):
        refresh_all(plan=plan)  # what a snapshot says are verdicts, and none were reached yet
    by = User.objects.get(username="wangkezhang")
    city = Installation.current().city
    contents = {one.slug: json.loads(one.body) for one in gather(plan, AS_OF)}
    with moment(at(date(2017, 6, 5), 10)):
        for slug, block in WRITTEN:
            draft = draft_of(slug, block, contents[slug], city=city, plan_name=plan.name)
            write_narrative(by=by, plan=plan, chapter=slug, block=block, html=html_of(draft), version=0)
    with moment(at(date(2017, 6, 5), 17)):
        take_snapshot(by=by, plan=plan, as_of=AS_OF, title="5 月底初稿")
