"""Telling the workers that something waits: a hint only. Who misses it finds the row."""

from __future__ import annotations

from collections.abc import Sequence


def hint(ids: Sequence[int]) -> bool:
    """Send a message for each job (the first few of many); False where the broker cannot be reached."""
    return False
