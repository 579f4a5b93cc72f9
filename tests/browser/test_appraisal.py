"""A month's score is shown, the unit objects, the office decides and freezes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import Cast, make_cast
from tests.supervision.scores.story import make_may

pytestmark = pytest.mark.django_db(transaction=True)
ROUND = "/p/2017/supervision/scores/2017-05/"


@pytest.fixture
def world(transactional_db: None, today: Callable[[date], None]) -> Cast:
    """May's draft is computed."""
    cast = make_cast()
    make_may(cast)
    return cast


def _whole(page: Page, axe: Callable[..., None]) -> None:
    """Nothing runs out of the page at its side, and it can be read aloud."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    axe(page)


@pytest.mark.slow
def test_from_the_draft_to_the_final_score(world: Cast, open_page, sign_in, axe, today, expect_error) -> None:
    expect_error("status of 422")
    office, unit = open_page(DESKTOP), open_page(PHONE)
    for page, name in ((office, "office"), (unit, "colleague")):
        sign_in(page, name)

    # The office looks at the draft and shows it.
    office.goto(ROUND)
    _whole(office, axe)
    office.get_by_role("button", name="公示给各单位").click()
    expect(office.get_by_text("已公示，并通知了各单位")).to_be_visible()
    expect(office.get_by_role("button", name="定稿", exact=True)).to_be_disabled()

    # The unit objects by telephone, first without a reason: what it chose stays.
    unit.goto("/supervision/scores/mine/")
    _whole(unit, axe)
    unit.get_by_role("link", name="对“乙”提出异议").click()
    expect(unit.get_by_label("对哪一项")).to_contain_text("乙")
    chosen = unit.get_by_label("对哪一项").input_value()
    unit.get_by_role("button", name="提出异议").click()
    expect(unit.get_by_text("请写明理由")).to_be_visible()
    assert unit.get_by_label("对哪一项").input_value() == chosen != ""
    unit.get_by_label("理由").fill("系统停机，次日补报")
    unit.get_by_role("button", name="提出异议").click()
    expect(unit.get_by_text("异议已提出")).to_be_visible()

    # The office finds it on its morning page and upholds it by half.
    office.goto("/supervision/morning/")
    _whole(office, axe)
    office.get_by_role("link", name="考评异议待决定").click()
    office.get_by_role("row", name="有异议").get_by_role("link").click()
    office.get_by_role("radio", name="采纳", exact=True).check()
    office.get_by_label("改为得分比例").fill("50")
    office.get_by_label("理由").first.fill("停机属实")
    _whole(office, axe)
    office.get_by_role("button", name="决定异议").click()
    expect(office.get_by_text("总分 75.00 → 87.50")).to_be_visible()

    # The period is over: final.
    today(date(2017, 6, 14))
    office.goto(ROUND)
    office.get_by_role("button", name="定稿", exact=True).click()
    expect(office.get_by_text("已定稿，并通知了各单位")).to_be_visible()
    unit.goto("/supervision/scores/mine/")
    expect(unit.locator(".page-lead")).to_contain_text("总分 87.50，县区、开发区第 2 名")
    expect(unit.get_by_role("button", name="提出异议")).to_have_count(0)
