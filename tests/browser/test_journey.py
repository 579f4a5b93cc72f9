"""A month from the first cell to the wall, in several browsers: clerk, reviewer, lead and office hand it on."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from chuangmo.periods import month
from chuangmo.review.models import Remark, State
from indicators.assessment.rules import rule_json, validate_rule
from indicators.assessment.services import refresh_all
from indicators.plan.models import RuleVersion
from indicators.reporting.models import Figure, Report
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import Cast, make_cast, make_figure
from tests.indicators.assessment.conftest import RATE

expect.set_options(timeout=15_000)  # two cores are often shared with other tests

MAY = month(2017, 5)
WALL = "/p/2017/indicators/"
PASTE = """([cell, text]) => {
  const data = new DataTransfer();
  data.setData('text/plain', text);
  document.getElementById(cell).dispatchEvent(
    new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def world(transactional_db: None) -> Cast:
    """Indicator 18 with its rule; the other county's May is accepted, the owner's is still to be reported."""
    cast = make_cast()
    RuleVersion.objects.create(indicator=cast.indicator, version=1, body=rule_json(validate_rule(RATE)))
    other = cast.report(cast.other_county, state=State.ACCEPTED)
    make_figure(cast.produced, cast.other_county, MAY, 1000, report=other)
    make_figure(cast.treated, cast.other_county, MAY, 895, report=other)
    return cast


@pytest.fixture
def report(world: Cast) -> Report:
    report = world.report(has_narrative=True)
    refresh_all(plan=world.plan)
    return report


@pytest.fixture
def browser_of(open_page, sign_in):
    """`browser_of("owner", PHONE)`: a browser of that person's own, signed in."""

    def open_one(person: str, viewport: dict[str, int]) -> Page:
        page = open_page(viewport)
        sign_in(page, person)
        return page

    return open_one


def cell(report: Report, code: str) -> str:
    return f"v{report.values.get(element__code=code).pk}"


def saved(page: Page) -> None:
    expect(page.locator("#save-state")).to_contain_text("✓ 已保存")


def state_of(report: Report) -> tuple[str, int]:
    report.case.refresh_from_db()
    return report.case.state, report.case.revision_no


def approve(page: Page, button: str, done: str) -> None:
    """From the home page over the queue to the one waiting report, and on with it."""
    page.goto("/")
    page.get_by_role("link", name="1 份").click()
    page.get_by_role("link", name="指标 18 生活垃圾无害化处理率").click()
    page.get_by_role("button", name=f"{button}，看下一份").click()
    expect(page.get_by_text(f"{done}：")).to_be_visible()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_month_from_the_first_cell_to_the_wall(
    world: Cast, report: Report, browser_of, viewport: dict[str, int], tmp_path: Path
) -> None:
    produced, treated = cell(report, "i18.produced"), cell(report, "i18.treated")
    office = browser_of("office", viewport)
    office.goto(WALL)
    card = office.locator("a.wall-card").filter(has_text="生活垃圾无害化处理率")
    expect(card).not_to_contain_text("90.00%")

    clerk = browser_of("owner", viewport)
    clerk.goto("/")
    clerk.get_by_role("link", name="18 生活垃圾无害化处理率").click()
    clerk.wait_for_url("**/reports/*/")
    clerk.locator(f"#{produced}").focus()
    clerk.evaluate(PASTE, [produced, "１，０００\n九百"])
    expect(clerk.locator("#paste-result")).to_contain_text("其中 1 格看不懂，已标出")
    expect(clerk.locator(f"#{treated}")).to_have_attribute("aria-invalid", "true")
    expect(clerk.locator(f"#{produced}")).not_to_have_attribute("aria-invalid", "true")
    clerk.locator(f"#{treated}").fill("900")
    clerk.get_by_label("工作进展").fill("转运站完成土建。")
    clerk.get_by_label("存在问题").fill("渗滤液处理能力不足。")
    clerk.get_by_label("下一步措施").fill("六月底前扩建完成。")
    clerk.get_by_role("button", name="提交单位审核").click()
    expect(clerk.get_by_text("已提交（第 1 稿）")).to_be_visible()

    reviewer = browser_of("colleague", viewport)
    reviewer.goto("/")
    reviewer.get_by_role("link", name="1 份").click()
    reviewer.get_by_role("link", name="指标 18 生活垃圾无害化处理率").click()
    row = reviewer.locator("tr").filter(has_text="生活垃圾无害化处理量")
    row.locator("details.remark summary").click()
    row.locator("details.remark textarea").fill("地磅台账是 905 吨")
    reviewer.get_by_role("button", name="退回…").click()
    reviewer.get_by_role("textbox", name="退回原因").fill("请按地磅台账核对")
    reviewer.get_by_role("dialog").get_by_role("button", name="退回", exact=True).click()
    expect(reviewer.get_by_text("已退回：")).to_be_visible()
    assert list(Remark.objects.values_list("cell", "text")) == [(treated, "地磅台账是 905 吨")]

    clerk.goto("/")
    expect(clerk.get_by_role("main")).to_contain_text("请按地磅台账核对")
    clerk.get_by_role("link", name="18 生活垃圾无害化处理率").first.click()
    expect(clerk.locator(".notice").first).to_contain_text("请按地磅台账核对")
    expect(clerk.locator(f"#row-{treated}")).to_contain_text("批注：地磅台账是 905 吨")
    clerk.locator(f"#{treated}").fill("905")
    clerk.locator(f"#{treated}").press("Enter")
    saved(clerk)
    clerk.get_by_role("button", name="提交单位审核").click()
    expect(clerk.get_by_text("已提交（第 2 稿）")).to_be_visible()

    reviewer.goto(f"/review/{report.case_id}/")
    changes = reviewer.get_by_role("region", name="改动", exact=True)
    expect(changes).to_contain_text("900")
    expect(changes).to_contain_text("905")
    approve(reviewer, "单位审核", "已单位审核")
    approve(browser_of("lead", viewport), "牵头核定", "已牵头核定")
    assert Figure.objects.filter(unit=world.county).count() == 0  # only acceptance makes figures
    approve(office, "审定", "已审定")
    assert state_of(report) == (State.ACCEPTED, 2)

    office.goto(WALL)
    expect(card).to_contain_text("90.00%")  # (905 + 895) ÷ 2 000
    expect(card).to_contain_text("达标")
    with office.expect_download() as taken:
        office.get_by_role("link", name="导出 Excel").click()
    book = load_workbook(BytesIO(Path(taken.value.path()).read_bytes()))
    assert [row[6].value for row in book["26项指标"].iter_rows(min_row=3) if row[0].value == 18] == [90]
    with office.expect_download() as taken:
        office.get_by_role("link", name="导出 PDF").click()
    assert "90.00%" in PdfReader(taken.value.path()).pages[0].extract_text()

    clerk.goto(report.get_absolute_url())
    way = clerk.locator(".timeline")
    for words in ("提交", "退回", "请按地磅台账核对", "单位审核", "牵头核定", "审定", "李静", "王科长"):
        expect(way.first).to_contain_text(words)


def test_figures_are_entered_without_a_mouse(world: Cast, report: Report, browser_of) -> None:
    """From the sign-in to the submission with keys alone."""
    produced, treated = cell(report, "i18.produced"), cell(report, "i18.treated")
    page = browser_of("owner", DESKTOP)
    page.goto("/")
    link = page.get_by_role("link", name="18 生活垃圾无害化处理率")
    for _ in range(20):
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(f"#{produced}")).to_be_focused()
    page.keyboard.type("1000")
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"#{treated}")).to_be_focused()
    page.keyboard.type("900")
    page.keyboard.press("ArrowUp")
    expect(page.locator(f"#{produced}")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # beyond the last cell: the first text
    expect(page.get_by_label("工作进展")).to_be_focused()
    page.keyboard.type("转运站完成土建。")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    saved(page)
    submit = page.get_by_role("button", name="提交单位审核")
    for _ in range(20):
        page.keyboard.press("Tab")
        if submit.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("已提交（第 1 稿）")).to_be_visible()
    assert state_of(report) == (State.SUBMITTED, 1)


