"""The world of supervision."""

from __future__ import annotations

import pytest

from tests.supervision.story import Supervision, make_supervision


@pytest.fixture
def world(db: None) -> Supervision:
    return make_supervision()
