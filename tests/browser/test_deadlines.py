"""Deadlines in a real browser: proposals confirmed from the chase list, an extension asked and granted, the month on a phone."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from chuangmo import clock
from chuangmo.deadlines.models import DeadlineRequest, Obligation, Proposal
from chuangmo.deadlines.services import fulfil, hold_rung, sweep
from tests.chuangmo.deadlines.ladder import make_ladder
from tests.factories import Cast, ObligationFactory, make_cast

pytestmark = pytest.mark.django_db(transaction=True)

LABELS = (
    "18 生活垃圾无害化处理率 2017年5月",
    "4 环境保护投资指数 2017年5月",
    "20 危险废物安全处置 2017年5月",
)


@pytest.fixture
def world(transactional_db: None) -> Cast:
    """Three reports of the county, due on 1 June: proposals for a 督办单 since the 6th, one of them held before."""
    cast = make_cast()
    make_ladder()
    rows = [
        ObligationFactory(unit=cast.county, subject_label=label, due_on=date(2017, 6, 1)) for label in LABELS
    ]
    ObligationFactory(unit=cast.other_county, subject_label="还没有到期的", due_on=date(2017, 6, 9))
    fulfil(ObligationFactory(unit=cast.county, subject_label="办完的"), cast.owner)
    with clock.at(date(2017, 6, 2)):
        sweep()
    hold_rung(obligation_id=rows[2].pk, offset=3, reason="正在核对口径", by=cast.office)
    sweep()
    return cast


def test_proposals_are_confirmed_from_the_chase_list(
    world: Cast, page: Page, sign_in, axe, fits, expect_error
) -> None:
    expect_error("status of 422")
    sign_in(page, "office")
    page.goto("/")
    page.get_by_role("link", name="措施建议 2 条待确认").click()
    button = page.get_by_role("button", name="确认选中的建议")
    expect(button).to_be_disabled()
    page.get_by_role("checkbox", name=f"选中 钟山区 {LABELS[0]}").check()
    button.click()
    expect(page.get_by_role("heading", name="确认选中的 1 条建议？")).to_be_visible()
    axe(page)
    page.get_by_role("dialog").get_by_role("button", name="确认", exact=True).click()
    expect(page.get_by_text("已确认 1 条建议。")).to_be_visible()
    assert sorted(Proposal.objects.values_list("state", flat=True)) == ["confirmed", "open"]
    page.get_by_role("link", name=LABELS[1]).click()
    page.get_by_role("radio", name="不采纳").check()
    page.get_by_role("button", name="决定").click()
    expect(page.get_by_text("请写明理由")).to_be_visible()
    page.get_by_role("textbox", name="意见").fill("已电话催过")
    page.get_by_role("button", name="决定").click()
    expect(page.get_by_text("已决定。")).to_be_visible()
    axe(page)
    fits(page)
    assert sorted(Proposal.objects.values_list("state", flat=True)) == ["confirmed", "declined"]


def test_an_extension_is_asked_and_granted(world: Cast, open_page, sign_in, axe, fits, expect_error) -> None:
    expect_error("status of 422")
    row = Obligation.objects.get(subject_label=LABELS[0])
    unit, office = open_page({"width": 390, "height": 844}), open_page()
    sign_in(unit, "owner")
    unit.goto(row.get_absolute_url())
    unit.locator("summary", has_text="申请延期").click()
    unit.get_by_label("理由").first.fill("等省厅核定")
    unit.get_by_role("button", name="提交延期申请").click()
    expect(unit.get_by_text("请填 2017-06-20 这样的日期")).to_be_visible()
    expect(unit.get_by_label("理由").first).to_have_value("等省厅核定")
    axe(unit)
    fits(unit)
    unit.get_by_label("延期到").fill("2017-06-20")
    unit.get_by_role("button", name="提交延期申请").click()
    expect(unit.get_by_role("heading", name="延期申请待创模办决定")).to_be_visible()
    sign_in(office, "office")
    office.goto("/")
    office.get_by_role("main").get_by_role("link", name=LABELS[0]).first.click()
    office.get_by_role("radio", name="同意", exact=True).check()
    office.locator("#decision-decision").fill("同意")
    office.get_by_role("button", name="决定").first.click()
    expect(office.get_by_text("已决定，并通知了申请单位。")).to_be_visible()
    assert DeadlineRequest.objects.get().state == "granted"
    office.goto(Obligation.objects.get(cycle=2).get_absolute_url())
    expect(office.get_by_text("6 月 20 日（原定 6 月 1 日）")).to_be_visible()
    axe(office)


@pytest.mark.parametrize("width", ["page", "phone"])
def test_pages_are_accessible_with_something_on_them(
    world: Cast, request, sign_in, axe, fits, width: str
) -> None:
    page: Page = request.getfixturevalue(width)
    sign_in(page, "office")
    held = Obligation.objects.get(subject_label=LABELS[2])
    for path in (
        "/deadlines/?state=all",
        "/deadlines/calendar/?day=2017-06-01",
        held.get_absolute_url(),
        f"/units/{world.county.pk}/punctuality/",
    ):
        page.goto(path)
        axe(page)
        fits(page)


def test_the_month_leads_to_a_day_by_keyboard(world: Cast, page: Page, sign_in) -> None:
    sign_in(page, "owner")
    page.goto("/deadlines/calendar/")
    page.get_by_role("link", name="6 月 1 日：").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="6 月 1 日到期")).to_be_visible()
    expect(page.get_by_role("link", name=LABELS[0])).to_be_visible()
    page.get_by_role("link", name="下月").click()
    expect(page.get_by_role("heading", name="2017年7月", exact=True)).to_be_visible()