def test_two_clerks_on_one_cell_in_two_browsers(
    world: Cast, report: Report, browser_of, expect_error
) -> None:
    """The second is told with both values; what the first wrote stands; other cells never conflict."""
    expect_error("status of 409")
    produced, treated = cell(report, "i18.produced"), cell(report, "i18.treated")
    first, second = browser_of("owner", DESKTOP), browser_of("owner2", DESKTOP)
    for page in (first, second):
        page.goto(report.get_absolute_url())
    first.locator(f"#{produced}").fill("1000")
    first.keyboard.press("Enter")
    saved(first)
    second.locator(f"#{treated}").fill("900")
    second.keyboard.press("Tab")
    saved(second)
    second.locator(f"#{produced}").fill("1100")
    second.keyboard.press("Tab")
    told = second.locator(f"#{produced}-told")
    for words in ("李静", "1000", "您填的“1100”没有保存"):
        expect(told).to_contain_text(words)
    values = dict(report.values.values_list("element__code", "raw"))
    assert values == {"i18.produced": "1000", "i18.treated": "900"}


def test_a_signed_out_clerk_loses_nothing(
    world: Cast, report: Report, browser_of, sign_in, expect_error
) -> None:
    """The session ends while typing: the words stay in their field and are saved after signing in again."""
    expect_error("status of 401")
    page = browser_of("owner", DESKTOP)
    page.goto(report.get_absolute_url())
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    produced = page.locator(f"#{cell(report, 'i18.produced')}")
    produced.fill("1000")
    produced.press("Enter")
    expect(page.locator("#save-state")).to_contain_text("1 处未保存")
    expect(produced).to_have_value("1000")
    assert report.values.filter(raw="1000").count() == 0
    sign_in(page, "owner")  # in another window
    page.get_by_role("button", name="重试").click()
    saved(page)
    assert report.values.filter(raw="1000").count() == 1


