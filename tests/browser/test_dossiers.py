"""From text to book in a real browser: a draft taken over, a snapshot, the book made and taken away, on desk and telephone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from archives.dossiers.models import Dossier
from archives.snapshots.models import Narrative
from archives.snapshots.services.narratives import write_narrative
from chuangmo.jobs.services import run_due
from tests.archives.story import tell
from tests.browser.conftest import PHONE
from tests.factories import Cast, make_cast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("print_cache")]
EDIT = "/dossiers/texts/indicator-18/"


@pytest.fixture
def print_cache(tmp_path: Path, settings) -> None:
    settings.DOSSIER_CACHE = tmp_path / "printed"


@pytest.fixture
def world(transactional_db: None) -> Cast:
    return tell(make_cast())


def test_from_text_to_book(
    world: Cast, page: Page, sign_in, axe: Callable[..., None], tmp_path: Path
) -> None:
    sign_in(page, "office")
    page.goto(EDIT)
    work = page.get_by_role("region", name="工作开展情况")
    work.get_by_role("button", name="据数据拟初稿").click()
    expect(work.get_by_role("heading", name="据数据拟出的初稿")).to_be_visible()
    area = work.get_by_label("内容")
    area.fill("原有一句。")
    axe(page)
    work.get_by_role("button", name="采用").click()
    expect(area).to_have_value(re.compile("^原有一句。\n\n本指标由"))
    area.press("Control+End")
    area.type("\n\n补充一条")
    work.get_by_role("button", name="条目", exact=True).click()
    work.get_by_role("button", name="看排版").click()
    expect(work.get_by_role("listitem").filter(has_text="补充一条")).to_be_visible()
    work.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存")).to_be_visible()
    assert "<li>补充一条</li>" in Narrative.objects.get().html

    page.goto("/dossiers/")
    axe(page)
    page.get_by_role("link", name="固化快照").click()
    page.get_by_label("名称").fill("五月底初稿")
    page.get_by_role("button", name="固化").click()
    expect(page.get_by_role("heading", name="五月底初稿")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="生活垃圾无害化处理率").click()
    expect(page.get_by_text("补充一条")).to_be_visible()
    axe(page)
    page.go_back()
    page.get_by_role("button", name="制作成册").click()
    progress = page.get_by_role("region", name="制作进度")
    expect(progress).to_contain_text("0 /")
    axe(page)
    run_due()
    expect(page.get_by_role("link", name="下载 PDF")).to_be_visible()  # the page found out by itself
    axe(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 PDF").click()
    saved = tmp_path / "book.pdf"
    download.value.save_as(saved)
    dossier = Dossier.objects.get()
    assert dossier.file is not None
    assert saved.stat().st_size == dossier.file.file.size
    assert download.value.suggested_filename.endswith("（截至2017-05-31）.pdf")


def test_saving_one_text_does_not_lose_another(world: Cast, page: Page, sign_in) -> None:
    """Each text of a chapter is a form of its own: while another one is typed into, the page asks before it goes."""
    sign_in(page, "office")
    page.goto(EDIT)
    first, other = (page.locator("form[data-prose]").nth(n) for n in (0, 1))
    first.get_by_label("内容").fill("第一段。")
    other.get_by_label("内容").fill("第二段。")
    page.once("dialog", lambda dialog: dialog.dismiss())
    with page.expect_event("dialog") as asked:
        first.get_by_role("button", name="保存", exact=True).click()
    assert asked.value.type == "beforeunload"
    expect(other.get_by_label("内容")).to_have_value("第二段。")
    assert Narrative.objects.count() == 0
    other.get_by_label("内容").fill("")
    first.get_by_role("button", name="保存", exact=True).click()  # stopped before, not sent: it can be sent
    expect(page.get_by_text("已保存")).to_be_visible()
    assert Narrative.objects.get().html == "<p>第一段。</p>"


def test_two_who_write_at_once_lose_nothing(world: Cast, open_page, sign_in, expect_error, axe) -> None:
    expect_error("status of 422")
    phone = open_page(PHONE)
    sign_in(phone, "office")
    phone.goto(EDIT)
    write_narrative(
        by=world.office,
        plan=world.plan,
        chapter="indicator-18",
        block="work",
        html="<p>别人先写。</p>",
        version=0,
    )
    work = phone.get_by_role("region", name="工作开展情况")
    work.get_by_label("内容").fill("我后写。")
    work.get_by_role("button", name="保存", exact=True).click()
    expect(work.get_by_text("刚才改过这段文字")).to_be_visible()
    expect(work.get_by_text("别人先写。")).to_be_visible()
    expect(work.get_by_label("内容")).to_have_value("我后写。")
    axe(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    work.get_by_label("内容").fill("别人先写。\n\n我后写。")
    work.get_by_role("button", name="保存我的合并稿").click()
    expect(phone.get_by_text("已保存")).to_be_visible()
    assert Narrative.objects.get().html == "<p>别人先写。</p><p>我后写。</p>"
    for path in ("/dossiers/", "/dossiers/texts/", "/dossiers/snapshots/new/"):
        phone.goto(path)
        axe(phone)
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
