"""An answer that doesn't hold, and what comes back after it was struck off: at a desk and on a telephone.

How an order comes to be, and what follows when nothing is done, is told by test_supervision_story.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from supervision.orders.models import Order
from tests.browser.conftest import DESKTOP, PHONE
from tests.projects.works.pictures import picture
from tests.supervision.story import PLACE, Supervision, make_supervision

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def world(transactional_db: None) -> Supervision:
    return make_supervision()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "现场.jpg"
    path.write_bytes(picture(taken="2017:06:06 09:12:00").read())
    return path


def looked_at(page: Page, axe, fits) -> None:
    axe(page)
    fits(page)


def test_sent_back_struck_off_and_there_again(
    world: Supervision, open_page, sign_in, axe, fits, photo: Path
) -> None:
    finding = world.finding()
    order = world.order("answered", finding=finding, title="德坞河污水直排整改").get_absolute_url()
    desk, unit = open_page(DESKTOP), open_page(PHONE)
    sign_in(desk, "office")
    sign_in(unit, "owner")

    # The office sends back; the unit answers again.
    desk.goto(order)
    desk.locator("summary", has_text="退回重办").click()
    desk.locator("#send-back-reason").fill("河面仍有油花")
    looked_at(desk, axe, fits)
    desk.get_by_role("button", name="退回重办").click()
    expect(desk.get_by_text("已退回，并通知了承办单位。")).to_be_visible()
    unit.goto(order)
    expect(unit.get_by_text("河面仍有油花").first).to_be_visible()
    unit.locator("#answer-text").fill("已清理河面")
    unit.locator("#answer-files").set_input_files(photo)
    unit.get_by_role("button", name="提交反馈").click()
    expect(unit.get_by_text("反馈已提交，等签发单位复核。")).to_be_visible()
    looked_at(unit, axe, fits)

    # Reviewed and closed.
    desk.goto(order)
    desk.locator("#review-text").fill("现场看过，已清理")
    desk.get_by_role("button", name="复核通过").click()
    desk.get_by_role("button", name="销号", exact=True).click()
    expect(desk.get_by_text("已销号，并通知了承办单位。")).to_be_visible()
    assert Order.objects.get().state == "closed"

    # It comes back: the same kind at the same place, found on another tour.
    desk.goto("/supervision/findings/new/")
    desk.locator("#id_text").fill("又有污水")
    desk.locator("#id_place").fill(f"{PLACE[:3]} {PLACE[3:]}")
    desk.locator("#id_unit").select_option(label="钟山区")
    desk.locator("#id_kind").select_option(label="污水直排")
    desk.get_by_role("button", name="保存", exact=True).click()
    expect(desk.get_by_text("已登记：")).to_be_visible()
    for page in (desk, unit):
        page.goto("/supervision/")
        page.get_by_role("link", name="反弹，先督办：1 件").click()
        looked_at(page, axe, fits)
        page.get_by_role("link", name="水创督〔2017〕1号").click()
        expect(page.get_by_role("heading", name="反馈整改情况" if page is unit else "经过")).to_be_visible()
        expect(page.get_by_text("又有污水").first).to_be_visible()
        looked_at(page, axe, fits)
        page.goto("/supervision/orders/?state=all")
        looked_at(page, axe, fits)
        page.goto("/supervision/inspections/")
        looked_at(page, axe, fits)
