"""A schedule from template to baseline, its changes, and who may do what."""

from __future__ import annotations

from datetime import date

import pytest

from chuangmo.audit.models import AuditEvent
from chuangmo.errors import Invalid, Refused, Stale
from projects.works.models import Schedule, ScheduleState, StageFigure
from projects.works.queries.schedules import schedules_of
from projects.works.rules.schedule import StageInput
from projects.works.services.schedules import (
    approve_schedule,
    begin_schedule,
    drop_schedule,
    inputs_of,
    propose_schedule,
    return_schedule,
    save_schedule,
    schedule_conflicts,
)
from tests.factories import Cast
from tests.projects.works.conftest import approved, make_project, propose
from tests.projects.works.test_funds import accepted

AUGUST_31 = date(2017, 8, 31)


def spans(schedule: Schedule) -> dict[str, tuple[date, date]]:
    return {stage.code: (stage.start_on, stage.finish_on) for stage in schedule.stages.all()}


def test_a_draft_follows_the_template_back_from_the_plan_s_date(cast: Cast, project):
    draft = begin_schedule(by=cast.owner, project_id=project.pk)
    assert (draft.number, draft.state, draft.finish_on) == (1, "draft", AUGUST_31)
    # 31 Aug back 30 working days: Fri 21 July; environment 10 before: Fri 7 – Thu 20 July; tender 8: Tue 11 – Thu 20.
    assert spans(draft) == {
        "approval": (date(2017, 6, 30), date(2017, 7, 6)),
        "eia": (date(2017, 7, 7), date(2017, 7, 20)),
        "tender": (date(2017, 7, 11), date(2017, 7, 20)),
        "works": (date(2017, 7, 21), AUGUST_31),
    }
    assert {stage.code: stage.slack_days for stage in draft.stages.all()} == {
        "approval": 0,
        "eia": 0,
        "tender": 2,
        "works": 0,
    }


def test_beginning_twice_gives_the_same_draft(cast: Cast, project):
    first = begin_schedule(by=cast.owner, project_id=project.pk)
    assert begin_schedule(by=cast.colleague, project_id=project.pk) == first
    assert Schedule.objects.count() == 1


@pytest.mark.parametrize(
    "who", ["stranger", "lead", "office", "county_office", "inspector", "observer", "admin"]
)
def test_only_the_owner_writes(cast: Cast, project, who):
    with pytest.raises(Refused, match="只有责任单位可以编排工期"):
        begin_schedule(by=getattr(cast, who), project_id=project.pk)
    assert Schedule.objects.count() == 0


def test_a_parent_has_no_schedule_of_its_own(cast: Cast):
    parent = make_project(cast, code="power", name="火电机组", owner=None)
    with pytest.raises(Refused, match="由子工程承担"):
        begin_schedule(by=cast.owner, project_id=parent.pk)


def test_faults_of_every_cell_at_once_and_nothing_is_written(cast: Cast, project):
    draft = begin_schedule(by=cast.owner, project_id=project.pk)
    before = spans(draft)
    with pytest.raises(Invalid) as caught:
        save_schedule(
            by=cast.owner,
            schedule_id=draft.pk,
            version=draft.version,
            stages=[
                StageInput("a", "立项", 0),
                StageInput("b", "招标", -3, ("c",)),
                StageInput("c", "开工", 2, ("b",)),
            ],
            finish_on=date(2017, 3, 1),
        )
    assert caught.value.faults == {
        "days:a": "工期是 0 个工作日，至少要 1 个",
        "days:b": "工期是 -3 个工作日，至少要 1 个",
        "after:b": "前置阶段互相等待：招标 → 开工 → 招标",
        "finish_on": "完成日期 2017-03-01 早于应启动日期 2017-03-31，请改正",
    }
    draft.refresh_from_db()
    assert (spans(draft), draft.version) == (before, 0)


def test_who_saves_on_an_old_page_is_told(cast: Cast, project):
    draft = begin_schedule(by=cast.owner, project_id=project.pk)
    values = {"schedule_id": draft.pk, "version": 0, "stages": inputs_of(draft), "finish_on": AUGUST_31}
    save_schedule(by=cast.owner, **values)
    with pytest.raises(Stale):
        save_schedule(by=cast.colleague, **values)


def test_a_conflict_needs_a_word_and_a_person_before_it_is_sent(cast: Cast, project, today):
    today(date(2017, 7, 10))  # 立项 should have begun on 30 June, 环评 on 7 July
    draft = begin_schedule(by=cast.owner, project_id=project.pk)
    assert [one.code for one in schedule_conflicts(draft)] == ["approval", "eia", ""]
    with pytest.raises(Invalid) as caught:
        propose_schedule(by=cast.owner, schedule_id=draft.pk, version=0)
    assert set(caught.value.faults) == {"person", "reason"}


