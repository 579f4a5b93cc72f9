"""The tasks written out beside the rest of the plan (settings.PLAN_EXPORTS)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from indicators.plan.models import Plan
from projects.campaigns.models import Task

__all__ = ["exported_tasks"]


def exported_tasks(plan: Plan) -> dict[str, Any]:
    """`{"tasks": [{"code", "section", "theme", "name", "member", "target", "target_unit", "proofs", "lead", "units",
    "indicators", "due_on"}]}` in the plan's order; `target` is a number, `units` those besides the lead. Three queries."""
    tasks = (
        Task.objects.filter(plan=plan)
        .select_related("lead")
        .prefetch_related("units", "indicators")
        .order_by("order", "pk")
    )
    return {
        "tasks": [
            {
                "code": task.code,
                "section": task.section,
                "theme": task.theme,
                "name": task.name,
                "member": task.member,
                "target": _number(task.target),
                "target_unit": task.target_unit,
                "proofs": task.proofs,
                "lead": task.lead.name,
                "units": [unit.name for unit in task.units.all()],
                "indicators": sorted(indicator.number for indicator in task.indicators.all()),
                "due_on": task.due_on.isoformat(),
            }
            for task in tasks
        ]
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)
