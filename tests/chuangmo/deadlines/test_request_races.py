"""A request that two decide at once, or that is taken back while it is granted: one wins, the other is told."""

from __future__ import annotations

from datetime import date

import pytest

from chuangmo.access.models import User
from chuangmo.deadlines.models import DeadlineRequest, Obligation
from chuangmo.deadlines.services import (
    decide_extension,
    decide_suspension,
    request_extension,
    request_suspension,
    withdraw_request,
)
from tests.factories import Cast, make_cast
from tests.supervision.accountability.story import second_officer
from tests.supervision.story import at_once

pytestmark = pytest.mark.django_db(transaction=True)
UNTIL = date(2017, 6, 20)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def second(cast: Cast) -> User:
    return second_officer(cast)


@pytest.fixture
def asked(cast: Cast) -> DeadlineRequest:
    owed = cast.report().obligation
    return request_extension(obligation_id=owed.pk, until=UNTIL, reason="等省厅核定", by=cast.owner)


def one_was_told(told: list[Exception | None]) -> bool:
    """Whether the first went through; the other one must have been told."""
    assert sorted(type(one).__name__ for one in told) == ["NoneType", "Stale"]
    return told[0] is None


def cycles(request: DeadlineRequest) -> int:
    return Obligation.objects.filter(kind=request.obligation.kind, unit=request.obligation.unit).count()


def test_two_decide_an_extension(cast: Cast, second: User, asked: DeadlineRequest) -> None:
    seen = {"request_id": asked.pk}
    granted = one_was_told(
        at_once(
            lambda: decide_extension(granted=True, decision="同意", by=cast.office, **seen),
            lambda: decide_extension(granted=False, decision="不同意", by=second, **seen),
        )
    )
    asked.refresh_from_db()
    assert (asked.state, cycles(asked)) == (("granted", 2) if granted else ("refused", 1))


def test_granting_against_taking_back(cast: Cast, asked: DeadlineRequest) -> None:
    granted = one_was_told(
        at_once(
            lambda: decide_extension(request_id=asked.pk, granted=True, decision="同意", by=cast.office),
            lambda: withdraw_request(request_id=asked.pk, by=cast.owner),
        )
    )
    asked.refresh_from_db()
    assert (asked.state, cycles(asked)) == (("granted", 2) if granted else ("withdrawn", 1))


def test_two_stop_the_clock_once(cast: Cast, second: User) -> None:
    owed = cast.report().obligation
    asked = request_suspension(obligation_id=owed.pk, until=UNTIL, reason="等省厅核定", by=cast.owner)
    one_was_told(
        at_once(
            *(
                lambda by=by: decide_suspension(request_id=asked.pk, granted=True, decision="同意", by=by)
                for by in (cast.office, second)
            )
        )
    )
    assert owed.suspensions.count() == 1
