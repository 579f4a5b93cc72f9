"""A unit's own record: on time, late, exceptions, by month.

Source: domain.md §6: punctuality is the first complete submission by its due day. Each thing counts once, in the month of
its due day, however many cycles it had; later cycles (returns) have their own days and are listed apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chuangmo.deadlines.models import DeadlineRequest, LockException, Obligation, Suspension

__all__ = ["MonthRecord", "Record", "record_of"]


@dataclass
class MonthRecord:
    """One month (or the whole year) of a unit. `rate` leaves out what is not due yet."""

    label: str
    on_time: int = 0
    late: int = 0  # done after the day
    missing: int = 0  # past the day and still open
    pending: int = 0
    waived: int = 0
    exceptions: int = 0
    returns: int = 0  # further cycles

    @property
    def judged(self) -> int:
        return self.on_time + self.late + self.missing

    @property
    def rate(self) -> float | None:
        return self.on_time / self.judged if self.judged else None

    def add(self, other: MonthRecord) -> None:
        for name in ("on_time", "late", "missing", "pending", "waived", "exceptions", "returns"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True)
class Record:
    """A unit's year: months in order, their sum, and what is late and open now."""

    months: list[MonthRecord]
    total: MonthRecord
    open_late: list[Obligation]


def record_of(unit_id: int, year: int, at: date) -> Record:
    """Four queries."""
    rows = list(Obligation.objects.filter(unit=unit_id, original_due_on__year=year).order_by("cycle", "pk"))
    months = {number: MonthRecord(f"{number} 月") for number in range(1, 13)}
    chains: dict[tuple[str, str, int], list[Obligation]] = defaultdict(list)
    for row in rows:
        chains[row.kind, row.subject_kind, row.subject_id].append(row)
    place = {row.pk: row.original_due_on.month for row in rows if row.original_due_on}
    for chain in chains.values():
        _count(months[place[chain[0].pk]], chain, at)
    for pk in _exceptions(unit_id, year):
        if pk in place:
            months[place[pk]].exceptions += 1
    total = MonthRecord(f"{year} 年")
    for month in months.values():
        total.add(month)
    open_late = [row for row in rows if row.is_open and row.is_late(at)]
    open_late.sort(key=lambda row: (row.due_on or at, row.pk))
    return Record(list(months.values()), total, open_late)


def _count(month: MonthRecord, chain: list[Obligation], at: date) -> None:
    first = next((row for row in chain if row.done_on is not None), None)
    last = chain[-1]
    month.returns += len([row for row in chain if row.term_days is not None and row.cycle > 1])
    if first is not None and first.due_on is not None and first.done_on is not None:
        if first.done_on <= first.due_on:
            month.on_time += 1
        else:
            month.late += 1
    elif first is not None:
        month.on_time += 1  # had no day to miss
    elif last.waived_at is not None:
        month.waived += 1
    elif last.is_late(at):
        month.missing += 1
    else:
        month.pending += 1


def _exceptions(unit_id: int, year: int) -> Iterable[int]:
    """The obligations that were kept open past the lock, put off or suspended: one entry for each."""
    of = {"obligation__unit": unit_id, "obligation__original_due_on__year": year}
    yield from LockException.objects.filter(**of).values_list("obligation_id", flat=True)
    yield from DeadlineRequest.objects.filter(
        **of, kind=DeadlineRequest.Kind.EXTENSION, state=DeadlineRequest.State.GRANTED
    ).values_list("obligation_id", flat=True)
    yield from Suspension.objects.filter(**of).values_list("obligation_id", flat=True)
