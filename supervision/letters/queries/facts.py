"""What a unit has to do in a plan's year: its indicators, projects and tasks, as plain values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from chuangmo.org.models import Unit, valid_at
from indicators.plan.models import Assignment, AssignmentRole, Plan
from projects.campaigns.models import Task
from projects.works.models import Project

__all__ = ["Facts", "facts_of", "units_with_duties"]

Facts = dict[str, list[dict[str, str]]]
ROLES = (AssignmentRole.LEAD, AssignmentRole.RESPONSIBLE)


def units_with_duties(plan: Plan, at: date) -> list[Unit]:
    """Units that lead or are responsible for an indicator, own a project, lead or share a task. One query."""
    mine = (
        Q(pk__in=Assignment.objects.filter(valid_at(at), indicator__plan=plan, role__in=ROLES).values("unit"))
        | Q(pk__in=Project.objects.filter(plan=plan, owner__isnull=False).values("owner"))
        | Q(pk__in=Task.objects.filter(plan=plan).values("lead"))
        | Q(pk__in=Task.units.through.objects.filter(task__plan=plan).values("unit"))
    )
    return list(Unit.objects.valid(at).filter(mine).order_by("order", "pk"))


def facts_of(plan: Plan, unit_ids: Sequence[int], at: date) -> dict[int, Facts]:
    """`{unit id: {"indicators": [{name, role}], "projects": [{name, due}], "tasks": [{name, target, due, role}]}}`; every
    unit has an entry. Five queries."""
    found: dict[int, Facts] = {pk: {"indicators": [], "projects": [], "tasks": []} for pk in unit_ids}
    duties = (
        Assignment.objects.filter(valid_at(at), indicator__plan=plan, unit__in=unit_ids, role__in=ROLES)
        .select_related("indicator")
        .order_by("indicator__number", "role")
    )
    roles: dict[tuple[int, int], list[str]] = defaultdict(list)
    names: dict[int, str] = {}
    for duty in duties:
        names[duty.indicator.number] = duty.indicator.name
        roles[duty.unit_id, duty.indicator.number].append(duty.get_role_display())
    for (unit_id, number), words in sorted(roles.items()):
        found[unit_id]["indicators"].append(
            {"number": str(number), "name": names[number], "role": "、".join(dict.fromkeys(words))}
        )
    for project in Project.objects.filter(plan=plan, owner__in=unit_ids, parts__isnull=True).order_by(
        "order", "pk"
    ):
        if project.owner_id is not None:
            found[project.owner_id]["projects"].append(
                {"name": project.name, "due": project.finish_by.isoformat()}
            )
    tasks = Task.objects.filter(plan=plan).prefetch_related("units").order_by("order", "pk")
    for task in tasks:
        line = {
            "name": task.name,
            "target": f"{task.target.normalize():f} {task.target_unit}",
            "due": task.due_on.isoformat(),
        }
        for unit_id in {task.lead_id, *(unit.pk for unit in task.units.all())}:
            if unit_id in found:
                role = "牵头" if unit_id == task.lead_id else "责任"
                found[unit_id]["tasks"].append({**line, "role": role})
    return found
