"""One story, from a covert inspection to accountability: five roles, every page at two widths, every paper read.

The inspector goes with a telephone; the office has a desk; the unit answers on a telephone; the office's director approves;
a deputy of the congress reads and has a word. What is late is late by the calendar, and the ladder proposes what the office
takes up.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from chuangmo.access.models import Membership
from chuangmo.deadlines.services import sweep
from supervision.accountability.models import Measure
from supervision.bulletins.models import Bulletin
from supervision.meetings.models import Decision
from supervision.orders.models import Order
from tests.browser.conftest import DESKTOP, PHONE
from tests.chuangmo.deadlines.ladder import make_ladder
from tests.factories import Cast
from tests.projects.works.pictures import picture
from tests.supervision.accountability.story import second_officer
from tests.supervision.meetings.story import make_series
from tests.supervision.papers.reading import fonts, is_standard, text_of
from tests.supervision.story import make_supervision

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The registers of a new installation; 罗主任 leads the office."""
    cast = make_supervision().cast
    call_command("loaddata", "common/12-papers.json", "common/13-wording.json", verbosity=0)
    make_ladder()
    make_series(cast)
    second_officer(cast)
    Membership.objects.filter(user__username="office2").update(is_leader=True)
    return cast


def path_of(page: Page) -> str:
    return re.sub(r"^https?://[^/]+", "", page.url)


@dataclass
class Stage:
    """The roles' pages, and what is done with every page that is passed."""

    folder: Path
    axe: Callable[..., None]
    fits: Callable[[Page], None]
    office: Page
    inspector: Page
    unit: Page
    director: Page
    deputy: Page
    names: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)

    def look(self, page: Page, name: str) -> None:
        """Shot at both widths, nothing wider than the screen; each kind of page can be read aloud."""
        own = page.viewport_size
        assert own is not None
        self.names.append(name)
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            self.fits(page)
            shot = self.folder / f"{len(self.names):02}-{name}-{size['width']}.jpg"
            page.screenshot(path=shot, full_page=True, type="jpeg", quality=60)
        page.set_viewport_size(own)
        kind = re.sub(r"[0-9]+", "#", path_of(page))
        if kind not in self.kinds:
            self.kinds.add(kind)
            self.axe(page)

    def take(self, page: Page, link: str) -> Path:
        """The file behind a link that downloads."""
        with page.expect_download() as got:
            page.get_by_role("link", name=link, exact=True).click()
        path = self.folder / got.value.suggested_filename
        got.value.save_as(path)
        return path


@pytest.fixture
def stage(cast: Cast, open_page, sign_in, axe, fits, shots: Path) -> Stage:
    sizes = {"office": DESKTOP, "inspector": PHONE, "owner": PHONE, "office2": PHONE, "deputy": DESKTOP}
    pages = {name: open_page(size) for name, size in sizes.items()}
    for name, page in pages.items():
        sign_in(page, name)
    return Stage(shots, axe, fits, *pages.values())


def test_from_a_covert_inspection_to_accountability(
    stage: Stage, today: Callable[[date], None], expect_error: Callable[[str], None]
) -> None:
    expect_error("status of 4(22|04|03)")
    order = inspect_covertly(stage)
    sign_for(stage, order)
    today(date(2017, 6, 13))  # a working day past the order's
    sweep(date(2017, 6, 13))
    meet_about_it(stage)
    report_what_was_decided(stage)
    today(date(2017, 6, 21))  # seven
    sweep(date(2017, 6, 21))
    name_it_in_a_circular(stage)
    today(date(2017, 7, 3))  # fifteen
    sweep(date(2017, 7, 3))
    talk_to_the_unit(stage, today)
    today(date(2017, 7, 24))  # thirty
    sweep(date(2017, 7, 24))
    hold_to_account(stage)
    put_right_at_last(stage, order)
    assert len(stage.names) == len(set(stage.names))


# A finding that nobody may know of yet ----------------------------------------------------------------------


