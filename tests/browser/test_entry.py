"""Filling in a report in a real browser: it saves by itself, takes blocks, keeps what could not be saved, moves by key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from chuangmo.review.models import State
from indicators.reporting.models import Report, ReportValue
from indicators.reporting.services.entry import save_cell
from tests.factories import (
    Cast,
    ChecklistItemFactory,
    DataElementFactory,
    RelationFactory,
    make_cast,
)

expect.set_options(timeout=15_000)  # two cores are often shared with other tests

SignIn = Callable[[Page, str], None]
Check = Callable[[Page], None]
PASTE = """([cell, text]) => {
  const data = new DataTransfer();
  data.setData('text/plain', text);
  document.getElementById(cell).dispatchEvent(
    new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def report(cast: Cast) -> Report:
    RelationFactory()
    burned = DataElementFactory(code="i18.burned", name="其中：焚烧发电")
    return cast.report(
        elements=[cast.produced, cast.treated, burned],
        has_narrative=True,
        items=[ChecklistItemFactory(indicator=cast.indicator, item="收运台账齐全")],
    )


@pytest.fixture
def keys(report: Report) -> list[str]:
    return [f"v{cell.pk}" for cell in report.values.all()]


def _open(page: Page, sign_in: SignIn, report: Report, query: str = "") -> None:
    sign_in(page, "owner")
    page.goto(f"/reports/{report.pk}/{query}")


def _saved(page: Page) -> None:
    expect(page.locator("#save-state")).to_contain_text("✓ 已保存")


def _raws(report: Report) -> list[str]:
    return list(report.values.values_list("raw", flat=True))


def test_what_is_typed_is_saved_and_judged(
    page: Page, sign_in: SignIn, axe: Check, report: Report, keys: list[str]
) -> None:
    _open(page, sign_in, report)
    expect(page.locator(f"#{keys[0]}")).to_be_focused()  # the first empty cell
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    expect(page.locator(f"#{keys[1]}")).to_be_focused()
    page.keyboard.type("12")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("1,2,3")
    page.keyboard.press("ArrowUp")
    expect(page.locator(f"#{keys[1]}-told")).to_contain_text("生活垃圾无害化处理量（12）不能大于")
    expect(page.locator(f"#{keys[2]}-told")).to_contain_text("千分位不对")
    _saved(page)
    expect(page.locator("#count-bad")).to_have_text("2 处必须改正")
    assert _raws(report) == ["10", "12", "1,2,3"]
    axe(page)


def test_a_block_fills_the_cells_below(page: Page, sign_in: SignIn, report: Report, keys: list[str]) -> None:
    _open(page, sign_in, report)
    page.evaluate(PASTE, [keys[0], "9,412.5\r\n八千\r\n１２．５\r\n77\r\n"])
    expect(page.locator("#paste-result")).to_contain_text(
        "粘贴了 3 格，其中 1 格看不懂，已标出，有内容超出表格。"
    )
    expect(page.locator("#paste-result")).to_contain_text("第 4 行第 1 列“77”超出表格")
    assert [page.locator(f"#{key}").input_value() for key in keys] == ["9,412.5", "八千", "１２．５"]
    expect(page.locator(f"#{keys[1]}")).to_have_attribute("aria-invalid", "true")
    page.locator(f"#{keys[1]}").fill("8000")
    page.keyboard.press("Tab")
    _saved(page)
    expect(page.locator(f"#{keys[1]}")).not_to_have_attribute("aria-invalid", "true")
    assert _raws(report) == ["9,412.5", "8000", "１２．５"]


def test_what_cannot_be_sent_is_kept_and_sent_later(
    page: Page, sign_in: SignIn, report: Report, keys: list[str], expect_error: Callable[[str], None]
) -> None:
    expect_error("ERR_INTERNET_DISCONNECTED")
    _open(page, sign_in, report)
    page.context.set_offline(True)
    page.locator(f"#{keys[0]}").fill("10")
    page.keyboard.press("Enter")
    expect(page.locator("#save-state")).to_contain_text("1 处未保存")
    expect(page.locator(f"#{keys[0]}")).to_have_value("10")
    expect(page.get_by_role("button", name="重试")).to_be_visible()
    page.context.set_offline(False)  # tried again at once
    _saved(page)
    assert _raws(report)[0] == "10"


def test_a_button_waits_for_the_save_under_way(
    page: Page, sign_in: SignIn, report: Report, keys: list[str]
) -> None:
    """Pressed twice while the page saves itself: what is typed is saved first, then the form is sent, once."""
    _open(page, sign_in, report)
    page.route("**/save/", lambda route: (page.wait_for_timeout(600), route.continue_()))
    sent: list[str] = []
    page.on(
        "request", lambda request: sent.append(request.method) if request.is_navigation_request() else None
    )
    page.locator(f"#{keys[0]}").fill("10")
    with page.expect_request("**/save/"):
        page.locator(f"#{keys[1]}").fill("9")
    button = page.get_by_role("button", name="提交单位审核")
    button.click()
    button.click()
    expect(page.locator("#in-the-way")).to_contain_text("提交前还有")
    assert _raws(report)[:2] == ["10", "9"]
    assert sent.count("POST") == 1


def test_two_values_are_shown_and_one_is_chosen(
    page: Page,
    sign_in: SignIn,
    cast: Cast,
    report: Report,
    keys: list[str],
    expect_error: Callable[[str], None],
) -> None:
    expect_error("status of 409")
    _open(page, sign_in, report)
    for n, raw in ((0, "12"), (1, "11")):
        save_cell(by=cast.owner2, report_id=report.pk, cell=keys[n], version=0, raw=raw)
    for n, raw in ((0, "13"), (1, "10")):
        page.locator(f"#{keys[n]}").fill(raw)
        page.keyboard.press("Tab")
        expect(page.locator(f"#{keys[n]}-told")).to_contain_text(f"您填的“{raw}”没有保存")
    expect(page.locator("#save-state")).to_contain_text("2 处未保存")
    page.get_by_role("button", name="用我的：13").click()
    page.get_by_role("button", name="用对方的：11").click()
    _saved(page)
    assert _raws(report)[:2] == ["13", "11"]
    expect(page.locator(f"#{keys[1]}")).to_have_value("11")


def test_from_blank_to_submitted_by_keyboard(
    page: Page, sign_in: SignIn, axe: Check, cast: Cast, report: Report, keys: list[str]
) -> None:
    _open(page, sign_in, report)
    page.keyboard.type("100")
    page.keyboard.press("Enter")
    page.keyboard.type("90")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="提交单位审核").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#in-the-way")).to_contain_text("提交前还有 3 处要办")
    expect(page.locator(f"#{keys[2]}")).to_be_focused()
    axe(page)
    page.locator(f"[data-answer={keys[2]}]").focus()
    page.keyboard.type("不适用")
    expect(page.locator(f"#{keys[2]}-reason")).to_be_visible()
    page.locator(f"#{keys[2]}-reason").fill("没有焚烧设施")
    page.get_by_label("已完成").focus()
    page.keyboard.press("Space")
    page.get_by_label("工作进展").fill("转运站完成土建。")
    page.get_by_role("button", name="提交单位审核").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("已提交（第 1 稿）")).to_be_visible()
    axe(page)
    report.case.refresh_from_db()
    assert (report.case.state, report.case.revision_no) == (State.SUBMITTED, 1)
    assert ReportValue.objects.get(pk=keys[2][1:]).reason == "没有焚烧设施"
    page.get_by_role("button", name="撤回").click()
    expect(page.locator(f"#{keys[0]}")).to_have_value("100")


