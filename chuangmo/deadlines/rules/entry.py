"""When entry is open, and how a due day is told. Pure.

Source: domain.md §5: `locks_on` = due + 5 working days; after it entry is closed except for whom an exception with
a reason and an end was granted (design.md, `Obligation`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

LOCK_WORKING_DAYS = 5
RETURN_WORKING_DAYS = 2  # domain.md §6: a return opens a cycle that is due in 2 working days


def entry_open(locks_on: date | None, exceptions_until: Iterable[date], at: date) -> bool:
    """Whether entry is open on `at`: up to and with the lock day, or up to the end of any exception."""
    return locks_on is None or at <= locks_on or any(at <= until for until in exceptions_until)


def days_late(due_on: date | None, done_on: date | None, at: date) -> int:
    """Calendar days after the due day on which it was done (or on `at`, if it is still open); 0 if in time."""
    return max(0, ((done_on or at) - due_on).days) if due_on else 0
