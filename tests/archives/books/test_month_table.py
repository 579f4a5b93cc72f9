"""The month's table: a working copy for whoever reads it, given out by the office under codes that can be checked."""

from __future__ import annotations

import hashlib
from io import BytesIO

import pytest
from django.conf import settings
from django.test import Client, override_settings
from openpyxl import load_workbook
from pypdf import PdfReader

from archives.books.models import IssuedFile, State
from archives.books.services.giving import give_out
from chuangmo.audit.models import AuditEvent
from chuangmo.files.models import Attachment
from tests.factories import Cast

pytestmark = pytest.mark.django_db
EXPORT = "/p/2017/export/2017-05"
ISSUE = f"{EXPORT}/issue/"
WORKING = "工作稿，未出具"
TITLE = "六盘水市创模 26 项指标（截至 2017年5月）"


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def content(client: Client, address: str) -> bytes:
    response = client.get(address)
    return b"".join(response.streaming_content) if response.streaming else response.content


def words(pdf: bytes) -> list[str]:
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def heads(workbook: bytes) -> set[str]:
    return {str(sheet["A1"].value).removeprefix(TITLE).strip() for sheet in load_workbook(BytesIO(workbook))}


def test_given_out_with_codes_that_lead_to_their_digests(told: Cast) -> None:
    client = signed_in(told.office)
    assert "出具" in client.get("/p/2017/indicators/?month=2017-05").content.decode()
    answer = client.post(ISSUE)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/verify/issued/")
    pdf, workbook = IssuedFile.objects.order_by("pk")
    assert [(row.title, row.kind, row.state, row.issued_by) for row in (pdf, workbook)] == [
        (f"{TITLE} {ending}", "table", State.ISSUED, told.office) for ending in ("PDF", "XLSX")
    ]
    page = client.get("/verify/issued/").content.decode()
    files = {}
    for row in (pdf, workbook):
        copy = Attachment.objects.get(owner_kind="issued", owner_id=row.pk)
        assert f"/files/{copy.pk}/" in page
        files[row] = content(client, f"/files/{copy.pk}/")
        assert hashlib.sha256(files[row]).hexdigest() == row.sha256
        assert [
            signed_in(one).get(f"/files/{copy.pk}/").status_code for one in (told.owner, told.observer)
        ] == [
            404,
            404,
        ]
        shown = Client().get(f"/verify/{row.code}/").content.decode()
        assert row.sha256 in shown and row.title in shown
    mark = f"核验码 {{}}，核验：{settings.SITE_URL}/verify/{{}}/"
    pages = words(files[pdf])
    wanted = "".join(mark.format(pdf.printed_code, pdf.code).split())
    assert [number for number, text in enumerate(pages) if wanted not in text] == []
    assert heads(files[workbook]) == {f"【{mark.format(workbook.printed_code, workbook.code)}】"}
    assert WORKING not in "".join(pages)
    assert AuditEvent.objects.filter(action="book-issue").count() == 2


def test_a_working_copy_says_so_and_writes_nothing(told: Cast) -> None:
    client = signed_in(told.owner)
    assert f"{ISSUE}" not in client.get("/p/2017/indicators/?month=2017-05").content.decode()
    events = AuditEvent.objects.count()
    assert [
        number for number, text in enumerate(words(content(client, f"{EXPORT}.pdf"))) if WORKING not in text
    ] == []
    assert heads(content(client, f"{EXPORT}.xlsx")) == {f"【{WORKING}】"}
    assert (AuditEvent.objects.count(), IssuedFile.objects.count()) == (events, 0)


def test_a_file_that_fails_leaves_nothing_given_out(cast: Cast) -> None:
    """The second fails after the first was made: neither is given out, and their codes lead nowhere."""

    def fails(code: str, address: str) -> bytes:
        raise OSError("disc full")

    made = [("表.pdf", lambda code, address: f"%PDF-1.7 {code}".encode()), ("表.xlsx", fails)]
    with pytest.raises(OSError, match="disc full"):
        give_out(by=cast.office, title="表", made=made)
    assert set(IssuedFile.objects.values_list("state", flat=True)) == {State.RESERVED}
    assert not Attachment.objects.filter(owner_kind="issued").exists()
    code = IssuedFile.objects.earliest("pk").code
    assert Client().get(f"/verify/{code}/").status_code == 404


def test_only_the_office_gives_out_and_only_where_somebody_keeps_codes(told: Cast) -> None:
    assert [signed_in(one).post(ISSUE).status_code for one in (told.owner, told.admin, told.assessor)] == [
        403
    ] * 3
    assert signed_in(told.office).get(ISSUE).status_code == 405
    assert signed_in(told.office).post("/p/2017/export/2018-05/issue/").status_code == 404
    with override_settings(FILES_ISSUED_BY=""):
        client = signed_in(told.office)
        assert ISSUE not in client.get("/p/2017/indicators/?month=2017-05").content.decode()
        assert client.post(ISSUE).status_code == 403
    assert not IssuedFile.objects.exists()
