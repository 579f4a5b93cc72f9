"""What the list and the page of a measure show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from chuangmo import clock
from chuangmo.access.models import Membership, Role, User
from chuangmo.access.queries import Rights
from chuangmo.deadlines.models import Obligation
from chuangmo.files.models import Attachment
from chuangmo.files.queries import attachments_of
from chuangmo.notices.queries import Receipt, receipts_of
from chuangmo.prepared import Prepared
from supervision.accountability.models import Measure, MeasureEntry, MeasureState
from supervision.accountability.queries.papers import promises_of
from supervision.accountability.queries.proof import chain_of
from supervision.accountability.rights import may_with, visible_measures
from supervision.accountability.rules.proof import Link
from supervision.meetings.queries.earlier import Became, became
from supervision.meetings.queries.page import events_of

__all__ = [
    "SIGNS",
    "MeasurePage",
    "approvers",
    "late_of_unit",
    "measure_page",
    "measures_listed",
    "waiting_for",
]

SIGNS: Mapping[str, str] = {
    MeasureState.DRAFT: "draft",
    MeasureState.PENDING: "submitted",
    MeasureState.ISSUED: "in_review",
    MeasureState.HELD: "in_review",
    MeasureState.CLOSED: "done",
    MeasureState.DROPPED: "let_off",
}


@dataclass(frozen=True, slots=True)
class MeasurePage:
    """One measure for one person."""

    may: set[str]
    chain: Sequence[Link]
    is_frozen: bool
    promises: Sequence[Became]
    entries: Sequence[MeasureEntry]
    attachments: Sequence[Attachment]
    receipts: Sequence[Receipt]
    events: Sequence[object]


def measure_page(measure: Measure, rights: Rights, today: date) -> MeasurePage:
    """Everything about it; the chain frozen once approved. A constant number of queries."""
    frozen = measure.proof is not None
    if frozen:
        chain = [Link(date.fromisoformat(row[0]), row[1], row[2], row[3]) for row in measure.proof or []]
    else:
        chain = chain_of(measure) if rights.is_office else []
    return MeasurePage(
        may=may_with(rights, measure),
        chain=chain,
        is_frozen=frozen,
        promises=[became(one, today) for one in promises_of(measure)],
        entries=list(measure.entries.select_related("by")),
        attachments=list(attachments_of("measure", measure.pk)),
        receipts=receipts_of("measure", measure.pk) if rights.is_office else [],
        events=events_of("measure", measure.pk) if rights.is_office else [],
    )


def measures_listed(rights: Rights, kind: str = "") -> QuerySet[Measure]:
    """Those that the person sees, the newest first. One query."""
    rows = visible_measures(rights).select_related("unit", "approver", "drafted_by").order_by("-pk")
    return rows.filter(kind=kind) if kind else rows


def waiting_for(rights: Rights) -> list[Measure]:
    """Those that wait for this person's approval. One query."""
    if not rights.is_office:
        return []
    return _WAITING.objects(approver=rights.user.pk)


_WAITING = Prepared(
    lambda approver: (
        Measure.objects.filter(state=MeasureState.PENDING, approver=approver)
        .select_related("unit", "drafted_by")
        .order_by("pk")
    ),
    approver=int,
)


def approvers(measure: Measure) -> QuerySet[User]:
    """Who of the office may be named: everybody but the drafter (unless the office has one person only)."""
    seats = Membership.objects.valid(clock.today()).filter(role=Role.OFFICE)
    people = User.objects.filter(is_active=True, pk__in=seats.values("user")).order_by("username")
    return people.exclude(pk=measure.drafted_by_id) if measure.office.own_review else people


def late_of_unit(unit_id: int, today: date) -> QuerySet[Obligation]:
    """What a measure can be about: what the unit is late with."""
    return Obligation.objects.late(today).filter(unit=unit_id).order_by("due_on", "pk")
