"""The office sends a doubtful figure back in a few clicks; charts are there, can be read aloud, and fit a telephone."""

from __future__ import annotations

import pytest

from chuangmo.review.models import Case, State
from indicators.assessment.services import refresh_all
from indicators.insight.models import Suspicion
from indicators.insight.services import recheck
from indicators.plan.models import RuleVersion
from tests.factories import make_figure
from tests.indicators.assessment.conftest import RATE
from tests.indicators.insight.cast import make_rule
from tests.indicators.insight.conftest import accepted, months

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(cast):
    RuleVersion.objects.create(indicator=cast.indicator, version=1, body=RATE)
    make_rule()
    for period in months(1, 12, 2016):
        for unit in (cast.county, cast.other_county):
            make_figure(cast.produced, unit, period, 100)
            make_figure(cast.treated, unit, period, 84)
    for period in months(1, 5):
        accepted(cast, period, 100, 120 if period.start.month == 4 else 80)
        accepted(cast, period, 100, 90, unit=cast.other_county)
    refresh_all(plan=cast.plan)
    recheck(plan=cast.plan)
    return cast


def test_from_the_home_page_to_the_report_sent_back(world, page, phone, sign_in, axe, fits) -> None:
    for view in (page, phone):
        sign_in(view, "office")
        view.goto("/")
        view.get_by_role("link", name="处理量不大于产生量").first.click()
        view.wait_for_url("**/watch/*/")
        axe(view)
        fits(view)
    page.get_by_role("button", name="退回更正").click()
    page.get_by_text("已退回填报单位").wait_for()
    suspicion = Suspicion.objects.get()
    assert suspicion.state == "sent_back"
    assert Case.objects.get(report=suspicion.cells[0]["report"]).state == State.UNLOCKED
    page.get_by_role("link", name="数据核查").first.click()
    assert page.get_by_text("没有符合条件的存疑数据").is_visible()
    page.get_by_label("状态").select_option(label="已退回更正")
    page.get_by_role("button", name="筛选").click()
    assert page.get_by_role("link", name="处理量不大于产生量").is_visible()
    axe(page)


def test_charts_are_seen_heard_and_fit(world, page, phone, sign_in, axe, fits) -> None:
    for view in (page, phone):
        sign_in(view, "observer")
        view.goto("/p/2017/indicators/18/")
        charts = view.locator("svg.echart")
        assert charts.count() == 3  # the trend, both years, the two counties
        for number in range(3):
            box = charts.nth(number).bounding_box()
            assert box["height"] > 80
            assert "85%" in charts.nth(number).get_attribute("aria-label")
        assert view.get_by_role("img", name="钟山区").count() == 1
        view.get_by_text("看数据表").nth(2).click()
        assert view.get_by_role("row", name="水城县 90.00").is_visible()
        axe(view)
        fits(view)
