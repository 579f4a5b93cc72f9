"""Supervision in a real browser: one story from a covert inspection to 反弹, on a telephone and at a desk."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from supervision.orders.models import Order
from tests.browser.conftest import DESKTOP, PHONE
from tests.projects.works.pictures import picture
from tests.supervision.story import Supervision, make_supervision

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


def find_on_site(phone: Page, photo: Path, text: str, axe, fits) -> None:
    """From the inspection's page to a stored finding, as on a telephone."""
    phone.get_by_role("link", name="登记问题", exact=True).click()
    looked_at(phone, axe, fits)
    phone.get_by_label("选照片").set_input_files(photo)
    expect(phone.get_by_text("选了 1 张")).to_be_visible()
    phone.get_by_label("问题", exact=False).and_(phone.locator("textarea")).fill(text)
    phone.get_by_role("button", name="保存", exact=True).click()
    expect(phone.get_by_text("请写明地点")).to_be_visible()
    expect(phone.locator("#id_text")).to_have_value(text)
    phone.get_by_label("选照片").set_input_files(photo)
    phone.locator("#id_place").fill("德坞河二号排口")
    phone.locator("#id_unit").select_option(label="钟山区")
    phone.locator("#id_kind").select_option(label="污水直排")
    phone.get_by_role("radio", name="较重").check()
    phone.get_by_role("button", name="保存", exact=True).click()
    expect(phone.get_by_text("已登记：")).to_be_visible()
    expect(phone.get_by_text("未公布")).to_be_visible()


def test_from_a_covert_inspection_to_what_comes_back(
    world: Supervision, open_page, sign_in, axe, fits, photo: Path, expect_error
) -> None:
    expect_error("status of 4(22|04)")
    desk, phone, unit = open_page(DESKTOP), open_page(PHONE), open_page(PHONE)
    sign_in(desk, "office")
    sign_in(phone, "office")
    sign_in(unit, "owner")

    # The office plans it; the unit doesn't know.
    desk.goto("/supervision/")
    looked_at(desk, axe, fits)
    desk.get_by_role("link", name="安排检查").click()
    desk.get_by_label("方式").select_option(label="暗访")
    desk.get_by_label("名称").fill("德坞河暗访")
    desk.get_by_label("日期", exact=False).first.fill("2017-06-06")
    desk.locator("summary", has_text="被查单位").click()
    desk.get_by_role("checkbox", name="钟山区", exact=True).check()
    looked_at(desk, axe, fits)
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_text("检查已安排。")).to_be_visible()
    path = re.sub(r"^https?://[^/]+", "", desk.url)
    assert unit.goto(path).status == 404

    # On site, by telephone.
    phone.goto(path)
    looked_at(phone, axe, fits)
    phone.get_by_role("button", name="开始检查").click()
    find_on_site(phone, photo, "排口有污水直排", axe, fits)
    looked_at(phone, axe, fits)
    finding = re.sub(r"^https?://[^/]+", "", phone.url)
    assert unit.goto(finding).status == 404
    unit.goto("/supervision/findings/")
    expect(unit.get_by_text("没有符合条件的问题")).to_be_visible()

    # Back at the desk: finished, released, an order drafted and issued.
    desk.reload()
    desk.get_by_role("button", name="结束检查").click()
    looked_at(desk, axe, fits)
    desk.get_by_role("button", name="公布，通知责任单位").click()
    expect(desk.get_by_text("已公布，并通知了责任单位。")).to_be_visible()
    assert unit.goto(finding).status == 200
    looked_at(unit, axe, fits)
    desk.get_by_role("link", name="德坞河二号排口").first.click()
    desk.get_by_role("link", name="起草督办单").click()
    desk.locator("#id_due_on").fill("2017-06-20")
    looked_at(desk, axe, fits)
    desk.get_by_role("button", name="保存草稿").click()
    desk.get_by_role("button", name="签发", exact=True).click()
    expect(desk.get_by_text("水创督〔2017〕1号").first).to_be_visible()
    looked_at(desk, axe, fits)
    order = re.sub(r"^https?://[^/]+", "", desk.url)

    # The unit signs and answers from the telephone; the office sends back; the unit answers again.
    unit.goto("/")
    unit.get_by_role("main").get_by_role("link", name="德坞河二号排口污水直排问题整改").first.click()
    looked_at(unit, axe, fits)
    unit.get_by_role("button", name="签收", exact=True).click()
    expect(unit.get_by_text("已签收。")).to_be_visible()
    answer(unit, "已封堵排口", photo)
    desk.goto(order)
    desk.locator("summary", has_text="退回重办").click()
    desk.locator("#send-back-reason").fill("河面仍有油花")
    looked_at(desk, axe, fits)
    desk.get_by_role("button", name="退回重办").click()
    expect(desk.get_by_text("已退回，并通知了承办单位。")).to_be_visible()
    unit.goto(order)
    expect(unit.get_by_text("河面仍有油花")).to_be_visible()
    answer(unit, "已清理河面", photo)
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
    desk.locator("#id_place").fill("德坞河 二号排口")
    desk.locator("#id_unit").select_option(label="钟山区")
    desk.locator("#id_kind").select_option(label="污水直排")
    desk.get_by_role("button", name="保存", exact=True).click()
    expect(desk.get_by_text("已登记：")).to_be_visible()
    for page in (desk, unit):
        page.goto("/supervision/")
        looked_at(page, axe, fits)
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


def answer(unit: Page, text: str, photo: Path) -> None:
    unit.locator("#answer-text").fill(text)
    unit.locator("#answer-files").set_input_files(photo)
    unit.get_by_role("button", name="提交反馈").click()
    expect(unit.get_by_text("反馈已提交，等签发单位复核。")).to_be_visible()