def test_from_the_wall_back_to_the_cell_in_three_clicks(world: Cast, browser_of) -> None:
    mine = world.report(state=State.ACCEPTED)
    for element in (world.produced, world.treated):
        make_figure(element, world.county, MAY, 1000, report=mine)
    refresh_all(plan=world.plan)
    page = browser_of("office", DESKTOP)
    page.goto(WALL)
    page.locator("a.wall-card").filter(has_text="生活垃圾无害化处理率").click()
    page.get_by_role("link", name="查看来源和审定人").click()
    page.get_by_text("逐个列出").click()
    page.get_by_role("link", name="报表第 1 稿").first.click()
    page.wait_for_url("**/reports/*/")
    opened = Report.objects.get(pk=page.url.rstrip("/").rpartition("/")[2])
    assert opened.unit in (world.county, world.other_county)
    expect(page.locator(f"#{cell(opened, 'i18.produced')}")).to_be_visible()


def test_the_wall_turns_to_another_month_by_keyboard(world: Cast, report: Report, browser_of) -> None:
    page = browser_of("observer", DESKTOP)
    page.goto(WALL)
    month = page.get_by_role("combobox")
    month.focus()
    page.keyboard.type("2017-04")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("截至 2017 年 4 月")


def test_the_matrix_leads_to_the_reports_of_a_cell(world: Cast, report: Report, browser_of) -> None:
    page = browser_of("office", PHONE)
    page.goto("/p/2017/matrix/")
    row = page.locator("tr").filter(has=page.get_by_role("rowheader", name="钟山区"))
    row.locator("a.mx").click()
    expect(page.get_by_role("main").get_by_role("link", name="18 生活垃圾无害化处理率")).to_have_attribute(
        "href", report.get_absolute_url()
    )
