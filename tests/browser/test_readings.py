"""Bringing readings with a real browser: a file with faults, put right and handed in; a block pasted into the grid."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from chuangmo.review.models import Case
from indicators.monitoring.models import AirDay, Batch, GridDraft
from tests.browser.conftest import DESKTOP, PHONE
from tests.indicators.monitoring.story import AIR_DAYS, WATER, make_world, move

pytestmark = pytest.mark.django_db(transaction=True)
GOOD = AIR_DAYS + "市环保局站,2017-05-01,10,20,60,30,0.7,90\n"
BAD = AIR_DAYS + "市环保局站,2017-05-01,10,20,60,30,700,90\n无此站,2017-05-02,1,1,1,1,1,1\n"


def file(name: str, text: str) -> dict[str, object]:
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode("gbk")}


def paste(page: Page, selector: str, text: str) -> None:
    page.focus(selector)
    page.evaluate(
        """([selector, text]) => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          document.querySelector(selector).dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        [selector, text],
    )


def cell(site: int, code: str) -> str:
    return f'[id="g:{site}:{code}"]'


def test_a_file_is_told_of_put_right_and_handed_in(page: Page, sign_in, axe, fits) -> None:
    world = make_world()
    sign_in(page, "lead_clerk")
    page.goto("/monitoring/")
    page.get_by_role("link", name="导入数据").click()
    page.select_option("[name=kind]", "air_day")
    page.set_input_files("[name=file]", file("五月.csv", BAD))
    page.get_by_role("button", name="上传并核对").click()
    faults = page.locator(".m-faults tbody tr")
    expect(faults).to_have_count(2)
    expect(faults.nth(0)).to_contain_text("CO 700 mg/m³ 不可能")
    expect(faults.nth(1)).to_contain_text("没有登记的点位“无此站”")
    expect(page.get_by_role("button", name="确认并提交审核")).to_have_count(0)
    axe(page)
    page.set_input_files("#file", file("改好.csv", GOOD))
    page.get_by_role("button", name="换文件并核对").click()
    expect(page.locator(".foot-state")).to_contain_text("可以提交：新增 1 条")
    page.get_by_role("button", name="确认并提交审核").click()
    expect(page.locator(".st").first).to_have_text(re.compile("已提交"))
    axe(page)
    fits(page)
    batch = Batch.objects.get()
    assert AirDay.objects.count() == 0
    move(batch, "sign_off", world.cast.lead)
    sign_in(page, "office")
    page.goto("/")
    page.get_by_role("link", name="待审定 1 份").click()
    page.get_by_role("link", name=re.compile("改好.csv")).click()
    expect(page.get_by_text("PM₂.₅ 30，CO 0.7")).to_be_visible()
    page.get_by_role("button", name="审定，看下一份").click()
    expect(page.get_by_text("已审定：")).to_be_visible()
    assert Case.objects.get(pk=batch.case_id).state == "accepted"
    assert AirDay.objects.get().pm25 == 30


def test_a_correction_asks_for_its_reason(page: Page, sign_in, axe) -> None:
    world = make_world()
    world.loaded("air_day", GOOD)
    batch = world.bring("air_day", GOOD.replace(",30,", ",38,"))
    sign_in(page, "lead_clerk")
    page.goto(batch.get_absolute_url())
    expect(page.locator(".foot-state")).to_contain_text("先写更正原因")
    expect(page.get_by_role("cell", name="PM₂.₅ 38", exact=True)).to_be_visible()
    axe(page)
    page.get_by_label("更正原因").fill("仪器校准后复核")
    page.get_by_role("button", name="保存原因").click()
    expect(page.get_by_role("button", name="确认并提交审核")).to_be_visible()


