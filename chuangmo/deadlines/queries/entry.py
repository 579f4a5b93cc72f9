"""Questions about what is owed."""

from __future__ import annotations

from datetime import date

from chuangmo.deadlines.models import LockException, Obligation
from chuangmo.deadlines.rules import entry_open


def exceptions_until(obligation: Obligation | None) -> list[date]:
    """The days until which the lock is lifted for the subject, over all its cycles; one query."""
    if obligation is None:
        return []
    return list(
        LockException.objects.filter(
            obligation__kind=obligation.kind,
            obligation__subject_kind=obligation.subject_kind,
            obligation__subject_id=obligation.subject_id,
            obligation__unit_id=obligation.unit_id,
        ).values_list("until", flat=True)
    )


def is_entry_open(obligation: Obligation | None, at: date) -> bool:
    """Whether the obligation's subject may be filled in on `at`; no query unless the lock day has passed."""
    if obligation is None or not obligation.is_locked(at):
        return True
    return entry_open(obligation.locks_on, exceptions_until(obligation), at)
