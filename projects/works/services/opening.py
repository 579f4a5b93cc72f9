"""What is owed of projects: a progress for each month, an obligation for each stage. Made ahead, again and again harmlessly."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.db import transaction
from django.utils import timezone

from chuangmo.audit.services import record
from chuangmo.deadlines.models import Obligation
from chuangmo.deadlines.services import fulfil, open_cycle, owe, owe_all, waive
from chuangmo.period_fields import period_columns
from chuangmo.periods import Period, month, periods_between
from chuangmo.review.models import Case, State
from chuangmo.workcalendar.queries import work_calendar
from indicators.plan.models import Plan
from projects.works.models import (
    MoneyEntry,
    Progress,
    Project,
    Schedule,
    ScheduledStage,
    ScheduleState,
    Source,
    Stage,
    StageEntry,
    StageFigure,
)

__all__ = [
    "PROGRESS",
    "STAGE",
    "fulfil_stages",
    "open_progress",
    "owe_stages",
    "point_to_cycle",
    "progress_owed",
]

PROGRESS, STAGE = "progress", "stage"
DUE_DAYS = 5  # after the month's end, as a report's narrative (domain.md §5)


@transaction.atomic
def open_progress(*, plan: Plan, until: date, project_id: int | None = None) -> int:
    """Make the progress of every month that has begun by `until`, for every project with an approved schedule that is not
    complete (or for one); returns how many are new. What was never handed in follows the schedule in force."""
    Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)  # two runs at once take turns
    of = {"project": project_id} if project_id is not None else {"project__plan": plan}
    schedules = list(
        Schedule.objects.filter(state=ScheduleState.APPROVED, **of)
        .select_related("project", "project__owner")
        .prefetch_related("stages")
    )
    existing: dict[int, dict[date, Progress]] = defaultdict(dict)
    for one in Progress.objects.filter(**of).select_related("case"):
        existing[one.project_id][one.period_start] = one
    done = _completed(plan)
    new = [
        (schedule, period)
        for schedule in schedules
        for period in _months(plan, schedule, until)
        if period.start not in existing[schedule.project_id]
        and (schedule.project_id not in done or period.end <= done[schedule.project_id])
    ]
    _create(new)
    _refresh(schedules, existing)
    if new:
        record(
            by=None,
            action="开立工程进度",
            object_kind="plan",
            object_id=plan.pk,
            label=plan.name,
            changes={"新进度": [0, len(new)], "截至": ["", until.isoformat()]},
        )
    return len(new)


def _months(plan: Plan, schedule: Schedule, until: date) -> list[Period]:
    """From the month in which the schedule begins to the one that holds `until`, within the plan's year."""
    first = max(min(stage.start_on for stage in schedule.stages.all()), plan.window_start)
    start = month(first.year, first.month).start
    last = min(until, plan.window_end)
    return periods_between("month", start, last, whole=False) if last >= start else []


def _completed(plan: Plan) -> dict[int, date]:
    """Month ends at which projects were accepted as complete (every stage of the schedule at 100 %)."""
    percents: dict[tuple[int, date], list[int]] = defaultdict(list)
    rows = StageFigure.objects.filter(project__plan=plan, is_current=True).order_by()
    for project_id, as_of, percent in rows.values_list("project_id", "as_of", "percent"):
        percents[project_id, as_of].append(percent)
    done: dict[int, date] = {}
    for (project_id, as_of), values in percents.items():
        if min(values) == 100:
            done[project_id] = min(as_of, done.get(project_id, as_of))
    return done


def _create(new: list[tuple[Schedule, Period]]) -> None:
    now, calendar = timezone.now(), work_calendar()
    cases = Case.objects.bulk_create(
        Case(kind=PROGRESS, unit=schedule.project.owner, state=State.DRAFT, step_entered_at=now)
        for schedule, _ in new
    )
    rows = Progress.objects.bulk_create(
        Progress(project=schedule.project, case=case, **period_columns(period))
        for (schedule, period), case in zip(new, cases, strict=True)
    )
    owe_all(
        Obligation(
            kind=PROGRESS,
            unit=row.project.owner,
            subject_kind=PROGRESS,
            subject_id=row.pk,
            subject_label=str(row),
            subject_url=row.get_absolute_url(),
            due_on=calendar.next_working_day(_plus(row.period_end, DUE_DAYS)),
            **period_columns(row.period),
        )
        for row in rows
    )
    owed = dict(
        Obligation.objects.filter(
            subject_kind=PROGRESS, subject_id__in=[row.pk for row in rows], cycle=1
        ).values_list("subject_id", "pk")
    )
    for row in rows:
        row.obligation_id = owed[row.pk]
    Progress.objects.bulk_update(rows, ["obligation"])
    StageEntry.objects.bulk_create(
        _entry(row, stage)
        for row, (schedule, _) in zip(rows, new, strict=True)
        for stage in schedule.stages.all()
    )
    MoneyEntry.objects.bulk_create(
        MoneyEntry(progress=row, source=source) for row in rows for source in Source.values
    )


