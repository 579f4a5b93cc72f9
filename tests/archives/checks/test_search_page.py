"""Search in the archive: within permissions, by title and by text, with filters, marks that are safe, constant queries."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archives.checks.queries.search import find_pieces, narrowed
from archives.holdings.services import add_version
from chuangmo.access.queries import rights_of
from tests.archives.checks.story import make_archive, paper, read_everything
from tests.archives.holdings.story import fill
from tests.archives.texts import files
from tests.factories import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]


def found(person, query: str, **values: str) -> list[int]:
    return [one.piece_id for one in find_pieces(query, narrowed(rights_of(person), values))]


def test_everyone_finds_what_he_may_see(cast: Cast):
    wanted = make_archive(cast)
    own = paper(cast, wanted, "德坞河水质改善方案", to="draft")
    other = paper(cast, wanted, "德坞河清淤方案", by=cast.stranger, to="submitted")
    assert found(cast.owner, "德坞河") == [own.pk]
    assert found(cast.stranger, "德坞河") == [other.pk]
    assert sorted(found(cast.office, "德坞河")) == [own.pk, other.pk]
    assert sorted(found(cast.lead, "德坞河")) == [own.pk, other.pk]
    assert found(cast.assessor, "德坞河") == []


def test_by_title_first_then_by_text(cast: Cast):
    wanted = make_archive(cast)
    text = paper(cast, wanted, "秸秆禁烧，见附表", title="通知一", to="draft")
    title = paper(
        cast, wanted, "附表", title="秸秆禁烧通知", document_number="钟府办发〔2017〕8号", to="draft"
    )
    assert found(cast.owner, "秸秆禁烧") == [title.pk, text.pk]
    assert found(cast.owner, "府办发〔2017〕8") == [title.pk]
    assert found(cast.owner, "") == []


def test_filters_narrow(cast: Cast):
    wanted = make_archive(cast)
    old = paper(cast, wanted, "垃圾甲", year=2016, covers_from=2014)
    new = paper(cast, wanted, "垃圾乙", kind="数据表格", to="draft")
    office = cast.office
    assert found(office, "垃圾", year="2015") == [old.pk]
    assert found(office, "垃圾", year="2017") == [new.pk]
    assert found(office, "垃圾", kind="数据表格") == [new.pk]
    assert found(office, "垃圾", state="accepted") == [old.pk]
    assert found(office, "垃圾", state="draft") == [new.pk]
    assert sorted(found(office, "垃圾", unit=str(cast.county.pk), indicator="18")) == [old.pk, new.pk]
    assert found(office, "垃圾", indicator="17") == []
    assert sorted(found(office, "垃圾", year="x", indicator="'; --", state="nonsense")) == [old.pk, new.pk]


def test_an_older_version_is_found_and_says_so(cast: Cast, client):
    wanted = make_archive(cast)
    piece = paper(cast, wanted, "德坞河水质", to="draft")
    add_version(
        by=cast.owner, piece_id=piece.pk, upload=SimpleUploadedFile("新.pdf", files.pdf("水城河水质"))
    )
    read_everything()
    client.force_login(cast.owner)
    page = client.get(reverse("checks:search"), {"q": "德坞河"}).content.decode()
    assert "在旧版（第 1 版）中" in page
    page = client.get(reverse("checks:search"), {"q": "水城河"}).content.decode()
    assert "旧版" not in page


def test_marks_are_safe_and_lead_to_the_place(cast: Cast, client):
    wanted = make_archive(cast)
    piece = paper(cast, wanted, "前言 &lt;script&gt;x()&lt;/script&gt; 德坞河", to="draft")
    fill(piece, cast.owner, title="<b>粗</b>德坞河")
    client.force_login(cast.owner)
    page = client.get(reverse("checks:search"), {"q": "德坞河"}).content.decode()
    assert "&lt;b&gt;粗&lt;/b&gt;<mark>德坞河</mark>" in page
    assert "&lt;script&gt;x()&lt;/script&gt;" in page
    assert page.count("<mark>德坞河</mark>") == 2
    link = re.search(r'href="(/files/\d+/show/\?q=[^"]+#text-1)"', page)
    assert link is not None
    shown = client.get(link[1]).content.decode()
    assert "<mark>德坞河</mark>" in shown
    assert "<script>x()" not in shown


def test_as_many_queries_for_many_as_for_few(cast: Cast, client):
    wanted = make_archive(cast)
    client.force_login(cast.office)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("checks:search"), {"q": "德坞河"}).status_code == 200
        return len(queries)

    paper(cast, wanted, "德坞河", to="draft")
    client.get(reverse("checks:search"), {"q": "德坞河"})
    few = count()
    for n in range(9):
        paper(cast, wanted, f"德坞河{n}", to="draft")
    assert count() == few
