"""The plan with its projects and tasks, as `load_plan` makes them."""

import pytest

from indicators.plan.models import Plan
from indicators.plan.services.loading import load_plan


@pytest.fixture
def plan(db) -> Plan:
    return load_plan().plan
