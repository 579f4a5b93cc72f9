"""Two who throw the same draft away at once: one does, the other is told."""

from __future__ import annotations

import pytest

from indicators.monitoring.models import Batch
from indicators.monitoring.services.batches import discard_batch
from tests.factories import make_cast
from tests.indicators.monitoring.story import make_world
from tests.supervision.story import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_throw_the_same_batch_away(transactional_db: None) -> None:
    cast = make_cast()
    batch = make_world(cast).bring("water", "断面,月份,氨氮\n响水河,2017-05,0.2\n", by=cast.owner)
    told = at_once(
        *(lambda: discard_batch(by=cast.owner, batch_id=batch.pk) for _ in range(2)),
    )
    assert sorted(type(one).__name__ for one in told) in (["NoneType", "Refused"], ["NoneType", "Stale"])
    assert not Batch.objects.exists()
