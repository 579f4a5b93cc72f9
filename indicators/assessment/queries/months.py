"""The month ends that a plan is judged at."""

from __future__ import annotations

from datetime import date

from chuangmo.periods import periods_between
from indicators.plan.models import Plan

__all__ = ["month_ends"]


def month_ends(plan: Plan, today: date) -> list[date]:
    """The last days of the plan's months that are complete on `today`, oldest first."""
    months = periods_between("month", date(plan.year, 1, 1), date(plan.year, 12, 31))
    return [month.end for month in months if month.end < today]
