"""The files that come out, read back and measured against GB/T 9704-2012."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from chuangmo.org.models import Installation
from supervision.papers.models import PaperFont
from supervision.papers.rules import Heading, Paper, Para, TableBlock
from supervision.papers.services import paper_docx, paper_pdf
from tests.supervision.papers.reading import MM, fonts, words

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

PAPER = Paper(
    issuer="六盘水市创建国家环境保护模范城市工作办公室",
    document_number="水创通〔2017〕3号",
    title="关于五月份创建国家环境保护模范城市工作情况的通报",
    addressee="各县（特区、区）人民政府，市直各责任单位",
    blocks=[
        Heading(1, "总体情况"),
        Heading(2, "按期报送"),
        Heading(3, "未报单位"),
        Heading(4, "说明"),
        Para("国" * 28 * 60),
        Heading(1, "明细"),
        TableBlock(["单位", "未报项"], [[f"单位{n}", str(n)] for n in range(60)], widths=[3, 1]),
    ],
    signer="六盘水市创模办",
    issued_on=date(2017, 6, 6),
    attachments=["明细表", "得分表"],
    copies_to=["市委办公室", "市监察局"],
    code="http://localhost/supervision/",
)


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "paper.pdf"
    path.write_bytes(paper_pdf(PAPER))
    return path


def test_the_pdf_has_the_standards_measures(pdf: Path) -> None:
    pages = words(pdf)
    box = PdfReader(pdf).pages[0].mediabox
    assert (round(box.width / MM, 1), round(box.height / MM, 1)) == (210.0, 297.0)
    lines = [[word for word in page if set(word[4]) == {"国"}] for page in pages]
    full = [word for page in lines for word in page if len(word[4]) > 27]
    assert {len(word[4]) for word in full} == {28}  # characters a line
    assert max(len(page) for page in lines) == 22  # lines a page
    assert {round(word[0]) for word in full} == {28}  # left margin
    assert all(155 < word[2] - word[0] <= 156.2 for word in full)  # width of the type area
    whole = next(page for page in lines if len(page) == 22)
    pitches = {round(after[1] - before[1], 1) for before, after in itertools.pairwise(whole)}
    assert pitches == {10.2}  # 225 mm / 22
    middles = [(word[1] + word[3]) / 2 for word in whole]
    # The lines' boxes fill the type area: the first begins 37 mm below the edge, the last ends 225 mm further down.
    assert abs(middles[0] - (37 + 225 / 44)) < 1.2
    assert abs(middles[-1] - (37 + 225 - 225 / 44)) < 1.2


def test_head_number_title_and_foot_stand_where_they_belong(pdf: Path) -> None:
    pages = words(pdf)
    first = {word[4]: word for word in pages[0]}
    mark = first["六盘水市创建国家环境保护模范城市工作办公室文件"]
    assert 37 + 33 < mark[1] < 37 + 36  # 35 mm below the type area's edge
    assert abs((mark[0] + mark[2]) / 2 - (28 + 78)) < 1  # centred in the type area
    number = first["水创通〔2017〕3号"]
    assert abs((number[0] + number[2]) / 2 - (28 + 78)) < 1
    assert number[1] - mark[3] > 15  # two lines below
    assert round(first["各县（特区、区）人民政府，市直各责任单位："][0]) == 28  # addressee at the margin
    texts = [word[4] for word in pages[0]]
    assert {"一、总体情况", "（一）按期报送", "（1）说明"} <= set(texts)
    assert abs(first["一、总体情况"][0] - (28 + 2 * 156 / 28)) < 0.5  # two characters in
    last = {word[4]: word for word in pages[-1]}
    assert last["抄送：市委办公室，市监察局。"][3] > 230  # the imprint lies at the foot of the type area
    assert last["2017年6月6日印发"][3] < 37 + 225 + 1
    signed, dated = last["六盘水市创模办"], last["2017年6月6日"]
    assert abs((signed[0] + signed[2]) / 2 - (dated[0] + dated[2]) / 2) < 1
    assert abs((184 - max(signed[2], dated[2])) - 4 * 156 / 28) < 0.5  # four characters from the right


def test_page_numbers_stand_outside(pdf: Path) -> None:
    for number, page in enumerate(words(pdf), start=1):
        foot = [word for word in page if word[1] > 37 + 225 + 5 and word[4] in {"—", str(number)}]
        assert [word[4] for word in sorted(foot)] == ["—", str(number), "—"]
        assert (min(word[0] for word in foot) > 150) == (number % 2 == 1)
        # One character of 14 pt in from the type area's edge.
        edge = 184 - max(w[2] for w in foot) if number % 2 else min(w[0] for w in foot) - 28
        assert abs(edge - 14 / MM) < 1.5


def test_the_pdfs_fonts_are_embedded_and_the_registers(pdf: Path, tmp_path: Path) -> None:
    listed = fonts(pdf)
    assert {"Noto-Serif-CJK-SC-Bold", "Noto-Serif-CJK-SC", "Noto-Sans-CJK-SC"} <= set(listed)
    assert set(listed.values()) == {True}
    # Another font for the body, with what would break out of a style sheet.
    PaperFont.objects.create(
        face="fangsong", docx_name="仿宋", docx_fallback="宋体", pdf_families='"}*{x, Noto Sans CJK SC'
    )
    for face in ("kai", "song"):
        PaperFont.objects.create(
            face=face, docx_name="楷体", docx_fallback="宋体", pdf_families="Noto Sans CJK SC"
        )
    other = tmp_path / "other.pdf"
    other.write_bytes(paper_pdf(replace(PAPER, code="")))
    assert "Noto-Serif-CJK-SC" not in fonts(other)


def test_drafts_and_demonstrations_say_so_on_every_page(tmp_path: Path) -> None:
    Installation.objects.create(pk=1, is_demonstration=True)
    pages = PdfReader(BytesIO(paper_pdf(replace(PAPER, is_draft=True, document_number="")))).pages
    assert len(pages) > 3
    assert all("草稿，未印发 · 演示数据，不是实际统计结果" in page.extract_text() for page in pages)
    document = Document(BytesIO(paper_docx(replace(PAPER, is_draft=True))))
    section = document.sections[0]
    for header in (section.header, section.even_page_header):
        assert header.paragraphs[0].text == "草稿，未印发 · 演示数据，不是实际统计结果"


def test_the_docx_has_the_standards_measures_and_fonts() -> None:
    document = Document(BytesIO(paper_docx(PAPER)))
    section = document.sections[0]
    measured = [section.page_width, section.page_height, section.top_margin, section.left_margin]
    assert [round(value.mm) for value in measured] == [210, 297, 37, 28]
    area = (section.page_width - section.left_margin - section.right_margin) / 36000
    height = (section.page_height - section.top_margin - section.bottom_margin) / 36000
    assert (round(area), round(height)) == (156, 225)
    grid = section._sectPr.find(qn("w:docGrid"))
    line = int(grid.get(qn("w:linePitch")))
    assert grid.get(qn("w:type")) == "lines"
    assert 22 * line / 20 / MM <= 225 < 23 * line / 20 / MM
    run = next(run for paragraph in document.paragraphs for run in paragraph.runs if "国国国" in run.text)
    pitch = 16 + int(run._r.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    assert 28 * pitch / MM <= 156.01 < 29 * pitch / MM

    def faces(text: str) -> tuple[str, float]:
        run = next(r for p in document.paragraphs for r in p.runs if text in r.text)
        return run._r.rPr.rFonts.get(qn("w:eastAsia")), run.font.size.pt

    assert faces("办公室文件") == ("方正小标宋简体", pytest.approx(442.2 / 23, abs=0.3))
    assert faces("的通报")[0] == "方正小标宋简体"
    assert faces("的通报")[1] == 22
    assert faces("水创通〔2017〕3号") == ("仿宋_GB2312", 16)
    assert faces("一、总体情况") == ("黑体", 16)
    assert faces("（一）按期报送") == ("楷体_GB2312", 16)
    assert faces("国国国") == ("仿宋_GB2312", 16)
    body = next(p for p in document.paragraphs if "国国国" in p.text)
    assert body.paragraph_format.first_line_indent.pt == pytest.approx(2 * 442.2 / 28, abs=0.1)
    number = next(p for p in document.paragraphs if p.text == "水创通〔2017〕3号")
    below = number._p.pPr.find(qn("w:pBdr")).find(qn("w:bottom"))
    assert (below.get(qn("w:color")), below.get(qn("w:space"))) == ("E00000", "11")  # 4 mm
    fallback = next(rel.target_part for rel in document.part.rels.values() if "fontTable" in rel.reltype)
    assert 'w:name="方正小标宋简体"><w:altName w:val="宋体"' in fallback.blob.decode()


def test_the_docx_has_page_numbers_outside_tables_and_an_imprint() -> None:
    document = Document(BytesIO(paper_docx(PAPER)))
    section = document.sections[0]
    assert document.settings.odd_and_even_pages_header_footer
    sides = {}
    for name, footer in (("odd", section.footer), ("even", section.even_page_footer)):
        paragraph = footer.paragraphs[0]
        assert "PAGE" in paragraph._p.xml
        assert {run.font.size.pt for run in paragraph.runs} == {14}
        sides[name] = str(paragraph.alignment).split()[0]
    assert sides == {"odd": "RIGHT", "even": "LEFT"}
    table = document.tables[0]
    assert [cell.text for cell in table.rows[0].cells] == ["单位", "未报项"]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert len(table.rows) == 61
    framed = [
        p.text
        for p in document.paragraphs
        if p._p.pPr is not None and p._p.pPr.find(qn("w:framePr")) is not None
    ]
    assert framed == [""]  # the code
    imprint = document.tables[-1]
    place = imprint._tbl.tblPr.find(qn("w:tblpPr"))
    assert (place.get(qn("w:vertAnchor")), place.get(qn("w:tblpYSpec"))) == ("margin", "bottom")
    assert [row.cells[0].text for row in imprint.rows] == [
        "抄送：市委办公室，市监察局。",
        "六盘水市创建国家环境保护模范城市工作办公室\t2017年6月6日印发",
    ]
    assert len(document.inline_shapes) == 1