def _entry(progress: Progress, stage: ScheduledStage) -> StageEntry:
    return StageEntry(progress=progress, code=stage.code, name=stage.name, order=stage.order)


def _refresh(schedules: list[Schedule], existing: dict[int, dict[date, Progress]]) -> None:
    """Bring what was never handed in to the stages in force; what is typed for a stage that stays, stays."""
    open_rows = [
        (schedule, row)
        for schedule in schedules
        for row in existing[schedule.project_id].values()
        if row.case.revision_no == 0
    ]
    entries: dict[int, dict[str, StageEntry]] = defaultdict(dict)
    for entry in StageEntry.objects.filter(progress__in=[row for _, row in open_rows]):
        entries[entry.progress_id][entry.code] = entry
    new, changed, gone = [], [], []
    for schedule, row in open_rows:
        stages = {stage.code: stage for stage in schedule.stages.all()}
        has = entries[row.pk]
        new += [_entry(row, stage) for code, stage in stages.items() if code not in has]
        gone += [entry.pk for code, entry in has.items() if code not in stages]
        for code in stages.keys() & has.keys():
            entry, stage = has[code], stages[code]
            if (entry.name, entry.order) != (stage.name, stage.order):
                entry.name, entry.order = stage.name, stage.order
                changed.append(entry)
    StageEntry.objects.bulk_create(new)
    StageEntry.objects.bulk_update(changed, ["name", "order"])
    if gone:
        StageEntry.objects.filter(pk__in=gone).delete()


def progress_owed(at: date, horizon: date) -> tuple[()]:
    """For settings.OBLIGATION_SOURCES: months' progress is opened ahead and keeps its obligations itself."""
    plan = Plan.objects.filter(is_current=True).first()
    if plan is not None:
        open_progress(plan=plan, until=at)
    return ()


def point_to_cycle(*, old: Obligation, new: Obligation) -> None:
    """For settings.CYCLE_OPENED: the month or the stage that pointed to the old cycle points to the new one."""
    Progress.objects.filter(obligation=old).update(obligation=new)
    Stage.objects.filter(obligation=old).update(obligation=new)


def owe_stages(schedule: Schedule, reason: str) -> None:
    """After an approval: every stage of the schedule is owed on its last day; a moved one opens a new cycle, one that is
    left out is waived. What is fulfilled stays fulfilled. Within the caller's transaction."""
    project: Project = schedule.project
    assert project.owner is not None
    stages = {one.code: one for one in Stage.objects.filter(project=project).select_related("obligation")}
    for scheduled in schedule.stages.all():
        stage = stages.pop(scheduled.code, None) or Stage.objects.create(project=project, code=scheduled.code)
        if stage.obligation is None:
            stage.obligation = owe(
                kind=STAGE,
                unit=project.owner,
                subject_kind=STAGE,
                subject_id=stage.pk,
                subject_label=f"{project}：{scheduled.name}"[:200],
                subject_url=project.get_absolute_url(),
                period=month(scheduled.finish_on.year, scheduled.finish_on.month),
                due_on=scheduled.finish_on,
                locks_on=None,
            )
        elif stage.obligation.done_at is None and stage.obligation.due_on != scheduled.finish_on:
            stage.obligation = open_cycle(
                stage.obligation, due_on=scheduled.finish_on, by=None, reason=reason or "工期变更"
            )
        Stage.objects.filter(pk=stage.pk).update(obligation=stage.obligation)
    waive([one.obligation_id for one in stages.values() if one.obligation_id], "工期变更，不再有这个阶段")


def fulfil_stages(project: Project, codes: list[str]) -> None:
    """The stages that were accepted as complete are done."""
    for stage in Stage.objects.filter(project=project, code__in=codes).select_related("obligation"):
        if stage.obligation is not None:
            fulfil(stage.obligation, None)


def _plus(day: date, days: int) -> date:
    return date.fromordinal(day.toordinal() + days)
