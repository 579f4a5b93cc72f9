"""What decisions owe (settings.OBLIGATION_SOURCES)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from chuangmo.deadlines.rules import Owed
from chuangmo.periods import month
from supervision.meetings.models import Decision

__all__ = ["KIND", "SOURCE", "decisions_owed", "owed_of"]

KIND = "decision"
SOURCE = "supervision.meetings.queries.owed.decisions_owed"


def decisions_owed(at: date, horizon: date) -> Iterator[Owed]:
    """Every decision that binds and isn't withdrawn, those that were reported too: a report may be sent back. One query."""
    running = Decision.objects.running().only("pk", "text", "unit_id", "original_due_on", "created_at")
    return (owed_of(one) for one in running)


def owed_of(decision: Decision) -> Owed:
    """By its original day: what an extension moves, the obligation's own cycles remember."""
    due = decision.original_due_on
    return Owed(
        kind=KIND,
        unit_id=decision.unit_id,
        subject_kind=KIND,
        subject_id=decision.pk,
        subject_label=str(decision),
        subject_url=decision.get_absolute_url(),
        period=month(due.year, due.month),
        due_on=due,
    )
