"""What the gap check hears of the dossier: chapters without words, citations that lead nowhere any more."""

from __future__ import annotations

import pytest

from archives.checks.rules.gaps import CITED_BUT_REPLACED, NO_NARRATIVE
from archives.snapshots.queries.gaps import cited_but_replaced, no_narrative
from archives.snapshots.services.narratives import write_narrative
from archives.snapshots.services.taking import gather
from chuangmo.files.models import StoredFile
from tests.archives.holdings.story import accepted, make_registers, want
from tests.archives.story import MAY_END, take
from tests.factories import Cast

pytestmark = pytest.mark.django_db


def write(cast: Cast, html: str, version: int = 0) -> None:
    write_narrative(
        by=cast.office, plan=cast.plan, chapter="indicator-18", block="work", html=html, version=version
    )


def test_a_chapter_without_words_is_a_gap_until_somebody_writes(told: Cast) -> None:
    [gap] = no_narrative(told.plan)
    assert (gap.kind, gap.indicator_number, gap.url) == (NO_NARRATIVE, 18, "/dossiers/texts/indicator-18/")
    write(told, "<p>成效明显。</p>")
    assert list(no_narrative(told.plan)) == []


def test_what_is_cited_has_to_be_in_the_archive_as_it_was_cited(told: Cast) -> None:
    make_registers()
    piece = accepted(told, want(told))
    [row] = [one for one in gather(told.plan, MAY_END, ["indicator-18"])]
    assert piece.archive_number in row.body
    write(told, f"<p>见〔{piece.archive_number}〕和〔CM01-WS·2016-D30-ZB18-0009〕。</p>")
    take(told)
    [unknown] = cited_but_replaced(told.plan)
    assert (unknown.kind, unknown.indicator_number) == (CITED_BUT_REPLACED, 18)
    assert "〔CM01-WS·2016-D30-ZB18-0009〕" in unknown.text
    StoredFile.objects.update(sha256="f" * 64)  # as if another version counted now
    replaced = [gap for gap in cited_but_replaced(told.plan) if gap.url != unknown.url]
    assert [("换了文件" in gap.text, piece.archive_number in gap.text) for gap in replaced] == [(True, True)]
