"""The loaded plan, and the people who may and may not change it."""

import pytest

from chuangmo.access.models import Membership, Role, User
from chuangmo.org.models import Unit
from indicators.plan.models import Plan
from tests.factories import load_whole_plan


@pytest.fixture
def plan(db) -> Plan:
    return load_whole_plan()


def person(username: str, unit: str, role: str) -> User:
    user = User.objects.create(username=username, name=username)
    Membership.objects.create(user=user, unit=Unit.objects.get(name=unit), role=role)
    return user


@pytest.fixture
def admin(plan) -> User:
    return person("guanli", "市创模办", Role.ADMIN)


@pytest.fixture
def clerk(plan) -> User:
    return person("tianbao", "市公安局", Role.REPORTER)
