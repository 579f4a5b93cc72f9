"""Projects by the hundred, each with twelve stages in a chain, an approved schedule and three months accepted."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from chuangmo.org.models import Unit
from chuangmo.period_fields import period_columns
from chuangmo.periods import month
from chuangmo.review.models import Case, State
from indicators.plan.models import Plan
from projects.works.models import Progress, Project, ProjectKind, Schedule, ScheduledStage, StageFigure
from projects.works.services.standings import keep_standings

__all__ = ["STAGES", "many_projects"]

STAGES, DAYS = 12, 20  # calendar days of a stage
FIRST, AS_OF = date(2017, 1, 3), date(2017, 5, 31)


def many_projects(plan: Plan, owner: Unit, bureau: Unit, count: int) -> None:
    """Rows as the services would write them, in a few statements."""
    now = timezone.now()
    made = Project.objects.bulk_create(
        Project(
            plan=plan,
            code=f"p{n}",
            name=f"第 {n + 1} 项重点工程",
            kind=ProjectKind.values[n % len(ProjectKind.values)],
            owner=owner,
            bureau=bureau,
            start_by=date(2017, 3, 31),
            finish_by=date(2017, 8, 31),
            as_written="x",
            named_in="x",
            order=n,
        )
        for n in range(count)
    )
    schedules = Schedule.objects.bulk_create(
        Schedule(project=one, number=1, state="approved", finish_on=date(2017, 8, 31), person="李副区长")
        for one in made
    )
    ScheduledStage.objects.bulk_create(
        ScheduledStage(
            schedule=one,
            code=f"s{n}",
            name=f"阶段 {n + 1}",
            days=14,
            after=[f"s{n - 1}"] if n else [],
            order=n,
            start_on=_start(n),
            finish_on=_start(n) + timedelta(days=DAYS - 1),
            is_critical=n % 3 == 0,
        )
        for one in schedules
        for n in range(STAGES)
    )
    cases = Case.objects.bulk_create(
        Case(
            kind="progress",
            unit=owner,
            state=State.ACCEPTED,
            revision_no=1,
            accepted_revision_no=1,
            step_entered_at=now,
        )
        for _ in made
    )
    progress = Progress.objects.bulk_create(
        Progress(project=one, case=case, **period_columns(month(2017, 5)))
        for one, case in zip(made, cases, strict=True)
    )
    _figures(progress)
    keep_standings(plan, [one.pk for one in made])


def _figures(progress: list[Progress]) -> None:
    StageFigure.objects.bulk_create(
        StageFigure(
            progress=one,
            project=one.project,
            as_of=AS_OF,
            accepted_at=timezone.now(),
            code=f"s{n}",
            percent=100 if _start(n + 1) < AS_OF else 40 if _start(n) < AS_OF else 0,
            started_on=_start(n) if _start(n) < AS_OF else None,
            finished_on=_start(n + 1) if _start(n + 1) < AS_OF else None,
        )
        for one in progress
        for n in range(STAGES)
    )


def _start(place: int) -> date:
    return FIRST + timedelta(days=DAYS * place)
