"""How many members stand where: one query, whatever the number of tasks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Count

from projects.campaigns.models import Member, MemberState
from projects.campaigns.rules.standing import Counts

__all__ = ["counts_by_unit", "summed"]


def counts_by_unit(task_ids: Collection[int]) -> dict[int, dict[int, Counts]]:
    """Counts by task and unit; a unit without members is absent. One query."""
    states: dict[int, dict[int, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    rows = (
        Member.objects.filter(task__in=task_ids)
        .exclude(state=MemberState.REMOVED)
        .order_by()
        .values_list("task_id", "unit_id", "state")
        .annotate(count=Count("pk"))
    )
    for task_id, unit_id, state, count in rows:
        states[task_id][unit_id][state] = count
    return {
        task_id: {unit_id: Counts.of(found) for unit_id, found in units.items()}
        for task_id, units in states.items()
    }


def summed(units: dict[int, Counts] | None) -> Counts:
    """All units together."""
    return sum((units or {}).values(), Counts())
