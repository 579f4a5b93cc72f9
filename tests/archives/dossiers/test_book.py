"""The finished book: every figure of the snapshot is in it, every glyph, every link leads where it says."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest
from pypdf import PdfReader

from archives.books.models import IssuedFile
from archives.books.services.pdfa import pdfa_faults
from chuangmo.files.models import StoredFile
from tests.archives.dossiers.conftest import Made

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]


@pytest.fixture(scope="module")
def reader(made: Made) -> PdfReader:
    return PdfReader(made.pdf)


@pytest.fixture(scope="module")
def texts(reader: PdfReader) -> list[str]:
    return [page.extract_text() for page in reader.pages]


def plain(text: str) -> str:
    """Without spaces and line breaks, which layout puts in; compatibility forms as they are."""
    return re.sub(r"\s+", "", text.replace("\u2009", "").replace("\u00a0", ""))


def chapter_text(made: Made, reader: PdfReader, texts: list[str], slug: str) -> str:
    """The chapter's pages, found by their labels."""
    number = made.numbers[slug]
    pages = [
        text for label, text in zip(reader.page_labels, texts, strict=True) if label.startswith(f"{number}-")
    ]
    assert pages
    return plain("".join(pages))


def figures(content: Any) -> Iterator[str]:
    """Every text of a chapter that prints show: results, limits, cells, formulas, names, words."""
    for part in content.get("parts", ()):
        yield from (
            part["name"],
            part["text"],
            part["threshold"],
            part["word"],
            part["expression"],
            part["formula"],
        )
        for table in part["tables"]:
            yield from (table["name"], *table["columns"])
            for row in table["rows"]:
                yield row["who"]
                yield from (cell["text"] for cell in row["cells"] if cell is not None)
    if content["kind"] == "indicator":
        yield from (content["name"], content["sentence"], *content["leads"], *content["responsible"])
        yield from (cell for row in content["units"]["rows"] for cell in row)
        for told in content["work"]:
            yield from (told["unit"], told["progress"], told["problems"], told["measures"])
    for row in content.get("rows", ()):
        shown = ("number", "name", "leads", "headline", "threshold", "word")
        if content["kind"] == "evidence":
            shown = ("archive_number", "title", "kind", "sha256")
        yield from (str(row[name]) for name in shown)
    for section in content.get("sections", ()):
        for block in section["blocks"]:
            if block["kind"] == "table" and block["table"]["rows"]:
                yield from (cell for row in [block["table"]["head"], *block["table"]["rows"]] for cell in row)
            elif block["kind"] == "facts":
                yield from (text for fact in block["facts"] for text in fact)


def test_every_figure_of_the_snapshot_is_in_its_chapter(
    made: Made, reader: PdfReader, texts: list[str]
) -> None:
    absent, looked = {}, 0
    for slug, content in made.contents.items():
        if slug == "cover":
            continue
        printed = chapter_text(made, reader, texts, slug)
        asked = [text for text in figures(content) if text]
        looked += len(asked)
        if gone := [text for text in asked if plain(text) not in printed]:
            absent[slug] = gone
    assert absent == {}
    assert looked > 80


def test_no_glyph_is_missing_and_every_font_is_in_the_file_once(made: Made, texts: list[str]) -> None:
    """Text in is text out, character by character; what no font has is printed as 〓 and named on the page."""
    whole = unicodedata.normalize("NFKC", plain("".join(texts)))
    for words in ("成效明显：PM₂.₅、SO₂下降，≥85%", "犇𠮷", "见〔CM01-WS·2017-D30-ZB18-0001〕"):
        assert unicodedata.normalize("NFKC", words) in whole
    assert unicodedata.normalize("NFKC", "犇𠮷，〓。") in whole
    assert made.missing["indicator-18"] == "\U000f0000"
    assert not [slug for slug, missing in made.missing.items() if missing and slug != "indicator-18"]
    with pikepdf.open(made.pdf) as book:
        fonts = [
            one for one in book.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"
        ]
        faces = [one for one in fonts if one.Subtype == "/Type0"]
        names = [str(one.BaseFont) for one in faces]
        assert len(names) == len(set(names)) >= 3
        for face in faces:
            descriptor = face.DescendantFonts[0].FontDescriptor
            embedded = descriptor.get("/FontFile3") or descriptor.get("/FontFile2")
            assert len(embedded.read_bytes()) > 500
            assert "/ToUnicode" in face


