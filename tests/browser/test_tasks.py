"""A register in a real browser: brought by file, proven, ticked off by the county, verified by the lead."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from projects.campaigns.models import Member
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import Cast, make_cast
from tests.projects.campaigns.world import make_task, sheet

pytestmark = pytest.mark.django_db(transaction=True)
PAGE, TASKS = "/p/2017/tasks/boilers/", "/p/2017/tasks/"


@pytest.fixture
def world(transactional_db: None) -> Cast:
    cast = make_cast()
    make_task(cast)
    return cast


def _book(rows: list[list[object]]) -> dict[str, object]:
    upload = sheet(rows)
    return {"name": "名单.xlsx", "mimeType": "application/octet-stream", "buffer": upload.read()}


def _choose(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_label(f"选中 {name}").check()


def test_a_register_from_file_to_verified(world: Cast, open_page, sign_in, axe, fits, expect_error) -> None:
    expect_error("status of 422")
    county, lead = open_page(DESKTOP), open_page(DESKTOP)
    sign_in(county, "owner")
    sign_in(lead, "lead")

    # The file: a fault is told at its place; then the same firm under two spellings is asked about.
    county.goto(PAGE)
    county.get_by_role("link", name="导入名单").click()
    county.get_by_label("文件").set_input_files([_book([["甲"], [" ", "1"]])])
    county.get_by_role("button", name="上传并核对").click()
    expect(county.get_by_role("region", name="错误清单")).to_contain_text("没有填名称")
    expect(county.get_by_role("button", name="确认导入")).to_have_count(0)
    county.get_by_role("link", name="重新上传").click()
    rows = [["六盘水宏盛热力有限公司"], ["六盘水（宏盛）热力有限责任公司"], ["德坞热力站"]]
    county.get_by_label("文件").set_input_files([_book(rows)])
    county.get_by_role("button", name="上传并核对").click()
    axe(county)
    fits(county)
    county.get_by_label("第 3 行").select_option(label="是同一个")
    county.get_by_role("button", name="保存确认").click()
    expect(county.get_by_text("可以导入：新增 2 个")).to_be_visible()
    county.get_by_role("button", name="确认导入").click()
    expect(county.get_by_text("已导入：新增 2 个")).to_be_visible()

    # Nothing is ticked off without its proof; one file proves both, chosen with one tick; then one is ticked off.
    tick = county.get_by_role("button", name="销号", exact=True)
    expect(tick).to_be_disabled()
    _choose(county, "德坞热力站")
    tick.click()
    expect(county.get_by_role("alert")).to_contain_text("德坞热力站：缺“验收意见”")
    county.get_by_label("选中本页全部").check()
    county.get_by_label("文件").set_input_files(
        [{"name": "验收.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}]
    )
    county.get_by_role("button", name="附上").click()
    expect(county.get_by_text("已给 2 个对象附上“验收意见”")).to_be_visible()
    _choose(county, "德坞热力站")
    county.get_by_role("button", name="销号", exact=True).click()
    expect(county.get_by_text("已销号 1 个")).to_be_visible()
    axe(county)

    # The lead finds it on the home page, sends it back once, and verifies it then.
    lead.goto("/")
    lead.get_by_role("link", name="锅炉煤改气").first.click()
    _choose(lead, "德坞热力站")
    lead.get_by_label("理由").fill("没有盖章")
    lead.get_by_role("button", name="退回").click()
    expect(lead.get_by_text("已退回 1 个")).to_be_visible()
    county.goto("/")
    county.get_by_role("link", name="锅炉煤改气").first.click()
    county.goto(PAGE)
    county.get_by_role("link", name="德坞热力站").click()
    expect(county.get_by_text("没有盖章").first).to_be_visible()
    axe(county)
    county.get_by_role("button", name="销号", exact=True).click()
    lead.goto(PAGE)
    _choose(lead, "德坞热力站")
    lead.get_by_role("button", name="核销").click()
    expect(lead.get_by_text("已核销 1 个。", exact=False).first).to_be_visible()
    assert dict(Member.objects.values_list("name", "state")) == {
        "德坞热力站": "verified",
        "六盘水宏盛热力有限公司": "open",
    }


def test_pages_fit_and_can_be_read_aloud(world: Cast, open_page, sign_in, axe, fits) -> None:
    for size in (DESKTOP, PHONE):
        page = open_page(size)
        sign_in(page, "owner")
        for path in (TASKS, PAGE, f"{PAGE}shares/", f"{PAGE}members/", f"{PAGE}import/"):
            page.goto(path)
            fits(page)
            axe(page)
