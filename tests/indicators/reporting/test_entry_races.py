"""Two people at once, on real connections: nothing is lost, nothing overwritten, the loser is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from chuangmo.errors import DomainError, Refused
from chuangmo.files.models import Attachment, StoredFile
from chuangmo.review.models import Case, Revision, State
from chuangmo.review.services import submit
from indicators.reporting.models import Report, ReportText
from indicators.reporting.services.attaching import attach_file
from indicators.reporting.services.entry import CellStale, paste_block, save_cell, save_text
from indicators.reporting.services.opening import open_reports
from tests.factories import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Run the jobs in threads that start together; each gives its result or its DomainError."""
    gate = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        try:
            gate.wait(timeout=20)
            return job()
        except DomainError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, job) for job in jobs]]


def _key(report: Report, code: str = "i18.produced") -> str:
    return f"v{report.values.get(element__code=code).pk}"


@pytest.mark.parametrize("round_", range(3))
def test_two_clerks_on_one_cell(cast: Cast, round_: int) -> None:
    report = cast.report()
    key = _key(report)
    typed = {cast.owner: "12", cast.owner2: "13"}
    results = at_once(
        *(
            lambda by=by, raw=raw: save_cell(by=by, report_id=report.pk, cell=key, version=0, raw=raw)
            for by, raw in typed.items()
        )
    )
    (lost,) = [r for r in results if isinstance(r, CellStale)]
    (won,) = [r for r in results if not isinstance(r, CellStale)]
    stored = report.values.get(pk=key[1:])
    assert (stored.raw, stored.version) == (won.state.raw, 1)
    assert {lost.conflict.theirs, lost.conflict.mine} == {"12", "13"}
    assert lost.conflict.theirs == stored.raw


def test_two_clerks_on_two_cells(cast: Cast) -> None:
    report = cast.report()
    results = at_once(
        lambda: save_cell(by=cast.owner, report_id=report.pk, cell=_key(report), version=0, raw="12"),
        lambda: save_cell(
            by=cast.owner2, report_id=report.pk, cell=_key(report, "i18.treated"), version=0, raw="11"
        ),
    )
    assert [r.state.version for r in results] == [1, 1]
    assert [v.raw for v in report.values.all()] == ["12", "11"]


def test_two_clerks_on_a_text_that_nobody_wrote_before(cast: Cast) -> None:
    report = cast.report(has_narrative=True)
    results = at_once(
        *(
            lambda by=by: save_text(by=by, report_id=report.pk, kind="progress", text=f"{by} 写的", version=0)
            for by in (cast.owner, cast.owner2)
        )
    )
    assert [isinstance(r, CellStale) for r in results].count(True) == 1
    text = ReportText.objects.get(report=report)
    (lost,) = [r for r in results if isinstance(r, CellStale)]
    assert lost.conflict.theirs == text.text != lost.conflict.mine


def test_a_block_and_a_cell(cast: Cast) -> None:
    report = cast.report()
    keys = [_key(report), _key(report, "i18.treated")]
    pasted, saved = at_once(
        lambda: paste_block(
            by=cast.owner, report_id=report.pk, at_cell=keys[0], text="1\n2", versions=dict.fromkeys(keys, 0)
        ),
        lambda: save_cell(by=cast.owner2, report_id=report.pk, cell=keys[1], version=0, raw="3"),
    )
    raws = [v.raw for v in report.values.all()]
    assert raws[0] == "1"
    if isinstance(saved, CellStale):
        assert (raws[1], pasted.conflicts) == ("2", [])
    else:
        assert (raws[1], [c.theirs for c in pasted.conflicts]) == ("3", ["3"])


@pytest.mark.parametrize("round_", range(3))
def test_an_edit_while_it_is_submitted(cast: Cast, round_: int) -> None:
    """What is frozen is what is stored: the edit comes before it, or is refused."""
    report = cast.report(values={"i18.produced": 10, "i18.treated": 9})
    key = _key(report)
    edited, sent = at_once(
        lambda: save_cell(by=cast.owner, report_id=report.pk, cell=key, version=0, raw="11"),
        lambda: submit(case_id=report.case_id, revision_no=0, by=cast.owner2),
    )
    assert isinstance(sent, Case) and sent.state == State.SUBMITTED
    frozen = Revision.objects.get(case=report.case_id).content["values"][0]["raw"]
    assert frozen == report.values.get(pk=key[1:]).raw
    assert frozen == ("10" if isinstance(edited, Refused) else "11")


def test_the_same_file_twice_is_stored_once(cast: Cast) -> None:
    report = cast.report()

    def send(by: Any) -> Attachment:
        upload = SimpleUploadedFile("台账.txt", "同样的内容".encode())
        return attach_file(by=by, report_id=report.pk, upload=upload)

    results = at_once(lambda: send(cast.owner), lambda: send(cast.owner2))
    assert all(isinstance(r, Attachment) for r in results)
    assert (StoredFile.objects.count(), Attachment.objects.count()) == (1, 2)


def test_two_runs_of_opening_make_each_report_once(cast: Cast) -> None:
    from datetime import date

    made = at_once(*[lambda: open_reports(plan=cast.plan, until=date(2017, 6, 6))] * 2)
    assert sorted(made) == [0, 18]
    assert Report.objects.count() == 18
