"""Archive numbers when two accept at once: none twice, none left out."""

from __future__ import annotations

import pytest

from archives.holdings.models import Accession, ArchiveSeries, Piece
from chuangmo.errors import Stale
from chuangmo.review import services as review
from tests.archives.holdings.story import bring, make_registers, offer, want
from tests.factories import Cast, give_role, make_cast
from tests.indicators.reporting.review.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> Cast:
    cast = make_cast()
    make_registers()
    give_role(cast.observer, cast.city_office, "office")
    return cast


def test_numbers_have_no_gaps_and_no_doubles(world: Cast) -> None:
    wanted = want(world)
    pieces = [bring(world, offer(world, wanted, text=f"第{place}份"), "verified") for place in range(4)]

    def accept(piece: Piece, by) -> None:
        review.accept(case_id=piece.case_id, revision_no=1, by=by)

    # Two pieces of one series by two people, and both people at the same piece: one of these is told.
    for first, second in (pieces[:2], pieces[2:]):
        assert at_once(
            lambda p=first: accept(p, world.office), lambda p=second: accept(p, world.observer)
        ) == [
            None,
            None,
        ]
    fifth = bring(world, offer(world, wanted, text="第五份"), "verified")
    told = at_once(lambda: accept(fifth, world.office), lambda: accept(fifth, world.observer))
    assert sorted(error is None for error in told) == [False, True]
    assert [type(error) for error in told if error] == [Stale]
    numbers = sorted(Piece.objects.values_list("archive_number", flat=True))
    assert numbers == [f"CM01-WS·2017-D30-ZB18-{place:04d}" for place in range(1, 6)]
    assert (ArchiveSeries.objects.get().last, Accession.objects.count()) == (5, 5)
