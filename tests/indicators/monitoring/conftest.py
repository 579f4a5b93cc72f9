from __future__ import annotations

import pytest

from tests.factories import Cast
from tests.indicators.monitoring.story import World, make_world


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)
