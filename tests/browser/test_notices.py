"""The bell in a real browser: a return is told, found, looked at (a receipt), and leads to the place."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from chuangmo.notices.models import Notice, Preference
from chuangmo.notices.services import NoticeDraft, notify_many
from chuangmo.review.models import State
from tests.factories import Cast, make_cast
from tests.indicators.reporting.review.story import report_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> Cast:
    from django.core.management import call_command

    call_command("loaddata", "common/10-notice-templates.json", verbosity=0)
    return make_cast()


def keep(page: Page, name: str) -> None:
    """A picture for whoever asked for some (CHUANGMO pictures are taken by scripts/screenshots)."""
    if folder := os.environ.get("PICTURES"):
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


@pytest.mark.parametrize("width", ["page", "phone"])
def test_from_the_bell_to_the_place(world: Cast, request, sign_in, axe, fits, width: str) -> None:
    page: Page = request.getfixturevalue(width)
    report = report_in(world, State.RETURNED)
    notify_many(
        [
            NoticeDraft(
                user_id=world.owner.pk,
                kind=kind,
                title=title,
                text=f"{title}，请今明两天内办理。",
                action="去办理",
                url="/reports/",
                unit_id=world.county.pk,
            )
            for kind, title in (
                ("reminder", "城市环境噪声 2017 年 5 月明天（6 月 7 日）到期"),
                ("chase", "催办"),
            )
        ]
    )
    sign_in(page, "owner")
    page.goto("/")
    bell = page.get_by_role("link", name="通知，未看 3 条")
    expect(bell).to_be_visible()
    keep(page, "bell")
    bell.click()
    expect(page.get_by_role("heading", name="通知", exact=True)).to_be_visible()
    assert (
        Notice.objects.filter(seen_at=None, user=world.owner).count() == 3
    )  # reading the list is no receipt
    axe(page)
    fits(page)
    keep(page, "list")

    # One is only ticked off.
    page.get_by_role("button", name=re.compile(r"标为已看\s*：催办$")).click()
    expect(page.get_by_role("link", name="通知，未看 2 条")).to_be_visible()

    # One is looked at: the page tells the server by itself.
    with page.expect_response(lambda answer: answer.url.endswith("/seen/")) as told:
        page.get_by_role("link", name="退回：指标 18").click()
    assert told.value.status == 204
    axe(page)
    fits(page)
    keep(page, "show")
    notice = Notice.objects.get(user=world.owner, kind="returned")
    assert notice.seen_at is not None
    page.get_by_role("button", name="去修改").click()
    expect(page).to_have_url(f"{page.url.split('/reports')[0]}/reports/{report.pk}/")
    expect(page.get_by_role("link", name="通知，未看 1 条")).to_be_visible()

    # And one click from the list leads to the place and counts as seen.
    page.goto("/notices/?state=open")
    page.get_by_role("button", name=re.compile(r"去办理\s*：城市环境噪声")).click()
    expect(page.get_by_role("link", name="通知", exact=True)).to_be_visible()
    assert not Notice.objects.unseen().filter(user=world.owner).exists()


@pytest.mark.parametrize("width", ["page", "phone"])
def test_settings_keep_what_was_typed(world: Cast, request, sign_in, axe, fits, width: str) -> None:
    page: Page = request.getfixturevalue(width)
    sign_in(page, "owner")
    page.goto("/")
    page.locator("details.menu summary").click()
    page.get_by_role("link", name="通知设置").click()
    expect(page.get_by_label("退回、解锁、催办以上的通知")).to_be_disabled()
    page.get_by_label("免打扰自").fill("22:00")
    page.get_by_label("每日汇总时间").fill("05:00")
    page.get_by_label("在工作群里提到我").uncheck()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("免打扰的起、止时间要么都填，要么都空着。")).to_be_visible()
    expect(page.get_by_label("免打扰自")).to_have_value("22:00")
    axe(page)
    fits(page)
    keep(page, "settings")
    page.get_by_label("免打扰至").fill("07:00")
    page.get_by_label("每日汇总时间").fill("09:00")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("通知设置已保存。")).to_be_visible()
    row = Preference.objects.get(user=world.owner)
    assert (row.robots, f"{row.quiet_from:%H:%M}", f"{row.digest_at:%H:%M}") == (False, "22:00", "09:00")
