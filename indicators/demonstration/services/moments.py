"""Holding the time, so that what the demonstration does stands under the day on which it plays.

Instants are real everywhere else (`chuangmo.clock`). Here the services that stamp them run on invented days, one
process, before anybody is served: the only place where the instant is held together with the business date.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils import timezone

from chuangmo import clock

__all__ = ["moment"]


@contextmanager
def moment(now: datetime) -> Iterator[None]:
    """Within the block it is that moment, for `clock.today()` and `timezone.now()`."""
    real = timezone.now
    with clock.at(timezone.localdate(now)):
        timezone.now = lambda: now
        try:
            yield
        finally:
            timezone.now = real
