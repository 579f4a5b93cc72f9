"""When to try again, and what an error is called. Pure."""

from __future__ import annotations

import traceback
from datetime import timedelta

FIRST_PAUSE_SECONDS = 15.0
LONGEST_PAUSE_SECONDS = 15 * 60.0
JITTER = 0.25  # up to a quarter earlier or later, so that what failed together does not come back together
ERROR_LENGTH = 4000


def pause_after(attempts: int, chance: float) -> timedelta:
    """How long to wait after the `attempts`-th failure (from 1): doubling, at most a quarter of an hour.

    `chance` in [0, 1) spreads it by a quarter to both sides.
    """
    seconds = min(FIRST_PAUSE_SECONDS * 2 ** (min(attempts, 20) - 1), LONGEST_PAUSE_SECONDS)
    return timedelta(seconds=seconds * (1 + JITTER * (2 * chance - 1)))


def error_text(error: BaseException) -> str:
    """The error in one line, then the end of its trace: what an administrator needs to report it."""
    first = f"{type(error).__name__}: {error}".strip().splitlines()[0]
    trace = "".join(traceback.format_exception(error))
    return f"{first[:500]}\n{trace[-(ERROR_LENGTH - 501) :]}"


def summary(error: str) -> str:
    """The first line of a kept error."""
    return error.split("\n", 1)[0]
