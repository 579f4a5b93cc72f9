"""A project in a real browser: May's progress, a picture that comes back, the light that turns, old and new dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from projects.works.models import Picture, Progress, Project
from projects.works.services.opening import open_progress
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import Cast, make_cast
from tests.projects.works.conftest import approved, make_project
from tests.projects.works.pictures import picture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None, today: Callable[[date], None]) -> Cast:
    """The schedule was approved in April and runs back from 9 June; it is the second of June, and May is owed."""
    cast = make_cast()
    today(date(2017, 4, 5))
    approved(cast, make_project(cast, finish_by=date(2017, 6, 9)))
    today(date(2017, 6, 2))
    open_progress(plan=cast.plan, until=date(2017, 6, 2))
    Progress.objects.exclude(period_start=date(2017, 5, 1)).delete()
    return cast


def _file(name: str) -> dict[str, object]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": picture(name).read()}


def _fill(page: Page, **percents: str) -> None:
    for stage, percent in percents.items():
        page.get_by_label(f"{stage} 完成百分比").fill(percent)


def test_may_goes_to_the_office_and_the_light_turns(world: Cast, open_page, sign_in, expect_error) -> None:
    expect_error("status of 422")
    people: dict[str, Page] = {}
    for name in ("owner", "colleague", "lead", "office"):
        people[name] = open_page(DESKTOP)
        sign_in(people[name], name)
    owner, bureau, office = people["owner"], people["lead"], people["office"]
    office.goto("/projects/")
    expect(office.get_by_role("row", name="岔河")).to_contain_text("缺进度")

    # The owner fills in May, forgets something, and everything typed is still there.
    owner.goto("/")
    owner.get_by_role("link", name="岔河垃圾填埋场渗滤液提标改造").first.click()
    _fill(owner, 立项="100", 环评="100", 招标="100", 形象进度="40")
    for stage in ("立项", "环评", "招标", "形象进度"):
        owner.get_by_label(f"{stage} 实际开始").fill("2017-05-02")
    for stage in ("立项", "环评", "招标"):
        owner.get_by_label(f"{stage} 实际完成").fill("2017-05-12")
    owner.get_by_label("市 累计到位").fill("300")
    owner.get_by_label("市 累计支付").fill("320")
    owner.get_by_label("本月进展").fill("基坑完成")
    owner.get_by_label("下月计划").fill("设备安装")
    owner.get_by_label("加照片").set_input_files([_file("基坑.jpg"), _file("旧照.jpg")])
    owner.get_by_label("拍摄日期").fill("2017-05-20")
    owner.get_by_role("button", name="保存并提交").click()
    expect(owner.get_by_text("累计支付 320 大于累计到位 300 万元")).to_be_visible()
    expect(owner.get_by_label("本月进展")).to_have_value("基坑完成")
    expect(owner.get_by_text("无拍摄信息", exact=False).first).to_be_visible()
    owner.get_by_label("市 累计支付").fill("120")
    owner.get_by_role("button", name="保存并提交").click()
    expect(owner.get_by_text("已提交（第 1 稿）")).to_be_visible()

    _approve(people["colleague"], "单位审核")
    # The bureau returns one picture that was taken in another month.
    bureau.goto("/review/")
    bureau.get_by_role("link", name="工程进度 岔河").click()
    row = bureau.get_by_role("row").filter(has_text="旧照.jpg")
    row.locator("details.remark summary").click()
    row.locator("details.remark textarea").fill("这是四月拍的")
    bureau.get_by_role("button", name="退回…").click()
    bureau.get_by_role("textbox", name="退回原因").fill("有一张照片不是五月的")
    bureau.get_by_role("dialog").get_by_role("button", name="退回", exact=True).click()
    expect(bureau.get_by_text("已退回：")).to_be_visible()

    # The owner takes that picture off and hands in again.
    owner.goto("/")
    owner.get_by_role("link", name="工程进度 岔河").click()
    expect(owner.get_by_text("批注：这是四月拍的")).to_be_visible()
    owner.locator(".picture-list li").filter(has_text="旧照").get_by_role("button", name="移除").click()
    expect(owner.locator(".picture-list li")).to_have_count(1)
    owner.get_by_role("button", name="保存并提交").click()
    expect(owner.get_by_text("已提交（第 2 稿）")).to_be_visible()
    _approve(people["colleague"], "单位审核")
    _approve(bureau, "牵头核定")
    office.goto("/projects/")
    expect(office.get_by_role("row", name="岔河")).to_contain_text("缺进度")
    _approve(office, "审定")

    office.goto("/projects/")
    light = office.get_by_role("row", name="岔河")
    expect(light).not_to_contain_text("缺进度")
    expect(light).to_contain_text("偏慢")
    assert Picture.objects.filter(attachment__removed_at__isnull=True).count() == 1


def _approve(page: Page, step: str) -> None:
    page.goto("/review/")
    page.get_by_role("link", name="工程进度 岔河").click()
    page.get_by_role("button", name=f"{step}，看下一份").click()
    expect(page.get_by_text(f"已{step}：")).to_be_visible()


def test_a_change_shows_old_and_new_dates_in_the_chart(
    world: Cast, open_page, sign_in, axe, fits, expect_error
) -> None:
    expect_error("status of 422")
    owner, bureau = open_page(DESKTOP), open_page(DESKTOP)
    sign_in(owner, "owner")
    sign_in(bureau, "lead")
    show = Project.objects.get().get_absolute_url()
    owner.goto(show)
    owner.get_by_role("button", name="申请变更工期").click()
    owner.get_by_label("第 4 行 工作日").fill("0")
    owner.get_by_label("完成日期").fill("2017-07-14")
    owner.get_by_role("button", name="保存并报批").click()
    expect(owner.get_by_text("工期是 0 个工作日，至少要 1 个")).to_be_visible()
    axe(owner)
    owner.get_by_label("第 4 行 工作日").fill("30")
    owner.get_by_role("textbox", name="理由").fill("雨季停工")
    owner.get_by_role("button", name="保存并报批").click()
    expect(owner.get_by_text("已报批第 2 版工期")).to_be_visible()
    bureau.goto("/")
    bureau.get_by_role("link", name="工期变更待批准：岔河").click()
    bureau.get_by_role("button", name="批准，作为执行安排").click()
    expect(bureau.get_by_text("已批准，即日起按此执行")).to_be_visible()
    expect(bureau.locator("svg rect.g-baseline")).to_have_count(4)
    expect(bureau.get_by_text("雨季停工").first).to_be_visible()
    row = bureau.locator(".moves li").filter(has_text="形象进度")
    expect(row).to_contain_text("6 月 9 日")
    expect(row).to_contain_text("7 月 14 日")
    bureau.goto("/projects/")
    bureau.get_by_role("link", name="甘特图").click()
    expect(bureau.get_by_text("（基准 6 月 9 日完成）")).to_be_visible()
    bureau.get_by_role("link", name="岔河").focus()
    bureau.keyboard.press("Enter")
    expect(bureau).to_have_url(f"{bureau.url.split('/p/')[0]}{show}")
    phone = open_page(PHONE)
    sign_in(phone, "lead")
    for path in (show, "/p/2017/projects/gantt/"):
        phone.goto(path)
        fits(phone)
        axe(phone)
