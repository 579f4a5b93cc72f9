"""How tasks stand on a day: a constant number of queries, whatever their number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Count

from projects.campaigns.models import Share, Task
from projects.campaigns.queries.counts import counts_by_unit, summed
from projects.campaigns.rules.standing import Counts, Standing, Target, standing
from projects.works.models import LightRule

__all__ = ["behind_points", "stands_of"]


def stands_of(
    tasks: Sequence[Task], today: date, *, counts: Mapping[int, dict[int, Counts]] | None = None
) -> dict[int, Standing]:
    """How each of these tasks (of one plan, read with it) stands. Three queries, two where the counts are at hand."""
    if not tasks:
        return {}
    ids = [task.pk for task in tasks]
    counts = counts_by_unit(ids) if counts is None else counts
    lists = Share.objects.filter(task__in=ids, passed_to=None, closed_at=None).order_by()
    open_lists = dict(lists.values_list("task_id").annotate(count=Count("pk")))
    points = behind_points(tasks[0].plan_id)
    return {
        task.pk: standing(
            summed(counts.get(task.pk)),
            Target(task.target_kind, task.target, task.plan.window_start, task.due_on),
            open_lists=open_lists.get(task.pk, 0),
            today=today,
            behind_points=points,
        )
        for task in tasks
    }


def behind_points(plan_id: int) -> Decimal:
    """From how many points on a task is behind: the plan's rule of lights, the same as for projects."""
    rule = LightRule.objects.filter(plan=plan_id).first() or LightRule()
    return Decimal(rule.behind_points)
