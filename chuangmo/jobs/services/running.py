"""Running a job: taking its lease, keeping it, and writing down how it went."""

from __future__ import annotations

import logging
import os
import random
import socket
import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from chuangmo.jobs.kinds import kind_of
from chuangmo.jobs.models import Job, State
from chuangmo.jobs.rules import error_text, pause_after

__all__ = ["Retry", "Run", "Stopped", "run_due", "run_job"]

log = logging.getLogger(__name__)

TELL_EVERY_SECONDS = 1.0


class Retry(Exception):
    """Raised by a job's function: not now. Tried again after `after` (else the usual back-off); counts as an attempt."""

    def __init__(self, after: timedelta | None = None, why: str = "") -> None:
        self.after = after
        self.why = why
        super().__init__(why)


class Stopped(BaseException):
    """The job was cancelled, or its lease lost to another worker: leave off, nothing will be written.

    No `Exception`, so that a function's own `except Exception` does not swallow it.
    """


class Run:
    """What a job's function holds while it runs. Its two questions are asked outside of the function's transactions:
    inside, others would see the progress only after the commit."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._told = 0.0

    def progress(self, done: int, total: int, text: str = "") -> None:
        """Show how far it is, at most once a second and at the end; raises `Stopped` as `check` does."""
        if done < total and time.monotonic() - self._told < TELL_EVERY_SECONDS:
            return
        self._keep(progress_done=done, progress_total=total, progress_text=text[:200])

    def check(self) -> None:
        """Raise `Stopped` if the job was cancelled or given to somebody else; asks at most once a second."""
        if time.monotonic() - self._told >= TELL_EVERY_SECONDS:
            self._keep()

    def _keep(self, **columns: Any) -> None:
        if not prolong(self.job, **columns):
            raise Stopped
        self._told = time.monotonic()


def run_job(job_id: int, *, keeper: Callable[[Job], AbstractContextManager[object]] = nullcontext) -> bool:
    """Run one job now if it is due and free; False if it was not (done, taken, cancelled, later, gone).

    `keeper` keeps the lease while the function runs (a worker's thread); without one `run.check()` does.
    """
    job = _take(job_id)
    if job is None:
        return False
    try:
        with keeper(job):
            result = _work(job)
    except Stopped:
        log.info("job %s (%s) was stopped", job.pk, job.kind)
    except Retry as retry:
        _put_off(job, retry.after, retry.why)
    except Exception as error:
        log.exception("job %s (%s) failed at attempt %s", job.pk, job.kind, job.attempts)
        _put_off(job, None, error_text(error))
    else:
        _finish(job, result)
        log.info("job %s (%s): %s", job.pk, job.kind, result)
    return True


def _work(job: Job) -> dict[str, Any] | None:
    """Call the job's function. Inside a transaction (a test's) a database error shall not spoil all of it."""
    work = kind_of(job.kind).work()
    if not connection.in_atomic_block:
        return work(Run(job), **job.args)
    left: Retry | Stopped
    with transaction.atomic():
        try:
            return work(Run(job), **job.args)
        except (
            Retry,
            Stopped,
        ) as early:  # no error: what was written stays, as it would without the transaction
            left = early
    raise left


def run_due() -> int:
    """Run every job that is due, in this process, until none is left; returns how many. For tests and the shell."""
    count = 0
    while (pk := next_due()) is not None:
        count += run_job(pk)
    return count


def next_due() -> int | None:
    """The id of the job that should be run next."""
    return Job.objects.due(timezone.now()).values_list("pk", flat=True).first()


def prolong(job: Job, **columns: Any) -> bool:
    """Say that the job is still in hand; False if it no longer is."""
    now = timezone.now()
    return bool(_mine(job).update(heartbeat_at=now, lease_until=now + _lease(), **columns))


def _lease() -> timedelta:
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)


def _mine(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, state=State.RUNNING, worker=job.worker)


def _take(job_id: int) -> Job | None:
    """The job with a lease of ours, or None. One update decides among all who try."""
    now = timezone.now()
    worker = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
    taken = Job.objects.filter(pk=job_id, state=State.WAITING, not_before__lte=now).update(
        state=State.RUNNING,
        worker=worker,
        attempts=F("attempts") + 1,
        again=False,
        started_at=now,
        heartbeat_at=now,
        lease_until=now + _lease(),
    )
    return Job.objects.get(pk=job_id) if taken else None


def _finish(job: Job, result: dict[str, Any] | None) -> None:
    """Done, once; or waiting again where it was asked for anew while it ran."""
    now = timezone.now()
    released = {"worker": "", "lease_until": None, "result": result, "error": ""}
    if _mine(job).filter(again=False).update(state=State.DONE, finished_at=now, **released):
        return
    if not _mine(job).update(
        state=State.WAITING, again=False, attempts=0, not_before=now, hinted_at=None, **released
    ):
        log.warning("job %s (%s) had been taken over or cancelled; its end is not noted", job.pk, job.kind)


def _put_off(job: Job, after: timedelta | None, why: str) -> None:
    """Waiting for the next attempt, or failed after the last."""
    now = timezone.now()
    released = {"worker": "", "lease_until": None, "error": why}
    if job.attempts >= kind_of(job.kind).attempts:
        _mine(job).update(state=State.FAILED, again=False, finished_at=now, **released)
        return
    pause = after if after is not None else pause_after(job.attempts, random.random())
    _mine(job).update(state=State.WAITING, again=False, not_before=now + pause, hinted_at=None, **released)