def inspect_covertly(stage: Stage) -> str:
    """Planned at the desk, found on site, released, ordered: the path of the order."""
    office, inspector, unit = stage.office, stage.inspector, stage.unit
    office.goto("/supervision/")
    stage.look(office, "督查")
    office.get_by_role("link", name="安排检查").click()
    office.get_by_label("方式").select_option(label="暗访")
    office.get_by_label("名称").fill("德坞河暗访")
    office.get_by_label("日期", exact=False).first.fill("2017-06-06")
    office.locator("summary", has_text="被查单位").click()
    office.get_by_role("checkbox", name="钟山区", exact=True).check()
    office.locator("summary", has_text="检查人员").click()
    office.get_by_role("checkbox", name="吴督查").check()
    stage.look(office, "安排检查")
    office.get_by_role("button", name="保存").click()
    office.get_by_role("button", name="开始检查").click()
    stage.look(office, "检查")
    tour = path_of(office)
    assert [page.goto(tour).status for page in (unit, stage.deputy)] == [404, 404]

    inspector.goto(tour)
    stage.look(inspector, "督察看检查")
    inspector.get_by_role("link", name="登记问题", exact=True).click()
    photo = stage.folder / "现场.jpg"
    photo.write_bytes(picture(taken="2017:06:06 09:12:00").read())
    inspector.get_by_label("选照片").set_input_files(photo)
    expect(inspector.get_by_text("选了 1 张")).to_be_visible()
    inspector.locator("#id_text").fill("排口有污水直排，河面有油花")
    inspector.get_by_role("button", name="保存", exact=True).click()
    expect(inspector.get_by_text("请写明地点")).to_be_visible()
    stage.look(inspector, "登记问题")
    expect(inspector.locator("#id_text")).to_have_value("排口有污水直排，河面有油花")
    inspector.get_by_label("选照片").set_input_files(photo)
    inspector.locator("#id_place").fill("德坞河二号排口")
    inspector.locator("#id_unit").select_option(label="钟山区")
    inspector.locator("#id_kind").select_option(label="污水直排")
    inspector.get_by_role("radio", name="较重").check()
    inspector.get_by_role("button", name="保存", exact=True).click()
    expect(inspector.get_by_text("未公布")).to_be_visible()
    stage.look(inspector, "问题")
    finding = path_of(inspector)
    assert [page.goto(finding).status for page in (unit, stage.deputy)] == [404, 404]

    office.reload()
    office.get_by_role("button", name="结束检查").click()
    office.get_by_role("button", name="公布，通知责任单位").click()
    assert [page.goto(finding).status for page in (unit, stage.deputy)] == [200, 200]
    office.goto(finding)
    office.get_by_role("link", name="起草督办单").click()
    office.locator("#id_due_on").fill("2017-06-12")
    stage.look(office, "起草督办单")
    office.get_by_role("button", name="保存草稿").click()
    office.get_by_role("button", name="签发", exact=True).click()
    expect(office.get_by_text("水创督〔2017〕1号").first).to_be_visible()
    stage.look(office, "督办单")
    return path_of(office)


def sign_for(stage: Stage, order: str) -> None:
    """The unit learns of it by telephone, signs, and does nothing more; the form on paper."""
    unit = stage.unit
    unit.goto("/")
    stage.look(unit, "单位首页")
    unit.get_by_role("main").get_by_role("link", name="德坞河二号排口污水直排问题整改").first.click()
    stage.look(unit, "单位签收")
    unit.get_by_role("button", name="签收", exact=True).click()
    expect(unit.get_by_text("已签收。")).to_be_visible()
    assert path_of(unit) == order
    paper = stage.take(stage.office, "打印（PDF）")
    words = text_of(paper)
    for part in ("督办单", "水创督〔2017〕1号", "钟山区人民政府", "2017年6月12日"):
        assert part in words
    assert set(fonts(paper).values()) == {True}


# Late: the meeting, the circular ----------------------------------------------------------------------------


