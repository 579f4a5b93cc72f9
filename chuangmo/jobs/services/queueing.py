"""Asking for work, and calling it off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from chuangmo.access.models import User
from chuangmo.jobs.kinds import kind_of
from chuangmo.jobs.models import OPEN, Job, State
from chuangmo.jobs.services.publishing import hint

__all__ = ["cancel", "enqueue", "enqueue_many", "tell"]

BATCH = 500


@transaction.atomic
def enqueue(
    kind: str,
    *,
    key: str = "",
    args: Mapping[str, Any] | None = None,
    not_before: datetime | None = None,
    by: User | None = None,
) -> Job:
    """Write the job in the caller's transaction; after its commit a worker is told. Never waits for one.

    With a `key`, one that is open with the same kind and key is returned instead: if it waits, it will see what this
    transaction wrote; if it runs already, it will run once more.
    """
    if not key:
        job = Job.objects.create(**_columns(kind, "", args, not_before, by))
        tell([job.pk], job.not_before)
        return job
    return _enqueue_keyed(kind, {key: args or {}}, not_before, by)[key]


@transaction.atomic
def enqueue_many(
    kind: str,
    jobs: Iterable[tuple[str, Mapping[str, Any]]],
    *,
    not_before: datetime | None = None,
    by: User | None = None,
) -> int:
    """`enqueue` for many (key, args) at once, blank keys allowed; a constant number of queries for each 500.

    Returns how many were asked for.
    """
    rows = list(jobs)
    keyed = {key: args for key, args in rows if key}
    plain = [Job(**_columns(kind, "", args, not_before, by)) for key, args in rows if not key]
    Job.objects.bulk_create(plain, batch_size=BATCH)
    if plain:
        tell([job.pk for job in plain], plain[0].not_before)
    keys = list(keyed)
    for start in range(0, len(keys), BATCH):
        _enqueue_keyed(kind, {key: keyed[key] for key in keys[start : start + BATCH]}, not_before, by)
    return len(rows)


@transaction.atomic
def cancel(job: Job) -> bool:
    """Call off a job that waits or runs (which then stops at its next `run.check()`); False if it had ended."""
    now = timezone.now()
    stopped = Job.objects.filter(pk=job.pk, state__in=OPEN).update(
        state=State.CANCELLED, again=False, worker="", lease_until=None, finished_at=now
    )
    if stopped:
        job.refresh_from_db()
    return bool(stopped)


def _enqueue_keyed(
    kind: str, wanted: Mapping[str, Mapping[str, Any]], not_before: datetime | None, by: User | None
) -> dict[str, Job]:
    """The open job of each key, made where there is none, held until the caller's transaction ends.

    Rows are locked so that none can be begun, and miss what the caller wrote, before the commit. A row that another
    transaction makes or ends in between shows in the next round.
    """
    found: dict[str, Job] = {}
    while missing := wanted.keys() - found.keys():
        held = (
            Job.objects.select_for_update().filter(kind=kind, key__in=missing, state__in=OPEN).order_by("id")
        )
        found.update({job.key: job for job in held})
        Job.objects.bulk_create(
            [
                Job(**_columns(kind, key, wanted[key], not_before, by))
                for key in wanted  # in the caller's order
                if key not in found
            ],
            ignore_conflicts=True,
        )
    running = [job.pk for job in found.values() if job.state == State.RUNNING]
    if running:
        Job.objects.filter(pk__in=running, state=State.RUNNING).update(again=True)
    waiting = [job for job in found.values() if job.state == State.WAITING]
    if waiting:
        tell([job.pk for job in waiting], min(job.not_before for job in waiting))
    return found


def _columns(
    kind: str, key: str, args: Mapping[str, Any] | None, not_before: datetime | None, by: User | None
) -> dict[str, Any]:
    kind_of(kind)  # a misspelt kind is refused where it is written, not where it would run
    now = timezone.now()
    return {
        "kind": kind,
        "key": key,
        "args": dict(args or {}),
        "not_before": not_before or now,
        "hinted_at": None if not_before and not_before > now else now,
        "created_at": now,
        "requested_by": by,
    }


def tell(ids: list[int], not_before: datetime) -> None:
    """Give the workers a hint after the commit; what starts later is found by the sweeper when it is due."""
    if not_before <= timezone.now():
        transaction.on_commit(partial(hint, ids), robust=True)
