"""The S-curve of one project or of all: planned, done and paid per cent at each month's end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from chuangmo.periods import periods_between
from projects.works.curves import CurvePoint
from projects.works.models import FundPlan, MoneyFigure, Project, Schedule, StageFigure
from projects.works.queries.standings import plan_stages
from projects.works.rules.light import PlanStage, planned_percent, real_percent

__all__ = ["curve_of"]


def curve_of(rows: Sequence[tuple[Project, Schedule | None]]) -> list[CurvePoint]:
    """Month by month over the schedules: the mean over projects of planned and done per cent, paid ÷ planned money.

    A month counts as done only for the projects whose progress of it was accepted, and shows nothing unless all of those
    that had begun are there. Three queries.
    """
    stages = {project.pk: plan_stages(schedule) for project, schedule in rows if schedule is not None}
    stages = {pk: found for pk, found in stages.items() if found}
    if not stages:
        return []
    first = min(stage.start for found in stages.values() for stage in found)
    last = max(stage.finish for found in stages.values() for stage in found)
    percents, money = _accepted(list(stages)), _paid(list(stages))
    total = sum(
        FundPlan.objects.filter(project__in=list(stages)).order_by().values_list("amount", flat=True),
        Decimal(0),
    )
    return [
        CurvePoint(
            f"{one.start.month} 月",
            _mean([planned_percent(found, one.end) for found in stages.values()]),
            _done(stages, percents, one.end),
            _share_paid(stages, money, one.end, total),
        )
        for one in periods_between("month", first, last, whole=False)
    ]


def _mean(values: Sequence[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) / len(known) if known and len(known) == len(values) else None


def _done(
    stages: dict[int, tuple[PlanStage, ...]], percents: dict[int, dict[date, dict[str, int]]], day: date
) -> Decimal | None:
    """None unless every project that should have begun by then has an accepted month (a finished one keeps its 100 %)."""
    values: list[Decimal | None] = []
    for pk, found in stages.items():
        earlier = {as_of: by_code for as_of, by_code in percents[pk].items() if as_of <= day}
        if day in earlier:
            values.append(real_percent(found, earlier[day]))
        elif earlier and real_percent(found, earlier[max(earlier)]) == 100:
            values.append(Decimal(100))
        elif min(stage.start for stage in found) > day:
            values.append(Decimal(0))
        else:
            return None
    return _mean(values)


def _share_paid(
    stages: dict[int, tuple[PlanStage, ...]],
    money: dict[int, dict[date, Decimal]],
    day: date,
    total: Decimal,
) -> Decimal | None:
    """Paid so far ÷ planned, per cent; None where no month up to then was accepted, or after the last one."""
    if not total or not any(as_of >= day for by_day in money.values() for as_of in by_day):
        return None
    paid = Decimal(0)
    for pk in stages:
        known = [as_of for as_of in money[pk] if as_of <= day]
        paid += money[pk][max(known)] if known else 0
    return paid * 100 / total


def _accepted(ids: Sequence[int]) -> dict[int, dict[date, dict[str, int]]]:
    found: dict[int, dict[date, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    rows = StageFigure.objects.filter(project__in=ids, is_current=True).order_by()
    for pk, as_of, code, percent in rows.values_list("project_id", "as_of", "code", "percent"):
        found[pk][as_of][code] = percent
    return found


def _paid(ids: Sequence[int]) -> dict[int, dict[date, Decimal]]:
    found: dict[int, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    rows = MoneyFigure.objects.filter(project__in=ids, is_current=True).order_by()
    for pk, as_of, paid in rows.values_list("project_id", "as_of", "paid"):
        found[pk][as_of] += paid
    return found
