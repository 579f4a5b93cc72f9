"""Spans of months. Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

__all__ = ["months_before"]


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier; the month's last day where it has no such day."""
    total = day.year * 12 + day.month - 1 - months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