def meet_about_it(stage: Stage) -> None:
    """The late order is on the agenda; the unit answers the call; the minutes decide and are issued."""
    office, unit = stage.office, stage.unit
    office.goto("/supervision/meetings/")
    stage.look(office, "会议")
    office.get_by_role("link", name="筹备会议").click()
    office.get_by_label("日期").fill("2017-06-13")
    office.get_by_label("地点").fill("市政府三楼会议室")
    office.get_by_label("主持人").fill("郑市长")
    stage.look(office, "筹备会议")
    office.get_by_role("button", name="开始筹备").click()
    office.get_by_role("button", name="提取议题").click()
    topic = "逾期督办单：德坞河二号排口污水直排问题整改"
    expect(office.get_by_text(topic)).to_be_visible()
    office.get_by_role("button", name="发出会议通知").click()
    expect(office.get_by_text("已通知 2 个单位")).to_be_visible()
    stage.look(office, "会议通知")

    # Without a name it is told so, and what was chosen stays.
    unit.goto("/")
    unit.get_by_role("link", name="2017 年第 1 次联席会议").first.click()
    unit.get_by_label("派人代会").check()
    unit.get_by_role("button", name="回复").click()
    expect(unit.get_by_text("请填写参会人姓名")).to_be_visible()
    expect(unit.get_by_label("派人代会")).to_be_checked()
    stage.look(unit, "回复会议")
    unit.get_by_label("参会人").fill("张科长")
    unit.get_by_role("button", name="回复").click()
    expect(unit.get_by_text("已回复：派人代会 张科长")).to_be_visible()

    office.reload()
    office.get_by_role("button", name="登记会议召开").click()
    office.get_by_role("link", name="到会登记").click()
    expect(office.get_by_label("钟山区 姓名")).to_have_value("张科长")
    office.get_by_label("市城管局 到会").select_option(label="缺席")
    stage.look(office, "到会登记")
    office.get_by_role("button", name="保存，去记录纪要").click()
    said = "会议听取了钟山区关于德坞河二号排口整改情况的汇报，要求举一反三，把沿河排口全部查清，按期封堵。"
    office.get_by_label(f"{topic} 纪要").fill(said)
    office.get_by_label("事项").first.fill("报送沿河排口整改计划")
    office.get_by_label("完成时限").first.fill("2017-06-17")
    office.get_by_role("button", name="保存纪要").click()
    expect(office.get_by_text("请选择责任单位")).to_be_visible()
    expect(office.get_by_label(f"{topic} 纪要")).to_have_value(said)
    stage.look(office, "记录纪要")
    office.get_by_label("责任单位").first.select_option(label="钟山区")
    office.get_by_role("button", name="保存纪要").click()
    expect(office.get_by_text("不是工作日，顺延到2017年6月19日").first).to_be_visible()  # a Saturday
    office.get_by_role("button", name="编号并印发").click()
    expect(office.get_by_text("纪要已印发：")).to_be_visible()
    stage.look(office, "纪要印发")
    parts = ("2017年第1次联席会议纪要", said, "报送沿河排口整改计划", "2017年6月19日", "张科长（代会）")
    read_paper(stage.take(office, "纪要 PDF"), *parts)
    read_docx(stage.take(office, "Word 文件"), *parts)


def report_what_was_decided(stage: Stage) -> None:
    """The unit reports it done, the office agrees."""
    unit, office = stage.unit, stage.office
    unit.goto("/")
    unit.get_by_role("link", name="报送沿河排口整改计划").first.click()
    unit.get_by_label("完成情况").fill("计划已报送")
    stage.look(unit, "议定事项")
    unit.get_by_role("button", name="报告完成").click()
    office.goto("/")
    stage.look(office, "创模办首页")
    office.get_by_role("link", name="报送沿河排口整改计划").first.click()
    office.get_by_role("button", name="确认办结").click()
    expect(office.get_by_text("已确认办结")).to_be_visible()
    assert Decision.objects.get().state == "done"


def confirm(stage: Stage, measure: str) -> None:
    """What the ladder proposes about the order, taken up on the page of what is owed."""
    office = stage.office
    office.goto("/deadlines/?state=proposed")
    office.get_by_role("link", name=re.compile("德坞河二号排口污水直排问题整改")).first.click()
    expect(office.get_by_role("heading", name=f"建议：{measure}")).to_be_visible()
    stage.look(office, f"建议{measure}")
    office.get_by_role("radio", name="确认").check()
    office.get_by_role("button", name="决定").click()


