"""PDF/A-3b of a merged document: bookmarks and links stay, what is forbidden goes, faults are named."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader, PdfWriter

from archives.books.services.pdfa import Enclosure, PdfaProblem, pdfa, pdfa_faults

AT = datetime(2017, 6, 6, 1, 2, 3, tzinfo=UTC)
HTML = """<html lang="zh-CN"><head><meta charset="utf-8"><title>第{0}章</title></head><body><h1 id="a">第{0}章 空气质量</h1>
<p><a href="#b">见表 {0}.1</a>　<a href="https://example.com/">外部链接</a> 〔CM01-WS·2017-D30-ZB08-0001〕</p>
<table id="b"><thead><tr><th>断面</th></tr></thead><tr><td style="opacity: 0.5">德坞河</td></tr></table>
<svg width="60" height="20"><rect width="30" height="20" fill="#1f7a4d"/></svg></body></html>"""


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two chapters printed apart and joined, with a script, an action of its own and a smoothed picture put in."""
    from weasyprint import HTML as Page

    folder = tmp_path_factory.mktemp("pdf")
    writer = PdfWriter()
    for number in (1, 2):
        path = folder / f"{number}.pdf"
        Page(string=HTML.format(number)).write_pdf(path)
        writer.append(path)
    plain = folder / "plain.pdf"
    writer.write(plain)
    out = folder / "合并.pdf"
    with pikepdf.open(plain) as pdf:
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        names = pdf.Root.get("/Names") or pikepdf.Dictionary()
        names["/JavaScript"] = pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("a"), script]))
        pdf.Root["/Names"] = names
        pdf.Root["/OpenAction"] = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(2)")
        picture = pdf.make_stream(bytes(3))
        picture["/Type"], picture["/Subtype"] = pikepdf.Name.XObject, pikepdf.Name.Image
        picture["/Width"] = picture["/Height"] = 1
        picture["/ColorSpace"], picture["/BitsPerComponent"] = pikepdf.Name.DeviceRGB, 8
        picture["/Interpolate"] = True
        pdf.pages[0].add_resource(picture, pikepdf.Name.XObject)
        pdf.save(out)
    return out


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "数据工作簿.xlsx"
    path.write_bytes(b"PK\x03\x04 workbook")
    return path


def test_the_merged_document_has_faults_and_the_made_one_none(
    merged: Path, book: Path, tmp_path: Path
) -> None:
    before = pdfa_faults(merged)
    assert {fault.split()[0] for fault in before} >= {"6.2.3", "6.2.8", "6.3.2", "6.5.1"}
    made = pdfa(merged, [book], out=tmp_path / "a.pdf", title="省级预评估资料", made_at=AT)
    assert pdfa_faults(made) == []


def test_the_validator_of_pikepdf_approves(merged: Path, book: Path, tmp_path: Path) -> None:
    """All clauses that it knows, where its own dependencies are installed (`pikepdf[pdfa]`)."""
    validator = pytest.importorskip("pikepdf.pdfa", exc_type=ImportError)
    made = pdfa(merged, [book], out=tmp_path / "a.pdf", title="省级预评估资料", made_at=AT)
    report = validator.validate_written(made, "3b")
    assert report.passed, report.summary()


def test_contents_bookmarks_and_links_stay(merged: Path, tmp_path: Path) -> None:
    made = PdfReader(pdfa(merged, out=tmp_path / "a.pdf", made_at=AT))
    source = PdfReader(merged)
    assert [page.extract_text() for page in made.pages] == [page.extract_text() for page in source.pages]
    assert [one.title for one in made.outline] == ["第1章 空气质量", "第2章 空气质量"]
    assert [made.get_destination_page_number(one) for one in made.outline] == [0, 1]
    links = [one.get_object() for page in made.pages for one in page["/Annots"]]
    assert [one["/F"] for one in links] == [4] * 4
    assert sum("/A" in one and one["/A"].get("/URI") == "https://example.com/" for one in links) == 2


def test_the_workbook_is_inside_and_says_what_it_is(merged: Path, book: Path, tmp_path: Path) -> None:
    enclosed = Enclosure(book, name="数据工作簿.xlsx", description="公式可重算")
    with pikepdf.open(pdfa(merged, [enclosed], out=tmp_path / "a.pdf", made_at=AT)) as made:
        assert bytes(made.attachments["数据工作簿.xlsx"].get_file().read_bytes()) == book.read_bytes()
        (one,) = made.Root.AF
        assert (str(one.AFRelationship), str(one.UF), str(one.Desc)) == (
            "/Source",
            "数据工作簿.xlsx",
            "公式可重算",
        )
        assert "spreadsheetml" in str(one.EF.F.Subtype)
        assert "/OpenAction" not in made.Root and "/JavaScript" not in made.Root.get("/Names", {})
        with made.open_metadata() as xmp:
            assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("3", "B")


def test_the_same_again_gives_the_same_bytes(merged: Path, book: Path, tmp_path: Path) -> None:
    first, second = (
        pdfa(merged, [book], out=tmp_path / f"{name}.pdf", title="资料", made_at=AT).read_bytes()
        for name in "ab"
    )
    assert first == second


def test_what_cannot_be_made_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    locked, bare, torn = tmp_path / "加密.pdf", tmp_path / "无字体.pdf", tmp_path / "截断.pdf"
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(locked, encryption=pikepdf.Encryption(owner="o", user="u"))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    pdf.pages[0].obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
    pdf.save(bare)
    torn.write_bytes(b"%PDF-1.7\nnothing")
    for path, words in ((locked, "有密码"), (bare, "Helvetica"), (torn, "不是完整的 PDF")):
        with pytest.raises(PdfaProblem, match=words):
            pdfa(path)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [
        "加密.pdf",
        "截断.pdf",
        "无字体.pdf",
    ]
