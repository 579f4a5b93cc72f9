"""Every change of what is owed: made, done, opened anew, excepted from the lock, waived."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.access.rules import ACCEPT
from chuangmo.audit.services import record
from chuangmo.deadlines.models import LockException, Obligation
from chuangmo.deadlines.queries import is_entry_open
from chuangmo.deadlines.rules import LOCK_WORKING_DAYS
from chuangmo.errors import Invalid, Refused
from chuangmo.org.models import Unit
from chuangmo.period_fields import period_columns
from chuangmo.periods import Period
from chuangmo.workcalendar.queries import work_calendar

__all__ = [
    "fulfil",
    "grant_exception",
    "is_entry_open",
    "open_cycle",
    "owe",
    "owe_all",
    "reschedule",
    "unwaive",
    "waive",
]


def owe(
    *,
    kind: str,
    unit: Unit,
    subject_kind: str,
    subject_id: int,
    subject_label: str,
    subject_url: str,
    period: Period,
    due_on: date | None,
    locks_on: date | None,
) -> Obligation:
    """The first cycle of one obligation; the same one again if it is owed already."""
    row, _ = Obligation.objects.get_or_create(
        kind=kind,
        unit=unit,
        subject_kind=subject_kind,
        subject_id=subject_id,
        cycle=1,
        defaults={
            "subject_label": subject_label,
            "subject_url": subject_url,
            "due_on": due_on,
            "original_due_on": due_on,
            "locks_on": locks_on,
            **period_columns(period),
        },
    )
    return row


def owe_all(obligations: Iterable[Obligation]) -> int:
    """Write many first cycles at once (unsaved rows, as `owe` would make them); what is owed already stays.

    Returns how many were given.
    """
    rows = list(obligations)
    for row in rows:
        row.original_due_on = row.due_on
        row.subject_label = row.subject_label[:200]
    Obligation.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def fulfil(obligation: Obligation, by: User | None) -> bool:
    """Note who did it and when; the first time counts for punctuality. False if it was done before."""
    done = Obligation.objects.filter(pk=obligation.pk, done_at__isnull=True).update(
        done_at=timezone.now(), done_on=clock.today(), done_by=by
    )
    if done:
        obligation.refresh_from_db(fields=["done_at", "done_on", "done_by"])
    return bool(done)


@transaction.atomic
def open_cycle(
    obligation: Obligation, due_on: date, by: User | None, reason: str, locks_on: date | None = None
) -> Obligation:
    """Open the next cycle (a return, an extension); the old row stays, `superseded`, with its own punctuality.

    The lock follows the new due day by 5 working days unless given. The caller points its subject to the new cycle.
    """
    if not reason.strip():
        raise Invalid({"reason": "请写明原因"})
    Obligation.objects.filter(pk=obligation.pk).update(superseded=True)
    locks_on = locks_on or work_calendar().add_working_days(due_on, LOCK_WORKING_DAYS)
    cycle = Obligation.objects.create(
        kind=obligation.kind,
        unit_id=obligation.unit_id,
        subject_kind=obligation.subject_kind,
        subject_id=obligation.subject_id,
        subject_label=obligation.subject_label,
        subject_url=obligation.subject_url,
        period_kind=obligation.period_kind,
        period_start=obligation.period_start,
        period_end=obligation.period_end,
        cycle=obligation.cycle + 1,
        due_on=due_on,
        original_due_on=obligation.original_due_on,
        locks_on=locks_on,
    )
    obligation.superseded = True
    _note(cycle, by, "开新一轮", reason, {"应办日期": [_day(obligation.due_on), _day(due_on)]})
    return cycle


@transaction.atomic
def grant_exception(obligation: Obligation, until: date, reason: str, by: User) -> LockException:
    """Keep entry open past the lock until a day; the steering office's right. Invalid, Refused."""
    if not rights_of(by).may(ACCEPT, obligation.unit_id):
        raise Refused("只有创模办可以批准延后锁定")
    faults = {}
    if not reason.strip():
        faults["reason"] = "请写明理由"
    if until < clock.today():
        faults["until"] = "延至的日期不能早于今天"
    if faults:
        raise Invalid(faults)
    row = LockException.objects.create(obligation=obligation, until=until, reason=reason.strip(), by=by)
    _note(obligation, by, "批准延后锁定", reason, {"延至": [_day(obligation.locks_on), _day(until)]})
    return row


def waive(obligation_ids: Iterable[int], reason: str) -> int:
    """Waive what is still open among these, for a reason; returns how many."""
    return (
        Obligation.objects.open()
        .filter(pk__in=list(obligation_ids))
        .update(waived_at=timezone.now(), waived_reason=reason)
    )


def unwaive(obligation_ids: Iterable[int], reason: str) -> int:
    """Take back a waiver that was given for exactly this reason; returns how many."""
    return Obligation.objects.filter(pk__in=list(obligation_ids), waived_reason=reason).update(
        waived_at=None, waived_reason=""
    )


def reschedule(rows: Iterable[tuple[int, date | None, date | None]]) -> int:
    """Move open first cycles (id, due day, lock day) whose due rule was changed; extended ones stay as they are."""
    moved = 0
    for pk, due_on, locks_on in rows:
        moved += (
            Obligation.objects.open()
            .filter(pk=pk, cycle=1)
            .exclude(due_on__isnull=False, original_due_on__isnull=False, due_on__gt=F("original_due_on"))
            .update(due_on=due_on, original_due_on=due_on, locks_on=locks_on)
        )
    return moved


def _note(obligation: Obligation, by: User | None, action: str, reason: str, changes: dict) -> None:
    record(
        by=by,
        action=action,
        object_kind=obligation.subject_kind,
        object_id=obligation.subject_id,
        label=obligation.subject_label,
        unit_id=obligation.unit_id,
        reason=reason.strip(),
        changes=changes,
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
