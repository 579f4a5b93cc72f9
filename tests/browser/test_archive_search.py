"""Search, preview and gaps in a real browser, on a desk and on a phone, with axe."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from archives.checks.services import start_run
from chuangmo.jobs.services import run_due
from indicators.assessment.models import Verdict
from indicators.plan.models import RuleVersion
from tests.archives.checks.story import make_archive, paper
from tests.archives.holdings.story import want
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import Cast, make_cast
from tests.indicators.assessment.conftest import RATE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> Cast:
    """One accepted notice of two thousand words, a met indicator that still lacks a paper, a finished check."""
    cast = make_cast()
    wanted = make_archive(cast)
    paper(
        cast,
        wanted,
        "关于印发德坞河水质改善方案的通知。" + "各乡镇、街道认真落实。" * 60 + "<script>x()</script>",
    )
    want(cast, "i18.m2", name="垃圾统计表")
    rule = RuleVersion.objects.create(indicator=cast.indicator, version=1, body=RATE)
    Verdict.objects.create(
        indicator=cast.indicator,
        as_of=date(2017, 5, 31),
        rule=rule,
        status="met",
        headline="100 %",
        threshold="≥85 %",
        result={},
        inputs_digest="x",
        computed_at=timezone.now(),
    )
    start_run(plan=cast.plan, by=cast.office)
    run_due()
    return cast


def test_from_a_word_to_its_place_and_from_a_gap_to_who_owes_it(
    world: Cast, open_page, sign_in, axe, fits
) -> None:
    for viewport in (DESKTOP, PHONE):
        page: Page = open_page(viewport)
        sign_in(page, "office")
        page.goto("/archives/search/")
        page.get_by_label("查找", exact=True).fill("坞河水质改")
        page.keyboard.press("Enter")
        expect(page.get_by_text("找到 1 件")).to_be_visible()
        expect(page.locator("mark").first).to_have_text("坞河水质改")
        axe(page)
        fits(page)
        page.locator("ul.hits a").first.click()
        expect(page.locator("#text-1 mark")).to_have_text("坞河水质改")
        picture = page.get_by_role("img", name="第 1 页")
        expect(picture).to_be_visible()
        picture.scroll_into_view_if_needed()
        page.wait_for_function("document.querySelector('img[alt=\"第 1 页\"]').naturalHeight === 1400")
        axe(page)
        fits(page)
        page.goto("/archives/gaps/")
        expect(page.get_by_role("row").filter(has_text="垃圾统计表").first).to_be_visible()
        if viewport is PHONE:
            page.locator("summary", has_text="筛选").click()
        page.get_by_label("单位", exact=True).select_option(label="钟山区")
        page.get_by_role("button", name="筛选").click()
        rows = page.locator("main tbody tr")
        expect(rows).to_have_count(1)
        expect(rows.first).to_contain_text("结论“达标”，缺：垃圾统计表（2017 年）")
        axe(page)
        fits(page)
        page.goto("/archives/checks/")
        page.locator("main tbody a").first.click()
        expect(page.get_by_role("heading", name="逐件结果")).to_be_visible()
        axe(page)
        fits(page)
