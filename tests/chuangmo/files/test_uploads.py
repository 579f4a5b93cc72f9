"""Uploading to a report and reading it back: what is kept, what is refused, who may."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from wsgiref.util import is_hop_by_hop

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import FakePayload

from chuangmo.files.models import Attachment, StoredFile
from chuangmo.review.models import Case, State
from indicators.reporting.models import Report
from tests.factories import Cast

PDF = b"%PDF-1.7\n" + b"a" * 200
SHA = hashlib.sha256(PDF).hexdigest()


@pytest.fixture
def report(cast: Cast) -> Report:
    return cast.report()


def _client(user: Any) -> Client:
    client = Client()
    if getattr(user, "pk", None):
        client.force_login(user)
    return client


def _send(client: Client, report: Report, *files: tuple[str, bytes], **fields: str):
    uploads = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(f"/reports/{report.pk}/files/", {"files": uploads, **fields}, follow=True)


def _read(client: Client, attachment: Attachment) -> Any:
    """The answer to reading the attachment, read to the end; the content is in `.read`."""
    response = client.get(f"/files/{attachment.pk}/")
    response.read = b"".join(response.streaming_content) if response.streaming else b""
    return response


def _told(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_stored_once_under_its_hash(cast: Cast, report: Report, media_root: Path) -> None:
    client = _client(cast.owner)
    assert _told(_send(client, report, ("通知.pdf", PDF), ("又一份.pdf", PDF))) == [
        "已上传：通知.pdf、又一份.pdf"
    ]
    stored = StoredFile.objects.get()
    assert (stored.sha256, stored.size, stored.mime, stored.path) == (
        SHA,
        len(PDF),
        "application/pdf",
        f"{SHA[:2]}/{SHA}",
    )
    assert [path.read_bytes() for path in media_root.rglob("*") if path.is_file()] == [PDF]
    assert [(a.name, a.kind, a.uploaded_by) for a in Attachment.objects.all()] == [
        ("通知.pdf", "正式发文", cast.owner),
        ("又一份.pdf", "正式发文", cast.owner),
    ]


def test_what_is_refused_is_named_and_the_rest_kept(cast: Cast, report: Report, media_root: Path) -> None:
    told = _told(
        _send(
            _client(cast.owner),
            report,
            ("程序.pdf", b"MZ\x90" + b"\x00" * 99),
            ("好.pdf", PDF),
            ("x.exe", PDF),
        )
    )
    assert told[0] == "“程序.pdf”的内容不是 pdf 文件（可能改过扩展名），没有保存"
    assert told[1].startswith("不能上传“x.exe”：只收 ")
    assert told[2] == "已上传：好.pdf"
    assert [path.name for path in media_root.rglob("*") if path.is_file()] == [SHA]


def test_an_empty_file_is_refused(cast: Cast, report: Report) -> None:
    assert _told(_send(_client(cast.owner), report, ("空.pdf", b""))) == ["“空.pdf”是空文件，没有内容"]
    assert not StoredFile.objects.exists()


def test_a_file_that_is_too_large_is_refused_by_its_length_alone(
    cast: Cast, report: Report, settings: Any, media_root: Path
) -> None:
    settings.FILE_MAX_BYTES = 1024
    client = _client(cast.owner)
    # One byte over the limit: refused by its own size.
    told = _told(_send(client, report, ("大.pdf", PDF + b"a" * 1024)))
    assert told == ["“大.pdf”有 1 KB，超过上限 1 KB，没有保存"]
    # Far over it: refused by its length. It is read to its end all the same, or the browser would not show the answer.
    body = FakePayload(b"a" * 3 * 1024 * 1024)
    response = client.generic(
        "POST",
        f"/reports/{report.pk}/files/",
        b"",
        content_type="multipart/form-data; boundary=x",
        **{"CONTENT_LENGTH": str(len(body)), "wsgi.input": body},
    )
    assert response.status_code == 413
    assert "上传的内容有 3 MB，超过一次 1 KB 的上限，没有保存。" in response.content.decode()
    assert len(body) == 0
    assert not [name for name in response.headers if is_hop_by_hop(name)]  # a server may refuse such a header
    assert not list(media_root.iterdir()) and not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("owner", 200),
        ("colleague", 200),
        ("stranger", 404),
        ("lead", 200),
        ("office", 200),
        ("county_office", 200),
        ("inspector", 200),
        ("assessor", 404),
        ("anonymous", 302),
    ],
)
def test_who_reads_it(cast: Cast, report: Report, who: str, status: int) -> None:
    _send(_client(cast.owner), report, ("通知.pdf", PDF))
    attachment = Attachment.objects.get()
    response = _read(_client(getattr(cast, who)), attachment)
    assert (response.status_code, response.read) == (status, PDF if status == 200 else b"")


def test_an_upload_opens_nothing_and_reveals_nothing(cast: Cast, report: Report) -> None:
    """Who sends a content that exists gets the same answer as for a new one, and no way to the other's file."""
    _send(_client(cast.owner), report, ("机密.pdf", PDF))
    theirs = cast.report(cast.other_county)
    told = _told(_send(_client(cast.stranger), theirs, ("我的.pdf", PDF)))
    assert told == ["已上传：我的.pdf"]
    mine = Attachment.objects.get(owner_id=theirs.pk)
    other = Attachment.objects.get(owner_id=report.pk)
    client = _client(cast.stranger)
    assert (_read(client, mine).status_code, _read(client, other).status_code) == (
        200,
        404,
    )


