"""What changed: indicators whose verdict differs from the month before, and figures behind late units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count

from chuangmo.org.models import Unit
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


def changes(plan: Plan, as_of: date) -> list[Change]:
    """Indicators whose status at `as_of` differs from the month end before, in order of number."""
    before_end = as_of.replace(day=1) - timedelta(days=1)
    verdicts = (
        Verdict.objects.filter(indicator__plan=plan, is_current=True, as_of__in=[before_end, as_of])
        .select_related("indicator")
        .defer("result")
        .order_by("indicator__number")
    )
    by_indicator: dict[int, dict[date, Verdict]] = {}
    for verdict in verdicts:
        by_indicator.setdefault(verdict.indicator_id, {})[verdict.as_of] = verdict
    return [
        Change(pair[as_of].indicator, pair[before_end], pair[as_of])
        for pair in by_indicator.values()
        if len(pair) == 2 and pair[before_end].status != pair[as_of].status
    ]


def late_units(plan: Plan, today: date, limit: int = 8) -> Sequence[LateUnit]:
    """Units with the most reports past their day, whatever the period.

    The obligation's three conditions are those of its index of what is open, which keeps five years out of the way.
    """
    counted = (
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
        .annotate(count=Count("pk"))
        .order_by("-count", "unit_id")[:limit]
    )
    counts = dict(counted)
    units = Unit.objects.in_bulk(counts)
    return [LateUnit(units[pk], count) for pk, count in counts.items()]