def test_a_block_is_pasted_over_sites_and_parameters(page: Page, sign_in, axe, expect_error) -> None:
    expect_error("status of 422")
    world = make_world()
    sign_in(page, "lead_clerk")
    page.goto("/monitoring/grid/?kind=section&period=2017-05")
    one, two = world.section.pk, world.own_section.pk
    # pH, 溶解氧, 高锰酸盐指数 for two sections, as Excel puts it on the clipboard
    paste(page, cell(one, "ph"), "7.8\t8.1\t三点二\r\n7.7\t99\t3.1\r\n")
    expect(page.locator(cell(two, "codmn"))).to_have_value("3.1")
    expect(page.locator(f'[id="g:{one}:codmn-told"]')).to_contain_text("不是数字")
    expect(page.locator(f'[id="g:{two}:do-told"]')).to_contain_text("溶解氧 99 mg/L 不可能")
    expect(page.locator("#grid-state")).to_contain_text("2 格要改正")
    expect(page.locator("#grid-told")).to_contain_text("粘贴了 6 格")
    axe(page)
    page.get_by_role("button", name="保存并核对").click()
    expect(page.locator(cell(one, "codmn"))).to_have_value("三点二")  # nothing typed is lost
    expect(page.locator(cell(one, "codmn"))).to_be_focused()
    assert Batch.objects.count() == 0
    page.fill(cell(one, "codmn"), "3.2")
    page.fill(cell(two, "do"), "8.0")
    expect(page.locator("#grid-state")).to_contain_text("✓")
    page.get_by_role("button", name="保存并核对").click()
    expect(page.get_by_role("button", name="确认并提交审核")).to_be_visible()
    expect(page.get_by_text("pH 7.8，溶解氧 8.1，高锰酸盐指数 3.2")).to_be_visible()


def test_the_keyboard_is_enough(page: Page, sign_in) -> None:
    world = make_world()
    sign_in(page, "lead_clerk")
    page.goto("/monitoring/grid/?kind=section&period=2017-05")
    one, two = world.section.pk, world.own_section.pk
    page.focus(cell(one, "ph"))
    page.keyboard.type("7.8")
    page.keyboard.press("Enter")
    expect(page.locator(cell(two, "ph"))).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator(cell(two, "do"))).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator(cell(one, "do"))).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # from the last site to the first of the next parameter
    expect(page.locator(cell(one, "codmn"))).to_be_focused()
    assert page.url.endswith("period=2017-05")


def test_the_grid_on_a_telephone(phone: Page, sign_in, axe, fits) -> None:
    world = make_world()
    world.loaded("water", WATER + "德坞河,2017-05-08,7.5,8,3,0.2,0.05\n")
    sign_in(phone, "lead_clerk")
    phone.goto("/monitoring/grid/?kind=section&period=2017-05")
    expect(phone.locator(cell(world.section.pk, "nh3n"))).to_have_value("0.2")
    fits(phone)
    axe(phone)
    for address in ("/monitoring/", f"/monitoring/sites/{world.section.pk}/", "/monitoring/batches/"):
        phone.goto(address)
        fits(phone)
        axe(phone)


