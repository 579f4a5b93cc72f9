"""The morning page: what changed since the last look, with its reason; looking is a click, and never goes back."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from chuangmo.deadlines.models import Obligation
from indicators.assessment.models import Verdict
from indicators.plan.models import Indicator
from projects.works.models import StageFigure
from supervision.morning.models import Look
from supervision.morning.queries import light_changes, since, verdict_changes
from supervision.morning.services import look
from supervision.scores.services import decide_objection, object_to_score
from tests.factories import Cast, UnitFactory
from tests.projects.works.conftest import approved, client_of, make_project, words
from tests.supervision.scores.story import final, judge, make_may, owe, score_of, shown

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]
URL = "/supervision/morning/"


@pytest.fixture
def page(cast: Cast) -> Client:
    return client_of(cast.office)


def looked(cast: Cast) -> Look:
    return look(by=cast.office, until=timezone.now())


def test_what_became_late_since_the_last_look(cast, page, today):
    owe(cast.county, date(2017, 6, 5), label="昨天的")
    owe(cast.county, date(2017, 5, 2), label="早就逾期的")
    owe(cast.county, date(2017, 6, 6), label="今天到期的")
    text = words(page.get(URL))
    assert "昨天的" in text
    assert "早就逾期的" not in text
    assert "今天到期的" not in text
    looked(cast)
    assert "昨天的" not in words(page.get(URL))
    today(date(2017, 6, 7))
    assert "今天到期的" in words(page.get(URL))


def test_reading_writes_nothing_and_a_click_does(cast, page):
    assert page.get(URL).status_code == 200
    assert not Look.objects.exists()
    made_at = re.search(r'name="until" value="([^"]+)"', page.get(URL).content.decode()).group(1)
    page.post(URL + "looked/", {"until": made_at})
    assert Look.objects.get().looked_at == datetime.fromisoformat(made_at)


@pytest.mark.parametrize("until", ["", "gestern", "9999-01-01T00:00:00+00:00", "2017-06-06T08:00"])
def test_a_strange_moment_is_never_ahead(cast, page, until):
    page.post(URL + "looked/", {"until": until})
    assert Look.objects.get().looked_at <= timezone.now()


def test_an_older_page_moves_nothing_back(cast):
    now = looked(cast)
    again = look(by=cast.office, until=now.looked_at - timedelta(hours=1))
    assert again.looked_at == now.looked_at


def test_verdicts_that_changed_and_why(cast, page):
    judge(cast, "met", date(2017, 4, 30))
    looked(cast)
    judge(cast, "met", date(2017, 4, 30))  # reached again, the same
    assert verdict_changes(cast.plan, since(cast.office)) == []
    judge(cast, "missed")
    [change] = verdict_changes(cast.plan, since(cast.office))
    assert (change.before, change.now, change.why) == ("met", "missed", "92.1%")
    text = words(page.get(URL))
    assert "达标 → ■ 不达标" in text
    assert "/indicators/18/?month=2017-05" in page.get(URL).content.decode()
    looked(cast)
    judge(cast, "margin")
    [change] = verdict_changes(cast.plan, since(cast.office))
    assert (change.before, change.now) == ("missed", "margin")


def test_lights_that_changed_and_why(cast):
    project = make_project(cast)
    schedule = approved(cast, project)
    looked(cast)
    assert light_changes(cast.plan, since(cast.office), date(2017, 6, 6)) == []
    month = date(2017, 5, 31)
    progress = _progress(cast, project)
    for stage in schedule.stages.all():
        StageFigure.objects.create(
            progress=progress,
            project=project,
            code=stage.code,
            percent=100,
            as_of=month,
            accepted_at=timezone.now(),
        )
    [change] = light_changes(cast.plan, since(cast.office), date(2017, 6, 6))
    assert (change.now[1], change.why) == ("已完成", "各阶段都已完成")


def _progress(cast, project):
    from chuangmo.review.models import Case
    from projects.works.models import Progress

    case = Case.objects.create(kind="progress", unit=cast.county, step_entered_at=timezone.now())
    return Progress.objects.create(
        project=project,
        case=case,
        period_kind="month",
        period_start=date(2017, 5, 1),
        period_end=date(2017, 5, 31),
    )


def test_scores_and_what_waits(cast, page, today):
    may = shown(cast, make_may(cast))
    one = object_to_score(by=cast.owner, unit_score_id=score_of(may, cast.county).pk, text="停机")
    text = words(page.get(URL))
    assert "考评异议待决定 1" in text
    assert "2017年5月得分公示" in text
    looked(cast)
    decide_objection(by=cast.office, objection_id=one.pk, upheld=False, decision="证据不足")
    text = words(page.get(URL))
    assert "钟山区2017年5月得分异议：不采纳" in text
    assert "考评异议待决定" not in text
    final(cast, may)
    today(date(2017, 6, 20))
    assert "2017年5月得分定稿" in words(page.get(URL))


def test_the_page_asks_the_same_whatever_there_is(cast, page, django_assert_max_num_queries):
    category = cast.indicator.category
    judge(cast, "met", date(2017, 4, 30))
    looked(cast)
    for number in range(19, 27):
        indicator = Indicator.objects.create(
            plan=cast.plan, number=number, name=f"指标{number}", short_name=f"指标{number}", category=category
        )
        Verdict.objects.create(
            indicator=indicator,
            as_of=date(2017, 5, 31),
            rule=Verdict.objects.first().rule,
            status="missed",
            headline="1",
            threshold="2",
            result={},
            inputs_digest="0",
            computed_at=datetime.now(UTC),
        )
        make_project(cast, code=f"p{number}", name=f"工程{number}")
        owe(UnitFactory(), date(2017, 6, 6))
    Obligation.objects.update(due_on=date(2017, 6, 5))
    with django_assert_max_num_queries(45):
        response = page.get(URL)
    assert words(response).count("不达标") == 8
