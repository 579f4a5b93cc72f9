"""Every change of what is owed: made, done, opened anew, excepted from the lock, waived."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.module_loading import import_string

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.access.rules import ACCEPT
from chuangmo.deadlines.models import LockException, Obligation
from chuangmo.deadlines.queries import is_entry_open
from chuangmo.deadlines.rules import LOCK_WORKING_DAYS, Owed
from chuangmo.deadlines.services.permission import note, require_office, require_reason
from chuangmo.deadlines.services.telling import settle_all
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.org.models import Unit
from chuangmo.period_fields import period_columns
from chuangmo.periods import Period
from chuangmo.workcalendar.queries import work_calendar

__all__ = [
    "close_step",
    "fulfil",
    "fulfil_by_hand",
    "grant_exception",
    "is_entry_open",
    "open_cycle",
    "owe",
    "owe_again",
    "owe_all",
    "reschedule",
    "row_of",
    "unwaive",
    "unwaive_one",
    "waive",
    "waive_one",
]

# What has no page of its own on which it is done: the office notes that it was.
BY_HAND = frozenset({"material"})


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
    """Note who did it and when; the first time counts for punctuality. False if it was done before.

    Where an extension opened another cycle since the row was read, it is that cycle that is done.
    """
    rows = Obligation.objects.filter(done_at__isnull=True, superseded=False)
    mark = {"done_at": timezone.now(), "done_on": clock.today(), "done_by": by}
    done = obligation.pk
    if not rows.filter(pk=done).update(**mark):
        later = Obligation.objects.filter(
            kind=obligation.kind,
            subject_kind=obligation.subject_kind,
            subject_id=obligation.subject_id,
            unit=obligation.unit_id,
            cycle__gt=obligation.cycle,
        )
        done = later.order_by("-cycle").values_list("pk", flat=True).first() or 0
        if not rows.filter(pk=done).update(**mark):
            return False
    obligation.refresh_from_db(fields=["done_at", "done_on", "done_by", "superseded"])
    settle_all([done])
    return True


@transaction.atomic
def fulfil_by_hand(*, obligation_id: int, reason: str, by: User) -> Obligation:
    """Note that something was done for which there is no page yet (material handed in on paper). The office's right."""
    obligation = _held(obligation_id)
    require_office(by, obligation, "登记完成")
    require_reason(reason, "请写明收到了什么")
    if obligation.kind not in BY_HAND:
        raise Refused("这件事在它自己的页面上办理，不能在这里登记完成")
    if not obligation.is_open or not fulfil(obligation, by):
        raise Stale("这件事已经办结，请刷新")
    note(obligation, by, "登记完成", reason)
    return obligation


@transaction.atomic
def open_cycle(
    obligation: Obligation,
    due_on: date,
    by: User | None,
    reason: str,
    locks_on: date | None = None,
    term_days: int | None = None,
    action: str = "开新一轮",
) -> Obligation:
    """Open the next cycle (a return, an extension); the old row stays, `superseded`, with its own punctuality.

    The lock follows the new due day by 5 working days unless given; with `term_days` the due day is that many working
    days from today and follows the calendar. Subjects that point to their obligation are told
    (settings.CYCLE_OPENED). A proposal about the old cycle is moot.
    """
    if not reason.strip():
        raise Invalid({"reason": "请写明原因"})
    if not Obligation.objects.filter(pk=obligation.pk, superseded=False).update(superseded=True):
        raise Stale("刚才已经开了新的一轮，请刷新")
    settle_all([obligation.pk])
    locks_on = locks_on or work_calendar().add_working_days(due_on, LOCK_WORKING_DAYS)
    cycle = Obligation.objects.create(
        kind=obligation.kind,
        unit_id=obligation.unit_id,
        role=obligation.role,
        source=obligation.source,
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
        term_days=term_days,
    )
    obligation.superseded = True
    for path in settings.CYCLE_OPENED:
        import_string(path)(old=obligation, new=cycle)
    note(cycle, by, action, reason, {"应办日期": [_day(obligation.due_on), _day(due_on)]})
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
    note(obligation, by, "批准延后锁定", reason, {"延至": [_day(obligation.locks_on), _day(until)]})
    return row


def waive(obligation_ids: Iterable[int], reason: str) -> int:
    """Waive what is still open among these, for a reason; returns how many."""
    ids = list(obligation_ids)
    if not ids:
        return 0
    open_now = Obligation.objects.open().filter(pk__in=ids)
    waived = open_now.update(waived_at=timezone.now(), waived_reason=reason)
    settle_all(ids)
    return waived