def test_only_harmless_kinds_are_shown_in_the_browser(cast: Cast, report: Report) -> None:
    client = _client(cast.owner)
    _send(client, report, ("通知.pdf", PDF), ("说明.txt", b"hello"))
    shown, saved = (_read(client, a) for a in Attachment.objects.order_by("pk"))
    assert (shown["Content-Type"], shown["Content-Disposition"].split(";")[0]) == (
        "application/pdf",
        "inline",
    )
    assert (saved["Content-Type"], saved["Content-Disposition"].split(";")[0]) == (
        "application/octet-stream",
        "attachment",
    )
    assert "filename*=utf-8''%E9%80%9A%E7%9F%A5.pdf" in shown["Content-Disposition"]
    assert {r["X-Content-Type-Options"] for r in (shown, saved)} == {"nosniff"}
    assert "sandbox" in shown["Content-Security-Policy"]


@pytest.mark.parametrize("who", ["colleague", "lead", "office"])
def test_who_may_not_fill_in_may_not_attach(cast: Cast, report: Report, who: str) -> None:
    assert _send(_client(getattr(cast, who)), report, ("a.pdf", PDF)).status_code == 403
    assert not StoredFile.objects.exists()


def test_a_stranger_finds_no_report_to_attach_to(cast: Cast, report: Report) -> None:
    assert _send(_client(cast.stranger), report, ("a.pdf", PDF)).status_code == 404


def test_removing_marks_and_keeps_the_content(cast: Cast, report: Report, media_root: Path) -> None:
    client = _client(cast.owner)
    _send(client, report, ("通知.pdf", PDF))
    attachment = Attachment.objects.get()
    path = f"/reports/{report.pk}/files/{attachment.pk}/remove/"
    assert client.post(path).status_code == 302
    attachment.refresh_from_db()
    assert (attachment.removed_by, StoredFile.objects.count()) == (cast.owner, 1)
    assert (media_root / SHA[:2] / SHA).is_file()
    assert client.post(path).status_code == 409
    assert _read(client, attachment).read == PDF  # a revision may cite it


def test_after_submission_nothing_is_added_or_removed(cast: Cast, report: Report) -> None:
    client = _client(cast.owner)
    _send(client, report, ("通知.pdf", PDF))
    Case.objects.filter(pk=report.case_id).update(state=State.SUBMITTED)
    attachment = Attachment.objects.get()
    assert client.post(f"/reports/{report.pk}/files/{attachment.pk}/remove/").status_code == 403
    assert _send(client, report, ("b.pdf", PDF + b"b")).status_code == 403
    assert StoredFile.objects.count() == 1


def test_a_file_of_another_report_cannot_be_removed(cast: Cast, report: Report) -> None:
    _send(_client(cast.owner), report, ("通知.pdf", PDF))
    theirs = cast.report(cast.other_county)
    attachment = Attachment.objects.get()
    response = _client(cast.stranger).post(f"/reports/{theirs.pk}/files/{attachment.pk}/remove/")
    assert response.status_code == 403
    attachment.refresh_from_db()
    assert attachment.removed_at is None
