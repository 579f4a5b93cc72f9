"""Material for the archive in a real browser: offered, returned, offered again, accepted; the matrix turns."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from archives.holdings.models import Piece
from tests.archives.holdings.story import make_registers, pdf, want
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> Cast:
    cast = make_cast()
    make_registers()
    want(cast, provider="unit:钟山区人民政府")
    return cast


def _file(text: str, name: str = "统计表.pdf", **more: int) -> dict[str, object]:
    return {"name": name, "mimeType": "application/pdf", "buffer": pdf(text, **more).read()}


def _cell(page: Page) -> str:
    page.goto("/archives/")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="18 生活垃圾无害化处理率"))
    return row.locator("a.mx").last.inner_text().replace("\n", " ")


def test_from_the_clerk_to_the_matrix(world: Cast, open_page, sign_in, axe, fits, expect_error) -> None:
    expect_error("status of 422")
    people: dict[str, Page] = {}
    for name, viewport in (("owner", PHONE), ("colleague", DESKTOP), ("lead", DESKTOP), ("office", DESKTOP)):
        people[name] = open_page(viewport)
        sign_in(people[name], name)
    owner, office = people["owner"], people["office"]
    assert "缺件" in _cell(office) and "0/1" in _cell(office)
    axe(office)

    # On the telephone: what is owed, a file that proves nothing, the right one.
    owner.goto("/archives/mine/")
    axe(owner)
    owner.get_by_role("link", name="生活垃圾产生和处理统计").click()
    owner.get_by_label("上传文件").set_input_files(_file("空", pages=0))
    owner.get_by_role("button", name="上传，接着填写").click()
    expect(owner.get_by_text("没有一页内容，不能作为佐证")).to_be_visible()
    axe(owner)
    fits(owner)
    owner.get_by_label("上传文件").set_input_files(_file("第一稿"))
    owner.get_by_role("button", name="上传，接着填写").click()
    expect(owner.get_by_text("提交前还要：请填文件上的日期")).to_be_visible()
    axe(owner)
    fits(owner)
    owner.get_by_label("文件日期").fill("2017-05-20")
    owner.get_by_role("button", name="保存并提交").click()
    expect(owner.get_by_text("已提交（第 1 稿）")).to_be_visible()
    assert "已报送" in _cell(office)

    # The unit's reviewer returns it, and the clerk reads why.
    reviewer = people["colleague"]
    reviewer.goto("/review/sign-off/?kind=piece")
    reviewer.get_by_role("link", name="归档材料 钟山区2017年").click()
    reviewer.get_by_role("button", name="退回…").click()
    reviewer.get_by_role("textbox", name="退回原因").fill("没有盖章")
    reviewer.get_by_role("dialog").get_by_role("button", name="退回", exact=True).click()
    expect(reviewer.get_by_text("已退回：")).to_be_visible()
    assert "已退回" in _cell(office)
    owner.goto("/archives/mine/")
    expect(owner.get_by_text("退回原因：没有盖章")).to_be_visible()
    owner.get_by_role("link", name="生活垃圾产生和处理统计").click()
    owner.get_by_label("换一个文件").set_input_files(_file("盖章的"))
    owner.get_by_role("button", name="上传新版").click()
    expect(owner.get_by_text("已存为第 2 版")).to_be_visible()
    owner.get_by_role("button", name="保存并提交").click()
    expect(owner.get_by_text("已提交（第 2 稿）")).to_be_visible()

    for name, slug, step in (
        ("colleague", "sign-off", "单位审核"),
        ("lead", "verify", "牵头核定"),
        ("office", "accept", "审定"),
    ):
        page = people[name]
        page.goto(f"/review/{slug}/?kind=piece")
        page.get_by_role("link", name="归档材料 钟山区2017年").click()
        page.get_by_role("button", name=f"{step}，看下一份").click()
        expect(page.get_by_text(f"已{step}：")).to_be_visible()
    assert _cell(office) == "✓ 已归档 1/1"
    number = Piece.objects.get().archive_number
    office.goto("/p/2017/archives/18/")
    expect(office.locator(".st", has_text="已归档")).to_have_count(1)
    office.get_by_role("link", name="钟山区").click()
    expect(office.get_by_text(number).first).to_be_visible()
    expect(office.get_by_text("第 2 版").first).to_be_visible()
    axe(office)
    assert number == "CM01-WS·2017-D30-ZB18-0001"
