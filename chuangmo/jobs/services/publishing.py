"""Telling the workers that something waits: a hint only. Who misses it finds the row."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from django.conf import settings
from kombu.connection import Connection
from kombu.pools import producers

__all__ = ["broker_answers", "hint"]

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
        _be_quiet()
        log.warning("the queue cannot be reached, jobs wait for the sweeper: %s", error)
        return False
    return True


def broker_answers() -> bool:
    """Whether a connection to the broker can be made now; about a second where it cannot."""
    from chuangmo.celery import app

    if not settings.CELERY_BROKER_URL:
        return False
    try:
        with app.connection_for_write(settings.CELERY_BROKER_URL) as connection:
            connection.default_channel.client.ping()
    except Exception:
        return False
    return True


def _send(ids: Sequence[int]) -> None:
    from chuangmo.celery import app

    connection: Connection = app.connection_for_write(settings.CELERY_BROKER_URL)
    with producers[connection].acquire(block=True, timeout=1) as producer:
        for pk in ids:
            app.send_task(RUN, args=[pk], producer=producer, retry=False, ignore_result=True)


def _be_quiet() -> None:
    global _quiet_until
    _quiet_until = time.monotonic() + QUIET_SECONDS
