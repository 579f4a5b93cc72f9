from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from chuangmo import clock
from chuangmo.deadlines.models import Obligation, Rung
from chuangmo.deadlines.services import Swept, sweep
from tests.chuangmo.deadlines.ladder import make_ladder
from tests.factories import Cast, ObligationFactory


@pytest.fixture
def ladder(db: None) -> dict[int, Rung]:
    """The seven rungs of the fixtures by offset."""
    return make_ladder()


@pytest.fixture
def owed(cast: Cast) -> Obligation:
    """A report of the county, due on Monday 2017-06-05, locked after 06-12."""
    return ObligationFactory(unit=cast.county, subject_label="18 生活垃圾无害化处理率 2017年5月")


@pytest.fixture
def sweep_on(ladder: dict[int, Rung]) -> Callable[[int, int], Swept]:
    """`sweep_on(6, 8)`: the sweep of the 8th of June 2017."""

    def run(month: int, day: int) -> Swept:
        at = date(2017, month, day)
        with clock.at(at):
            return sweep(at)

    return run
