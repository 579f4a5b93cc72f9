"""Runs of the checks on real files: what they find, that they go on, that a closed one stays, the certificate."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from pypdf import PdfReader

from archives.checks.models import CheckResult, CheckRule, CheckRun
from archives.checks.services import go_on, running, start_run
from archives.checks.tasks import start_regular
from chuangmo.access.queries import rights_of
from chuangmo.audit.models import AuditEvent
from chuangmo.errors import Refused, Stale
from chuangmo.jobs.models import Job
from chuangmo.jobs.services import run_due
from tests.archives.checks.story import TEXT, make_archive, paper
from tests.factories import Cast

pytestmark = pytest.mark.django_db


def damage(piece) -> None:
    """The stored content is no longer what it was: a byte at its end differs."""
    path = Path(settings.MEDIA_ROOT) / piece.versions.get().file.path
    path.chmod(0o640)
    path.write_bytes(path.read_bytes()[:-1] + b"!")


def finished(cast: Cast) -> CheckRun:
    run = start_run(plan=cast.plan, by=cast.office)
    run_due()
    run.refresh_from_db()
    return run


def test_a_run_finds_what_is_wrong_and_closes(cast: Cast):
    wanted = make_archive(cast)
    sound = paper(cast, wanted)
    unsigned = paper(cast, wanted, TEXT + "甲", signed_page=None)
    broken = paper(cast, wanted, TEXT + "乙")
    paper(cast, wanted, TEXT + "丙", to="submitted")
    damage(broken)
    run = finished(cast)
    assert (run.pieces, run.bad, run.warned) == (3, 1, 1)
    found = {
        row.accession.piece_id: (row.outcome, [code for code, _ in row.findings]) for row in run.results.all()
    }
    assert found == {
        sound.pk: ("ok", []),
        unsigned.pk: ("warn", ["signed"]),
        broken.pk: ("bad", ["hash"]),
    }
    assert run.tallies["hash"] == [3, 1]
    assert run.tallies["signed"] == [3, 1]
    assert AuditEvent.objects.filter(action="发起四性检查", actor=cast.office).count() == 1


def test_the_same_findings_have_the_same_digest_and_others_another(cast: Cast):
    piece = paper(cast, make_archive(cast))
    first, second = finished(cast), finished(cast)
    assert first.digest == second.digest
    damage(piece)
    assert finished(cast).digest != first.digest


def test_a_run_goes_on_where_it_was_left(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    wanted = make_archive(cast)
    for n in range(3):
        paper(cast, wanted, f"{TEXT}{n}")
    monkeypatch.setattr(running, "BATCH", 1)
    run = start_run(plan=cast.plan, by=cast.office)
    told: list[tuple[int, int]] = []
    assert go_on(run, tell=lambda *done: told.append(done), seconds=0) is False
    assert told == [(1, 3)]
    assert CheckResult.objects.count() == 1
    run_due()
    run.refresh_from_db()
    assert (run.finished_at is not None, run.pieces, CheckResult.objects.count()) == (True, 3, 3)


def test_a_closed_run_keeps_its_rules_and_results(cast: Cast):
    paper(cast, make_archive(cast), signed_page=None)
    run = finished(cast)
    CheckRule.objects.filter(code="signed").update(is_on=False, name="别的")
    again = CheckRun.objects.get(pk=run.pk)
    assert [row["name"] for row in again.rules if row["code"] == "signed"] == ["标明签字盖章页"]
    assert again.tallies["signed"] == [1, 1]
    assert "signed" not in finished(cast).tallies


def test_one_run_at_a_time_and_only_by_the_office(cast: Cast):
    make_archive(cast)
    with pytest.raises(Refused):
        start_run(plan=cast.plan, by=cast.owner)
    start_run(plan=cast.plan, by=cast.office)
    with pytest.raises(Stale):
        start_run(plan=cast.plan, by=cast.office)
    assert start_regular(None) is None  # type: ignore[arg-type]
    assert Job.objects.filter(kind="checks.run").count() == 1


@pytest.mark.sqlite_only
def test_results_are_read_in_constant_queries(cast: Cast, django_assert_max_num_queries):
    wanted = make_archive(cast)
    for n in range(4):
        paper(cast, wanted, f"{TEXT}{n}")
    run = start_run(plan=cast.plan, by=cast.office)
    with django_assert_max_num_queries(24):
        assert go_on(run, tell=lambda done, total: None)


@pytest.mark.sqlite_only
def test_pages_show_each_his_own_and_the_certificate_says_it_all(cast: Cast, client):
    wanted = make_archive(cast)
    own = paper(cast, wanted, signed_page=None)
    other = paper(cast, wanted, TEXT + "别处", by=cast.stranger)
    run = finished(cast)
    assert run.pieces == 2
    url = reverse("checks:run-show", args=[run.pk])
    for person, seen in ((cast.owner, {own}), (cast.stranger, {other}), (cast.office, {own, other})):
        client.force_login(person)
        page = client.get(url).content.decode()
        shown = {piece for piece in (own, other) if piece.archive_number in page}
        assert shown == seen, rights_of(person)
    page = client.get(url, {"outcome": "warn"}).content.decode()
    assert "没有标明签字或盖章在第几页" in page
    assert other.archive_number not in page
    book = client.get(url, {"as": "xlsx"})
    assert book.content.startswith(b"PK")
    response = client.get(reverse("checks:run-certificate", args=[run.pk]))
    pages = PdfReader(io.BytesIO(response.content)).pages
    text = "".join("".join(one.extract_text().split()) for one in pages)
    for said in (own.archive_number, other.archive_number, run.digest, "没有标明签字或盖章在第几页"):
        assert said in text
