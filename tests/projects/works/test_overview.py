"""Board, counties, home panel, workbook and card: the same figures everywhere."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from projects.works.models import FundPlan, StageFigure
from tests.factories import Cast
from tests.projects.works.conftest import approved, client_of, make_project, words
from tests.projects.works.test_funds import JULY_31, accepted

BOARD, COUNTIES = "/p/2017/projects/board/", "/p/2017/projects/counties/"
BOOK, CARD = "/p/2017/projects/export.xlsx", "/p/2017/projects/chahe/card.pdf"


@pytest.fixture
def going(cast: Cast, project, today):
    approved(cast, project)
    today(date(2017, 8, 3))
    accepted(project, JULY_31, {"approval": 100, "eia": 100, "tender": 50, "works": 5}, (100, 60))
    FundPlan.objects.create(project=project, source="city", year=2017, amount=200)
    return project


def test_the_board_puts_each_project_at_its_first_open_stage(cast: Cast, going):
    make_project(cast, code="second", name="没有工期的")
    third = make_project(cast, code="third", name="没有进度的")
    approved(cast, third)
    text = words(client_of(cast.office).get(BOARD))
    place = {
        name: text.index(name)
        for name in ("未排工期 1", "没有工期的", "缺进度 1", "没有进度的", "招标 1", going.name)
    }
    assert list(place) == sorted(place, key=lambda name: place[name])


def test_a_finished_project_moves_to_the_last_column(cast: Cast, going):
    accepted(going, date(2017, 8, 31), {"approval": 100, "eia": 100, "tender": 100, "works": 100})
    assert "已完成 1" in words(client_of(cast.office).get(BOARD))


def test_counties_add_up(cast: Cast, going):
    make_project(cast, code="second", name="另一县的", owner=cast.other_county)
    text = words(client_of(cast.office).get(COUNTIES))
    assert "钟山区 1 0 ▲ 1 0 0 38.7%" in text
    assert "水城县 1 0 0 0 1 — — 0 项" in text
    assert 'class="s-curve"' in client_of(cast.office).get(COUNTIES).content.decode()


def test_the_home_page_names_the_red_ones(cast: Cast, going, today):
    assert "▲ 偏慢 1 项" in words(client_of(cast.office).get("/"))
    today(date(2017, 9, 1))
    text = words(client_of(cast.office).get("/"))
    assert "■ 滞后 1 项" in text
    assert "已过完成日期 1 天" in text
    assert going.name not in words(client_of(cast.stranger).get("/"))


def test_the_workbook_says_what_the_page_says(cast: Cast, going):
    make_project(cast, code="trick", name="=1+1", kind="water")
    book = load_workbook(BytesIO(client_of(cast.office).get(BOOK).content))
    assert book.sheetnames == ["工程", "阶段", "县区", "资金"]
    head, *rows = list(book["工程"].iter_rows(min_row=2, values_only=True))
    lines = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    one = lines[going.name]
    assert (one["亮灯"], one["完成 %"], one["计划资金（万元）"], one["支付（万元）"]) == (
        "偏慢",
        38.7,
        200,
        60,
    )
    assert lines["=1+1"]["完成 %"] is None
    assert book["工程"]["A4"].data_type == "s"
    assert book["阶段"].max_row == 2 + 4
    assert book["工程"].page_setup.paperSize == 8


def test_the_workbook_keeps_the_filters(cast: Cast, going):
    make_project(cast, code="second", name="第二项", kind="water")
    book = load_workbook(BytesIO(client_of(cast.office).get(f"{BOOK}?kind=water").content))
    assert [row[0] for row in book["工程"].iter_rows(min_row=3, values_only=True)] == ["第二项"]
    stranger = load_workbook(BytesIO(client_of(cast.stranger).get(BOOK).content))
    assert stranger["工程"].max_row == 2


def test_the_card_is_one_page(cast: Cast, going):
    approved(cast, going, finish_on=date(2017, 9, 15), reason="征地延误")
    reader = PdfReader(BytesIO(client_of(cast.office).get(CARD).content))
    assert len(reader.pages) == 1
    text = "".join(reader.pages[0].extract_text().split())
    for part in ("岔河垃圾填埋场渗滤液提标改造", "李副区长", "关键线路", "计划200", "支付60"):
        assert part in text


def test_the_chart_shows_what_really_happened_beside_the_plan(cast: Cast, going):
    StageFigure.objects.filter(code="approval").update(
        started_on=date(2017, 6, 30), finished_on=date(2017, 7, 10)
    )
    for url in ("/p/2017/projects/chahe/", "/p/2017/projects/gantt/"):
        html = client_of(cast.office).get(url).content.decode()
        # 立项 was to end on 6 July and ended on the tenth; 形象进度 goes on and is not due.
        assert "<title>立项 实际：6 月 30 日—7 月 10 日，100%</title>" in html
        assert "<title>形象进度 实际：6 月 30 日—进行中，5%</title>" in html
        late = html.index('class="g-late"')
        assert html.index("立项 实际") > late


def test_the_page_tells_what_happened_newest_first(cast: Cast, going):
    text = words(client_of(cast.office).get("/p/2017/projects/chahe/"))
    assert text.index("批准 刘工 第 1 版工期") < text.index("报批 李静 第 1 版工期")
