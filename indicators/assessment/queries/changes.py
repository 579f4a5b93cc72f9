"""What changed: indicators whose verdict differs from the month before, and figures behind late units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from chuangmo.org.models import Unit
from chuangmo.org.queries import units_of
from chuangmo.prepared import Prepared
from chuangmo.review.models import EDITABLE
from indicators.assessment.models import Verdict
from indicators.plan.models import Indicator, Plan
from indicators.reporting.models import Report


@dataclass(frozen=True)
class Change:
    """A verdict that is not what it was at the month end before."""

    indicator: Indicator
    before: Verdict
    now: Verdict


@dataclass(frozen=True)
class LateUnit:
    """A unit with open reports past their day."""

    unit: Unit
    count: int


@dataclass(frozen=True)
class Late:
    """Who is late, most reports first, and how many reports of one month are."""

    units: Sequence[LateUnit]
    in_month: int


def changes(plan: Plan, as_of: date) -> list[Change]:
    """Indicators whose status at `as_of` differs from the month end before, in order of number. One query."""
    before_end = month_end_before(as_of)
    ends: dict[date, list[Verdict]] = {before_end: [], as_of: []}
    for verdict in _AT_BOTH.objects(plan=plan.pk, before=before_end, as_of=as_of):
        ends[verdict.as_of].append(verdict)
    return changed(ends[before_end], ends[as_of])


def changed(before: Iterable[Verdict], now: Iterable[Verdict]) -> list[Change]:
    """Which of the later verdicts have another status than the earlier one of the same indicator."""
    earlier = {verdict.indicator_id: verdict for verdict in before}
    return [
        Change(verdict.indicator, earlier[verdict.indicator_id], verdict)
        for verdict in now
        if verdict.indicator_id in earlier and earlier[verdict.indicator_id].status != verdict.status
    ]


def month_end_before(month_end: date) -> date:
    """The last day of the month before."""
    return month_end.replace(day=1) - timedelta(days=1)


def late_reports(plan: Plan, today: date, month_end: date, limit: int = 8) -> Late:
    """The units with the most open reports past their day, whatever the period, and how many of the month are.

    Two queries.
    """
    counted = _LATE.rows(plan=plan.pk, today=today, month_end=month_end)
    units = {unit.pk: unit for unit in units_of(pk for pk, *_ in counted[:limit])}
    return Late(
        units=[LateUnit(units[pk], count) for pk, count, _ in counted[:limit]],
        in_month=sum(in_month for *_, in_month in counted),
    )


def _late(plan: int, today: date, month_end: date) -> QuerySet[Any, Any]:
    # The obligation's three conditions are those of its index of what is open: it keeps five years out of the way.
    return (
        Report.objects.filter(
            indicator__plan=plan,
            case__state__in=EDITABLE,
            obligation__done_at__isnull=True,
            obligation__waived_at__isnull=True,
            obligation__superseded=False,
            obligation__due_on__lt=today,
        )
        .order_by()
        .values_list("unit_id")
        .annotate(count=Count("pk"), in_month=Count("pk", filter=Q(period_end=month_end)))
        .order_by("-count", "unit_id")
    )


def _at_both(plan: int, before: date, as_of: date) -> QuerySet[Verdict]:
    return (
        Verdict.objects.filter(indicator__plan=plan, is_current=True, as_of__in=[before, as_of])
        .select_related("indicator")
        .only("as_of", "status", "remark", "indicator__plan", "indicator__number", "indicator__short_name")
        .order_by("indicator__number")
    )


_LATE = Prepared(_late, plan=int, today=date, month_end=date)
_AT_BOTH = Prepared(_at_both, plan=int, before=date, as_of=date)
