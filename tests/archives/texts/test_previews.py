"""A file in the page: who may see it, what it shows of each kind, and that nothing of it runs."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from archives.texts.models import FileText
from archives.texts.queries.previews import picture_of, preview_of
from archives.texts.services import extract
from chuangmo.files.models import Attachment, StoredFile
from indicators.demonstration.rules.papers import paper
from tests.archives.texts import files
from tests.factories import Cast, make_report

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]


@pytest.fixture(autouse=True)
def no_cache() -> Any:
    caches["previews"].clear()


def read(name: str, content: bytes) -> StoredFile:
    file = files.stored(name, content)
    extract(file)
    return file


def test_a_pdf_is_shown_as_pictures_of_its_pages():
    file = read("月报.pdf", files.pdf("第一页", "第二页"))
    assert (preview_of(file).kind, list(preview_of(file).pictures)) == ("pictures", [1, 2])
    first, mime = picture_of(file, 1)
    assert mime == "image/png"
    assert max(Image.open(io.BytesIO(first)).size) == 1400
    assert picture_of(file, 2)[0] != first
    assert picture_of(file, 3)[0] == b""


def test_a_page_without_its_glyphs_is_not_shown_empty():
    """A font that is not in the file may be missing on the server: then the words are shown, not a white page."""
    _, _, content = paper("pdf", "德坞河", [("断面", "三个")])
    file = read("简报.pdf", content)
    drawn = picture_of(file)[0]
    is_white = not drawn or Image.open(io.BytesIO(drawn)).convert("L").getextrema()[0] == 255
    assert (preview_of(file).kind == "none") == is_white
    assert not drawn or not is_white


def test_what_cannot_be_shown_says_why():
    assert preview_of(files.stored("a.pdf", files.pdf("x"))).words == "文件正在读取，稍后刷新本页。"
    assert preview_of(read("b.pdf", files.encrypted_pdf())).words == "有密码，打不开，不能显示。"
    assert preview_of(read("c.pdf", files.empty_pdf())).words == "没有一页内容，不能显示。"
    assert preview_of(read("d.xlsx", files.bomb())).words == "解压后过大，不予读取，请下载查看。"
    assert preview_of(StoredFile(sha256="0", mime="text/plain", path="gone")).kind == "none"


def test_a_picture_is_made_smaller_and_loses_its_place():
    large = Image.new("RGB", (3000, 1000), "green")
    exif = large.getexif()
    exif[0x8825] = {1: "N", 2: (26.0, 35.0, 0.0)}  # where it was taken
    exif[0x0112] = 6  # turned
    stream = io.BytesIO()
    large.save(stream, "JPEG", exif=exif)
    content, mime = picture_of(read("现场.jpg", stream.getvalue()))
    small = Image.open(io.BytesIO(content))
    assert (mime, small.size, dict(small.getexif())) == ("image/jpeg", (533, 1600), {})
    heic = read("现场.heic", files.photo("HEIF"))
    assert Image.open(io.BytesIO(picture_of(heic)[0])).format == "JPEG"


def test_word_is_shown_as_clean_html():
    hostile = files.word("标题 <script>alert(1)</script>", cells=("单位", "<img src=x onerror=alert(1)>"))
    shown = str(preview_of(read("通知.docx", hostile)).html)
    assert "标题 &lt;script&gt;" in shown
    assert "<td><p>单位</p></td>" in shown
    assert "<script" not in shown
    assert "<img" not in shown


def test_cleaning_leaves_text_tables_and_own_pictures():
    from archives.texts.queries.previews import _cleaned

    hostile = (
        '<p onclick="x()">一</p><a href="javascript:x()">二</a><iframe src="//x"></iframe><style>p{}</style>'
        '<img src="http://x/y.png"><img src="data:image/svg+xml,x"><img src="data:image/png;base64,aa" alt="图">'
        '<table><tr><td colspan="2" style="x">三</td></tr></table>'
    )
    assert str(_cleaned(hostile)) == (
        '<p>一</p>二<img><img><img src="data:image/png;base64,aa" alt="图">'
        '<table><tbody><tr><td colspan="2">三</td></tr></tbody></table>'
    )


def test_tables_show_their_beginning():
    preview = preview_of(read("表.xlsx", files.excel([["站", 1.5]] + [[f"行{n}", n] for n in range(300)])))
    [table] = preview.tables
    assert (preview.kind, table["name"], table["is_cut"], len(table["rows"])) == ("tables", "监测", True, 200)
    assert table["rows"][0] == ["站", "1.5"]
    assert preview.words == "只显示每张表的开头。"
    comma = preview_of(read("表.csv", "站,值\n六中,35\n".encode("gbk")))
    assert comma.tables[0]["rows"] == [["站", "值"], ["六中", "35"]]


def test_other_texts_are_shown_as_text():
    assert preview_of(read("a.ofd", files.ofd("红头"))).texts == ["红头"]
    assert preview_of(read("a.txt", "秸秆".encode("gbk"))).texts == ["秸秆"]


def test_a_stored_svg_is_text_and_nothing_else():
    """None can be uploaded; one that got into the store by another way is not drawn."""
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    file = files.stored("a.txt", svg)
    StoredFile.objects.filter(pk=file.pk).update(mime="image/svg+xml")
    file.refresh_from_db()
    extract(file)
    assert preview_of(file).kind == "text"
    assert picture_of(file)[0] == b""


@pytest.fixture
def attached(cast: Cast) -> Attachment:
    from indicators.reporting.services.attaching import attach_file

    report = make_report(cast.county, cast.indicator)
    upload = SimpleUploadedFile(
        "<b>月报.pdf", files.pdf("德坞河 <script>alert(1)</script> 水质".replace("<", "&lt;"))
    )
    return attach_file(by=cast.owner, report_id=report.pk, upload=upload)


def test_who_may_see_it_sees_it_and_a_stranger_learns_nothing(cast: Cast, attached: Attachment, client):
    extract(attached.file)
    page, picture = f"/files/{attached.pk}/show/", f"/files/{attached.pk}/show/1/"
    client.force_login(cast.stranger)
    assert (client.get(page).status_code, client.get(picture).status_code) == (404, 404)
    client.force_login(cast.colleague)
    shown = client.get(page, {"q": "水质"}).content.decode()
    assert 'href="#text-1">1</a>' in shown
    assert "<mark>水质</mark>" in shown
    assert "<script>alert" not in shown
    drawn = client.get(picture)
    assert (drawn["Content-Type"], drawn["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert client.get(f"/files/{attached.pk}/show/7/").status_code == 404
    assert FileText.objects.count() == 1
