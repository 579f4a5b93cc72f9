"""What is owed: done once, opened anew, excepted from the lock."""

from __future__ import annotations

from datetime import date

import pytest

from chuangmo.audit.models import AuditEvent
from chuangmo.deadlines.models import LockException, Obligation
from chuangmo.deadlines.queries import is_entry_open
from chuangmo.deadlines.services import (
    fulfil,
    grant_exception,
    open_cycle,
    owe,
    reschedule,
    unwaive,
    waive,
)
from chuangmo.errors import Invalid, Refused
from chuangmo.workcalendar.services import set_calendar_day
from tests.factories import MAY, Cast, ObligationFactory


@pytest.fixture
def owed(cast: Cast) -> Obligation:
    return ObligationFactory(unit=cast.county)  # due 2017-06-05, locked after 06-12


def test_owing_twice_is_owing_once(cast: Cast) -> None:
    def again(due: date) -> Obligation:
        return owe(
            kind="report",
            unit=cast.county,
            subject_kind="report",
            subject_id=7,
            subject_label="报表",
            subject_url="/reports/7/",
            period=MAY,
            due_on=due,
            locks_on=None,
        )

    assert again(date(2017, 6, 5)) == again(date(2017, 6, 9))
    assert Obligation.objects.get().due_on == date(2017, 6, 5)


def test_the_first_time_counts(cast: Cast, owed: Obligation, today) -> None:
    today(date(2017, 6, 5))
    assert fulfil(owed, cast.owner) is True
    today(date(2017, 6, 9))
    assert fulfil(owed, cast.owner2) is False
    owed.refresh_from_db()
    assert (owed.done_on, owed.done_by, owed.is_late(date(2017, 7, 1))) == (
        date(2017, 6, 5),
        cast.owner,
        False,
    )


def test_a_return_opens_a_cycle_of_its_own(cast: Cast, owed: Obligation) -> None:
    fulfil(owed, cast.owner)
    cycle = open_cycle(owed, due_on=date(2017, 6, 8), by=cast.lead, reason="单位疑为公斤")
    owed.refresh_from_db()
    assert (owed.superseded, owed.done_on) == (True, date(2017, 6, 6))
    assert (cycle.cycle, cycle.due_on, cycle.original_due_on, cycle.locks_on, cycle.done_at) == (
        2,
        date(2017, 6, 8),
        date(2017, 6, 5),
        date(2017, 6, 15),
        None,
    )
    event = AuditEvent.objects.get(action="开新一轮")
    assert (event.actor, event.reason) == (cast.lead, "单位疑为公斤")


def test_a_cycle_needs_a_reason(cast: Cast, owed: Obligation) -> None:
    with pytest.raises(Invalid, match="请写明原因"):
        open_cycle(owed, due_on=date(2017, 6, 8), by=cast.lead, reason=" ")


def test_an_exception_keeps_entry_open_until_its_day(cast: Cast, owed: Obligation) -> None:
    assert is_entry_open(owed, date(2017, 6, 12)) is True
    assert is_entry_open(owed, date(2017, 6, 13)) is False
    grant_exception(owed, until=date(2017, 6, 20), reason="等省里核定", by=cast.office)
    assert [is_entry_open(owed, date(2017, 6, day)) for day in (13, 20, 21)] == [True, True, False]


def test_an_exception_counts_for_the_next_cycle_too(cast: Cast, owed: Obligation) -> None:
    grant_exception(owed, until=date(2017, 6, 30), reason="等省里核定", by=cast.office)
    cycle = open_cycle(owed, due_on=date(2017, 6, 8), by=cast.lead, reason="改")
    assert is_entry_open(cycle, date(2017, 6, 29)) is True


@pytest.mark.parametrize("who", ["owner", "lead", "admin", "county_office"])
def test_only_the_steering_office_excepts(cast: Cast, owed: Obligation, who: str) -> None:
    with pytest.raises(Refused, match="只有创模办可以批准延后锁定"):
        grant_exception(owed, until=date(2017, 6, 20), reason="x", by=getattr(cast, who))
    assert not LockException.objects.exists()


def test_all_faults_of_an_exception_at_once(cast: Cast, owed: Obligation) -> None:
    with pytest.raises(Invalid) as caught:
        grant_exception(owed, until=date(2017, 6, 1), reason="", by=cast.office)
    assert caught.value.faults == {"reason": "请写明理由", "until": "延至的日期不能早于今天"}


def test_waived_and_back(owed: Obligation) -> None:
    assert waive([owed.pk], "职责已调整") == 1
    assert unwaive([owed.pk], "别的理由") == 0
    assert unwaive([owed.pk], "职责已调整") == 1
    owed.refresh_from_db()
    assert (owed.waived_at, owed.waived_reason) == (None, "")


def test_a_changed_rule_moves_what_is_open_but_nothing_extended(cast: Cast, owed: Obligation) -> None:
    extended = ObligationFactory(unit=cast.county, due_on=date(2017, 6, 9), original_due_on=date(2017, 6, 5))
    new = (date(2017, 6, 12), date(2017, 6, 19))
    assert reschedule([(owed.pk, *new), (extended.pk, *new)]) == 1
    owed.refresh_from_db()
    assert (owed.due_on, owed.original_due_on, owed.locks_on) == (new[0], new[0], new[1])


def test_a_local_holiday_moves_later_locks(cast: Cast, owed: Obligation) -> None:
    set_calendar_day(by=cast.admin, day=date(2017, 6, 9), is_working=False, note="州庆")
    assert open_cycle(owed, date(2017, 6, 8), cast.lead, "改").locks_on == date(2017, 6, 16)
