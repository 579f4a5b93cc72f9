"""Who is there to work: rows that workers and the timetable keep fresh while they live."""

from __future__ import annotations

import logging
import os
import threading
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from chuangmo.jobs.models import Process

__all__ = ["Pulse", "beat_seconds", "leave", "show"]

log = logging.getLogger(__name__)

FORGET_AFTER = timedelta(days=1)


def beat_seconds() -> float:
    """How often a process says that it lives."""
    return settings.JOB_LEASE_SECONDS / 3


def show(kind: str, name: str, *, started_at: datetime) -> None:
    """Say that this process lives; forget those that fell silent a day ago."""
    now = timezone.now()
    Process.objects.update_or_create(
        kind=kind, name=name[:120], defaults={"seen_at": now, "started_at": started_at}
    )
    Process.objects.filter(kind=kind, seen_at__lt=now - FORGET_AFTER).delete()


def leave(kind: str, name: str) -> None:
    """This process ends in good order."""
    Process.objects.filter(kind=kind, name=name[:120]).delete()


class Pulse(threading.Thread):
    """A thread that keeps the row of its process fresh.

    The pool forks this process whenever one of its own died. Never in the middle of a beat, since the new one would
    inherit a held lock of the database library and wait for ever; and between two beats there is no connection.
    """

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(name="pulse", daemon=True)
        self._kind = kind
        self._row = name
        self._ended = threading.Event()
        self._started_at = timezone.now()
        self._beating = threading.Lock()
        os.register_at_fork(
            before=self._beating.acquire,
            after_in_parent=self._beating.release,
            after_in_child=self._beating.release,
        )

    def run(self) -> None:
        while True:
            with self._beating:
                self._beat()
            if self._ended.wait(beat_seconds()):
                return

    def stop(self) -> None:
        self._ended.set()
        self.join(timeout=beat_seconds())
        try:
            leave(self._kind, self._row)
        except DatabaseError:
            log.warning("could not sign off", exc_info=True)

    def _beat(self) -> None:
        try:
            show(self._kind, self._row, started_at=self._started_at)
        except DatabaseError:
            log.warning("could not say that this process lives", exc_info=True)
        finally:
            connection.close()
