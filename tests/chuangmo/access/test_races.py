"""Two administrators who take each other's role away at once: one of them stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from chuangmo.access.models import Membership, Role, User
from chuangmo.access.services import end_membership, leave
from chuangmo.errors import Refused
from tests.factories import Cast, give_role, make_cast
from tests.supervision.story import at_once

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2017, 6, 6)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def end(user: User, by: User) -> None:
    row = Membership.objects.get(user=user, role=Role.ADMIN)
    end_membership(membership=row, on=TODAY - timedelta(days=1), by=by)


def go(user: User, by: User) -> None:
    leave(user=User.objects.get(pk=user.pk), on=TODAY, by=by)


@pytest.mark.parametrize("way", [end, go])
@pytest.mark.parametrize("round_", range(3))
def test_the_last_two_administrators_end_each_other(
    cast: Cast, way: Callable[[User, User], None], round_: int
) -> None:
    first, second = cast.admin, cast.observer
    give_role(second, cast.city_office, Role.ADMIN)
    told = at_once(lambda: way(second, first), lambda: way(first, second))
    assert sorted(type(one).__name__ for one in told) == ["NoneType", "Refused"]
    left = Membership.objects.valid(TODAY).filter(role=Role.ADMIN, user__is_active=True)
    assert left.get().user == (first if told[0] is None else second)
    assert isinstance(told[0] or told[1], Refused)
