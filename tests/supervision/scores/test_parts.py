"""What each part says of units: which rows there are, what they win, where they count."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from chuangmo import clock
from chuangmo.deadlines.models import Obligation
from chuangmo.deadlines.services import (
    decide_extension,
    decide_suspension,
    request_extension,
    request_suspension,
    waive,
)
from indicators.demonstration.rules.days import at
from indicators.demonstration.services.moments import moment
from supervision.scores.models import ShareRule
from supervision.scores.parts.indicators import indicators_met
from supervision.scores.parts.on_time import orders_on_time, reports_on_time
from supervision.scores.parts.projects import projects_on_schedule
from tests.chuangmo.deadlines.ladder import make_ladder
from tests.factories import Cast, UnitFactory
from tests.projects.works.conftest import approved, make_project
from tests.supervision.scores.story import judge, load_rules, owe

pytestmark = pytest.mark.django_db
MAY = (date(2017, 5, 1), date(2017, 5, 31))


def said(part, unit, start=MAY[0], end=MAY[1]):
    """(label, share or None where it doesn't count), in order."""
    result = part([unit.pk], start, end).get(unit.pk)
    return [(row.label, row.share if row.counts else None) for row in result.rows] if result else []


@pytest.fixture
def county(cast: Cast):
    load_rules()
    return cast.county


def test_on_time_late_missing_and_not_due_yet(county):
    owe(county, date(2017, 5, 5), date(2017, 5, 5), label="按时")
    owe(county, date(2017, 5, 8), date(2017, 5, 9), label="晚报")
    owe(county, date(2017, 5, 10), label="未报")
    owe(county, date(2017, 4, 30), label="四月的")
    owe(county, date(2017, 6, 1), label="六月的")
    assert said(reports_on_time, county) == [("按时", 1), ("晚报", 0), ("未报", 0)]
    with clock.at(date(2017, 5, 9)):
        assert said(reports_on_time, county)[-1] == ("未报", None)


def test_extension_moves_the_thing_to_the_month_of_its_new_day(cast, county):
    make_ladder()
    row = owe(county, date(2017, 5, 30), label="延期的")
    with clock.at(date(2017, 5, 29)):
        asked = request_extension(obligation_id=row.pk, until=date(2017, 6, 2), reason="停电", by=cast.owner)
        decide_extension(request_id=asked.pk, granted=True, decision="同意", until=None, by=cast.office)
    last = Obligation.objects.filter(subject_id=row.subject_id).order_by("cycle").last()
    Obligation.objects.filter(pk=last.pk).update(done_on=date(2017, 6, 2))
    assert said(reports_on_time, county) == [("延期的", None)]  # said where it was due first
    june = reports_on_time([county.pk], date(2017, 6, 1), date(2017, 6, 30))[county.pk].rows
    assert [(row.label, row.share, row.counts) for row in june] == [("延期的", 1, True)]
    assert "延期应于 6 月 2 日（原定 5 月 30 日）" in june[0].note


def test_suspended_and_waived_things_are_shown_and_do_not_count(cast, county):
    make_ladder()
    paused = owe(county, date(2017, 5, 30), label="挂账的")
    let_off = owe(county, date(2017, 5, 31), label="免办的")
    with clock.at(date(2017, 5, 29)):
        asked = request_suspension(
            obligation_id=paused.pk, until=date(2017, 6, 30), reason="等批复", by=cast.owner
        )
        decide_suspension(request_id=asked.pk, granted=True, decision="同意", by=cast.office)
        waive([let_off.pk], "并入别的报表")
    assert said(reports_on_time, county) == [("免办的", None), ("挂账的", None)]
    rows = reports_on_time([county.pk], *MAY)[county.pk].rows
    assert rows[0].note == "应于 5 月 31 日，已免办：并入别的报表（不计入）"
    assert rows[1].note.startswith("原定 5 月 30 日，挂账，应办日期移到 6 月 30 日")
    # one that was late already stays in its month, and doesn't count while it is suspended
    Obligation.objects.filter(pk=paused.pk).update(due_on=date(2017, 5, 30), paused=True)
    assert said(reports_on_time, county) == [("挂账的", None), ("免办的", None)]


def test_a_return_does_not_make_a_punctual_report_late_but_an_order_is_late_by_any_cycle(county):
    for kind, label in (("report", "报表"), ("order", "督办单")):
        first = owe(county, date(2017, 5, 5), date(2017, 5, 5), label=label, kind=kind, subject_kind=kind)
        Obligation.objects.filter(pk=first.pk).update(superseded=True)
        owe(
            county,
            date(2017, 5, 10),
            date(2017, 5, 12),
            label=label,
            kind=kind,
            subject_kind=kind,
            subject_id=first.subject_id,
            cycle=2,
        )
    assert said(reports_on_time, county) == [("报表", 1)]
    assert said(orders_on_time, county) == [("督办单", 0)]


def test_shares_are_data(county):
    owe(county, date(2017, 5, 8), date(2017, 5, 9), label="晚报")
    ShareRule.objects.filter(part="reports", state="late").update(share="0.25")
    assert said(reports_on_time, county) == [("晚报", Decimal("0.25"))]


@pytest.mark.parametrize(
    ("status", "share"), [("met", 1), ("margin", 1), ("missed", 0), ("partial", None), ("none", None)]
)
def test_indicators_count_for_leads_and_responsible_units(cast, county, status, share):
    judge(cast, status)
    for unit in (cast.county, cast.other_county, cast.bureau):
        assert said(indicators_met, unit) == [("指标 18 生活垃圾无害化处理率", share)]
    assert said(indicators_met, cast.city_office) == []


def test_an_indicator_without_a_verdict_of_that_month_does_not_count(cast, county):
    judge(cast, "met", date(2017, 4, 30))
    assert said(indicators_met, county) == [("指标 18 生活垃圾无害化处理率", None)]


def test_projects_count_by_their_light_at_the_end_of_the_month(cast, county):
    project = make_project(cast)
    assert said(projects_on_schedule, county) == [(project.name, None)]  # no schedule
    with moment(at(date(2017, 6, 6), 9)):
        approved(cast, project)
    late = projects_on_schedule([county.pk], date(2017, 9, 1), date(2017, 9, 30))[county.pk].rows
    assert [(row.share, row.counts) for row in late] == [(0, True)]
    assert "已过完成日期" in late[0].note
    # in May the schedule had not been approved: that it was later doesn't change the month
    assert said(projects_on_schedule, county) == [(project.name, None)]


def test_parts_ask_the_same_whatever_the_number_of_units(cast, county, django_assert_max_num_queries):
    units = [cast.county, *[UnitFactory(kind="county") for _ in range(12)]]
    for unit in units:
        owe(unit, date(2017, 5, 8), date(2017, 5, 9))
    ids = [unit.pk for unit in units]
    with django_assert_max_num_queries(14):
        assert len(reports_on_time(ids, *MAY)) == 13
        indicators_met(ids, *MAY)
        projects_on_schedule(ids, *MAY)
