"""The sweeper: takes back what dead workers had in hand, and tells the queue of what is due and was missed.

Runs every few seconds in the timetable's process (`jobs.beat`), so that it needs neither queue nor free worker.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from chuangmo.jobs.kinds import attempts_of
from chuangmo.jobs.models import Job, JobQuerySet, State
from chuangmo.jobs.services.publishing import MOST, hint

__all__ = ["Swept", "sweep", "sweep_seconds"]

log = logging.getLogger(__name__)

LOST = "执行它的进程中断了（被终止、断电或失去响应）"


@dataclass(frozen=True, slots=True)
class Swept:
    """What one pass did: jobs taken back, given up after their last attempt, told to the queue."""

    taken_back: int
    given_up: int
    hinted: int


def sweep_seconds() -> float:
    """Lease and sweep together stay below a minute."""
    return settings.JOB_LEASE_SECONDS / 2


def sweep() -> Swept:
    """One pass. Two at once do no harm: each change is conditional."""
    now = timezone.now()
    taken_back = given_up = 0
    for job in Job.objects.abandoned(now).only("pk", "kind", "attempts", "worker"):
        if job.attempts >= attempts_of(job.kind):
            given_up += _give_up(job, now)
        else:
            taken_back += _take_back(job, now)
    return Swept(taken_back, given_up, _tell(now))


def _take_back(job: Job, now: datetime) -> int:
    log.warning("job %s (%s): %s fell silent, it waits again", job.pk, job.kind, job.worker)
    return _held(job, now).update(
        state=State.WAITING,
        again=False,
        worker="",
        lease_until=None,
        not_before=now,
        hinted_at=None,
        error=LOST,
    )


def _give_up(job: Job, now: datetime) -> int:
    log.error("job %s (%s): %s fell silent at the last attempt", job.pk, job.kind, job.worker)
    return _held(job, now).update(
        state=State.FAILED, again=False, worker="", lease_until=None, finished_at=now, error=LOST
    )


def _held(job: Job, now: datetime) -> JobQuerySet:
    return Job.objects.abandoned(now).filter(pk=job.pk, worker=job.worker)


def _tell(now: datetime) -> int:
    """Tell of the oldest that are due and of which nobody was told lately; as many as one message batch."""
    before = now - timedelta(seconds=settings.JOB_LEASE_SECONDS)
    missed = Job.objects.due(now).filter(Q(hinted_at__isnull=True) | Q(hinted_at__lt=before))
    ids = list(missed.values_list("pk", flat=True)[:MOST])
    if not ids or not hint(ids):
        return 0
    return Job.objects.filter(pk__in=ids, state=State.WAITING).update(hinted_at=now)
