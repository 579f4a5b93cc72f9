"""The office looks at what a rule's change does and publishes it; anybody tries a figure out: desk and telephone."""

from __future__ import annotations

import pytest

from chuangmo import periods
from chuangmo.review.models import State
from indicators.assessment.models import Verdict
from indicators.assessment.rules import rule_json, validate_rule
from indicators.assessment.services import refresh_all
from indicators.plan.models import RuleVersion
from indicators.reporting.models import ReportText
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import Cast, make_figure
from tests.indicators.assessment.conftest import RATE
from tests.indicators.reporting.review.story import WAYS, step

pytestmark = pytest.mark.django_db(transaction=True)

SHOW = "/p/2017/indicators/18/"


@pytest.fixture
def judged(cast: Cast) -> Cast:
    RuleVersion.objects.create(
        indicator=cast.indicator, version=1, body=rule_json(validate_rule(RATE)), note="第一版"
    )
    for number in (1, 2):
        for unit in (cast.county, cast.other_county):
            make_figure(cast.produced, unit, periods.month(2017, number), 100)
            make_figure(cast.treated, unit, periods.month(2017, number), 92 if number == 1 else 84)
    refresh_all(plan=cast.plan)
    return cast


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_rule_is_previewed_then_published(judged: Cast, viewport, open_page, sign_in, axe, fits) -> None:
    page = open_page(viewport)
    sign_in(page, "office")
    page.goto(SHOW + "rule/")
    page.get_by_label("限值").fill("90")
    page.get_by_role("button", name="看影响").click()
    preview = page.get_by_role("region", name="各月结论的变化")
    assert preview.get_by_text("有变化").count() == 5
    assert page.get_by_label("限值").input_value() == "90"
    axe(page)
    fits(page)
    page.get_by_label("为什么改").fill("省里提高了要求")
    page.get_by_role("button", name="发布第 2 版").click()
    page.wait_for_url("**/rule/versions/")
    page.get_by_text("已发布第 2 版").wait_for()
    axe(page)
    fits(page)
    assert RuleVersion.objects.get(is_current=True).body["parts"][0]["limit"] == "90"
    assert set(Verdict.objects.filter(is_current=True).values_list("rule__version", flat=True)) == {2}


def test_a_fault_is_told_at_its_field(judged: Cast, page, sign_in, axe, expect_error) -> None:
    expect_error("status of 422")
    sign_in(page, "office")
    page.goto(SHOW + "rule/")
    page.get_by_label("限值").fill("很多")
    page.get_by_role("button", name="看影响").click()
    field = page.get_by_label("限值")
    assert field.get_attribute("aria-invalid") == "true"
    assert "不是数字" in page.locator(f"#{field.get_attribute('id')}_error").inner_text()
    assert field.input_value() == "很多"
    axe(page)


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_figure_is_tried_out(judged: Cast, viewport, open_page, sign_in, axe, fits) -> None:
    page = open_page(viewport)
    sign_in(page, "observer")
    page.goto(f"{SHOW}?month=2017-02")
    page.get_by_role("link", name="试算").click()
    page.get_by_label("钟山区 生活垃圾无害化处理量").fill("15")
    page.get_by_role("button", name="试算").click()
    page.get_by_text("有变化").wait_for()
    result = page.get_by_role("region", name="截至 2017年2月")
    assert "不达标" in result.inner_text()
    assert page.get_by_text("试算，什么也不保存").is_visible()
    axe(page)
    fits(page)
    assert Verdict.objects.filter(status="missed").count() == 0


def test_three_clicks_from_the_verdict_to_the_accepted_revision(judged: Cast, page, sign_in) -> None:
    report = judged.report(
        period=periods.month(2017, 3),
        values={"i18.produced": "100", "i18.treated": "91.5"},
        has_narrative=True,
    )
    for kind in ReportText.Kind.values:
        ReportText.objects.create(report=report, kind=kind, text="已完成")
    for action in WAYS[State.ACCEPTED]:
        step(judged, report, action)
    refresh_all(plan=judged.plan)
    sign_in(page, "office")
    page.goto(f"{SHOW}?month=2017-03")
    page.get_by_role("link", name="查看来源和审定人").click()
    page.get_by_role("link", name="91.50").click()
    page.wait_for_url("**/revisions/1/")
    assert "91.5" in page.content()
