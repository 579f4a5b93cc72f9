"""What the ladder proposed as 通报 and the office confirmed becomes a draft (settings.PROPOSALS_CONFIRMED)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import office_unit_id, rights_of
from chuangmo.deadlines.models import Proposal, Rung
from chuangmo.org.models import Unit
from chuangmo.workcalendar.queries import work_calendar
from indicators.plan.models import Plan
from supervision.bulletins.models import Bulletin, BulletinKind, BulletinSource, BulletinState
from supervision.bulletins.queries.rows import late_row
from supervision.bulletins.services.drafting import make_draft

__all__ = ["proposal_confirmed"]


@transaction.atomic
def proposal_confirmed(*, proposal: Proposal, by: User) -> Bulletin | None:
    """Put what is late into the office's open draft about late things, or begin one; other measures are other parts'."""
    if proposal.rung.action != Rung.Action.CIRCULAR:
        return None
    known = BulletinSource.objects.filter(proposal=proposal).select_related("bulletin").first()
    if known is not None:
        return known.bulletin
    plan = Plan.objects.filter(is_current=True).first()
    office_id = office_unit_id(rights_of(by))
    if plan is None or office_id is None:
        return None
    row = late_row(proposal.obligation, clock.today(), work_calendar())
    one = (
        Bulletin.objects.filter(
            pk__in=BulletinSource.objects.values("bulletin"),
            office=office_id,
            kind=BulletinKind.LATE,
            state=BulletinState.DRAFT,
        )
        .order_by("pk")
        .first()
    )
    if one is None:
        office = Unit.objects.get(pk=office_id)
        unit = proposal.obligation.unit
        one = make_draft(
            by=by, plan=plan, office=office, kind=BulletinKind.LATE, rows={"late": [row]}, addressee=unit.name
        )
    else:
        rows = {**one.rows, "late": [*one.rows.get("late", []), row]}
        addressee = one.addressee
        if proposal.obligation.unit.name not in addressee:
            addressee = f"{addressee}，{proposal.obligation.unit.name}"[:400]
        Bulletin.objects.filter(pk=one.pk).update(rows=rows, addressee=addressee, edit=F("edit") + 1)
    one.recipients.add(proposal.obligation.unit_id)
    BulletinSource.objects.create(bulletin=one, proposal=proposal)
    return one
