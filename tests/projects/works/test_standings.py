"""Standings that are kept never differ from the calculation, whatever happened since they were written."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.projects import many_projects
from projects.works.models import KeptStanding, LightRule, Project, Schedule, StageFigure
from projects.works.queries.kept import kept_stands
from projects.works.queries.portfolio import project_rows, with_standings
from projects.works.services.standings import keep_all_standings, keep_standings
from tests.factories import Cast
from tests.projects.works.conftest import approved, client_of, make_project, propose, words
from tests.projects.works.test_funds import JULY_31, JUNE_30, accepted

LIST, GANTT = "/p/2017/projects/", "/p/2017/projects/gantt/"
DAYS = (date(2017, 6, 1), date(2017, 8, 3), date(2017, 8, 31), date(2017, 9, 1), date(2018, 1, 1))


class Quiet:
    """Stands for a job's run where nobody looks at its progress."""

    def progress(self, done: int, total: int) -> None:
        assert done <= total


def differences(plan) -> list[tuple[str, date]]:
    """Projects and days on which a list would say something else than the calculation."""
    ids, found = list(Project.objects.values_list("pk", flat=True)), []
    for day in DAYS:
        kept = kept_stands(plan, ids, day)
        for row in with_standings(plan, project_rows(Project.objects.all(), day), day):
            assert row.stands is not None
            mine = kept[row.project.pk]
            if (mine.work, mine.doing) != (row.stands.work, row.stands.doing):
                found.append((row.project.code, day))
    return found


def test_kept_standings_never_differ_from_the_calculation(cast: Cast, project, today):
    make_project(cast, code="second", name="没有工期的")
    steps = [
        lambda: approved(cast, project),
        lambda: today(date(2017, 8, 3)),
        lambda: accepted(project, JULY_31, {"approval": 100, "eia": 100, "tender": 50, "works": 5}),
        # An earlier month afterwards: it counts no more than before.
        lambda: accepted(project, JUNE_30, {"approval": 20, "eia": 0, "tender": 0, "works": 0}),
        # July is corrected: its figures lose their flag, others come.
        lambda: StageFigure.objects.filter(as_of=JULY_31).update(is_current=False),
        lambda: accepted(project, JULY_31, {"approval": 100, "eia": 40, "tender": 0, "works": 0}),
        lambda: approved(cast, project, finish_on=date(2017, 9, 15), reason="征地延误"),
        lambda: LightRule.objects.create(plan=cast.plan, yellow_days=5, behind_points=50),
        lambda: accepted(
            project, date(2017, 8, 31), dict.fromkeys(("approval", "eia", "tender", "works"), 100)
        ),
    ]
    for keep in (False, True):
        for step in steps if not keep else [lambda: keep_all_standings(Quiet())]:
            step()
            assert differences(cast.plan) == []
    assert KeptStanding.objects.count() == 2


def test_a_row_counts_only_while_its_basis_is_in_force(cast: Cast, project, today):
    approved(cast, project)
    today(date(2017, 8, 3))
    ids = [project.pk]
    keep_standings(cast.plan, ids)
    with CaptureQueriesContext(connection) as captured:
        assert kept_stands(cast.plan, ids, date(2017, 8, 3))[project.pk].work.light == "unknown"
    assert not [one for one in captured if "works_scheduledstage" in one["sql"]]
    before = KeptStanding.objects.get().basis
    accepted(project, JULY_31, {"approval": 100, "eia": 100, "tender": 50, "works": 5})
    assert kept_stands(cast.plan, ids, date(2017, 8, 3))[project.pk].work.light == "yellow"
    assert KeptStanding.objects.get().basis == before, "reading wrote"


def test_approval_and_acceptance_keep_what_they_change(cast: Cast, project):
    schedule = approved(cast, project)
    assert KeptStanding.objects.get().basis == f"{schedule.pk}:-:15/10"
    later = approved(cast, project, finish_on=date(2017, 9, 15), reason="征地延误")
    kept = KeptStanding.objects.get()
    assert (kept.basis, kept.work["finish_on"]) == (f"{later.pk}:-:15/10", "2017-09-15")


@pytest.mark.slow
@pytest.mark.sqlite_only
def test_the_pages_of_500_read_the_stages_of_one_page(cast: Cast):
    """What a page reads of stages and figures grows with the page, not with the plan."""
    many_projects(cast.plan, cast.county, cast.bureau, 500)
    client = client_of(cast.office)
    for url in (LIST, f"{LIST}?light=green", f"{GANTT}?page=3"):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        reads = [one["sql"] for one in captured if "works_scheduledstage" in one["sql"]]
        asked = [len(ids.split(",")) for sql in reads for ids in re.findall(r"IN \(([^()]*)\)", sql)]
        assert asked and max(asked) <= 50, url
    assert words(client.get(LIST)).count("项重点工程") == 50


def test_the_chart_leads_to_each_project(cast: Cast, project):
    for code in ("b", "second-1"):
        make_project(cast, code=code, name=code)
    html = client_of(cast.office).get(GANTT).content.decode()
    rows = re.findall(r'<span class="gantt-name">\s*<a href="([^"]+)">', html)
    assert sorted(rows) == sorted(one.get_absolute_url() for one in Project.objects.all())


def test_filters_by_schedule_follow_what_the_list_shows(cast: Cast, project):
    """The state in the list and the one in the filter are worked out in two ways: here they meet."""
    make_project(cast, code="bare", name="没有工期的")
    approved(cast, make_project(cast, code="settled", name="批准了的"))
    approved(cast, project)
    propose(cast, project, finish_on=date(2017, 9, 15), reason="征地延误")
    propose(cast, make_project(cast, code="fresh", name="报批中的"))
    begun = make_project(cast, code="draft", name="起草中的")
    Schedule.objects.create(project=begun, number=1, finish_on=begun.finish_by)
    day = date(2017, 6, 6)
    by_row: dict[str, set[str]] = {}
    for row in project_rows(Project.objects.all(), day):
        by_row.setdefault(row.state, set()).add(row.project.name)
    client = client_of(cast.office)
    for state in ("none", "draft", "proposed", "approved", "returned"):
        text = words(client.get(f"{LIST}?schedule={state}"))
        table = text.split("应完成", 1)[-1]
        assert {one.name for one in Project.objects.all() if one.name in table} == by_row.get(state, set())
