"""The one source of “today”.

Business dates (what is due, which month is open) come from `today()`. For demonstrations and tests the day can be
set with CHUANGMO_TODAY; the clock then still runs, shifted by whole days, counted from the start of the process or from
CHUANGMO_TODAY_SINCE (several processes that start on different days need it to agree). Instants (who did what when) are always
real: `django.utils.timezone.now()`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

_fixed: ContextVar[date | None] = ContextVar("chuangmo_fixed_today", default=None)
_unasked: ContextVar[bool] = ContextVar("chuangmo_today_unasked", default=False)
_started_on = (settings.CHUANGMO_TODAY_SINCE or timezone.localdate()) if settings.configured else None


def today() -> date:
    """Return the business date in Asia/Shanghai."""
    if _unasked.get():
        raise RuntimeError("what is made here outlives the day and may not ask for it")
    fixed = _fixed.get()
    if fixed is not None:
        return fixed
    return timezone.localdate() + _shift()


def is_shifted() -> bool:
    """Whether the business date differs from the real one (shown on the page)."""
    return today() != timezone.localdate()


@contextmanager
def at(day: date) -> Iterator[None]:
    """Hold the business date at `day` within the block (simulations, demonstrations, tests)."""
    token = _fixed.set(day)
    try:
        yield
    finally:
        _fixed.reset(token)


@contextmanager
def unasked() -> Iterator[None]:
    """Refuse to say the business date within the block: what it makes is kept for other days."""
    token = _unasked.set(True)
    try:
        yield
    finally:
        _unasked.reset(token)


def _shift() -> timedelta:
    if settings.CHUANGMO_TODAY is None or _started_on is None:
        return timedelta(0)
    return settings.CHUANGMO_TODAY - _started_on