def name_it_in_a_circular(stage: Stage) -> None:
    """A draft of what is late, reworded, put before the director, issued by telephone, read by the unit and the deputy."""
    office, director = stage.office, stage.director
    confirm(stage, "通报")
    office.goto("/supervision/bulletins/")
    stage.look(office, "通报清单")
    office.get_by_role("link", name="关于创模逾期未办结事项的通报").click()
    office.get_by_role("link", name="修改").click()
    office.get_by_label("标题", exact=True).fill("关于德坞河二号排口逾期未整改的通报")
    stage.look(office, "修改通报")
    office.get_by_role("button", name="保存").click()
    office.get_by_label("签发人").select_option(label="罗主任")
    office.get_by_role("button", name="送签").click()
    expect(office.get_by_role("button", name="签发", exact=True)).to_have_count(0)

    director.goto("/")
    stage.look(director, "主任首页")
    director.get_by_role("link", name="关于德坞河二号排口逾期未整改的通报").first.click()
    stage.look(director, "签发通报")
    director.get_by_role("button", name="签发", exact=True).click()
    expect(director.get_by_text("〔2017〕1号").first).to_be_visible()
    parts = ("关于德坞河二号排口逾期未整改的通报", "钟山区", "水创督〔2017〕1号")
    read_paper(stage.take(director, "PDF"), *parts)
    read_docx(stage.take(director, "Word 文件"), *parts)
    for page, name in ((stage.unit, "单位看通报"), (stage.deputy, "代表看通报")):
        page.goto(Bulletin.objects.get().get_absolute_url())
        stage.look(page, name)


# The talk, the proposal to hold to account ------------------------------------------------------------------


def draft_and_approve(stage: Stage, kind: str, demand: str, words: dict[str, str]) -> Measure:
    """The draft that came of the ladder, completed, put before the director, approved by telephone."""
    office, director = stage.office, stage.director
    measure = Measure.objects.get(kind=kind)
    office.goto("/supervision/accountability/")
    office.get_by_role("link", name=measure.title).first.click()
    office.get_by_role("link", name="修改").click()
    office.get_by_label(demand).fill(
        "查清责任，限期封堵排口，恢复河面清洁，并把整改的全部材料报市创模办备查。"
    )
    for label, text in words.items():
        office.get_by_label(label).fill(text)
    stage.look(office, f"修改{measure.get_kind_display()}")
    office.get_by_role("button", name="保存草稿").click()
    office.get_by_label("批准人").select_option(label="罗主任")
    stage.look(office, f"报批{measure.get_kind_display()}")
    office.get_by_role("button", name="报批").click()
    expect(office.get_by_role("button", name="批准并发出")).to_have_count(0)
    assert stage.unit.goto(measure.get_absolute_url()).status == 404
    director.goto("/")
    director.get_by_role("link", name=measure.title).first.click()
    stage.look(director, f"批准{measure.get_kind_display()}")
    director.get_by_role("button", name="批准并发出").click()
    expect(director.get_by_text("已发出").first).to_be_visible()
    return Measure.objects.get(pk=measure.pk)


def talk_to_the_unit(stage: Stage, today: Callable[[date], None]) -> None:
    """Invited, held, promised: the record on paper."""
    office, unit = stage.office, stage.unit
    confirm(stage, "约谈、媒体曝光")
    words = {"约谈对象": "李副区长", "约谈日期": "2017-07-04", "地点": "市创模办", "约谈人": "郑市长"}
    measure = draft_and_approve(stage, "talk", "约谈要点", words)
    unit.goto("/notices/")
    stage.look(unit, "单位通知")
    unit.get_by_role("link", name=re.compile("约谈通知")).first.click()
    stage.look(unit, "单位看约谈")
    today(date(2017, 7, 4))
    office.goto(measure.get_absolute_url())
    office.get_by_label("约谈记录").fill("李副区长承认整改滞后，表示立即封堵。")
    office.get_by_role("button", name="登记约谈").click()
    office.locator("#promise-text").fill("封堵二号排口")
    office.locator("#promise-due_on").fill("2017-07-14")
    stage.look(office, "登记承诺")
    office.get_by_role("button", name="登记承诺").click()
    expect(office.get_by_role("link", name="封堵二号排口").first).to_be_visible()
    read_paper(
        stage.take(office, "公文 PDF"), measure.document_number, "2017年7月4日", "李副区长", "市创模办"
    )
    record = stage.take(office, "约谈记录 PDF")
    assert "李副区长承认整改滞后，表示立即封堵。" in text_of(record)
    assert "封堵二号排口" in text_of(record)


