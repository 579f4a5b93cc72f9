"""Minutes save themselves: what is typed, what is whole; nothing of a second secretary is overwritten without a word."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from supervision.meetings.models import Decision, Meeting
from tests.factories import Cast, make_cast
from tests.supervision.accountability.story import second_officer
from tests.supervision.meetings.story import held

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meeting(transactional_db: None) -> Meeting:
    """Held, with one item; two secretaries of the office."""
    cast: Cast = make_cast()
    second_officer(cast)
    return held(cast)


def saved(page: Page) -> None:
    expect(page.locator("#save-state")).to_contain_text("✓ 已保存")


def test_minutes_save_themselves(meeting: Meeting, open_page, sign_in, axe, fits, expect_error) -> None:
    expect_error("ERR_INTERNET_DISCONNECTED")
    item = meeting.items.get()
    first, second = open_page(), open_page()
    sign_in(first, "office")
    sign_in(second, "office2")
    for page in (first, second):
        page.goto(f"/supervision/meetings/{meeting.pk}/minutes/")
    words = "生活垃圾处理 纪要"

    # Typed, and there after a reload.
    first.get_by_label(words).fill("会议听取了汇报。")
    saved(first)
    item.refresh_from_db()
    assert item.minutes == "会议听取了汇报。"

    # A decision is saved once it is whole; until then the page says that it isn't. One more line is offered.
    first.get_by_label("事项").first.fill("完成提标改造")
    expect(first.locator("#save-state")).to_contain_text("1 件议定事项没填全")
    assert not Decision.objects.exists()
    first.get_by_label("责任单位").first.select_option(label="钟山区")
    first.get_by_label("完成时限").first.fill("2017-06-20")
    saved(first)
    assert Decision.objects.get().text == "完成提标改造"
    expect(first.get_by_label("事项")).to_have_count(2)
    first.get_by_label("事项").first.fill("完成渗滤液提标改造")
    saved(first)
    assert Decision.objects.get().text == "完成渗滤液提标改造"  # changed, not noted twice

    # The other page is older: both texts are shown, and nothing is stored before one is chosen.
    second.get_by_label(words).fill("另一位记的。")
    expect(second.get_by_text("刚才已被改成：会议听取了汇报。")).to_be_visible()
    expect(second.locator("#save-state")).to_contain_text("1 处别人同时改过")
    fits(second)
    axe(second)
    item.refresh_from_db()
    assert item.minutes == "会议听取了汇报。"
    second.get_by_role("button", name="用我的").click()
    saved(second)
    item.refresh_from_db()
    assert item.minutes == "另一位记的。"
    first.get_by_label(words).fill("会议听取了汇报。补充。")
    first.get_by_role("button", name="用对方的").click()
    expect(first.get_by_label(words)).to_have_value("另一位记的。")
    saved(first)

    # No network: told, kept, sent again.
    first.context.set_offline(True)
    first.get_by_label(words).fill("断网时写的。")
    expect(first.locator("#save-state")).to_contain_text("! 网络不通，还没有保存")
    expect(first.get_by_role("button", name="重试")).to_be_visible()
    first.context.set_offline(False)
    saved(first)
    first.reload()
    expect(first.get_by_label(words)).to_have_value("断网时写的。")

    # Issued elsewhere meanwhile: what is typed stays, and the page says that it can't be saved.
    expect_error("status of 409")
    Meeting.objects.filter(pk=meeting.pk).update(state="cancelled")
    first.get_by_label(words).fill("晚了一步。")
    expect(first.locator("#save-state")).to_contain_text("不能记录纪要")
    expect(first.get_by_label(words)).to_have_value("晚了一步。")


def test_a_button_waits_for_the_save_under_way(meeting: Meeting, page: Page, sign_in, expect_error) -> None:
    """Pressed while the page saves itself: sent afterwards, and once. What is issued is saved first."""
    expect_error("status of 422")
    sign_in(page, "office")
    address = f"/supervision/meetings/{meeting.pk}/minutes/"
    page.goto(address)
    page.route("**/minutes/save/", lambda route: (page.wait_for_timeout(800), route.continue_()))

    with page.expect_request("**/minutes/save/"):
        page.get_by_label("生活垃圾处理 纪要").fill("会议听取了汇报。")
    page.get_by_role("button", name="保存纪要").click()
    expect(page.get_by_text("纪要已保存。")).to_be_visible()
    expect(page.get_by_label("生活垃圾处理 纪要")).to_have_value("会议听取了汇报。")

    page.get_by_label("生活垃圾处理 纪要").fill("会议听取了汇报，要求按期完成。")
    page.get_by_role("button", name="编号并印发").click()
    expect(page.get_by_text("还不能印发")).to_be_visible()  # nobody has registered who came
    assert meeting.items.get().minutes == "会议听取了汇报，要求按期完成。"
