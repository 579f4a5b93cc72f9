"""Who has reported: unit × month, with what stands worst in each cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Q

from chuangmo.org.models import Unit, UnitKind
from chuangmo.periods import Period, periods_between
from chuangmo.review.models import EDITABLE, State
from indicators.plan.models import Indicator, Plan
from indicators.reporting.models import Report

# A cell shows the first of these that any of its reports is in.
WORST_FIRST = ("overdue", "returned", "missing", "in_review", "accepted")


class Cell(NamedTuple):
    """Reports of one unit for periods ending in one month. state "" = nothing is owed."""

    month: Period
    state: str
    owed: int
    accepted: int
    late: int


class Row(NamedTuple):
    """One unit's months, and its reports over the year."""

    unit: Unit
    cells: Sequence[Cell]
    owed: int
    accepted: int
    late: int


@dataclass(frozen=True)
class Matrix:
    """Rows by unit, columns by month of the plan's year."""

    months: Sequence[Period]
    rows: Sequence[Row]


def matrix(plan: Plan, today: date, *, kind: str = "", indicator: Indicator | None = None) -> Matrix:
    """All units that owe something in the plan's year; three queries whatever the number of units and years."""
    months = periods_between("month", date(plan.year, 1, 1), date(plan.year, 12, 31))
    reports = Report.objects.filter(
        indicator__plan=plan, period_end__gte=months[0].start, period_end__lte=months[-1].end
    )
    if indicator is not None:
        reports = reports.filter(indicator=indicator)
    open_now = Q(case__state__in=EDITABLE, obligation__done_at__isnull=True)
    counted = (
        reports.order_by()
        .values_list("unit_id", "period_end")
        .annotate(
            owed=Count("pk"),
            accepted=Count("pk", filter=Q(case__state=State.ACCEPTED)),
            returned=Count("pk", filter=Q(case__state=State.RETURNED)),
            late=Count("pk", filter=open_now & Q(obligation__due_on__lt=today)),
            open=Count("pk", filter=Q(case__state__in=EDITABLE) & ~Q(case__state=State.RETURNED)),
        )
    )
    cells: dict[tuple[int, date], tuple[int, int, int, int, int]] = {
        (unit, end): tuple(numbers) for unit, end, *numbers in counted
    }
    units = Unit.objects.filter(pk__in={unit for unit, _ in cells})
    if kind in UnitKind.values:
        units = units.filter(kind=kind)
    return Matrix(months=months, rows=[_row(unit, months, cells) for unit in units])


def _row(
    unit: Unit, months: Sequence[Period], cells: dict[tuple[int, date], tuple[int, int, int, int, int]]
) -> Row:
    row = []
    total: dict[str, int] = defaultdict(int)
    for month in months:
        owed, accepted, returned, late, open_ = cells.get((unit.pk, month.end), (0, 0, 0, 0, 0))
        row.append(Cell(month, _state(owed, accepted, returned, late, open_), owed, accepted, late))
        total["owed"] += owed
        total["accepted"] += accepted
        total["late"] += late
    return Row(unit, row, total["owed"], total["accepted"], total["late"])


def _state(owed: int, accepted: int, returned: int, late: int, open_: int) -> str:
    if not owed:
        return ""
    present = {
        "overdue": late,
        "returned": returned,
        "missing": open_,
        "in_review": owed - accepted - returned - open_,
        "accepted": accepted,
    }
    return next(state for state in WORST_FIRST if present[state] > 0)
