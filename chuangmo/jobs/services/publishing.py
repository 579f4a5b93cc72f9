"""Telling the workers that something waits: a hint only. Who misses it finds the row."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from kombu.connection import Connection
from kombu.pools import producers

if TYPE_CHECKING:
    from celery import Celery

__all__ = ["MOST", "RUN", "broker_answers", "hint", "room"]

log = logging.getLogger(__name__)

RUN = "jobs.run"
MOST = 50  # messages for one call: whoever gets one goes on with what else is due
# A page waits for an unreachable broker once, for about a second, and then for this long not at all.
QUIET_SECONDS = 10.0
_quiet_until = 0.0


def hint(ids: Sequence[int]) -> bool:
    """Send a message for each job (the first few of many); False where the broker cannot be reached.

    Never raises, and does not try again for some seconds after a failure: the sweeper makes good what was missed.
    """
    if not settings.CELERY_BROKER_URL or time.monotonic() < _quiet_until:
        return False
    try:
        _send(ids[:MOST])
    except Exception as error:
        _be_quiet(error)
        return False
    return True


def room() -> int:
    """How many more hints the queue has use for; none where it cannot be reached.

    Without a worker the sweeper would otherwise fill it with the same hints over and over.
    """
    if not settings.CELERY_BROKER_URL or time.monotonic() < _quiet_until:
        return 0
    try:
        with _producer() as producer:
            return max(0, MOST - producer.channel.client.llen(_app().conf.task_default_queue))
    except Exception as error:
        _be_quiet(error)
        return 0


def broker_answers() -> bool:
    """Whether a connection to the broker can be made now; about two seconds where it cannot."""
    if not settings.CELERY_BROKER_URL:
        return False
    try:
        with _app().connection_for_write(settings.CELERY_BROKER_URL) as connection:
            connection.default_channel.client.ping()
    except Exception:
        return False
    return True


def _send(ids: Sequence[int]) -> None:
    with _producer() as producer:
        for pk in ids:
            _app().send_task(RUN, args=[pk], producer=producer, retry=False, ignore_result=True)


def _producer() -> AbstractContextManager[Any]:
    """One of this process's open connections to the queue."""
    connection: Connection = _app().connection_for_write(settings.CELERY_BROKER_URL)
    return producers[connection].acquire(block=True, timeout=1)


def _app() -> Celery:
    from chuangmo.celery import app  # as late as this: no page waits for Celery to be imported

    return app


def _be_quiet(error: Exception) -> None:
    global _quiet_until
    _quiet_until = time.monotonic() + QUIET_SECONDS
    log.warning("the queue cannot be reached, jobs wait for the sweeper: %s", error)