def test_a_change_request_does_not_blame_what_is_under_way(cast: Cast, project, today):
    approved(cast, project)
    today(date(2017, 8, 3))
    accepted(project, date(2017, 7, 31), {"approval": 100, "eia": 100, "tender": 100, "works": 40})
    StageFigure.objects.filter(percent=100).update(finished_on=date(2017, 7, 20))
    change = begin_schedule(by=cast.owner, project_id=project.pk)
    assert schedule_conflicts(change) == []  # 18 of 30 working days are left, and 21 until 31 August
    today(date(2017, 8, 15))
    [conflict] = schedule_conflicts(change)
    assert conflict.text == "“形象进度”还要 18 个工作日，到 2017 年 8 月 31 日只有 13 个"


def test_the_first_approved_schedule_is_the_baseline_for_good(cast: Cast, project):
    first = approved(cast, project)
    frozen = spans(first)
    second = approved(cast, project, finish_on=date(2017, 9, 15), reason="征地延误")
    first.refresh_from_db()
    assert (first.state, second.state, second.number) == (ScheduleState.REPLACED, ScheduleState.APPROVED, 2)
    assert spans(first) == frozen
    found = schedules_of(project)
    assert (found.baseline, found.current, found.open) == (first, second, None)
    assert [(change.schedule.reason, len(change.moves)) for change in found.changes] == [("征地延误", 4)]
    assert ("形象进度", "7 月 21 日—8 月 31 日", "8 月 7 日—9 月 15 日") in found.changes[0].moves


def test_a_change_needs_a_reason(cast: Cast, project):
    approved(cast, project)
    with pytest.raises(Invalid) as caught:
        propose(cast, project, finish_on=date(2017, 9, 15), reason=" ")
    assert caught.value.faults == {"reason": "这是变更，请写明原因"}


@pytest.mark.parametrize(
    "who", ["owner", "colleague", "stranger", "county_office", "inspector", "observer", "admin"]
)
def test_who_may_not_decide(cast: Cast, project, who):
    schedule = propose(cast, project)
    with pytest.raises(Refused, match="只有市级主管部门的审核人和创模办"):
        approve_schedule(by=getattr(cast, who), schedule_id=schedule.pk, version=schedule.version)
    schedule.refresh_from_db()
    assert schedule.state == ScheduleState.PROPOSED


def test_the_office_may_decide_but_not_on_its_own(cast: Cast, project):
    schedule = propose(cast, project)
    Schedule.objects.filter(pk=schedule.pk).update(proposed_by=cast.office)
    with pytest.raises(Refused, match="自己报批的不能自己批复"):
        approve_schedule(by=cast.office, schedule_id=schedule.pk, version=schedule.version)


def test_a_return_needs_a_reason_and_opens_the_draft_again(cast: Cast, project):
    schedule = propose(cast, project)
    with pytest.raises(Invalid):
        return_schedule(by=cast.lead, schedule_id=schedule.pk, version=schedule.version, decision=" ")
    returned = return_schedule(
        by=cast.lead, schedule_id=schedule.pk, version=schedule.version, decision="环评 10 天不够"
    )
    assert (returned.state, returned.is_editable) == (ScheduleState.RETURNED, True)
    assert begin_schedule(by=cast.owner, project_id=project.pk) == returned


def test_two_decisions_at_once_the_second_is_told(cast: Cast, project):
    schedule = propose(cast, project)
    approve_schedule(by=cast.lead, schedule_id=schedule.pk, version=schedule.version)
    with pytest.raises(Stale):
        return_schedule(by=cast.office, schedule_id=schedule.pk, version=schedule.version, decision="不行")
    schedule.refresh_from_db()
    assert schedule.state == ScheduleState.APPROVED


def test_what_is_approved_is_neither_edited_nor_dropped(cast: Cast, project):
    schedule = approved(cast, project)
    with pytest.raises(Refused, match="已批准，不能再改"):
        save_schedule(
            by=cast.owner,
            schedule_id=schedule.pk,
            version=schedule.version,
            stages=inputs_of(schedule),
            finish_on=AUGUST_31,
        )
    with pytest.raises(Refused, match="不能放弃"):
        drop_schedule(by=cast.owner, schedule_id=schedule.pk, version=schedule.version)


def test_a_dropped_draft_leaves_what_is_in_force(cast: Cast, project):
    first = approved(cast, project)
    draft = begin_schedule(by=cast.owner, project_id=project.pk)
    drop_schedule(by=cast.owner, schedule_id=draft.pk, version=draft.version)
    assert list(Schedule.objects.all()) == [first]


def test_every_step_is_audited(cast: Cast, project):
    approved(cast, project)
    events = AuditEvent.objects.filter(object_kind="project", object_id=str(project.pk)).order_by("id")
    assert [(event.actor, event.action) for event in events] == [
        (cast.owner, "起草工期"),
        (cast.owner, "改工期"),
        (cast.owner, "报批工期"),
        (cast.lead, "批准工期"),
    ]
    assert {event.unit_id for event in events} == {cast.county.pk}
