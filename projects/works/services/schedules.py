"""A project's schedule from template to baseline, and its changes: the only place where schedules are written.

Raises Refused (no right, wrong state), Stale (somebody was faster) or Invalid (faults by cell).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.audit.services import record
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.workcalendar.queries import work_calendar
from projects.works.models import (
    Project,
    Schedule,
    ScheduledStage,
    ScheduleState,
    StageFigure,
    TemplateStage,
)
from projects.works.models.schedule import EDITABLE, OPEN
from projects.works.rights import may_decide, may_schedule
from projects.works.rules.progress import DONE
from projects.works.rules.schedule import (
    Conflict,
    Planned,
    StageInput,
    conflicts_in,
    schedule_backwards,
    stage_faults,
)
from projects.works.services.opening import open_progress, owe_stages
from projects.works.services.standings import keep_standings

__all__ = [
    "approve_schedule",
    "begin_schedule",
    "drop_schedule",
    "propose_schedule",
    "return_schedule",
    "save_schedule",
]


@transaction.atomic
def begin_schedule(*, by: User, project_id: int) -> Schedule:
    """A new draft: of the approved schedule (a change request), else of the project's template. The open one if there is."""
    project = _project(project_id)
    _require_owner(by, project)
    open_one = Schedule.objects.filter(project=project, state__in=OPEN).first()
    if open_one is not None:
        return open_one
    approved = Schedule.objects.filter(project=project, state=ScheduleState.APPROVED).first()
    stages = _stages_to_begin_with(project, approved)
    number = Schedule.objects.filter(project=project).aggregate(last=Max("number"))["last"] or 0
    schedule = Schedule.objects.create(
        project=project,
        number=number + 1,
        finish_on=approved.finish_on if approved else project.finish_by,
        person=approved.person if approved else "",
        phone=approved.phone if approved else "",
    )
    _write_stages(schedule, stages, schedule.finish_on)
    _note(schedule, by, "起草工期" if approved is None else "申请变更工期")
    return schedule


@transaction.atomic
def save_schedule(
    *,
    by: User,
    schedule_id: int,
    version: int,
    stages: Sequence[StageInput],
    finish_on: date,
    person: str = "",
    phone: str = "",
    reason: str = "",
) -> Schedule:
    """Replace the draft's stages and schedule them backwards. `version` is what the page showed."""
    schedule = _schedule(schedule_id)
    _require_owner(by, schedule.project)
    if schedule.state not in EDITABLE:
        raise Refused(f"这一版工期{schedule.get_state_display()}，不能再改")
    faults = stage_faults(stages)
    if finish_on < schedule.project.start_by:
        faults["finish_on"] = f"完成日期 {finish_on} 早于应启动日期 {schedule.project.start_by}，请改正"
    if faults:
        raise Invalid(faults)
    before = _line(schedule)
    _claim(
        schedule,
        version,
        state=ScheduleState.DRAFT,
        finish_on=finish_on,
        person=person.strip(),
        phone=phone.strip(),
        reason=reason.strip(),
    )
    _write_stages(schedule, _with_done(schedule.project, stages), finish_on)
    _note(schedule, by, "改工期", changes={"安排": [before, _line(schedule)]})
    return schedule


@transaction.atomic
def propose_schedule(*, by: User, schedule_id: int, version: int) -> Schedule:
    """Send the draft for approval: 四定 complete, and a reason where something is changed or can't be kept."""
    schedule = _schedule(schedule_id)
    _require_owner(by, schedule.project)
    if schedule.state not in EDITABLE:
        raise Refused(f"这一版工期{schedule.get_state_display()}，不能再报批")
    faults = {}
    if not schedule.person:
        faults["person"] = "请写责任人（四定：内容、责任人、时限、资金）"
    if not schedule.reason and schedule.number > 1:
        faults["reason"] = "这是变更，请写明原因"
    elif not schedule.reason and schedule_conflicts(schedule):
        faults["reason"] = "安排有冲突，请写明怎样赶回工期"
    if faults:
        raise Invalid(faults)
    _claim(
        schedule,
        version,
        state=ScheduleState.PROPOSED,
        proposed_by=by,
        proposed_at=timezone.now(),
        decision="",
    )
    _note(schedule, by, "报批工期", reason=schedule.reason)
    return schedule


