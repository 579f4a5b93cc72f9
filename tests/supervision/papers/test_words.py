"""Numbers, letters, headings, titles: the words of a paper, without a file."""

from __future__ import annotations

import pytest

from chuangmo.org.models import Unit
from supervision.papers.models import Issuer, PaperKind
from supervision.papers.rules import Heading, Paper, Para
from supervision.papers.rules.paper import chinese_number, numbered, title_lines
from supervision.papers.services import document_number, letterhead

pytestmark = pytest.mark.sqlite_only


@pytest.mark.parametrize(
    ("number", "word"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五"), (99, "九十九")]
)
def test_chinese_numbers(number: int, word: str) -> None:
    assert chinese_number(number) == word


def test_headings_are_numbered_by_level_and_keep_numbers_of_their_own() -> None:
    blocks = [
        Heading(1, "总体"), Heading(2, "报送"), Heading(2, "进度"), Heading(3, "甲"), Heading(4, "细"), Heading(1, "要求"),
        Heading(2, "时限"), Heading(1, "三、已有"), Para("x"),
    ]  # fmt: skip
    assert [block.text for block in numbered(blocks)] == [
        "一、总体", "（一）报送", "（二）进度", "1. 甲", "（1）细", "二、要求", "（一）时限", "三、已有", "x",
    ]  # fmt: skip


def test_titles_break_between_words() -> None:
    lines = title_lines("关于印发六盘水市创建国家环境保护模范城市工作联席会议第三次会议纪要的通知")
    assert "".join(lines).endswith("的通知")
    assert len(lines) == 2
    assert not any(line.startswith(("的", "市工作", "范城")) or line.endswith("关于") for line in lines)
    assert title_lines("自己\n分行") == ["自己", "分行"]
    assert title_lines("短题") == ["短题"]


def test_attachments_and_copies_are_written_as_the_standard_says() -> None:
    one = Paper("甲", "", "题", attachments=["明细"], copies_to="市委办")
    assert (one.attachment_lines, one.copies) == (["附件：明细"], "市委办。")
    two = Paper("甲", "", "题", attachments=["明细", "得分"], copies_to=["市委办", "市监察局"])
    assert (two.attachment_lines, two.copies) == (["附件：1. 明细", "　　　2. 得分"], "市委办，市监察局。")
    assert one.red_mark == "甲文件"


@pytest.mark.django_db
def test_numbers_bear_the_letters_of_kind_and_office() -> None:
    county = Unit.objects.create(name="钟山区人民政府", short_name="钟山区", kind="county")
    city = Unit.objects.create(name="市创模办", short_name="市创模办", kind="office")
    local = Unit.objects.create(name="钟山区创模办", short_name="钟山区创模办", kind="office", county=county)
    assert document_number("order", city, 2017, 3) == "水创办〔2017〕3号"  # nothing registered
    PaperKind.objects.create(kind="order", name="督办单", letters="创督", mark="{office}督办单")
    assert document_number("order", city, 2017, 3) == "水创督〔2017〕3号"
    assert document_number("order", local, 2017, 12) == "钟山创督〔2017〕12号"
    assert letterhead("order", local).mark == "钟山区创模办督办单"
    Issuer.objects.create(office=local, letters="钟", name="钟山区创建工作办公室", signature="钟山区创模办")
    assert document_number("order", local, 2018, 1) == "钟创督〔2018〕1号"
    head = letterhead("order", local)
    assert (head.mark, head.signature) == ("钟山区创建工作办公室督办单", "钟山区创模办")
    assert letterhead("other", city).mark == "六盘水市创模办文件"
