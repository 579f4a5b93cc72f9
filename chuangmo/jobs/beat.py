"""The timetable's process: starts the jobs of the timetable and sweeps. `celery -A chuangmo beat`.

Both go straight to the database: with the queue down nothing that was due is lost, it only waits.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from typing import Any

from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from django_celery_beat.schedulers import DatabaseScheduler

from chuangmo.jobs.models import Process
from chuangmo.jobs.services.processes import beat_seconds, leave, show
from chuangmo.jobs.services.schedule import START, start_periodic
from chuangmo.jobs.services.sweeping import sweep, sweep_seconds

log = logging.getLogger(__name__)


class Timetable(DatabaseScheduler):
    """The library's scheduler over its tables, with three things of ours.

    It writes the jobs of the timetable itself instead of sending a message that somebody should; it sweeps; it says
    that it lives. And neither a queue nor a database that does not answer for a while ends it or holds it up.
    """

    producer = None  # the library's would wait for the queue, for ever, before anything is started

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._started_at = timezone.now()
        self._next_beat = self._next_sweep = 0.0
        self._owed: list[str] = []
        super().__init__(*args, **kwargs)

    def enabled_models_qs(self) -> Any:
        """All of them: the library leaves out those of other hours, and what was missed would not be made good."""
        return self.Model.objects.enabled()

    def tick(self, *args: Any, **kwargs: Any) -> float:
        try:
            close_old_connections()
            self._keep_house()
            pause = super().tick(*args, **kwargs)
        except DatabaseError:
            log.exception("the database does not answer")
            return self.max_interval
        return min(pause, sweep_seconds(), beat_seconds())

    def apply_async(self, entry: Any, producer: Any = None, advance: bool = True, **kwargs: Any) -> Any:
        if entry.task != START:
            return super().apply_async(entry, producer=producer, advance=advance, **kwargs)
        self._owed.append(entry.args[0])
        self._start_owed()
        self._do_sync()
        return None

    def close(self) -> None:
        super().close()
        try:
            leave(Process.Kind.BEAT, self._name)
        except DatabaseError:
            log.warning("could not sign off", exc_info=True)

    def _start_owed(self) -> None:
        """What could not be written down the last time (the library regards it as started) stays owed."""
        while self._owed:
            try:
                start_periodic(self._owed[0])
            except DatabaseError:
                raise
            except Exception:  # a fault of the settings: it will not be better the next time
                log.exception("%s could not be started", self._owed[0])
            self._owed.pop(0)

    def _keep_house(self) -> None:
        self._start_owed()
        now = time.monotonic()
        if now >= self._next_beat:
            show(Process.Kind.BEAT, self._name, started_at=self._started_at)
            self._next_beat = now + beat_seconds()
        if now >= self._next_sweep:
            sweep()
            self._next_sweep = now + sweep_seconds()
