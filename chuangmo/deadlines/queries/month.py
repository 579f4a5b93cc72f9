"""What is due in a month, day by day: what is stored, and what is foreseen but not opened yet."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.utils.module_loading import import_string

from chuangmo.deadlines.models import Obligation
from chuangmo.deadlines.rules import Owed
from chuangmo.workcalendar.queries import work_calendar

__all__ = ["DueDay", "due_on_day", "foreseen", "month_grid"]


@dataclass(frozen=True, slots=True)
class DueDay:
    """One day of the month view; `in_month` is false for the days before and after that fill the weeks."""

    day: date
    in_month: bool
    works: bool
    due: int = 0
    done: int = 0
    late: int = 0  # open past the day, or done after it
    foreseen: int = 0

    @property
    def open(self) -> int:
        return self.due - self.done


def month_grid(
    rows: QuerySet[Obligation], ahead: Collection[Owed], year: int, month: int, at: date
) -> list[list[DueDay]]:
    """Weeks from Monday on: two queries."""
    weeks = calendar.Calendar().monthdatescalendar(year, month)
    counted: dict[date | None, Mapping[str, Any]] = {
        entry["due_on"]: entry
        for entry in rows.filter(due_on__range=(weeks[0][0], weeks[-1][-1]))
        .order_by()
        .values("due_on")
        .annotate(
            due=Count("pk"),
            done=Count("pk", filter=Q(done_at__isnull=False)),
            late=Count("pk", filter=Q(done_on__gt=F("due_on")) | Q(done_on__isnull=True, due_on__lt=at)),
        )
    }
    planned: dict[date, int] = defaultdict(int)
    for one in ahead:
        if one.due_on is not None:
            planned[one.due_on] += 1
    working = work_calendar()
    return [
        [
            DueDay(
                day,
                day.month == month,
                working.is_working_day(day),
                **_counts(counted.get(day)),
                foreseen=planned.get(day, 0),
            )
            for day in week
        ]
        for week in weeks
    ]


def _counts(entry: Mapping[str, Any] | None) -> dict[str, int]:
    return {name: entry[name] if entry else 0 for name in ("due", "done", "late")}


def due_on_day(rows: QuerySet[Obligation], day: date) -> QuerySet[Obligation]:
    return rows.filter(due_on=day).select_related("unit").order_by("unit__order", "unit_id", "kind", "pk")


def foreseen(first: date, last: date, at: date, unit_ids: Collection[int], unit_id: int | None) -> list[Owed]:
    """What these units will owe then and has no row yet; nothing is asked for a month that has begun."""
    if first <= at:
        return []
    return [
        one
        for one in _all_foreseen(first, last)
        if one.unit_id in unit_ids and (unit_id is None or one.unit_id == unit_id)
    ]


def _all_foreseen(first: date, last: date) -> Iterator[Owed]:
    for path in settings.OBLIGATION_FORECASTS:
        yield from import_string(path)(first, last)
