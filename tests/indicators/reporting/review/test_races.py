"""Two people at once, in threads with connections of their own: one wins, the other is told, nothing is lost.

On SQLite the database lets one writer in at a time, on PostgreSQL row locks and conditional updates decide.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from chuangmo.errors import DomainError, Refused, Stale
from chuangmo.periods import month
from chuangmo.review import services
from chuangmo.review.models import Case, ReviewEvent, Revision, State
from indicators.reporting.models import Figure, PeriodLock
from indicators.reporting.services.locks import lock_month
from tests.factories import Cast, give_role, make_cast
from tests.indicators.reporting.review.story import TYPED, go, report_in, retype

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4
MONTHS = [month(2016, number) for number in range(1, ROUNDS + 1)]


@pytest.fixture
def world(transactional_db: None, settings) -> Cast:
    settings.FIGURES_CHANGED = []
    return make_cast()


def at_once(*moves: Callable[[], object]) -> list[DomainError | None]:
    """Start all together; what each was told (None: it went through)."""
    gate = threading.Barrier(len(moves))
    told: list[DomainError | None] = [None] * len(moves)
    broken: list[BaseException] = []

    def run(place: int, move: Callable[[], object]) -> None:
        try:
            gate.wait()
            move()
        except DomainError as error:
            told[place] = error
        except BaseException as error:
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(moves)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]
    return told


def _reports(world: Cast, state: str) -> list:
    return [report_in(world, state, period=period, due_on=None) for period in MONTHS]


def _events(case_id: int, action: str) -> int:
    return ReviewEvent.objects.filter(case=case_id, action=action).count()


def test_approving_against_withdrawing_editing_and_submitting_again(world: Cast) -> None:
    """The reviewer never approves a text that the page did not show."""
    for report in _reports(world, State.SUBMITTED):
        case_id = report.case_id

        def rewrite(case_id: int = case_id, report=report) -> None:
            services.withdraw(case_id=case_id, revision_no=1, by=world.owner)
            retype(report, "i18.treated", "890")
            services.submit(case_id=case_id, revision_no=1, by=world.owner)

        def approve(case_id: int = case_id) -> None:
            services.sign_off(case_id=case_id, revision_no=1, by=world.colleague)

        clerk, reviewer = at_once(rewrite, approve)
        case = Case.objects.get(pk=case_id)
        if reviewer is None:
            assert isinstance(clerk, Stale) and "陈主任 单位审核" in str(clerk)
            assert (case.state, case.revision_no) == (State.SIGNED_OFF, 1)
            assert Revision.objects.get(case=case).content["values"][1]["value"] == "900.000000"
        else:
            assert clerk is None and isinstance(reviewer, Stale) and "李静" in str(reviewer)
            assert (case.state, case.revision_no) == (State.SUBMITTED, 2)
            assert _events(case_id, "sign_off") == 0


def test_two_accept_at_once(world: Cast) -> None:
    give_role(world.observer, world.city_office, "office")
    for report in _reports(world, State.VERIFIED):
        told = at_once(
            *(
                lambda by=by, pk=report.case_id: services.accept(case_id=pk, revision_no=1, by=by)
                for by in (world.office, world.observer)
            )
        )
        assert sorted(type(one) for one in told if one) == [Stale]
        assert "审定" in str(next(one for one in told if one))
        assert _events(report.case_id, "accept") == 1
        assert Figure.objects.current().filter(report=report).count() == 2
        assert Figure.objects.filter(report=report).count() == 2


def test_the_same_person_submits_twice_at_once(world: Cast) -> None:
    for period in MONTHS:
        report = world.report(values=dict(TYPED), period=period, due_on=None)
        told = at_once(
            *(
                lambda pk=report.case_id: services.submit(case_id=pk, revision_no=0, by=world.owner)
                for _ in "ab"
            )
        )
        assert told == [None, None]
        assert (Revision.objects.filter(case=report.case_id).count(), _events(report.case_id, "submit")) == (
            1,
            1,
        )


def test_two_clerks_submit_at_once(world: Cast) -> None:
    for period in MONTHS:
        report = world.report(values=dict(TYPED), period=period, due_on=None)
        told = at_once(
            *(
                lambda by=by, pk=report.case_id: services.submit(case_id=pk, revision_no=0, by=by)
                for by in (world.owner, world.owner2)
            )
        )
        assert [type(one) for one in told if one] == [Stale]
        assert Revision.objects.filter(case=report.case_id).count() == 1


def test_accepting_against_a_period_lock(world: Cast) -> None:
    for report in _reports(world, State.VERIFIED):
        accepted, locked = at_once(
            lambda pk=report.case_id: services.accept(case_id=pk, revision_no=1, by=world.office),
            lambda period=report.period: lock_month(
                plan=world.plan, period=period, reason="上报", by=world.office
            ),
        )
        assert locked is None
        lock = PeriodLock.objects.get(period_start=report.period_start)
        case = Case.objects.get(pk=report.case_id)
        if accepted is None:
            assert case.state == State.ACCEPTED
            event = ReviewEvent.objects.get(case=case, action="accept")
            assert event.at <= lock.locked_at  # it was there before the lock was
        else:
            assert isinstance(accepted, Refused) and "锁定" in str(accepted)
            assert (case.state, Figure.objects.filter(report=report).count()) == (State.VERIFIED, 0)


def test_returning_against_accepting(world: Cast) -> None:
    give_role(world.observer, world.city_office, "office")
    for report in _reports(world, State.VERIFIED):
        accepted, returned = at_once(
            lambda pk=report.case_id: services.accept(case_id=pk, revision_no=1, by=world.office),
            lambda pk=report.case_id: services.send_back(
                case_id=pk, revision_no=1, by=world.observer, reason="有误"
            ),
        )
        case = Case.objects.get(pk=report.case_id)
        figures = Figure.objects.filter(report=report).count()
        if accepted is None:
            assert isinstance(returned, Stale) and "王科长 审定" in str(returned)
            assert (case.state, figures) == (State.ACCEPTED, 2)
        else:
            assert returned is None and isinstance(accepted, Stale) and "郑市长 退回" in str(accepted)
            assert (case.state, figures) == (State.RETURNED, 0)


def test_withdrawing_against_signing_off(world: Cast) -> None:
    for report in _reports(world, State.SUBMITTED):
        told = at_once(
            lambda pk=report.case_id: services.withdraw(case_id=pk, revision_no=1, by=world.owner),
            lambda pk=report.case_id: services.sign_off(case_id=pk, revision_no=1, by=world.colleague),
        )
        assert [type(one) for one in told if one] == [Stale]


def test_two_unlock_at_once(world: Cast) -> None:
    give_role(world.observer, world.city_office, "office")
    for report in _reports(world, State.ACCEPTED):
        told = at_once(
            *(
                lambda by=by, pk=report.case_id: services.unlock(
                    case_id=pk, revision_no=1, by=by, reason="更正"
                )
                for by in (world.office, world.observer)
            )
        )
        assert [type(one) for one in told if one] == [Stale]
        assert Figure.objects.current().filter(report=report).count() == 2


def test_two_lock_the_same_month_at_once(world: Cast) -> None:
    for period in MONTHS:
        told = at_once(
            *(
                lambda period=period: lock_month(
                    plan=world.plan, period=period, reason="上报", by=world.office
                )
                for _ in "ab"
            )
        )
        assert [type(one) for one in told if one] == [Stale]
        assert PeriodLock.objects.filter(period_start=period.start).count() == 1


def test_two_batches_at_once(world: Cast) -> None:
    reports = _reports(world, State.VERIFIED)
    give_role(world.observer, world.city_office, "office")
    items = [(report.case_id, 1) for report in reports]
    results: dict[str, services.BatchResult] = {}

    def run(who: str) -> None:
        results[who] = services.accept_many(items=items, by=getattr(world, who))

    assert at_once(lambda: run("office"), lambda: run("observer")) == [None, None]
    done = results["office"].done + results["observer"].done
    failed = [one.case_id for result in results.values() for one in result.failed]
    assert sorted(done) == sorted(failed) == sorted(pk for pk, _ in items)
    assert go(world, reports[0]).state == State.ACCEPTED
