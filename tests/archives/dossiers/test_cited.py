"""Who was let into a dossier reads the pieces that its snapshot cites, in the cited versions, as long as he is let in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from archives.books.services import issue_file, withdraw
from archives.dossiers.models import Dossier
from archives.dossiers.services.reading import let_read, stop_reading
from archives.holdings.models import Piece, PieceVersion
from archives.holdings.services import add_version
from chuangmo.access.models import User
from chuangmo.files.models import Attachment
from chuangmo.review import services as review
from tests.archives.holdings.story import accepted, fill, make_registers, pdf, want
from tests.archives.story import done_dossier, take
from tests.factories import Cast

pytestmark = pytest.mark.django_db
SIGN_IN = "django.contrib.auth.backends.ModelBackend"


def got(client: Client, address: str) -> int:
    """The status; a file that is sent is read to its end, which closes it."""
    response = client.get(address)
    if response.streaming:
        assert b"".join(response.streaming_content)
    return response.status_code


@dataclass
class Reading:
    """A dossier that is open to the assessor; the piece it cites has another file by now, and one was accepted since."""

    cast: Cast
    dossier: Dossier
    piece: Piece
    cited: PieceVersion
    newer: PieceVersion
    later: Piece

    @property
    def page(self) -> str:
        return f"/dossiers/{self.dossier.pk}/pieces/{self.piece.pk}/"

    def gets(self, person: User, address: str) -> int:
        return got(self.client(person), address)

    def client(self, person: User) -> Client:
        client = Client()
        client.force_login(person, backend=SIGN_IN)
        return client

    def files(self, version: PieceVersion) -> tuple[str, str]:
        return f"/files/{version.attachment_id}/", f"/files/{version.attachment_id}/show/"


@pytest.fixture
def reading(cast: Cast) -> Reading:
    make_registers()
    wanted = want(cast)
    piece = accepted(cast, wanted, text="固化时的")
    dossier = done_dossier(cast, take(cast))
    let_read(by=cast.office, dossier=dossier, person=cast.assessor)
    review.unlock(case_id=piece.case_id, revision_no=1, by=cast.office, reason="缺末页")
    add_version(by=cast.owner, piece_id=piece.pk, upload=pdf("以后的", name="以后的.pdf"))
    piece.refresh_from_db()
    fill(piece, cast.owner, title="以后的题名")
    case = review.submit(case_id=piece.case_id, revision_no=1, by=cast.owner)
    for move, by in (
        (review.sign_off, cast.colleague),
        (review.verify, cast.lead),
        (review.accept, cast.office),
    ):
        case = move(case_id=case.pk, revision_no=2, by=by)
    return Reading(
        cast=cast,
        dossier=dossier,
        piece=piece,
        cited=piece.versions.get(number=1),
        newer=piece.versions.get(number=2),
        later=accepted(cast, wanted, text="后来的"),
    )


def test_a_reader_finds_the_cited_version_and_nothing_else(reading: Reading) -> None:
    cast, piece = reading.cast, reading.piece
    client = reading.client(cast.assessor)
    listed = f"/dossiers/{reading.dossier.pk}/pieces/"
    assert listed in client.get(reading.dossier.get_absolute_url()).content.decode()
    words = client.get(listed).content.decode()
    assert reading.page in words and piece.archive_number in words
    assert reading.later.archive_number not in words and "以后的题名" not in words
    assert reading.page not in client.get(f"{listed}?q=没有这个题名").content.decode()
    assert reading.page in client.get(f"{listed}?q=18").content.decode()

    link = client.get(piece.get_absolute_url())  # as the book prints it
    assert (link.status_code, link.headers["Location"]) == (302, reading.page)
    shown = client.get(reading.page).content.decode()
    assert reading.cited.file.sha256 in shown and reading.newer.file.sha256 not in shown
    assert all(address in shown for address in reading.files(reading.cited))
    answer = client.get(reading.files(reading.cited)[0])
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert reading.gets(cast.assessor, reading.files(reading.cited)[1]) == 200

    closed = [
        *reading.files(reading.newer),
        *reading.files(reading.later.versions.get()),
        reading.later.get_absolute_url(),
        f"/dossiers/{reading.dossier.pk}/pieces/{reading.later.pk}/",
    ]
    assert [reading.gets(cast.assessor, address) for address in closed] == [404] * len(closed)
    assert client.post(piece.get_absolute_url(), {"title": "x"}).status_code == 404
    assert [reading.gets(cast.office, address) for address in closed[:-1]] == [200] * 5
    assert (
        reading.gets(cast.office, piece.get_absolute_url()) == 200
    )  # who sees it by role stays on its own page


def _membership_ends(reading: Reading) -> None:
    reading.cast.assessor.memberships.update(valid_to=date(2017, 6, 5))


def _account_is_closed(reading: Reading) -> None:
    User.objects.filter(pk=reading.cast.assessor.pk).update(is_active=False)


def _declared_void(reading: Reading) -> None:
    office = reading.cast.office
    issued = issue_file(b"%PDF-1.7", title="资料", kind="dossier", by=office)
    Dossier.objects.filter(pk=reading.dossier.pk).update(issued=issued)
    withdraw(issued=issued, reason="数据有误", by=office)


def _taken_back(reading: Reading) -> None:
    stop_reading(by=reading.cast.office, dossier=reading.dossier, person=reading.cast.assessor)


@pytest.mark.parametrize("end", [_membership_ends, _account_is_closed, _declared_void, _taken_back])
def test_it_lasts_as_long_as_the_dossier_is_open(reading: Reading, end: Callable[[Reading], None]) -> None:
    assessor = reading.cast.assessor
    addresses = [reading.piece.get_absolute_url(), reading.page, *reading.files(reading.cited)]
    assert [reading.gets(assessor, address) for address in addresses] == [302, 200, 200, 200]
    end(reading)
    closed = {reading.gets(assessor, address) for address in addresses}
    assert closed == (
        {302} if end is _account_is_closed else {404}
    )  # nobody is signed in any more: to the door


@pytest.mark.parametrize("what", ["piece", "file"])
def test_what_was_taken_back_stays_closed(reading: Reading, what: str) -> None:
    if what == "piece":
        Piece.objects.filter(pk=reading.piece.pk).update(discarded_at=timezone.now())
    else:
        Attachment.objects.filter(pk=reading.cited.attachment_id).update(removed_at=timezone.now())
    assessor = reading.cast.assessor
    assert [reading.gets(assessor, address) for address in reading.files(reading.cited)] == [404, 404]
    shown = reading.client(assessor).get(reading.page).content.decode()
    assert "已经收回" in shown and reading.files(reading.cited)[0] not in shown


def test_every_reader_only_by_his_own_dossier(reading: Reading) -> None:
    """A reporter who was let into another dossier reads that one's versions."""
    cast, other = reading.cast, done_dossier(reading.cast, take(reading.cast, "第二稿"))
    let_read(by=cast.office, dossier=other, person=cast.stranger)
    page = f"/dossiers/{other.pk}/pieces/{reading.piece.pk}/"
    assert [reading.gets(cast.stranger, address) for address in (page, reading.page)] == [200, 404]
    assert [reading.gets(cast.stranger, address) for address in reading.files(reading.newer)] == [200, 200]
    assert [reading.gets(cast.stranger, address) for address in reading.files(reading.cited)] == [404, 404]
    assert [reading.gets(cast.assessor, address) for address in reading.files(reading.newer)] == [404, 404]


def test_the_number_of_queries_does_not_grow(reading: Reading) -> None:
    """With more pieces in a dossier, and with more dossiers."""

    def counts(dossier: Dossier) -> list[int]:
        client = reading.client(reading.cast.assessor)
        addresses = [f"/dossiers/{dossier.pk}/pieces/", reading.files(reading.cited)[0]]
        found = []
        for _ in range(2):  # the second time the index is at hand
            found = []
            for address in addresses:
                with CaptureQueriesContext(connection) as seen:
                    assert got(client, address) == 200
                found.append(len(seen))
        return found

    few = counts(reading.dossier)
    for number in range(3):
        accepted(reading.cast, reading.piece.requirements.get(), text=f"又一份{number}")
    larger = done_dossier(reading.cast, take(reading.cast, "第二稿"))
    let_read(by=reading.cast.office, dossier=larger, person=reading.cast.assessor)
    assert counts(larger) == few
