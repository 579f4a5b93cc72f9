"""A meeting in a real browser, from the call to the minutes and the end of a decision, at the desk and on a telephone."""

from __future__ import annotations

from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from supervision.meetings.models import Decision, Meeting
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import Cast, ObligationFactory, make_cast
from tests.supervision.meetings.story import make_series

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> Cast:
    """The county is late with one report; nobody has planned a meeting."""
    cast = make_cast()
    make_series(cast)
    ObligationFactory(unit=cast.county, subject_label="五月报表")
    return cast


def test_from_the_call_to_the_end_of_a_decision(
    world: Cast, open_page, sign_in, expect_error, axe, fits
) -> None:
    expect_error("status of 422")
    office, owner = open_page(DESKTOP), open_page(PHONE)
    sign_in(office, "office")
    sign_in(owner, "owner")

    # The office plans it, draws the agenda and calls.
    office.goto("/supervision/meetings/")
    office.get_by_role("link", name="筹备会议").click()
    office.get_by_label("日期").fill("2017-06-06")
    office.get_by_label("地点").fill("市政府三楼会议室")
    office.get_by_label("主持人").fill("郑市长")
    office.get_by_role("button", name="开始筹备").click()
    office.get_by_role("button", name="提取议题").click()
    expect(office.get_by_text("钟山区逾期未办 1 项")).to_be_visible()
    office.get_by_role("button", name="发出会议通知").click()
    expect(office.get_by_text("已通知 2 个单位")).to_be_visible()
    checked(office, axe, fits)

    # The county answers on the telephone: without a name it is told so, and what it chose stays.
    owner.goto("/")
    owner.get_by_role("link", name="2017 年第 1 次联席会议").first.click()
    owner.get_by_label("派人代会").check()
    owner.get_by_role("button", name="回复").click()
    expect(owner.get_by_text("请填写参会人姓名")).to_be_visible()
    expect(owner.get_by_label("派人代会")).to_be_checked()
    checked(owner, axe, fits)
    owner.get_by_label("参会人").fill("张科长")
    owner.get_by_role("button", name="回复").click()
    expect(owner.get_by_text("已回复：派人代会 张科长")).to_be_visible()

    # Held, registered, written down; a decision without a unit is told beside its field, and nothing is lost.
    office.reload()
    office.get_by_role("button", name="登记会议召开").click()
    office.get_by_role("link", name="到会登记").click()
    expect(office.get_by_label("钟山区 姓名")).to_have_value("张科长")
    office.get_by_label("市城管局 到会").select_option(label="缺席")
    checked(office, axe, fits)
    office.get_by_role("button", name="保存，去记录纪要").click()
    office.get_by_label("钟山区逾期未办 1 项 纪要").fill("会议要求六月底前补报。")
    office.get_by_label("事项").first.fill("补报五月数据")
    office.get_by_label("完成时限").first.fill("2017-06-10")
    office.get_by_role("button", name="保存纪要").click()
    expect(office.get_by_text("请选择责任单位")).to_be_visible()
    expect(office.get_by_label("钟山区逾期未办 1 项 纪要")).to_have_value("会议要求六月底前补报。")
    checked(office, axe, fits)
    office.get_by_label("责任单位").first.select_option(label="钟山区")
    office.get_by_role("button", name="保存纪要").click()
    expect(office.get_by_text("不是工作日，顺延到 2017-06-12").first).to_be_visible()  # a Saturday
    office.get_by_role("button", name="编号并印发").click()
    expect(office.get_by_text("纪要已印发：水创办〔2017〕1号")).to_be_visible()
    checked(office, axe, fits)
    meeting = Meeting.objects.get()
    answer = office.request.get(
        f"{office.url.split('/supervision')[0]}/supervision/meetings/{meeting.pk}/minutes.pdf"
    )
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.body())).pages)
    assert "补报五月数据" in text

    # The county reports it done, the office agrees.
    owner.goto("/")
    owner.get_by_role("link", name="补报五月数据").first.click()
    owner.get_by_label("完成情况").fill("已全部补报")
    checked(owner, axe, fits)
    owner.get_by_role("button", name="报告完成").click()
    expect(owner.get_by_text("已报告完成，等创模办确认")).to_be_visible()
    office.goto("/")
    office.get_by_role("link", name="补报五月数据").first.click()
    office.get_by_role("button", name="确认办结").click()
    expect(office.get_by_text("已确认办结")).to_be_visible()
    assert Decision.objects.get().state == "done"


def checked(page: Page, axe, fits) -> None:
    """Nothing for axe to complain about, nothing wider than the screen."""
    axe(page)
    fits(page)
