"""The pages of the projects: what they say, what is typed and kept, how many questions they ask."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.projects import many_projects
from projects.works.models import Progress, Project, Schedule, ScheduleState, StageFigure
from tests.factories import Cast
from tests.projects.works.conftest import (
    approved,
    client_of,
    make_project,
    propose,
    typed_schedule,
    words,
)

pytestmark = pytest.mark.sqlite_only

LIST, GANTT, SHOW = "/p/2017/projects/", "/p/2017/projects/gantt/", "/p/2017/projects/chahe/"
EDIT = f"{SHOW}schedule/"
BOARD, COUNTIES = f"{LIST}board/", f"{LIST}counties/"


def test_the_list_names_who_and_when(cast: Cast, project):
    text = words(client_of(cast.office).get(LIST))
    for part in (
        "岔河垃圾填埋场渗滤液提标改造",
        "固体废物治理",
        "钟山区",
        "市城管局",
        "还没有编排",
        "8 月 31 日",
    ):
        assert part in text


def test_a_stranger_s_list_is_empty_and_the_project_is_not_there(cast: Cast, project):
    client = client_of(cast.stranger)
    assert "没有符合条件的工程" in words(client.get(LIST))
    assert client.get(SHOW).status_code == 404
    assert client.get(EDIT).status_code == 404


def test_a_partner_sees_it(cast: Cast, project):
    project.partners.add(cast.other_county)
    assert client_of(cast.stranger).get(SHOW).status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=solid_waste", True),
        ("kind=water", False),
        ("kind=nothing", True),
        ("indicator=18", True),
        ("indicator=9", False),
        ("schedule=none", True),
        ("schedule=approved", False),
        ("unit=99999999999999999999", True),
    ],
)
def test_filters(cast: Cast, project, query, found):
    text = words(client_of(cast.office).get(f"{LIST}?{query}"))
    assert (project.name in text) == found


def test_the_owner_schedules_and_the_bureau_approves(cast: Cast, project):
    owner, lead = client_of(cast.owner), client_of(cast.lead)
    assert owner.post(f"{EDIT}begin/").headers["Location"] == EDIT
    draft = Schedule.objects.get()
    response = owner.post(EDIT, typed_schedule(draft, **{"days:works": "４０", "propose": "1"}))
    assert response.headers["Location"] == SHOW
    draft.refresh_from_db()
    assert draft.state == ScheduleState.PROPOSED
    assert draft.stages.get(code="works").days == 40
    assert "批准，作为执行安排" not in words(owner.get(SHOW))
    assert "批准，作为执行安排" in words(lead.get(SHOW))
    lead.post(f"{EDIT}decide/", {"version": draft.version, "decision": "", "approve": "1"})
    assert "按第 1 版执行" in words(owner.get(SHOW))


def test_faults_stand_beside_their_cells_and_everything_typed_is_there(cast: Cast, project):
    owner = client_of(cast.owner)
    owner.post(f"{EDIT}begin/")
    draft = Schedule.objects.get()
    before = list(draft.stages.values())
    response = owner.post(
        EDIT,
        typed_schedule(
            draft,
            **{
                "days:approval": "0",
                "days:eia": "-3",
                "days:tender": "八天",
                "after:works": "2、9",
                "name:x1": "试运行",
                "finish_on": "2017-03-01",
                "person": "张三",
            },
        ),
    )
    assert response.status_code == 422
    html = response.content.decode()
    for fault in (
        "工期是 0 个工作日，至少要 1 个",
        "工期是 -3 个工作日，至少要 1 个",
        "“八天”不是整数",
        "前置阶段不在本表里",
        "请写工期（工作日）",
    ):
        assert fault in html
    for kept in ('value="八天"', 'value="2、9"', 'value="试运行"', 'value="张三"', 'value="2017-03-01"'):
        assert kept in html
    assert list(draft.stages.values()) == before


def test_a_circle_and_a_finish_before_the_start_are_refused_where_they_stand(cast: Cast, project):
    owner = client_of(cast.owner)
    owner.post(f"{EDIT}begin/")
    response = owner.post(
        EDIT, typed_schedule(Schedule.objects.get(), **{"after:approval": "4", "finish_on": "2017-03-01"})
    )
    html = response.content.decode()
    assert response.status_code == 422
    assert "前置阶段互相等待：立项 → 环评 → 形象进度 → 立项" in html
    assert "完成日期 2017-03-01 早于应启动日期 2017-03-31" in html


def test_rows_are_added_and_left_out(cast: Cast, project):
    owner = client_of(cast.owner)
    owner.post(f"{EDIT}begin/")
    draft = Schedule.objects.get()
    changes = {
        "name:tender": "",
        "days:tender": "",
        "after:tender": "",
        "after:works": "2",
        "name:x1": "验收",
        "days:x1": "5",
        "after:x1": "4",
    }
    assert owner.post(EDIT, typed_schedule(draft, **changes)).status_code == 302
    assert [(stage.code, stage.name, stage.after) for stage in draft.stages.order_by("order")] == [
        ("approval", "立项", []),
        ("eia", "环评", ["approval"]),
        ("works", "形象进度", ["eia"]),
        ("x1", "验收", ["works"]),
    ]


def test_old_and_new_days_stand_on_the_page_and_in_the_chart(cast: Cast, project):
    approved(cast, project)
    approved(cast, project, finish_on=date(2017, 9, 15), reason="征地延误")
    response = client_of(cast.office).get(SHOW)
    text = words(response)
    assert "形象进度： 7 月 21 日—8 月 31 日 → 8 月 7 日—9 月 15 日" in text
    assert "征地延误" in text
    html = response.content.decode()
    assert "<title>基准：7 月 21 日—8 月 31 日</title>" in html
    assert "<title>形象进度：8 月 7 日—9 月 15 日</title>" in html
    assert "（基准 8 月 31 日完成）" in words(client_of(cast.office).get(GANTT))


def test_the_today_line_is_drawn_where_today_is(cast: Cast, project, today):
    approved(cast, project)
    html = client_of(cast.office).get(GANTT).content.decode()
    assert 'class="gantt-today"' in html
    today(date(2019, 1, 1))
    assert 'class="gantt-today"' not in client_of(cast.office).get(GANTT).content.decode()


def test_a_return_without_a_reason_keeps_the_page(cast: Cast, project):
    schedule = propose(cast, project)
    response = client_of(cast.lead).post(
        f"{EDIT}decide/", {"version": schedule.version, "decision": " ", "return": "1"}
    )
    assert response.status_code == 422
    assert "请写明退回的原因" in words(response)


def test_reading_writes_nothing(cast: Cast, project):
    propose(cast, project)
    before = list(Schedule.objects.values())
    for user in (cast.owner, cast.lead, cast.office):
        for url in (LIST, GANTT, SHOW, EDIT):
            client_of(user).get(url)
    assert list(Schedule.objects.values()) == before


def test_questions_do_not_grow_with_projects(cast: Cast):
    """List, Gantt, board and counties: as many queries for 500 projects × 12 stages as for ten."""
    client = client_of(cast.office)
    counts = []
    for count in (10, 500):
        StageFigure.objects.all().delete()
        Progress.objects.all().delete()
        Schedule.objects.all().delete()
        Project.objects.all().delete()
        many_projects(cast.plan, cast.county, cast.bureau, count)
        for url in (LIST, GANTT, BOARD, COUNTIES):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200
            counts.append(len(captured))
    assert counts[:4] == counts[4:]
    assert max(counts) <= 30


def test_a_project_page_asks_few_questions(cast: Cast, project, django_assert_max_num_queries):
    approved(cast, project)
    approved(cast, project, finish_on=date(2017, 9, 15))
    client = client_of(cast.office)
    with django_assert_max_num_queries(25):
        client.get(SHOW)


def test_the_menu_leads_there(cast: Cast, project):
    response = client_of(cast.office).get("/projects/")
    assert response.headers["Location"] == LIST
    html = client_of(cast.office).get(LIST).content.decode()
    assert re.search(r'href="/projects/"[^>]*aria-current', html)
    make_project(cast, code="second", name="第二项")
    assert "第二项" in words(client_of(cast.office).get(LIST))


def test_what_could_not_be_sent_is_saved_and_goes_on_from_there(cast: Cast, project):
    owner = client_of(cast.owner)
    owner.post(f"{EDIT}begin/")
    draft = Schedule.objects.get()
    response = owner.post(EDIT, typed_schedule(draft, person="", propose="1"))
    assert response.status_code == 422
    assert "请写责任人" in words(response)
    draft.refresh_from_db()
    assert (draft.state, draft.version) == (ScheduleState.DRAFT, 1)
    assert 'name="version" value="1"' in response.content.decode()
    assert owner.post(EDIT, typed_schedule(draft, propose="1")).headers["Location"] == SHOW


def test_who_saves_an_old_page_is_told_and_keeps_what_was_typed(cast: Cast, project):
    owner, colleague = client_of(cast.owner), client_of(cast.colleague)
    owner.post(f"{EDIT}begin/")
    draft = Schedule.objects.get()
    old = typed_schedule(draft, person="王五")
    colleague.post(EDIT, typed_schedule(draft, person="赵六"))
    response = owner.post(EDIT, old)
    assert response.status_code == 409
    assert 'value="王五"' in response.content.decode()
    draft.refresh_from_db()
    assert draft.person == "赵六"