def test_pages_are_numbered_by_chapter_and_the_contents_say_where(
    made: Made, reader: PdfReader, texts: list[str]
) -> None:
    labels = list(reader.page_labels)
    contents = plain(
        "".join(text for label, text in zip(labels, texts, strict=True) if label.startswith("目-"))
    )
    for slug, number in made.numbers.items():
        if slug == "cover":
            continue
        first = texts[labels.index(f"{number}-1")]
        assert plain(first).endswith(f"{number}-1") or f"{number}-1" in plain(first)
        assert f"{number}-1" in contents
    assert f"{made.numbers['indicator-18']}生活垃圾无害化处理率" in contents
    body = plain(texts[labels.index("18-1")])
    assert "第十八章生活垃圾无害化处理率" in body  # running head
    assert "18.1考核要求" in body and "表18.1各分项结论" in body


def test_bookmarks_lead_to_chapters_and_their_sections(
    made: Made, reader: PdfReader, texts: list[str]
) -> None:
    outline = reader.outline
    chapters = [one for one in outline if not isinstance(one, list)]
    sections = [one for group in outline if isinstance(group, list) for one in group]
    assert [one.title for one in chapters][:5] == [
        "封面",
        "目录",
        "前言",
        "指标完成情况汇总",
        "18　生活垃圾无害化处理率",
    ]
    assert len(sections) > 8
    for mark in sections:
        page = reader.get_destination_page_number(mark)
        assert plain(mark.title) in plain(texts[page])


def test_links_lead_within_the_book_and_to_the_pieces(
    made: Made, reader: PdfReader, texts: list[str]
) -> None:
    labels = list(reader.page_labels)
    with pikepdf.open(made.pdf) as book:
        numbers = {page.objgen: place for place, page in enumerate(book.pages)}
        inner, outer = [], []
        for place, page in enumerate(book.pages):
            for link in page.obj.get("/Annots", ()):
                if "/Dest" in link:
                    inner.append((labels[place], labels[numbers[link.Dest[0].objgen]]))
                else:
                    outer.append(str(link.A.URI))
    assert ("目-1", "18-1") in inner
    assert ("总-1", "18-1") in inner  # from the table of verdicts
    assert [url for url in outer if url.startswith("dossier:")] == []
    [piece] = made.contents["evidence"]["rows"]
    assert f"https://cm.test{piece['url']}" in outer
    assert (f"{made.numbers['evidence']}-1", "18-") in [(here, there[:3]) for here, there in inner]


def test_every_citation_leads_to_a_file_whose_hash_is_right(made: Made, texts: list[str]) -> None:
    """From the archive number in print to the stored file: the same digest in snapshot, index, store and package."""
    printed = plain("".join(texts))
    media = made.pdf.parent.parent
    rows = made.contents["evidence"]["rows"]
    assert len(rows) == 1
    for row in rows:
        assert plain(f"〔{row['archive_number']}〕") in printed and row["sha256"] in printed
        stored = StoredFile.objects.get(sha256=row["sha256"])
        assert hashlib.sha256((media / stored.path).read_bytes()).hexdigest() == row["sha256"]
    package = made.dossier.package
    assert package is not None
    with zipfile.ZipFile(media / package.file.path) as archive:
        digests = {hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    assert {row["sha256"] for row in rows} <= digests


def test_it_is_pdf_a_with_the_workbook_inside_under_three_codes(made: Made, texts: list[str]) -> None:
    assert pdfa_faults(made.pdf) == []
    assert [name for name in PdfReader(made.pdf).attachments] == ["数据工作簿.xlsx"]
    issued = made.dossier.issued
    assert issued is not None and made.dossier.file is not None
    assert (issued.state, issued.sha256) == ("issued", made.dossier.file.file.sha256)
    assert issued.printed_code in plain(texts[1])
    assert IssuedFile.objects.filter(state="issued").count() == 3


def test_the_file_is_the_one_whose_hash_is_on_record(made: Made) -> None:
    assert made.dossier.file is not None
    stored = made.dossier.file.file
    content = made.pdf.read_bytes()
    assert (hashlib.sha256(content).hexdigest(), len(content)) == (stored.sha256, stored.size)
    assert made.dossier.pages == len(PdfReader(made.pdf).pages)


def test_the_second_page_says_where_it_comes_from(made: Made, texts: list[str]) -> None:
    second = plain(texts[1])
    assert made.dossier.snapshot.digest in second
    assert plain(made.dossier.snapshot.title) in second
    assert "签发" in second and "编制单位（章）市创模办" in second
