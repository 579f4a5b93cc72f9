"""Projects on schedule: the light of each project that the unit owns, as it stood at the period's end.

Judged by what was accepted for months up to that day and by the schedule that was in force on it, so that a later change of
the schedule doesn't make a past month better.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from django.db.models import Max, OuterRef, Subquery
from django.utils import timezone

from projects.works.models import Project, Schedule, ScheduleState, StageFigure
from projects.works.queries.standings import plan_stages, thresholds
from projects.works.rules.light import Reported, Standing, standing
from projects.works.signs import LIGHTS
from supervision.scores.parts.indicators import plan_of
from supervision.scores.queries.shares import judged_row, share_table
from supervision.scores.rules.parts import PartResult, Row

__all__ = ["PART", "lights_at", "projects_on_schedule"]

PART = "projects"


def projects_on_schedule(unit_ids: Sequence[int], start: date, end: date) -> dict[int, PartResult]:
    """One row for each project of these owners; a project with parts is judged by its parts. Seven queries."""
    plan = plan_of(end)
    if plan is None:
        return {}
    projects = list(
        Project.objects.filter(plan=plan, owner__in=unit_ids, parts__isnull=True)
        .select_related("plan")
        .order_by("order", "pk")
    )
    lights = lights_at(projects, end)
    table = share_table(PART)
    found: dict[int, list[Row]] = defaultdict(list)
    for project in projects:
        stands = lights[project.pk]
        words = "，".join([LIGHTS[stands.light][1], *stands.why])
        row = judged_row(table, stands.light, label=project.name, url=project.get_absolute_url(), note=words)
        found[project.owner_id or 0].append(row)
    return {unit_id: PartResult(tuple(rows)) for unit_id, rows in found.items()}


def lights_at(
    projects: Sequence[Project],
    day: date,
    *,
    known_at: datetime | None = None,
    decided_by: datetime | None = None,
) -> dict[int, Standing]:
    """The light of each project on a day, by what counts now of the months up to it, or was accepted by `known_at`; by the
    schedule that was in force at the day's end, or at `decided_by`. Four queries."""
    if not projects:
        return {}
    ids = [project.pk for project in projects]
    moment = decided_by or known_at or timezone.make_aware(datetime.combine(day, time.max))
    schedules: dict[int, Schedule] = {}
    decided = Schedule.objects.filter(
        project__in=ids, state__in=[ScheduleState.APPROVED, ScheduleState.REPLACED], decided_at__lte=moment
    )
    for one in decided.prefetch_related("stages").order_by("number"):
        schedules[one.project_id] = one
    reported = _reported(ids, day, known_at)
    rule = thresholds(projects[0].plan)
    return {
        project.pk: standing(
            plan_stages(schedules.get(project.pk)),
            reported.get(project.pk),
            finish_on=schedules[project.pk].finish_on if project.pk in schedules else project.finish_by,
            today=day,
            rule=rule,
        )
        for project in projects
    }


def _reported(project_ids: Iterable[int], day: date, known_at: datetime | None) -> dict[int, Reported]:
    """What was accepted last of the months up to the day. One query."""
    rows = StageFigure.objects.filter(project__in=list(project_ids), as_of__lte=day)
    # Before a moment: what was accepted by then, whatever replaced it since.
    rows = rows.filter(is_current=True) if known_at is None else rows.filter(accepted_at__lte=known_at)
    mine = rows.filter(project=OuterRef("project")).order_by().values("project")
    last = rows.filter(as_of=Subquery(mine.annotate(last=Max("as_of")).values("last"))).order_by(
        "accepted_at", "pk"
    )
    percents: dict[int, dict[str, int]] = defaultdict(dict)
    real: dict[int, dict[str, tuple[date | None, date | None]]] = defaultdict(dict)
    as_of: dict[int, date] = {}
    for row in last.values_list("project_id", "as_of", "code", "percent", "started_on", "finished_on"):
        project_id, as_of[row[0]], code, percent, started, finished = row
        percents[project_id][code] = percent
        real[project_id][code] = (started, finished)
    return {
        pk: Reported(
            as_of[pk],
            found,
            min((start for start, _ in real[pk].values() if start is not None), default=None),
            real[pk],
        )
        for pk, found in percents.items()
    }