@transaction.atomic
def approve_schedule(*, by: User, schedule_id: int, version: int, decision: str = "") -> Schedule:
    """Approve what was proposed. The first one is the baseline from now on; a later one replaces the one in force."""
    schedule = _schedule(schedule_id)
    _require_decider(by, schedule)
    replaced = Schedule.objects.filter(project=schedule.project, state=ScheduleState.APPROVED).first()
    if replaced is not None:
        Schedule.objects.filter(pk=replaced.pk).update(state=ScheduleState.REPLACED)
    _claim(
        schedule,
        version,
        state=ScheduleState.APPROVED,
        decided_by=by,
        decided_at=timezone.now(),
        decision=decision.strip(),
    )
    owe_stages(schedule, schedule.reason)
    open_progress(plan=schedule.project.plan, until=clock.today(), project_id=schedule.project_id)
    keep_standings(schedule.project.plan, [schedule.project_id])
    changes = {"安排": [_line(replaced) if replaced else "", _line(schedule)]}
    _note(schedule, by, "批准工期", reason=decision, changes=changes)
    return schedule


@transaction.atomic
def return_schedule(*, by: User, schedule_id: int, version: int, decision: str) -> Schedule:
    """Send a proposed schedule back to its owner, with a reason."""
    schedule = _schedule(schedule_id)
    _require_decider(by, schedule)
    if not decision.strip():
        raise Invalid({"decision": "请写明退回的原因"})
    _claim(
        schedule,
        version,
        state=ScheduleState.RETURNED,
        decided_by=by,
        decided_at=timezone.now(),
        decision=decision.strip(),
    )
    _note(schedule, by, "退回工期", reason=decision)
    return schedule


@transaction.atomic
def drop_schedule(*, by: User, schedule_id: int, version: int) -> None:
    """Give up a draft; what is in force stays in force."""
    schedule = _schedule(schedule_id)
    _require_owner(by, schedule.project)
    if schedule.state not in EDITABLE:
        raise Refused(f"这一版工期{schedule.get_state_display()}，不能放弃")
    _note(schedule, by, "放弃工期草稿", changes={"安排": [_line(schedule), ""]})
    gone, _ = Schedule.objects.filter(pk=schedule.pk, version=version, state__in=EDITABLE).delete()
    if not gone:
        raise Stale("这一版工期刚才有人改过，请刷新")


def schedule_conflicts(schedule: Schedule) -> list[Conflict]:
    """What the stored schedule can't keep today."""
    calendar = work_calendar()
    planned = schedule_backwards(inputs_of(schedule), schedule.finish_on, calendar)
    return conflicts_in(
        planned,
        today=clock.today(),
        start_by=schedule.project.start_by,
        finish_by=schedule.project.finish_by,
        calendar=calendar,
    )


def inputs_of(schedule: Schedule) -> list[StageInput]:
    """The stored stages as a person wrote them."""
    stages = [
        StageInput(stage.code, stage.name, stage.days, tuple(stage.after)) for stage in schedule.stages.all()
    ]
    return _with_done(schedule.project, stages)


def _with_done(project: Project, stages: Sequence[StageInput]) -> list[StageInput]:
    """The stages with what was accepted of them last: the real days of the complete ones, which are scheduled no more, and
    how far those are that have begun. One query."""
    done: dict[str, tuple[date, date]] = {}
    begun: dict[str, tuple[date, int]] = {}
    figures = StageFigure.objects.filter(project=project, is_current=True).order_by("as_of")
    for figure in figures:
        done.pop(figure.code, None)
        begun.pop(figure.code, None)
        if figure.percent == DONE and figure.started_on and figure.finished_on:
            done[figure.code] = (figure.started_on, figure.finished_on)
        elif figure.started_on:
            begun[figure.code] = (figure.started_on, min(figure.percent, DONE))
    return [replace(stage, done=done.get(stage.code), begun=begun.get(stage.code)) for stage in stages]