def test_what_was_typed_survives_a_closed_page(
    page: Page, sign_in, axe, fits, open_page, expect_error, shots
) -> None:
    """Kept at each pause, offered again on another machine, taken up there, saved, and then no longer offered."""
    expect_error("ERR_INTERNET_DISCONNECTED")
    world = make_world()
    sign_in(page, "lead_clerk")
    address = "/monitoring/grid/?kind=section&period=2017-05"
    page.goto(address)
    one, two = world.section.pk, world.own_section.pk
    expect(page.locator("#grid-state")).to_have_text("还没有改动")
    page.locator(cell(one, "ph")).click()
    page.fill(cell(one, "ph"), "7.8")
    expect(page.locator("#grid-state")).to_have_text("… 改了 1 格，未暂存")
    expect(page.locator("#grid-state")).to_contain_text(
        re.compile(r"✓ 改了 1 格，已暂存 \d\d:\d\d，还没有保存")
    )
    page.context.set_offline(True)
    page.fill(cell(two, "do"), "8.1")
    expect(page.locator("#grid-state")).to_contain_text("! 网络不通，还没有暂存；填的内容还在本页")
    page.once("dialog", lambda dialog: dialog.dismiss())
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"  # not everything is kept: the page stays
    expect(page.get_by_role("button", name="重试")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#grid-state")).to_contain_text("✓ 改了 2 格，已暂存")
    with page.expect_event("close"):
        page.close(run_before_unload=True)  # nothing is asked: all of it is kept

    for viewport in (PHONE, DESKTOP):
        again = open_page(viewport)
        sign_in(again, "lead_clerk")
        again.goto(address)
        expect(again.locator("#grid-offer")).to_contain_text("您在这张表里改了 2 格，已暂存，还没有保存")
        expect(again.locator(cell(one, "ph"))).to_have_value("")
        expect(again.locator(cell(one, "ph"))).not_to_be_editable()
        axe(again)
        fits(again)
        again.screenshot(path=shots / f"grid-offer-{viewport['width']}.png", full_page=True)
        again.get_by_role("link", name="恢复这 2 格").click()
        expect(again.locator(cell(one, "ph"))).to_have_value("7.8")
        expect(again.locator(cell(two, "do"))).to_have_value("8.1")
        expect(again.locator("#grid-state")).to_contain_text("✓ 改了 2 格，已暂存")
        axe(again)
        fits(again)
        again.screenshot(path=shots / f"grid-restored-{viewport['width']}.png", full_page=True)
    again.fill(cell(one, "do"), "8")
    again.get_by_role("button", name="保存并核对").click()
    expect(again.get_by_text("pH 7.8，溶解氧 8")).to_be_visible()
    assert GridDraft.objects.count() == 0
    again.goto(address)
    expect(again.locator("#grid-state")).to_have_text("还没有改动")


def test_a_button_waits_for_what_is_being_kept(page: Page, sign_in) -> None:
    """Pressed while the page keeps what was typed: sent afterwards, and once. Another period keeps it first."""
    world = make_world()
    sign_in(page, "lead_clerk")
    page.goto("/monitoring/grid/?kind=section&period=2017-05")
    page.route("**/grid/keep/", lambda route: (page.wait_for_timeout(600), route.continue_()))
    page.fill(cell(world.section.pk, "ph"), "7.8")
    page.get_by_label("月份").fill("2017-04")
    page.get_by_role("button", name="打开").click()
    expect(page).to_have_url(re.compile("period=2017-04"))
    page.get_by_role("link", name="断面水质 2017-05").click()
    page.get_by_role("link", name="恢复这 1 格").click()
    with page.expect_request("**/grid/keep/"):
        page.fill(cell(world.section.pk, "do"), "8")
    page.get_by_role("button", name="保存并核对").click()
    expect(page.get_by_text("pH 7.8，溶解氧 8")).to_be_visible()
    assert (Batch.objects.count(), GridDraft.objects.count()) == (1, 0)


def test_two_who_fill_in_the_same_cells_lose_nothing(page: Page, sign_in, axe, expect_error, shots) -> None:
    expect_error("status of 409")
    world = make_world()
    sign_in(page, "lead_clerk")
    address = "/monitoring/grid/?kind=section&period=2017-05"
    page.goto(address)
    one, two = world.section.pk, world.own_section.pk
    page.fill(cell(one, "ph"), "7.8")
    expect(page.locator("#grid-state")).to_contain_text("已暂存")
    world.loaded("water", WATER + "德坞河,2017-05,7.5,8,3,0.2,0.05\n响水河,2017-05,7,6,4,0.3,0.1\n")
    page.fill(cell(one, "do"), "9")
    expect(page.locator("#grid-state")).to_contain_text("▲ 2 格刚才存进了别的值")
    expect(page.locator(cell(two, "nh3n"))).to_have_value("0.3")  # not typed into: taken over
    page.get_by_role("button", name="保存并核对").click()
    expect(page.locator(cell(one, "ph"))).to_be_focused()  # nothing is sent before they are settled
    axe(page)
    page.screenshot(path=shots / "grid-clash-1280.png", full_page=True)
    page.reload()
    page.get_by_role("link", name="恢复这 2 格").click()
    told = page.locator(f'[id="g:{one}:ph-clash"]')
    expect(told).to_contain_text("▲ 现在是 7.5（您填时是 空白）")
    told.get_by_role("button", name="用我填的").click()
    page.locator(f'[id="g:{one}:do-clash"]').get_by_role("button", name="用现在的").click()
    expect(page.locator(cell(one, "do"))).to_have_value("8")
    expect(page.locator("#grid-state")).to_contain_text("✓ 改了 1 格，已暂存")

    other = page.context.new_page()  # the same person's second window
    other.goto(address + "&draft=1")
    other.fill(cell(one, "ph"), "7.9")
    expect(other.locator("#grid-state")).to_contain_text("已暂存")
    page.fill(cell(one, "tp"), "0.04")
    expect(page.locator("#grid-state")).to_contain_text("! 这张表的暂存刚才在另一个窗口变过")
    page.get_by_role("button", name="用这里的").click()
    expect(page.locator("#grid-state")).to_contain_text("✓ 改了 2 格，已暂存")
    page.get_by_role("button", name="保存并核对").click()
    expect(page.locator(".foot-state")).to_contain_text(
        "先写更正原因"
    )  # what stands is corrected, not overwritten


def test_the_map_is_walked_by_keyboard(page: Page, sign_in) -> None:
    world = make_world()
    sign_in(page, "lead_clerk")
    page.goto("/monitoring/")
    pin = page.get_by_role("link", name="环境空气监测点 市环保局站")
    pin.focus()
    expect(pin).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/monitoring/sites/{world.station.pk}/$"))