@transaction.atomic
def waive_one(*, obligation_id: int, reason: str, by: User) -> Obligation:
    """The office lets a unit off, for a reason. Refused, Invalid, Stale."""
    obligation = _held(obligation_id)
    require_office(by, obligation, "批准免办")
    if obligation.is_step:
        raise Refused("审核步骤不能免办；请在审核页办理或退回")
    require_reason(reason)
    if not waive([obligation.pk], reason.strip()[:200]):
        raise Stale("这件事刚才已经办结或免办，请刷新")
    note(obligation, by, "免办", reason)
    return obligation


@transaction.atomic
def unwaive_one(*, obligation_id: int, reason: str, by: User) -> Obligation:
    """Take a waiver back: the thing is owed again, its ladder goes on from where it stood."""
    obligation = _held(obligation_id)
    require_office(by, obligation, "恢复应办")
    require_reason(reason)
    back = Obligation.objects.filter(pk=obligation.pk, waived_at__isnull=False, superseded=False)
    if not back.update(waived_at=None, waived_reason=""):
        raise Stale("这件事没有免办，请刷新")
    note(obligation, by, "恢复应办", reason)
    return obligation


def unwaive(obligation_ids: Iterable[int], reason: str) -> int:
    """Take back a waiver that was given for exactly this reason; returns how many."""
    return Obligation.objects.filter(pk__in=list(obligation_ids), waived_reason=reason).update(
        waived_at=None, waived_reason=""
    )


def reschedule(rows: Iterable[tuple[int, date | None, date | None]]) -> int:
    """Move open first cycles (id, due day, lock day) whose due rule was changed; extended ones stay as they are.

    One statement for each pair of days, not for each row.
    """
    by_days: dict[tuple[date | None, date | None], list[int]] = defaultdict(list)
    for pk, due_on, locks_on in rows:
        by_days[due_on, locks_on].append(pk)
    return sum(
        Obligation.objects.open()
        .filter(pk__in=ids, cycle=1)
        .exclude(due_on__isnull=False, original_due_on__isnull=False, due_on__gt=F("original_due_on"))
        .update(due_on=due_on, original_due_on=due_on, locks_on=locks_on)
        for (due_on, locks_on), ids in by_days.items()
    )


# Steps of a review ---------------------------------------------------------------------------------------


def row_of(one: Owed, *, source: str = "", cycle: int = 1) -> Obligation:
    """The unsaved row of what a source says."""
    return Obligation(
        opened_on=one.opened_on or clock.today(),
        kind=one.kind,
        unit_id=one.unit_id,
        role=one.role,
        source=source,
        subject_kind=one.subject_kind,
        subject_id=one.subject_id,
        subject_label=one.subject_label[:200],
        subject_url=one.subject_url,
        cycle=cycle,
        due_on=one.due_on,
        original_due_on=one.due_on,
        locks_on=one.locks_on,
        term_days=one.term_days,
        **period_columns(one.period),
    )


def owe_again(owed: Collection[Owed], source: str) -> None:
    """Open a cycle of each of these (a step that a case comes to for the first or the second time); what is open
    already stays. They must be about one subject: two queries and an insert, however many."""
    if not owed:
        return
    first = next(iter(owed))
    latest = (
        Obligation.objects.filter(subject_kind=first.subject_kind, subject_id=first.subject_id)
        .filter(kind__in={one.kind for one in owed})
        .order_by()
        .values("kind", "unit_id")
        .annotate(last=Max("cycle"))
        .values_list("kind", "unit_id", "last")
    )
    cycles = {(kind, unit_id): last for kind, unit_id, last in latest}
    open_now = set(
        Obligation.objects.open()
        .filter(subject_kind=first.subject_kind, subject_id=first.subject_id)
        .values_list("kind", "unit_id")
    )
    rows = [
        row_of(one, source=source, cycle=cycles.get((one.kind, one.unit_id), 0) + 1)
        for one in owed
        if (one.kind, one.unit_id) not in open_now
    ]
    Obligation.objects.bulk_create(rows, ignore_conflicts=True)


def close_step(*, kinds: Collection[str], subject_kind: str, subject_id: int, by: User | None) -> int:
    """Note that whoever had the step has dealt with it, or (by None) that there is nothing to deal with any more."""
    rows = Obligation.objects.open().filter(kind__in=kinds, subject_kind=subject_kind, subject_id=subject_id)
    ids = list(rows.values_list("pk", flat=True))
    if not ids:
        return 0
    now = timezone.now()
    settle_all(ids)
    if by is None:
        return rows.update(waived_at=now, waived_reason="不再需要办理")
    return rows.update(done_at=now, done_on=clock.today(), done_by=by)


def _held(obligation_id: int) -> Obligation:
    """The row, locked where the database can."""
    row = Obligation.objects.select_for_update(of=("self",)).filter(pk=obligation_id).first()
    if row is None:
        raise Refused("没有这件事")
    return row


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