def hold_to_account(stage: Stage) -> None:
    """The proposal with its whole chain of proof, handed over, answered, its result; the deputy reads it, the unit can't."""
    office, deputy = stage.office, stage.deputy
    confirm(stage, "问责")
    measure = draft_and_approve(stage, "account", "处理建议", {"涉及人员": "李副区长"})
    office.goto(measure.get_absolute_url())
    told = office.locator(".proof").inner_text()
    for link in ("水创督〔2017〕1号", "到期", "催办", "通知", "通报", "约谈", "李副区长"):
        assert link in told
    days = re.findall(r"2017-\d\d-\d\d(?=\n|\t)", told)
    assert days == sorted(days) != []
    office.locator("#follow-text").fill("已立案调查")
    office.get_by_role("button", name="登记", exact=True).click()
    expect(office.get_by_text("已立案调查").first).to_be_visible()
    office.locator("#close-result").fill("对李副区长诫勉谈话")
    stage.look(office, "登记问责结果")
    office.get_by_role("button", name="登记结果并结束").click()
    expect(office.get_by_text("已结束").first).to_be_visible()
    parts = ("市监察局", "处理建议", "经过和依据", "水创督〔2017〕1号", "批准人：罗主任", "约谈李副区长")
    read_paper(stage.take(office, "公文 PDF"), *parts)
    read_docx(stage.take(office, "Word 文件"), *parts)
    assert stage.unit.goto(measure.get_absolute_url()).status == 404
    deputy.goto("/supervision/accountability/")
    stage.look(deputy, "代表看约谈与问责")
    deputy.get_by_role("link", name=measure.title).first.click()
    expect(deputy.get_by_text("对李副区长诫勉谈话")).to_be_visible()
    stage.look(deputy, "代表看问责")


def put_right_at_last(stage: Stage, order: str) -> None:
    """The deputy's word, the unit's late answer, reviewed and struck off: late it stays."""
    deputy, unit, office = stage.deputy, stage.unit, stage.office
    deputy.goto(order)
    deputy.locator("summary", has_text="提意见").click()
    deputy.get_by_role("textbox", name="意见").fill("请把整改前后的照片一并公开")
    deputy.get_by_role("button", name="提交意见").click()
    expect(deputy.get_by_text("请把整改前后的照片一并公开").first).to_be_visible()
    stage.look(deputy, "代表看督办单")
    unit.goto(order)
    unit.locator("#answer-text").fill("已封堵排口")
    unit.locator("#answer-files").set_input_files(stage.folder / "现场.jpg")
    stage.look(unit, "单位反馈")
    unit.get_by_role("button", name="提交反馈").click()
    office.goto(order)
    office.locator("#review-text").fill("现场看过，已封堵")
    stage.look(office, "复核")
    office.get_by_role("button", name="复核通过").click()
    office.get_by_role("button", name="销号", exact=True).click()
    expect(office.get_by_text("已销号，并通知了承办单位。")).to_be_visible()
    stage.look(office, "销号")
    closed = Order.objects.get()
    assert (closed.state, closed.closed_late) == ("closed", True)


# Papers -----------------------------------------------------------------------------------------------------


def read_paper(path: Path, *parts: str) -> None:
    """An official paper: what it says, its fonts within it, the standard's measures."""
    words = text_of(path)
    assert [part for part in parts if part not in words] == []
    assert set(fonts(path).values()) == {True}
    is_standard(path)


def read_docx(path: Path, *parts: str) -> None:
    """The same words as the PDF; the standard's fonts are named (its measures: tests/supervision/papers)."""
    with ZipFile(path) as archive:
        xml = archive.read("word/document.xml").decode()
    words = re.sub(r"\s", "", re.sub(r"<[^>]+>", "", xml))
    assert [part for part in parts if part not in words] == []
    assert {"仿宋_GB2312", "黑体", "方正小标宋简体"} <= set(re.findall(r'w:eastAsia="([^"]+)"', xml))
