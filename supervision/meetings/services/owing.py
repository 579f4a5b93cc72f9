"""Decisions and the deadlines above them: owed, done, owed again; what extensions and objections change."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from chuangmo.access.models import User
from chuangmo.deadlines.models import Obligation, ObligationQuerySet
from chuangmo.deadlines.services import fulfil, open_cycle, owe_again, waive
from chuangmo.errors import Invalid
from chuangmo.org.models import Unit
from supervision.meetings.models import Decision, DecisionState
from supervision.meetings.queries.owed import KIND, SOURCE, owed_of
from supervision.meetings.services.permission import log

__all__ = [
    "close_owed",
    "fulfil_owed",
    "owe_decision",
    "point_to_cycle",
    "redispatch_decision",
    "reopen_owed",
]


def owe_decision(decision: Decision) -> None:
    owe_again([owed_of(decision)], SOURCE)


def fulfil_owed(decision: Decision, by: User) -> None:
    for row in _cycles(decision).open():
        fulfil(row, by)


def reopen_owed(decision: Decision, due_on: date, by: User, reason: str) -> None:
    """Another cycle with its own ladder; one that is not there (the ladder was never asked) is owed plainly."""
    last = _cycles(decision).filter(superseded=False).order_by("-cycle").first()
    if last is None:
        owe_decision(decision)
    else:
        open_cycle(last, due_on, by, reason, action="退回重办")


def close_owed(decision: Decision, reason: str) -> None:
    waive(_cycles(decision).open().values_list("pk", flat=True), reason[:200])


def point_to_cycle(*, old: Obligation, new: Obligation) -> None:
    """For settings.CYCLE_OPENED: an extension moves the decision's day; the original one stays beside it."""
    if new.subject_kind == KIND and new.due_on is not None:
        Decision.objects.filter(pk=new.subject_id, original_due_on__lte=new.due_on).update(due_on=new.due_on)


@transaction.atomic
def redispatch_decision(*, obligation: Obligation, to_unit: Unit, due_on: date, by: User) -> None:
    """For settings.REDISPATCH: after an objection the decision passes to another unit, with what was written about it."""
    decision = Decision.objects.select_related("unit").get(pk=obligation.subject_id)
    if decision.state != DecisionState.OPEN:
        raise Invalid({"to_unit": "这件事已经报告完成或办结，不能改派"})
    before = decision.unit
    decision.unit, decision.due_on = to_unit, max(due_on, decision.original_due_on)
    decision.save(update_fields=["unit", "due_on"])
    owe_decision(decision)
    log(decision, by, "改派", "", {"责任单位": [str(before), str(to_unit)]})


def _cycles(decision: Decision) -> ObligationQuerySet:
    return Obligation.objects.filter(
        kind=KIND, subject_kind=KIND, subject_id=decision.pk, unit=decision.unit_id
    )
