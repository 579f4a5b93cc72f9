"""Who has reported: unit × month, with what stands worst in each cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from chuangmo.org.models import Unit, UnitKind
from chuangmo.org.queries import units_of
from chuangmo.periods import Period, periods_between
from chuangmo.prepared import Prepared
from chuangmo.review.models import EDITABLE, IN_REVIEW, Case, State
from indicators.plan.models import Indicator, Plan
from indicators.reporting.models import Report

NOT_ACCEPTED = [*EDITABLE, *IN_REVIEW]
Place = tuple[int, date]  # unit, last day of the month
NOTHING: Mapping[str, int] = {}
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
    """All units that owe something in the plan's year; four queries whatever the number of units and years.

    Accepted reports are the many and are only counted; what is open or in review is looked at one by one.
    """
    months = periods_between("month", date(plan.year, 1, 1), date(plan.year, 12, 31))
    chosen = frozenset([pk for (pk,) in _OF_PLAN.rows(plan=plan.pk)] if indicator is None else [indicator.pk])
    first, last = months[0].start, months[-1].end
    owed: dict[Place, int] = {
        (unit, end): count for unit, end, count in _OWED.rows(indicators=chosen, first=first, last=last)
    }
    standing: dict[Place, dict[str, int]] = defaultdict(lambda: {"late": 0})
    for unit, end, state, count, late in _STANDING.rows(indicators=chosen, today=today):
        place = standing[unit, end]
        place[state] = count
        place["late"] += late
    units = units_of(unit for unit, _ in owed)
    if kind in UnitKind.values:
        units = [unit for unit in units if unit.kind == kind]
    return Matrix(months=months, rows=[_row(unit, months, owed, standing) for unit in units])


def _owed(indicators: frozenset[int], first: date, last: date) -> QuerySet[Report, Any]:
    reports = Report.objects.filter(indicator__in=indicators, period_end__range=(first, last))
    # Rows, not keys, are counted: so everything is in the index.
    return reports.order_by().values_list("unit_id", "period_end").annotate(count=Count("*"))


def _standing(indicators: frozenset[int], today: date) -> QuerySet[Case, Any]:
    """How many reports of each place stand where, but the accepted ones; how many of them are late.

    Of all months: a condition on them would lead the database to the year's many accepted reports first, while the index
    of the cases knows the few that are open.
    """
    late = Q(
        state__in=EDITABLE, report__obligation__done_at__isnull=True, report__obligation__due_on__lt=today
    )
    cases = Case.objects.filter(kind="report", state__in=NOT_ACCEPTED, report__indicator__in=indicators)
    return (
        cases.order_by()
        .values_list("report__unit_id", "report__period_end", "state")
        .annotate(count=Count("*"), late=Count("unit", filter=late))
    )


_OF_PLAN = Prepared(lambda plan: Indicator.objects.filter(plan=plan).order_by().values_list("pk"), plan=int)
_OWED = Prepared(_owed, plan_anew=True, indicators=frozenset, first=date, last=date)
_STANDING = Prepared(_standing, indicators=frozenset, today=date)


def _row(
    unit: Unit,
    months: Sequence[Period],
    owed: Mapping[Place, int],
    standing: Mapping[Place, Mapping[str, int]],
) -> Row:
    cells = [
        _cell(month, count, standing.get((unit.pk, month.end), NOTHING))
        if (count := owed.get((unit.pk, month.end), 0))
        else Cell(month, "", 0, 0, 0)
        for month in months
    ]
    return Row(
        unit,
        cells,
        sum(cell.owed for cell in cells),
        sum(cell.accepted for cell in cells),
        sum(cell.late for cell in cells),
    )


def _cell(month: Period, owed: int, standing: Mapping[str, int]) -> Cell:
    if not standing:
        return Cell(month, "accepted", owed, owed, 0)
    present = {
        "overdue": standing.get("late", 0),
        "returned": standing.get(State.RETURNED, 0),
        "missing": standing.get(State.DRAFT, 0) + standing.get(State.UNLOCKED, 0),
        "in_review": sum(standing.get(state, 0) for state in IN_REVIEW),
    }
    accepted = owed - present["returned"] - present["missing"] - present["in_review"]
    present["accepted"] = accepted
    worst = next(state for state in WORST_FIRST if present[state] > 0)
    return Cell(month, worst, owed, accepted, present["overdue"])