# Parts --------------------------------------------------------------------------------------------------


def _project(project_id: int) -> Project:
    return Project.objects.select_for_update(of=("self",)).get(pk=project_id)


def _schedule(schedule_id: int) -> Schedule:
    schedule = (
        Schedule.objects.select_for_update(of=("self",))
        .select_related("project__plan", "project__owner")
        .filter(pk=schedule_id)
        .first()
    )
    if schedule is None:
        raise Refused("没有这一版工期")
    return schedule


def _require_owner(by: User, project: Project) -> None:
    if project.owner_id is None:
        raise Refused("这项工程由子工程承担，没有自己的工期")
    if not may_schedule(rights_of(by), project):
        raise Refused("只有责任单位可以编排工期")


def _require_decider(by: User, schedule: Schedule) -> None:
    if not may_decide(rights_of(by), schedule.project):
        raise Refused("只有市级主管部门的审核人和创模办可以批复工期")
    if schedule.state != ScheduleState.PROPOSED:
        raise Stale(f"这一版工期{schedule.get_state_display()}，请刷新")
    if schedule.proposed_by_id == by.pk:
        raise Refused("自己报批的不能自己批复")


def _stages_to_begin_with(project: Project, approved: Schedule | None) -> list[StageInput]:
    if approved is not None:
        return inputs_of(approved)
    template = TemplateStage.objects.filter(template=project.template_id) if project.template_id else []
    stages = [StageInput(stage.code, stage.name, stage.days, tuple(stage.after)) for stage in template]
    if not stages:
        raise Refused("这项工程还没有阶段模板，请管理员先选一个")
    if faults := stage_faults(stages):
        raise Refused(f"阶段模板有误，请管理员改正：{'；'.join(faults.values())}")
    return stages


def _write_stages(schedule: Schedule, stages: Sequence[StageInput], finish_on: date) -> Planned:
    planned = schedule_backwards(stages, finish_on, work_calendar())
    ScheduledStage.objects.filter(schedule=schedule).delete()
    ScheduledStage.objects.bulk_create(
        ScheduledStage(
            schedule=schedule,
            code=stage.code,
            name=stage.name,
            days=stage.days,
            after=list(stage.after),
            order=place,
            start_on=stage.start,
            finish_on=stage.finish,
            slack_days=stage.slack,
            is_critical=stage.critical,
        )
        for place, stage in enumerate(planned.stages, start=1)
    )
    return planned


def _claim(schedule: Schedule, version: int, **values: object) -> None:
    """Write under what the page showed; SQLite ignores the row lock, so the update itself is conditional."""
    done = Schedule.objects.filter(pk=schedule.pk, version=version, state=schedule.state).update(
        version=F("version") + 1, **values
    )
    if not done:
        raise Stale("这一版工期刚才有人改过，请刷新后再试；您填的内容还在")
    schedule.refresh_from_db(fields=[*values, "version"])


def _line(schedule: Schedule) -> str:
    """The schedule in one line, for the audit."""
    stages = "；".join(f"{stage.name} {stage.start_on}—{stage.finish_on}" for stage in schedule.stages.all())
    return f"完成 {schedule.finish_on}：{stages}"


def _note(
    schedule: Schedule, by: User, action: str, *, reason: str = "", changes: dict | None = None
) -> None:
    record(
        by=by,
        action=action,
        object_kind="project",
        object_id=schedule.project_id,
        label=f"{schedule.project} 第 {schedule.number} 版工期",
        unit_id=schedule.project.owner_id,
        reason=reason,
        changes=changes or {},
    )
