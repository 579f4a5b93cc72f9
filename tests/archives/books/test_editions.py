"""An edition: codes in print, three files that belong together, digests told at the end."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from archives.books.models import State
from archives.books.services.editions import evidence_of, make_edition, publish_edition, reserve
from archives.books.services.package import PackageProblem
from archives.books.services.pdfa import pdfa_faults
from chuangmo.errors import Stale
from chuangmo.files.models import StoredFile
from chuangmo.files.services import store
from tests.archives.books.cases import every
from tests.factories import Cast

pytestmark = pytest.mark.django_db

CONTENT = b"%PDF-1.4\nnotice\n%%EOF\n"


def cited(version: int, sha256: str) -> dict[str, Any]:
    return {
        "archive_number": f"CM01-WS·2017-D30-ZB08-{version:04d}",
        "title": "空气质量通报",
        "kind": "正式发文",
        "year": 2017,
        "piece_id": version,
        "version_id": version,
        "sha256": sha256,
        "file_name": "通报.pdf",
        "url": "/",
        "chapters": ["indicator-08", "indicator-15"],
    }


def snapshot(*pieces: dict[str, Any]) -> list[SimpleNamespace]:
    rows = [case.row(number) for number, case in enumerate(every()[:3], start=1)]
    inputs = {
        "plan": "2017",
        "plan_name": "x",
        "year": 2017,
        "as_of": "2017-05-31",
        "indicators": rows,
        "sources": {},
    }
    return [
        SimpleNamespace(slug="workbook", content={"kind": "blocks", "workbook": inputs}),
        SimpleNamespace(slug="evidence", content={"kind": "evidence", "rows": list(pieces)}),
    ]


@pytest.fixture
def bound(tmp_path: Path) -> Path:
    path = tmp_path / "bound.pdf"
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(path)
    return path


@pytest.fixture
def stored(db: None) -> StoredFile:
    return store(SimpleUploadedFile("通报.pdf", CONTENT))


def test_three_files_under_three_codes(
    cast: Cast, bound: Path, stored: StoredFile, tmp_path: Path, client: Client
) -> None:
    chapters = snapshot(cited(1, stored.sha256), cited(1, stored.sha256))
    codes = reserve(title="省级预评估资料", by=cast.office)
    folder = tmp_path / "edition"
    folder.mkdir()
    edition = make_edition(
        folder,
        codes=codes,
        pdf=bound,
        chapters=chapters,
        evidence=evidence_of(chapters),
        title="省级预评估资料",
    )
    assert {one.state for one in codes.all} == {State.RESERVED}
    publish_edition(codes=codes, edition=edition, by=cast.office)
    publish_edition(codes=codes, edition=edition, by=cast.office)
    for issued, made in zip(codes.all, (edition.dossier, edition.workbook, edition.package), strict=True):
        assert hashlib.sha256(made.path.read_bytes()).hexdigest() == issued.sha256
        assert issued.sha256 in client.get(issued.get_absolute_url()).content.decode()
    assert pdfa_faults(edition.dossier.path) == []
    with pikepdf.open(edition.dossier.path) as pdf:
        inside = pdf.attachments["数据工作簿.xlsx"].get_file().read_bytes()
    assert inside == edition.workbook.path.read_bytes()
    with zipfile.ZipFile(edition.package.path) as archive:
        names = [
            name
            for name in archive.namelist()
            if "." in name and not name.startswith(("index", "核验", "清单"))
        ]
        assert archive.read("数据工作簿.xlsx") == inside
        assert codes.package.printed_code in archive.read("index.html").decode()
        assert "08、15" in archive.read("清单.csv").decode()
    assert names == [
        "省级预评估资料.pdf",
        "数据工作簿.xlsx",
        "佐证材料/CM01-WS·2017-D30-ZB08/CM01-WS·2017-D30-ZB08-0001 空气质量通报.pdf",
    ]
    with pytest.raises(Stale):
        other = edition.__class__(edition.workbook, edition.workbook, edition.package)
        publish_edition(codes=codes, edition=other, by=cast.office)


def test_a_cited_file_that_the_store_has_lost_is_named(cast: Cast, bound: Path, tmp_path: Path) -> None:
    chapters = snapshot(cited(7, "0" * 64))
    with pytest.raises(PackageProblem, match="CM01-WS·2017-D30-ZB08-0007 空气质量通报"):
        make_edition(
            tmp_path,
            codes=reserve(title="资料", by=cast.office),
            pdf=bound,
            chapters=chapters,
            evidence=evidence_of(chapters),
            title="资料",
        )


def test_evidence_is_found_in_one_query(stored: StoredFile, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        found = evidence_of(snapshot(*[cited(number, stored.sha256) for number in range(50)]))
    assert len(found) == 50
    with found[0].open() as stream:
        assert stream.read() == CONTENT
