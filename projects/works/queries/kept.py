"""How many projects stand, from what is kept of them: a constant number of queries, no stage read where a kept row counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Max

from indicators.plan.models import Plan
from projects.works.models import KeptStanding, Schedule, ScheduledStage, ScheduleState, StageFigure
from projects.works.queries.standings import Stands, doing_now, reported_of, thresholds
from projects.works.rules.kept import Kept, from_json
from projects.works.rules.light import PlanStage, Thresholds, judged, on_day

__all__ = ["basis_of", "calculated", "kept_stands"]

FEW = 50


def kept_stands(plan: Plan, project_ids: Sequence[int], today: date) -> dict[int, Stands]:
    """By project id, money left out. Four queries; three more where a row is missing or counts no longer."""
    rule = thresholds(plan)
    # Hundreds of ids are dearer to ask by than the plan, whose other projects then are a few rows too many.
    where = {"project__plan": plan} if len(project_ids) > FEW else {"project__in": project_ids}
    basis = _basis(project_ids, rule, where)
    rows = KeptStanding.objects.filter(**where).values_list("project_id", "basis", "work")
    found = {pk: from_json(work) for pk, of, work in rows if of == basis.get(pk)}
    missing = [pk for pk in project_ids if pk not in found]
    if missing:
        found |= calculated(missing, rule)
    return {pk: Stands(on_day(found[pk].judged, today), doing=found[pk].doing) for pk in project_ids}


def basis_of(project_ids: Sequence[int], rule: Thresholds) -> dict[int, str]:
    """What each project's standing hangs on: an approved schedule never changes, figures are only added or lose their
    flag, so that their last id and number name them. Two queries."""
    return _basis(project_ids, rule, {"project__in": project_ids})


def _basis(project_ids: Sequence[int], rule: Thresholds, where: Mapping[str, Any]) -> dict[int, str]:
    approved = Schedule.objects.filter(state=ScheduleState.APPROVED, **where)
    schedules = dict(approved.order_by().values_list("project_id", "pk"))
    current = StageFigure.objects.filter(is_current=True, **where).order_by()
    figures = {
        pk: f"{last}/{count}"
        for pk, last, count in current.values_list("project_id").annotate(Max("pk"), Count("pk"))
    }
    limits = f"{rule.yellow_days}/{rule.behind_points}"
    return {pk: f"{schedules.get(pk, '-')}:{figures.get(pk, '-')}:{limits}" for pk in project_ids}


def calculated(project_ids: Sequence[int], rule: Thresholds) -> dict[int, Kept]:
    """The same from schedules and figures. Four queries."""
    approved = Schedule.objects.filter(project__in=project_ids, state=ScheduleState.APPROVED).order_by()
    schedules = {
        pk: (of, finish_on) for pk, of, finish_on in approved.values_list("pk", "project_id", "finish_on")
    }
    stages: dict[int, list[PlanStage]] = defaultdict(list)
    rows = ScheduledStage.objects.filter(schedule__in=schedules).order_by("schedule", "order", "pk")
    for schedule, code, name, days, start, finish_on in rows.values_list(
        "schedule_id", "code", "name", "days", "start_on", "finish_on"
    ):
        stages[schedules[schedule][0]].append(PlanStage(code, name, days, start, finish_on))
    finish = dict(schedules.values())
    reported = reported_of(project_ids)
    found = {pk: Kept(judged((), None, finish_on=date.max, rule=rule)) for pk in project_ids}
    for pk, of in stages.items():
        last = reported.get(pk)
        found[pk] = Kept(judged(of, last, finish_on=finish[pk], rule=rule), doing_now(of, last))
    return found
