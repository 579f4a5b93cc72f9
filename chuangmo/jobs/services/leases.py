"""Keeping a lease while the job's function is busy: a thread of the worker's process, which dies with it."""

from __future__ import annotations

import logging
import threading
from types import TracebackType

from django.db import DatabaseError, connection

from chuangmo.jobs.models import Job
from chuangmo.jobs.services.processes import beat_seconds
from chuangmo.jobs.services.running import prolong

__all__ = ["KeepAlive"]

log = logging.getLogger(__name__)


class KeepAlive(threading.Thread):
    """Prolongs the job's lease every third of it, until the block ends or the job is no longer ours."""

    def __init__(self, job: Job) -> None:
        super().__init__(name=f"lease of job {job.pk}", daemon=True)
        self._job = job
        self._ended = threading.Event()

    def __enter__(self) -> KeepAlive:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self.join(timeout=beat_seconds())

    def run(self) -> None:
        while not self._ended.wait(beat_seconds()):
            try:
                if not prolong(self._job):
                    return  # cancelled or taken over: the function hears of it at its next `run.check()`
            except DatabaseError:
                log.warning("could not prolong the lease of job %s", self._job.pk, exc_info=True)
            finally:
                connection.close()
