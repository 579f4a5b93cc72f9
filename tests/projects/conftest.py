"""The plan with its projects and tasks, as `load_plan` makes them."""

import pytest

from indicators.plan.models import Plan
from tests.factories import load_whole_plan


@pytest.fixture
def plan(db) -> Plan:
    return load_whole_plan()
