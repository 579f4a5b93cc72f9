"""What should be owed against what is: missing ones are written, moved ones follow, those no longer owed are waived."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.module_loading import import_string

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.audit.services import record
from chuangmo.deadlines.models import Obligation
from chuangmo.deadlines.rules import LOCK_WORKING_DAYS, Owed
from chuangmo.deadlines.services.obligations import reschedule, row_of, unwaive, waive
from chuangmo.jobs.services import enqueue
from chuangmo.workcalendar.queries import WorkCalendar, work_calendar

__all__ = ["GONE", "Reconciled", "calendar_changed", "reconcile"]

GONE = "职责、方案或进度已变，不再需要办理"
AHEAD = timedelta(days=366)
BATCH = 500


@dataclass(frozen=True)
class Reconciled:
    """How many obligations were added, moved and waived."""

    added: int = 0
    moved: int = 0
    waived: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.moved or self.waived)


@transaction.atomic
def reconcile(at: date | None = None) -> Reconciled:
    """Bring what is owed in step with all sources (settings.OBLIGATION_SOURCES) and with the calendar of working days.

    A difference, so that it can run as often as one likes; a constant number of statements for each source and for each
    day that something moves to.
    """
    at = at or clock.today()
    moved = _keep_terms(work_calendar())
    added = waived = 0
    for path in settings.OBLIGATION_SOURCES:
        owed = {one.key: one for one in import_string(path)(at, at + AHEAD)}
        new, shifted, gone = _take(path, owed)
        added, moved, waived = added + new, moved + shifted, waived + gone
    done = Reconciled(added, moved, waived)
    if done:
        record(
            by=None,
            action="更新应办事项",
            object_kind="obligations",
            object_id=at.isoformat(),
            label=f"{at} 应办事项",
            changes={"新增": [0, added], "改期": [0, moved], "免办": [0, waived]},
        )
    return done


def calendar_changed(*, by: User | None) -> None:
    """The calendar of working days was edited (settings.CALENDAR_CHANGED): what is open follows, once
    for however many days were edited together."""
    enqueue("deadlines.reconcile", key="deadlines.reconcile", by=by)


def _take(path: str, owed: dict[tuple[str, str, int, int], Owed]) -> tuple[int, int, int]:
    """One source: (added, moved, waived)."""
    rows = Obligation.objects.filter(source=path, superseded=False).order_by("cycle")
    latest = {_key(row): row for row in rows}
    missing = [row_of(one, source=path) for key, one in owed.items() if key not in latest]
    Obligation.objects.bulk_create(missing, batch_size=BATCH, ignore_conflicts=True)
    kept = [(row, owed[key]) for key, row in latest.items() if key in owed]
    moved = reschedule(
        (row.pk, one.due_on, one.locks_on)
        for row, one in kept
        if row.is_open and not row.paused and row.term_days is None
        if (row.original_due_on, row.locks_on) != (one.due_on, one.locks_on)
    )
    _rename(kept)
    unwaive([row.pk for row, _ in kept if row.waived_reason == GONE], GONE)
    waived = waive([row.pk for key, row in latest.items() if key not in owed and row.is_open], GONE)
    return len(missing), moved, waived


def _rename(kept: Iterable[tuple[Obligation, Owed]]) -> None:
    """A subject's name or address may change; what was done keeps the old one."""
    renamed = []
    for row, one in kept:
        if row.is_open and (row.subject_label, row.subject_url) != (one.subject_label[:200], one.subject_url):
            row.subject_label, row.subject_url = one.subject_label[:200], one.subject_url
            renamed.append(row)
    Obligation.objects.bulk_update(renamed, ["subject_label", "subject_url"], batch_size=BATCH)


def _keep_terms(calendar: WorkCalendar) -> int:
    """What is due so many working days after it was opened follows the calendar: a statement for each pair of days."""
    by_days: dict[tuple[date, date | None], list[int]] = defaultdict(list)
    first = defaultdict(list)
    terms = Obligation.objects.open().filter(term_days__isnull=False, paused=False)
    for pk, cycle, opened_on, days, due_on, locks_on in terms.values_list(
        "pk", "cycle", "opened_on", "term_days", "due_on", "locks_on"
    ):
        due = calendar.add_working_days(opened_on, days)
        lock = calendar.add_working_days(due, LOCK_WORKING_DAYS) if locks_on else None
        if due != due_on or lock != locks_on:
            by_days[due, lock].append(pk)
            if cycle == 1:
                first[due].append(pk)
    for (due, lock), ids in by_days.items():
        Obligation.objects.filter(pk__in=ids).update(due_on=due, locks_on=lock)
    for ids in first.values():
        Obligation.objects.filter(pk__in=ids).update(original_due_on=F("due_on"))
    return sum(len(ids) for ids in by_days.values())


def _key(row: Obligation) -> tuple[str, str, int, int]:
    return (row.kind, row.subject_kind, row.subject_id, row.unit_id)
