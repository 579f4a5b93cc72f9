"""Spans of days that may be open at either side. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["ALWAYS", "Span", "gaps", "merge"]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to `end`, both days included; None is no limit."""

    start: date | None = None
    end: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def first(self) -> date:
        return self.start or date.min

    @property
    def last(self) -> date:
        return self.end or date.max

    def cut(self, other: Span) -> Span | None:
        """The days in both spans; None where there are none."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return _span(first, last) if first <= last else None


ALWAYS = Span()


def merge(spans: Iterable[Span]) -> list[Span]:
    """The same days in as few spans as possible, in order; spans that touch become one."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.first, span.last)):
        before = merged[-1] if merged else None
        if before is not None and (before.end is None or span.first <= before.end + _DAY):
            merged[-1] = _span(before.first, max(before.last, span.last))
        else:
            merged.append(span)
    return merged


def gaps(spans: Iterable[Span]) -> list[Span]:
    """All days that are in none of the spans."""
    free: list[Span] = []
    start: date | None = None
    for span in merge(spans):
        if span.start is not None:
            free.append(Span(start, span.start - _DAY))
        if span.end is None:
            return free
        start = span.end + _DAY
    return [*free, Span(start, None)]


def _span(first: date, last: date) -> Span:
    return Span(None if first == date.min else first, None if last == date.max else last)
