"""The review in a real browser: a batch, a return with remarks by keyboard, acceptance, correction, a lock."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from chuangmo.periods import month
from chuangmo.review.models import Case, Remark, State
from tests.factories import Cast, make_cast, make_figure
from tests.indicators.reporting.review.story import TYPED, cell_of, go, report_in, retype, step

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> Cast:
    cast = make_cast()
    for number in range(1, 5):
        make_figure(cast.treated, cast.county, month(2017, number), 880 + number)
    return cast


def _no_sideways(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("width", ["page", "phone"])
def test_every_page_is_accessible(world: Cast, request, sign_in, axe, width: str) -> None:
    page: Page = request.getfixturevalue(width)
    first = report_in(world, State.SUBMITTED)
    cell = cell_of(first, "i18.treated")
    step(world, first, "send_back", reason="与台账不符，请核对", remarks={cell: "比台账少 50 吨"})
    returned = report_in(world, State.RETURNED, period=month(2017, 4))
    retype(first, "i18.treated", "899")
    go(world, first, "submit")
    report_in(world, State.SUBMITTED, period=month(2017, 3))
    accepted = report_in(world, State.ACCEPTED, period=month(2017, 2))
    sign_in(page, "colleague")
    for path in ("/review/sign-off/", "/review/returned/", "/review/done/", f"/review/{first.case_id}/", "/"):
        page.goto(path)
        axe(page)
        _no_sideways(page)
    page.goto(f"/review/{first.case_id}/")
    page.get_by_role("button", name="退回…").click()
    axe(page)
    sign_in(page, "office")
    for path in (
        "/review/locks/",
        "/review/accept/",
        f"/review/{accepted.case_id}/",
        f"/review/{first.case_id}/revisions/1/",
        f"/review/{returned.case_id}/",
    ):
        page.goto(path)
        axe(page)
        _no_sideways(page)


def test_a_batch_of_clean_ones(world: Cast, page: Page, sign_in) -> None:
    reports = [report_in(world, State.SUBMITTED, period=month(2017, n)) for n in (4, 5)]
    sign_in(page, "colleague")
    page.goto("/review/")
    button = page.get_by_role("button", name="成批单位审核")
    expect(button).to_be_disabled()
    page.get_by_role("checkbox", name="选中本页所有可批量单位审核的").check()
    button.click()
    expect(page.get_by_role("heading", name="单位审核选中的 2 份？")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="单位审核", exact=True).click()
    expect(page.get_by_text("已单位审核 2 份。")).to_be_visible()
    assert set(Case.objects.filter(report__in=reports).values_list("state", flat=True)) == {State.SIGNED_OFF}


def test_returning_with_a_remark_by_keyboard_alone(world: Cast, page: Page, sign_in) -> None:
    report = report_in(world, State.SUBMITTED)
    sign_in(page, "colleague")
    page.goto(f"/review/{report.case_id}/")
    page.locator("details.remark summary").last.focus()
    page.keyboard.press("Enter")
    expect(page.locator("details.remark textarea").last).to_be_focused()
    page.keyboard.type("比台账少 50 吨")
    expect(page.locator(".foot-state [data-remark-count]")).to_have_text("1")
    page.get_by_role("button", name="退回…").focus()
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="退回原因").focus()
    page.keyboard.type("请按台账核对")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/sign-off/")
    case = Case.objects.get(pk=report.case_id)
    assert case.state == State.RETURNED
    assert list(Remark.objects.values_list("cell", "text")) == [
        (cell_of(report, "i18.treated"), "比台账少 50 吨")
    ]


def test_nothing_typed_is_lost_when_somebody_was_faster(
    world: Cast, page: Page, sign_in, expect_error
) -> None:
    expect_error("status of 409")
    report = report_in(world, State.SUBMITTED)
    sign_in(page, "colleague")
    page.goto(f"/review/{report.case_id}/")
    go(world, report, "withdraw", "submit")
    page.get_by_role("button", name="退回…").click()
    page.get_by_role("textbox", name="退回原因").fill("请按台账核对")
    page.get_by_role("dialog").get_by_role("button", name="退回", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("刚才已由 李静 提交")
    expect(page.get_by_role("textbox", name="退回原因")).to_have_value("请按台账核对")
    assert Case.objects.get(pk=report.case_id).state == State.SUBMITTED


def test_accept_then_unlock(world: Cast, page: Page, sign_in) -> None:
    report = report_in(world, State.VERIFIED)
    assert TYPED["i18.treated"] == "900"
    sign_in(page, "office")
    page.goto("/review/")
    page.get_by_role("link", name="指标 18 生活垃圾无害化处理率").click()
    page.get_by_role("button", name="审定，看下一份").click()
    expect(page.get_by_text("已审定：2017年5月")).to_be_visible()
    page.goto(f"/review/{report.case_id}/")
    page.get_by_role("button", name="解锁更正…").click()
    page.get_by_role("textbox", name="解锁原因").fill("统计局修订")
    page.get_by_role("dialog").get_by_role("button", name="解锁", exact=True).click()
    expect(page.get_by_text("更正中：")).to_be_visible()
    assert Case.objects.get(pk=report.case_id).state == State.UNLOCKED
