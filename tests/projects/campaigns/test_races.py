"""Several people at a register at once, on real connections: every member's way is one that a single person could have gone.

On SQLite one writer is let in at a time; on PostgreSQL row locks and conditional updates decide.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from chuangmo.audit.models import AuditEvent
from chuangmo.errors import DomainError, Stale
from projects.campaigns.models import Member, MemberEvent
from projects.campaigns.services import moves
from tests.factories import Cast, make_cast
from tests.projects.campaigns.world import make_member, make_task, prove

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = [f"德坞热力站{number}号锅炉" for number in range(1, 7)]
# action → (states from which it goes, state to which)
WAYS = {
    "销号": ({"open", "returned"}, "ticked"),
    "撤回销号": ({"ticked"}, "open"),
    "核销": ({"ticked"}, "verified"),
    "退回": ({"ticked", "verified"}, "returned"),
}


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def task(cast: Cast):
    task = make_task(cast)
    prove(cast, *[make_member(cast, task, name) for name in NAMES])
    return task


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Run the jobs in threads that start together; each gives its result, or Stale where somebody was faster."""
    gate = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        try:
            gate.wait(timeout=20)
            return job()
        except DomainError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        results = [future.result(timeout=60) for future in [pool.submit(run, job) for job in jobs]]
    assert all(isinstance(one, (moves.Moved, Stale)) for one in results), results
    return results


def moved(results: list[Any]) -> int:
    return sum(one.done for one in results if isinstance(one, moves.Moved))


def check_ways(begun: dict[int, str]) -> int:
    """Each member's events lead from where it stood to where it stands, and each has its row in the audit."""
    members = {member.pk: member for member in Member.objects.all()}
    states, last = dict(begun), {}
    events = list(MemberEvent.objects.filter(action__in=WAYS).order_by("pk"))
    for event in events:
        starts, end = WAYS[event.action]
        assert states[event.member_id] in starts, (event.action, states[event.member_id])
        states[event.member_id], last[event.member_id] = end, event
    assert {pk: str(member.state) for pk, member in members.items()} == states
    for pk, event in last.items():
        assert members[pk].reason == event.reason
        assert members[pk].verified_by_id == (event.by_id if event.action == "核销" else None)
    assert AuditEvent.objects.filter(object_kind="task_member", action__in=WAYS).count() == len(events)
    return len(events)


def test_two_officers_verify_one_batch(cast: Cast, task) -> None:
    ids = list(Member.objects.values_list("pk", flat=True))
    moves.tick(by=cast.owner, task_id=task.pk, member_ids=ids)
    begun = dict.fromkeys(ids, "open")
    results = at_once(
        *(
            lambda by=by, batch=batch: moves.verify(by=by, task_id=task.pk, member_ids=batch)
            for by, batch in ((cast.lead, ids), (cast.office, ids[::-1]))
        )
    )
    assert moved(results) == len(ids)
    assert check_ways(begun) == 2 * len(ids)
    assert set(Member.objects.values_list("state", flat=True)) == {"verified"}


@pytest.mark.parametrize("round_", range(3))
def test_ticking_off_against_returning(cast: Cast, task, round_: int) -> None:
    """The unit ticks off the whole list, the lead returns what is ticked off already, the office verifies it."""
    ids = list(Member.objects.order_by("pk").values_list("pk", flat=True))
    moves.tick(by=cast.owner, task_id=task.pk, member_ids=ids[:4])
    results = at_once(
        lambda: moves.tick(by=cast.owner, task_id=task.pk, member_ids=ids),
        lambda: moves.send_back(by=cast.lead, task_id=task.pk, member_ids=ids[3::-1], reason="没有盖章"),
        lambda: moves.verify(by=cast.office, task_id=task.pk, member_ids=ids[1:4]),
    )
    assert check_ways(dict.fromkeys(ids, "open")) == 4 + moved(results)
    left = dict(Member.objects.filter(pk__in=ids[4:]).values_list("pk", "state"))
    assert left == dict.fromkeys(ids[4:], "ticked")


@pytest.mark.parametrize("round_", range(3))
def test_the_unit_takes_back_what_the_lead_returns(cast: Cast, task, round_: int) -> None:
    ids = list(Member.objects.values_list("pk", flat=True))
    moves.tick(by=cast.owner, task_id=task.pk, member_ids=ids)
    results = at_once(
        lambda: moves.withdraw(by=cast.colleague, task_id=task.pk, member_ids=ids),
        lambda: moves.send_back(by=cast.lead, task_id=task.pk, member_ids=ids, reason="没有盖章"),
    )
    assert moved(results) == len(ids), "both went, or neither"
    assert check_ways(dict.fromkeys(ids, "open")) == 2 * len(ids)
    assert len(set(Member.objects.values_list("state", flat=True))) == 1, "half of a batch went"