def test_on_a_telephone(
    phone: Page, sign_in: SignIn, axe: Check, fits: Check, report: Report, keys: list[str]
) -> None:
    _open(phone, sign_in, report, "?check=1")
    fits(phone)
    axe(phone)
    phone.locator(f"#{keys[0]}").fill("7")
    phone.locator(f"#{keys[0]}").press("Tab")
    _saved(phone)
    phone.goto("/reports/")
    fits(phone)
    axe(phone)
    assert _raws(report)[0] == "7"


def test_files_are_added_and_refused_before_they_are_sent(
    page: Page, sign_in: SignIn, axe: Check, report: Report, tmp_path: Path
) -> None:
    _open(page, sign_in, report)
    good, empty = tmp_path / "通知.pdf", tmp_path / "空.pdf"
    good.write_bytes(b"%PDF-1.7\n" + b"x" * 99)
    empty.write_bytes(b"")
    page.locator("#upload-files").set_input_files(empty)
    page.get_by_role("button", name="上传").click()
    expect(page.locator("#upload-told")).to_have_text("■ “空.pdf”是空文件，没有上传。")
    page.locator("#upload-files").set_input_files(good)
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_role("link", name="通知.pdf")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="移除 通知.pdf").click()
    expect(page.get_by_text("已移除：通知.pdf")).to_be_visible()


def test_the_list(page: Page, sign_in: SignIn, axe: Check, report: Report) -> None:
    sign_in(page, "owner")
    page.goto("/reports/")
    axe(page)
    page.get_by_role("link", name="18 生活垃圾无害化处理率").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("18 市中心城区生活垃圾无害化处理率≥85%")
