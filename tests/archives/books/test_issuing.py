"""Files given out: a code that is printed first, a digest that is told once, an end that everybody sees."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archives.books import codes
from archives.books.models import IssuedFile, Kind, State
from archives.books.services import issue_file, register, reserve_code, supersede, withdraw
from archives.books.views import verify
from chuangmo.audit.models import AuditEvent
from chuangmo.errors import Invalid, Refused, Stale
from tests.factories import Cast

pytestmark = pytest.mark.django_db

CONTENT = b"%PDF-1.7 report"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()
    yield
    cache.clear()


def issued(cast: Cast, title: str = "预评估资料", **fields) -> IssuedFile:
    return issue_file(CONTENT, title=title, kind=Kind.DOSSIER, by=cast.office, **fields)


# Codes --------------------------------------------------------------------------------------------------


def test_a_code_is_easy_to_read_aloud_and_never_the_same() -> None:
    found = {codes.new_code() for _ in range(500)}
    assert len(found) == 500
    assert {len(one) for one in found} == {12}
    assert set("".join(found)) == set(codes.ALPHABET)
    assert not set("01OILUV") & set(codes.ALPHABET) - {"V"}


@pytest.mark.parametrize(
    "typed", ["7KQ2-M9TX-4HWD", " 7kq2 m9tx 4hwd", "７ＫＱ２—Ｍ９ＴＸ—４ＨＷＤ", "7KQ2M9TX4HWD\n"]
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert codes.read_code(typed) == "7KQ2M9TX4HWD"
    assert codes.grouped(codes.read_code(typed)) == "7KQ2-M9TX-4HWD"


@pytest.mark.parametrize(
    ("typed", "words"),
    [("", "请输入"), ("7KQ2", "现在是 4 个"), ("7KQ2M9TX4HW0", "“0”"), ("核验码七个字的文字啊啊啊", "没有")],
)
def test_what_can_be_no_code_is_told(typed: str, words: str) -> None:
    assert words in codes.code_fault(codes.read_code(typed))


# Services -----------------------------------------------------------------------------------------------


def test_the_code_comes_first_and_the_digest_once(cast: Cast, tmp_path: Path) -> None:
    reserved = reserve_code(title="资料包", kind=Kind.PACKAGE, by=cast.office)
    assert (reserved.state, reserved.sha256, reserved.issued_at) == (State.RESERVED, "", None)
    path = tmp_path / "包.zip"
    path.write_bytes(CONTENT)
    done = issue_file(path, title="", by=cast.office, reserved=reserved)
    assert (done.pk, done.state, done.sha256, done.size) == (reserved.pk, State.ISSUED, SHA256, len(CONTENT))
    again = register(issued=reserved, sha256=SHA256.upper(), size=len(CONTENT), by=cast.office)
    assert again.issued_at == done.issued_at
    with pytest.raises(Stale, match="另一个文件"):
        register(issued=reserved, sha256="0" * 64, size=1, by=cast.office)
    told = AuditEvent.objects.filter(object_kind="issued-file").order_by("pk")
    actions = list(told.values_list("action", flat=True))
    assert actions == ["book-reserve", "book-issue"]


@pytest.mark.parametrize(
    "person", ["owner", "colleague", "county_office", "inspector", "observer", "assessor", "admin"]
)
def test_only_the_office_gives_files_out(cast: Cast, person: str) -> None:
    one = issued(cast)
    by = getattr(cast, person)
    for act in (
        lambda: issue_file(CONTENT, title="x", by=by),
        lambda: reserve_code(title="x", by=by),
        lambda: withdraw(issued=one, reason="x", by=by),
        lambda: register(issued=one, sha256=SHA256, size=len(CONTENT), by=by),
    ):
        with pytest.raises(Refused):
            act()
    assert IssuedFile.objects.count() == 1


def test_the_system_gives_out_in_the_name_of_the_citys_office(cast: Cast) -> None:
    one = issue_file(CONTENT, title="月表", by=None)
    assert (one.issued_by, one.office) == (None, issued(cast).office)


def test_what_ended_ends_once_with_a_reason(cast: Cast) -> None:
    old, newer = issued(cast), issued(cast, "预评估资料（二稿）")
    with pytest.raises(Invalid, match="原因"):
        withdraw(issued=old, reason="  ", by=cast.office)
    supersede(issued=old, newer=newer, by=cast.office)
    assert (old.state, old.superseded_by) == (State.SUPERSEDED, newer)
    for act in (
        lambda: withdraw(issued=old, reason="数错了", by=cast.office),
        lambda: supersede(issued=old, newer=newer, by=cast.office),
    ):
        with pytest.raises(Stale):
            act()
    with pytest.raises(Refused):
        supersede(issued=newer, newer=old, by=cast.office)


def test_the_table_keeps_a_digest_with_every_issued_file(cast: Cast) -> None:
    one = issued(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        IssuedFile.objects.filter(pk=one.pk).update(sha256="")


# Pages --------------------------------------------------------------------------------------------------


def test_anybody_sees_title_date_issuer_digest_and_nothing_else(cast: Cast, client: Client) -> None:
    one = issued(cast)
    page = client.get(one.get_absolute_url().lower())
    text = page.content.decode()
    assert page.status_code == 200
    assert all(
        words in text for words in ("预评估资料", one.printed_code, SHA256, one.office.name, "15 字节")
    )
    assert cast.office.name not in text and cast.office.username not in text
    assert "有效" in text


def test_a_typed_code_leads_to_its_page_and_a_wrong_one_stays_typed(cast: Cast, client: Client) -> None:
    one = issued(cast)
    ask = reverse("books:verify-ask")
    found = client.get(ask, {"code": one.printed_code.lower()})
    assert (found.status_code, found["Location"]) == (302, one.get_absolute_url())
    wrong = client.get(ask, {"code": "7KQ2-M9T0"})
    assert (
        wrong.status_code == 200
        and "“0”" in wrong.content.decode()
        and 'value="7KQ2-M9T0"' in wrong.content.decode()
    )
    unknown = client.get(reverse("books:verify-show", args=["7KQ2-M9TX-4HWD"]))
    assert unknown.status_code == 404
    assert "没有出具过这个核验码的文件" in unknown.content.decode()


def test_a_code_whose_file_is_not_finished_is_unknown(cast: Cast, client: Client) -> None:
    reserved = reserve_code(title="还在生成的资料", by=cast.office)
    page = client.get(reserved.get_absolute_url())
    assert page.status_code == 404 and "还在生成的资料" not in page.content.decode()


def test_the_end_of_a_file_is_shown_with_its_reason_or_its_successor(cast: Cast, client: Client) -> None:
    old, newer = issued(cast), issued(cast, "预评估资料（二稿）")
    supersede(issued=old, newer=newer, by=cast.office)
    text = client.get(old.get_absolute_url()).content.decode()
    assert "已被替代" in text and newer.get_absolute_url() in text
    withdraw(issued=newer, reason="第 18 项数据有误", by=cast.office)
    text = client.get(newer.get_absolute_url()).content.decode()
    assert "已作废" in text and "第 18 项数据有误" in text


def test_trying_codes_is_slowed_down_and_known_codes_cost_nothing(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "TRIES", 3)
    one = issued(cast)
    unknown = reverse("books:verify-show", args=["7KQ2M9TX4HWD"])
    assert [client.get(one.get_absolute_url()).status_code for _ in range(5)] == [200] * 5
    assert [client.get(unknown).status_code for _ in range(4)] == [404, 404, 404, 429]
    assert client.get(one.get_absolute_url()).status_code == 429
    assert client.get(one.get_absolute_url(), REMOTE_ADDR="10.0.0.7").status_code == 200


def test_the_office_lists_filters_and_withdraws(cast: Cast, client: Client) -> None:
    one = issued(cast)
    issue_file(b"x", title="检测证书", kind=Kind.CERTIFICATE, by=cast.office)
    reserve_code(title="没有完成的", by=cast.office)
    client.force_login(cast.office, backend="django.contrib.auth.backends.ModelBackend")
    listed = reverse("books:issued-list")

    def titles(**asked: str) -> list[str]:
        return [row.title for row in client.get(listed, asked).context["page"]]

    assert titles() == ["检测证书", "预评估资料"]
    assert titles(kind="certificate") == ["检测证书"]
    assert titles(text=one.printed_code) == ["预评估资料"]
    assert titles(text="预评估", state="withdrawn") == []
    address = reverse("books:issued-withdraw", args=[one.code])
    refused = client.post(address, {"reason": ""})
    assert refused.status_code == 200 and "这个字段" in refused.content.decode()
    assert client.post(address, {"reason": "封面日期有误"}).status_code == 302
    assert titles(state="withdrawn") == ["预评估资料"]
    again = client.post(address, {"reason": "再来"}, follow=True)
    assert "没有更改" in again.content.decode()


@pytest.mark.sqlite_only
def test_the_list_costs_the_same_for_one_and_for_many(
    cast: Cast, client: Client, django_assert_num_queries
) -> None:
    client.force_login(cast.office, backend="django.contrib.auth.backends.ModelBackend")
    issued(cast)
    listed = reverse("books:issued-list")
    client.get(listed)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(listed)
    for number in range(20):
        supersede(issued=issued(cast), newer=issued(cast, f"第 {number} 稿"), by=cast.office)
    with django_assert_num_queries(len(few)):
        client.get(listed)
