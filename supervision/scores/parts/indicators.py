"""Indicators met: those for which the unit leads or is responsible, by their verdict at the period's end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.urls import reverse

from chuangmo.org.models import valid_at
from indicators.assessment.models import Verdict
from indicators.plan.models import Assignment, AssignmentRole, Plan
from supervision.scores.queries.shares import judged_row, share_table
from supervision.scores.rules.parts import PartResult, Row

__all__ = ["PART", "indicators_met", "plan_of"]

PART = "indicators"
ROLES = (AssignmentRole.LEAD, AssignmentRole.RESPONSIBLE)


def indicators_met(unit_ids: Sequence[int], start: date, end: date) -> dict[int, PartResult]:
    """One row for each indicator that the unit leads or is responsible for. Four queries."""
    plan = plan_of(end)
    if plan is None:
        return {}
    verdicts = {
        verdict.indicator_id: verdict
        for verdict in Verdict.objects.filter(indicator__plan=plan, as_of=end, is_current=True).only(
            "indicator", "status", "headline"
        )
    }
    duties = (
        Assignment.objects.filter(valid_at(end), unit__in=unit_ids, role__in=ROLES, indicator__plan=plan)
        .select_related("indicator")
        .order_by("indicator__number", "pk")
    )
    table = share_table(PART)
    found: dict[int, dict[int, Row]] = defaultdict(dict)
    for duty in duties:
        verdict = verdicts.get(duty.indicator_id)
        number = duty.indicator.number
        words = f"{verdict.get_status_display()}（{verdict.headline}）" if verdict else "没有评定"
        found[duty.unit_id][number] = judged_row(
            table,
            verdict.status if verdict else "none",
            label=f"指标 {number} {duty.indicator.short_name}",
            url=reverse("assessment:indicator-show", args=[plan.code, number]) + f"?month={end:%Y-%m}",
            note=words,
        )
    return {unit_id: PartResult(tuple(rows.values())) for unit_id, rows in found.items()}


def plan_of(day: date) -> Plan | None:
    """The plan whose window holds the day, else the current one. One query."""
    inside = Q(window_start__lte=day, window_end__gte=day)
    plans = list(Plan.objects.filter(inside | Q(is_current=True)))
    return next(
        (plan for plan in plans if plan.window_start <= day <= plan.window_end), next(iter(plans), None)
    )
