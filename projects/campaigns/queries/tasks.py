"""All tasks of a plan at once, for the list, the home page and exports: a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from chuangmo.access.queries import Rights
from chuangmo.keys import key_in
from projects.campaigns.models import Section, Share, Task
from projects.campaigns.queries.counts import counts_by_unit
from projects.campaigns.queries.standings import stands_of
from projects.campaigns.rights import visible_tasks
from projects.campaigns.rules.standing import Counts, Standing
from projects.campaigns.signs import LIGHTS

__all__ = ["TaskRow", "listed", "narrowed", "rows_of", "target_words", "task_rows"]


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One line of the list: the task, how it stands, and (when a unit was asked for) the unit's part of it."""

    task: Task
    stands: Standing
    units: str
    mine: Counts | None = None

    @property
    def pk(self) -> int:
        return self.task.pk

    @property
    def light(self) -> tuple[str, str]:
        return LIGHTS[self.stands.light]

    @property
    def why(self) -> str:
        return "；".join(self.stands.why)

    @property
    def target(self) -> str:
        return target_words(self.task)


def target_words(task: Task) -> str:
    """“100%”, “21 个”."""
    number = f"{task.target.normalize():f}"
    return f"{number}%" if task.target_unit == "%" else f"{number} {task.target_unit}"


def narrowed(tasks: QuerySet[Task], values: Mapping[str, str]) -> QuerySet[Task]:
    """The tasks that fit the filters of the address (section, unit, indicator, q); what can't be read filters nothing."""
    if values.get("section") in Section.values:
        tasks = tasks.filter(section=values["section"])
    if (unit := key_in(values.get("unit", ""))) is not None:
        share = Share.objects.filter(task=OuterRef("pk"), unit=unit, passed_to=None).order_by()
        named = Task.units.through.objects.filter(task=OuterRef("pk"), unit=unit)
        tasks = tasks.filter(Q(lead=unit) | Exists(share) | Exists(named))
    if (number := key_in(values.get("indicator", ""))) is not None:
        tasks = tasks.filter(indicators__number=number)
    if words := values.get("q", "").replace("\x00", "").strip():
        tasks = tasks.filter(Q(name__icontains=words) | Q(theme__icontains=words))
    return tasks


def task_rows(
    rights: Rights, tasks: QuerySet[Task], today: date, values: Mapping[str, str] | None = None
) -> list[TaskRow]:
    """The lines of these tasks in the plan's order. Seven queries."""
    return rows_of(listed(rights, tasks), today, values)


def listed(rights: Rights, tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Those of the tasks that the person may see, in the plan's order, with everything that their lines say."""
    return (
        tasks.filter(pk__in=visible_tasks(rights).order_by().values("pk"))
        .select_related("plan", "lead")
        .prefetch_related("units", "indicators")
        .order_by("order", "pk")
    )


def rows_of(tasks: Iterable[Task], today: date, values: Mapping[str, str] | None = None) -> list[TaskRow]:
    """The lines of `listed` tasks."""
    values, found = values or {}, list(tasks)
    counts = counts_by_unit([task.pk for task in found])
    stands = stands_of(found, today, counts=counts)
    unit = key_in(values.get("unit", ""))
    rows = [
        TaskRow(
            task,
            stands[task.pk],
            "、".join(one.short_name for one in task.units.all()),
            None if unit is None else counts.get(task.pk, {}).get(unit, Counts()),
        )
        for task in found
    ]
    return [row for row in rows if row.stands.light == values["light"]] if values.get("light") else rows
