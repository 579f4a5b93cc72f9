"""Decisions for pages: the list, one's own, one with everything about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from chuangmo.access.queries import Rights
from chuangmo.deadlines.models import Obligation
from chuangmo.deadlines.queries.timeline import TimelineEntry, timeline_of
from chuangmo.files.models import Attachment
from chuangmo.files.queries import attachments_of
from chuangmo.notices.queries import Receipt, receipts_of
from supervision.meetings.models import Decision, DecisionEvent, DecisionState
from supervision.meetings.queries.earlier import Became, became
from supervision.meetings.queries.owed import KIND
from supervision.meetings.rights import acts_for, county_offices, may_with_decision, visible_decisions

__all__ = ["DecisionPage", "decision_page", "decisions_listed", "my_decisions", "waiting_for_office"]


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """One decision for one person."""

    stands: Became
    may: set[str]
    obligation: Obligation | None
    attachments: Sequence[Attachment]
    events: Sequence[TimelineEntry]
    receipts: Sequence[Receipt]


def decision_page(decision: Decision, rights: Rights, today: date) -> DecisionPage:
    """Its own steps and those of its deadline on one timeline."""
    obligation = (
        Obligation.objects.filter(
            kind=KIND, subject_kind=KIND, subject_id=decision.pk, unit=decision.unit_id, superseded=False
        )
        .order_by("-cycle")
        .first()
    )
    steps = [
        TimelineEntry(one.at, one.action, str(one.by) if one.by else "系统", one.text)
        for one in DecisionEvent.objects.filter(decision=decision).select_related("by")
    ]
    # What the deadlines tell beside that: rungs, requests; their own “办结” and “退回重办” would say it twice.
    deadlines = [one for one in timeline_of(KIND, decision.pk) if one.word not in ("办结", "退回重办")]
    return DecisionPage(
        stands=became(decision, today),
        may=may_with_decision(rights, decision),
        obligation=obligation,
        attachments=list(attachments_of(KIND, decision.pk)),
        events=sorted([*steps, *deadlines], key=lambda one: one.at, reverse=True),
        receipts=receipts_of(KIND, decision.pk) if rights.is_office else [],
    )


def decisions_listed(rights: Rights) -> QuerySet[Decision]:
    """All that bind and that the person sees. One query."""
    return (
        visible_decisions(rights)
        .exclude(state=DecisionState.DRAFT)
        .select_related("unit", "meeting__series", "meeting__plan", "meeting__office__county")
        .order_by("due_on", "pk")
    )


def my_decisions(rights: Rights) -> QuerySet[Decision]:
    """What the units for which the person acts still have to do."""
    return (
        Decision.objects.filter(unit__in=acts_for(rights), state=DecisionState.OPEN)
        .select_related("unit")
        .order_by("due_on", "pk")
    )


def waiting_for_office(rights: Rights) -> QuerySet[Decision]:
    """Reported, not decided yet."""
    own = Q(meeting__office__in=county_offices(rights))
    if rights.is_office:
        own |= Q(meeting__isnull=True) | Q(meeting__office__county__isnull=True)
    return (
        Decision.objects.filter(own, state=DecisionState.REPORTED)
        .select_related("unit")
        .order_by("reported_on", "pk")
    )
