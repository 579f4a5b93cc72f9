"""The circulars of the demonstration: one issued in May, one that waits for its approver; the same on every run."""

from __future__ import annotations

from datetime import date

from chuangmo.access.models import User
from chuangmo.access.queries import who_may
from chuangmo.org.queries import city_office_ids
from indicators.demonstration.rules.days import at
from indicators.demonstration.services.moments import moment
from indicators.plan.models import Plan
from supervision.bulletins.models import Bulletin
from supervision.bulletins.rights import approvers
from supervision.bulletins.services import draft_bulletin, issue_bulletin, propose_bulletin

__all__ = ["tell"]


def tell(plan: Plan) -> None:
    """The May circular about April's scores is issued; the one about late things waits since yesterday."""
    office = next(iter(who_may("accept", city_office_ids()).values()), [])
    if not office:
        return
    by = User.objects.get(pk=office[0])
    with moment(at(date(2017, 5, 18), 9)):
        first = _proposed(plan, by, "scores")
    if first is not None and first.approver is not None:
        with moment(at(date(2017, 5, 18), 16)):
            issue_bulletin(by=first.approver, bulletin_id=first.pk, edit=first.edit)
    with moment(at(date(2017, 6, 5), 16)):
        _proposed(plan, by, "late")


def _proposed(plan: Plan, by: User, kind: str) -> Bulletin | None:
    one = draft_bulletin(by=by, plan=plan, kind=kind)
    people = approvers(one.office_id, by)
    if not people:
        return None
    return propose_bulletin(by=by, bulletin_id=one.pk, edit=one.edit, approver_id=people[0].pk)
