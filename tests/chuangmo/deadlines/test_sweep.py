"""The sweep: late, twice, at once, held, suspended, with a clock that jumps; and how many queries it takes.

June 2017: the 5th is a Monday; no holidays after the Dragon Boat days of 28 to 30 May.
"""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chuangmo import clock
from chuangmo.deadlines.models import Firing, Obligation, Proposal, Rung, SweepRun
from chuangmo.deadlines.queries.status import deadline_status
from chuangmo.deadlines.services import (
    confirm_proposal,
    decide_suspension,
    decline_proposal,
    fulfil,
    hold_rung,
    lift_hold,
    open_cycle,
    request_suspension,
    resume,
    sweep,
    waive,
)
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.jobs.services import enqueue, run_due
from chuangmo.notices.models import Notice
from chuangmo.workcalendar.services import set_calendar_day
from tests.chuangmo.deadlines.ladder import make_ladder
from tests.factories import Cast, ObligationFactory, UnitFactory, make_cast


def fired(row: Obligation) -> list[tuple[int, date, bool]]:
    return list(row.firings.order_by("rung__offset").values_list("rung__offset", "fired_on", "told"))


def told(kind: str) -> list[tuple[str, str]]:
    return list(
        Notice.objects.filter(kind=kind).order_by("user__username").values_list("user__username", "title")
    )


# Firing ---------------------------------------------------------------------------------------------------


def test_each_rung_on_its_working_day(owed: Obligation, sweep_on) -> None:
    for day in range(1, 31):
        sweep_on(6, day)
    for day in range(1, 32):
        sweep_on(7, day)
    assert fired(owed) == [
        (-3, date(2017, 6, 1), True),  # put in after 31 May, its own day
        (-1, date(2017, 6, 2), True),
        (1, date(2017, 6, 6), True),
        (3, date(2017, 6, 8), True),
        (7, date(2017, 6, 14), True),
        (15, date(2017, 6, 26), True),
        (30, date(2017, 7, 17), True),
    ]


def test_a_late_sweep_records_all_and_tells_the_highest(cast: Cast, owed: Obligation, sweep_on) -> None:
    swept = sweep_on(6, 8)
    assert fired(owed) == [(n, date(2017, 6, 8), n == 3) for n in (-3, -1, 1, 3)]
    assert (swept.run.moved, swept.run.fired, swept.run.proposed) == (1, 4, 1)
    assert {user for user, _ in told("reminder")} == set()
    assert [user for user, _ in told("chase")] == ["colleague", "owner", "owner2"]
    assert [user for user, _ in told("proposal")] == ["county_office", "office"]


def test_the_second_sweep_of_a_day_sends_nothing(cast: Cast, owed: Obligation, sweep_on) -> None:
    sweep_on(6, 6)
    before = (Notice.objects.count(), Firing.objects.count())
    assert before == (4, 3)  # two reporters, the reviewer (as leader too), the county's office
    again = sweep_on(6, 6)
    assert (again.run.moved, again.run.fired, again.run.told) == (0, 0, 0)
    assert (Notice.objects.count(), Firing.objects.count()) == before


def test_a_reminder_goes_to_whoever_does_it_and_can_be_muted(cast: Cast, owed: Obligation, sweep_on) -> None:
    sweep_on(6, 1)
    assert [user for user, _ in told("reminder")] == ["owner", "owner2"]
    assert set(Notice.objects.values_list("mandatory", flat=True)) == {False}
    sweep_on(6, 6)
    assert set(Notice.objects.filter(kind="chase").values_list("mandatory", flat=True)) == {True}


def test_a_reviewer_is_reminded_of_a_step_and_not_the_reporters(cast: Cast, sweep_on) -> None:
    ObligationFactory(unit=cast.bureau, kind="verify", role="reviewer", locks_on=None)
    sweep_on(6, 2)
    assert [user for user, _ in told("reminder")] == ["lead"]


def test_nothing_fires_for_what_is_done_let_off_or_has_no_day(cast: Cast, sweep_on) -> None:
    done, off, undated = (
        ObligationFactory(unit=cast.county, due_on=due) for due in (date(2017, 6, 5),) * 2 + (None,)
    )
    fulfil(done, cast.owner)
    waive([off.pk], "免")
    assert sweep_on(6, 30).run.moved == 0
    assert undated.firings.count() == 0


def test_a_new_cycle_has_a_ladder_of_its_own(cast: Cast, owed: Obligation, sweep_on) -> None:
    sweep_on(6, 6)
    with clock.at(date(2017, 6, 7)):
        cycle = open_cycle(owed, date(2017, 6, 9), cast.office, "退回", term_days=2)
    sweep_on(6, 7)
    sweep_on(6, 8)
    sweep_on(6, 12)
    assert fired(owed) == [(n, date(2017, 6, 6), n == 1) for n in (-3, -1, 1)]
    assert fired(cycle) == [
        (-3, date(2017, 6, 7), True),
        (-1, date(2017, 6, 8), True),
        (1, date(2017, 6, 12), True),
    ]


def test_a_clock_that_jumps_back_does_nothing(owed: Obligation, sweep_on) -> None:
    sweep_on(6, 8)
    before = fired(owed)
    assert sweep_on(6, 1).run.moved == 0
    assert sweep_on(6, 8).run.moved == 0
    assert fired(owed) == before
    assert sweep_on(6, 14).run.fired == 1


def test_a_day_to_come_is_only_rehearsed(owed: Obligation, ladder) -> None:
    with pytest.raises(Invalid, match="还没有到"):
        sweep(date(2017, 6, 14))
    swept = sweep(date(2017, 6, 14), dry_run=True)
    assert [(line[1], line[3]) for line in swept.lines] == [(owed.subject_label, "通报")]
    assert (Firing.objects.count(), Notice.objects.count(), SweepRun.objects.count()) == (0, 0, 0)


def test_the_least_gap_puts_the_next_rung_off(owed: Obligation, ladder, sweep_on) -> None:
    Rung.objects.filter(offset=3).update(min_gap=3)
    sweep_on(6, 7)  # the 6th was missed: 催办 a day late
    sweep_on(6, 8)
    assert [n for n, _, _ in fired(owed)] == [-3, -1, 1]
    sweep_on(6, 9)
    sweep_on(6, 12)
    assert fired(owed)[-1] == (3, date(2017, 6, 12), True)


def test_a_rung_that_is_switched_off_is_passed_over(owed: Obligation, ladder, sweep_on) -> None:
    Rung.objects.filter(offset=3).update(is_active=False)
    for day in range(6, 15):
        sweep_on(6, day)
    assert [n for n, _, _ in fired(owed)] == [-3, -1, 1, 7]


def test_a_local_holiday_moves_the_rungs(cast: Cast, owed: Obligation, sweep_on) -> None:
    set_calendar_day(by=cast.admin, day=date(2017, 6, 6), is_working=False, note="停水停电")
    sweep_on(6, 6)
    assert [n for n, _, _ in fired(owed)] == [-3, -1]
    sweep_on(6, 7)
    assert fired(owed)[-1] == (1, date(2017, 6, 7), True)


# Held -----------------------------------------------------------------------------------------------------


def test_a_held_rung_and_those_above_wait(cast: Cast, owed: Obligation, sweep_on) -> None:
    sweep_on(6, 6)
    hold_rung(obligation_id=owed.pk, offset=3, reason="正在核对", by=cast.office)
    for day in range(7, 15):
        sweep_on(6, day)
    assert [n for n, _, _ in fired(owed)] == [-3, -1, 1]
    lift_hold(obligation_id=owed.pk, reason="核对完了", by=cast.office)
    sweep_on(6, 15)
    assert fired(owed)[3:] == [(3, date(2017, 6, 15), False), (7, date(2017, 6, 15), True)]


def test_a_hold_ends_by_itself(cast: Cast, owed: Obligation, sweep_on) -> None:
    hold_rung(obligation_id=owed.pk, offset=1, reason="等文件", by=cast.office, until=date(2017, 6, 7))
    sweep_on(6, 7)
    assert [n for n, _, _ in fired(owed)] == [-3, -1]
    sweep_on(6, 8)
    assert fired(owed)[-1] == (3, date(2017, 6, 8), True)


def test_holding_what_has_fired_already_is_refused(cast: Cast, owed: Obligation, sweep_on) -> None:
    sweep_on(6, 6)
    with pytest.raises(Invalid) as caught:
        hold_rung(obligation_id=owed.pk, offset=1, reason="", by=cast.office, until=date(2017, 6, 1))
    assert caught.value.faults == {
        "rung": "这一级已经触发过了，只能暂缓更高的级别",
        "until": "日期不能早于今天",
        "reason": "请写明理由",
    }
    hold_rung(obligation_id=owed.pk, offset=3, reason="核对", by=cast.office)
    with pytest.raises(Stale, match="已经暂缓"):
        hold_rung(obligation_id=owed.pk, offset=7, reason="核对", by=cast.office)
    with pytest.raises(Refused, match="只有创模办"):
        lift_hold(obligation_id=owed.pk, reason="x", by=cast.owner)


# Suspended ------------------------------------------------------------------------------------------------


def suspend(cast: Cast, row: Obligation, start: date, until: date) -> None:
    with clock.at(start):
        request = request_suspension(obligation_id=row.pk, until=until, reason="等批复", by=cast.owner)
        decide_suspension(request_id=request.pk, granted=True, decision="同意", by=cast.office)


def test_days_of_suspension_do_not_count(cast: Cast, owed: Obligation, sweep_on) -> None:
    sweep_on(6, 6)
    suspend(cast, owed, date(2017, 6, 7), date(2017, 6, 9))  # three working days: Wed, Thu, Fri
    for day in range(7, 15):
        sweep_on(6, day)
    owed.refresh_from_db()
    assert (owed.paused, owed.stopped_days, owed.due_on) == (False, 3, date(2017, 6, 5))
    # Counted are the 6th, the 12th and the 13th.
    assert fired(owed)[-1] == (3, date(2017, 6, 13), True)
    sweep_on(6, 19)
    assert fired(owed)[-1] == (7, date(2017, 6, 19), True)


def test_suspended_before_the_day_moves_the_day(cast: Cast, owed: Obligation, sweep_on) -> None:
    suspend(cast, owed, date(2017, 6, 1), date(2017, 6, 7))  # 1, 2, 5, 6, 7 June
    owed.refresh_from_db()
    assert (owed.due_on, owed.original_due_on, owed.locks_on) == (
        date(2017, 6, 12),
        date(2017, 6, 5),
        date(2017, 6, 19),
    )
    for day in range(1, 14):
        sweep_on(6, day)
    assert fired(owed) == [
        (-3, date(2017, 6, 8), True),
        (-1, date(2017, 6, 9), True),
        (1, date(2017, 6, 13), True),
    ]


def test_resumed_early_gives_the_unused_days_back(cast: Cast, owed: Obligation) -> None:
    suspend(cast, owed, date(2017, 6, 1), date(2017, 6, 7))
    with clock.at(date(2017, 6, 5)):
        suspension = resume(obligation_id=owed.pk, reason="批复到了", by=cast.office)
    owed.refresh_from_db()
    assert (suspension.days, owed.paused, owed.due_on, owed.locks_on) == (
        2,
        False,
        date(2017, 6, 7),
        date(2017, 6, 14),
    )
    with pytest.raises(Stale, match="没有挂账"):
        resume(obligation_id=owed.pk, reason="再来", by=cast.office)


# Proposals ------------------------------------------------------------------------------------------------


def test_nothing_is_issued_before_the_office_confirms(
    cast: Cast, owed: Obligation, sweep_on, settings
) -> None:
    settings.PROPOSALS_CONFIRMED = ["tests.chuangmo.deadlines.test_sweep.taken_up"]
    taken.clear()
    sweep_on(6, 8)
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.rung.action, taken) == ("open", "order", [])
    assert told("order") == []
    with pytest.raises(Refused, match="只有创模办"):
        confirm_proposal(proposal_id=proposal.pk, by=cast.county_office)
    confirm_proposal(proposal_id=proposal.pk, by=cast.office, reason="照办")
    assert taken == [proposal.pk]
    assert [user for user, _ in told("order")] == ["colleague", "owner", "owner2"]
    with pytest.raises(Stale, match="已经有了决定"):
        decline_proposal(proposal_id=proposal.pk, by=cast.office, reason="晚了")


taken: list[int] = []


def taken_up(*, proposal: Proposal, by: object) -> None:
    taken.append(proposal.pk)


def test_a_higher_proposal_takes_the_place_of_a_lower_one(cast: Cast, owed: Obligation, sweep_on) -> None:
    sweep_on(6, 8)
    sweep_on(6, 14)
    assert list(Proposal.objects.order_by("rung__offset").values_list("rung__offset", "state")) == [
        (3, "replaced"),
        (7, "open"),
    ]


def test_declining_needs_a_reason_and_the_ladder_goes_on(cast: Cast, owed: Obligation, sweep_on) -> None:
    sweep_on(6, 8)
    proposal = Proposal.objects.get()
    with pytest.raises(Invalid, match="请写明理由"):
        decline_proposal(proposal_id=proposal.pk, by=cast.office, reason=" ")
    decline_proposal(proposal_id=proposal.pk, by=cast.office, reason="已电话催过")
    assert sweep_on(6, 14).run.proposed == 1


def test_what_is_done_lets_its_proposal_lapse(cast: Cast, owed: Obligation, sweep_on) -> None:
    sweep_on(6, 8)
    fulfil(owed, cast.owner)
    assert Proposal.objects.get().state == "lapsed"
    with pytest.raises(Stale, match="已经办结"):
        confirm_proposal(proposal_id=Proposal.objects.get().pk, by=cast.office)
    assert not Notice.objects.unseen().filter(subject_kind="obligation").exists()


# Bad days -------------------------------------------------------------------------------------------------


def test_without_a_ladder_nothing_happens_and_the_status_page_says_so(owed: Obligation) -> None:
    assert sweep(date(2017, 6, 6)).run.moved == 0
    assert ("催办级别", "bad") in {(row.label, row.state) for row in deadline_status()}


def test_a_year_without_holidays_counts_weekdays_and_says_so(cast: Cast, ladder, today) -> None:
    today(date(2097, 3, 8))  # a Friday in a year that nobody knows
    row = ObligationFactory(unit=cast.county, due_on=date(2097, 3, 7))
    swept = sweep()
    assert fired(row)[-1][0] == 1
    assert swept.run.note == "2097 年的节假日还没有录入，按周一至周五计算"
    assert any(line.label == "工作日历" and line.state == "warn" for line in deadline_status())
    set_calendar_day(by=cast.admin, day=date(2097, 5, 1), is_working=False, note="劳动节")
    assert sweep().run.note == ""
    assert any(line.label == "工作日历" and line.state == "ok" for line in deadline_status())


def test_the_command_rehearses_and_runs(owed: Obligation, ladder, capsys, settings) -> None:
    settings.OBLIGATION_SOURCES = []
    call_command("sweep", "--at", "2017-06-14", "--dry-run")
    out = capsys.readouterr().out
    assert "通报\t钟山区人民政府\t18 生活垃圾无害化处理率 2017年5月\t应办 2017-06-05" in out
    assert "将推进 1 件，触发 5 级，提出 1 条建议" in out
    assert Firing.objects.count() == 0
    call_command("sweep")
    assert "已推进 1 件，触发 3 级" in capsys.readouterr().out
    with pytest.raises(CommandError, match="还没有到"):
        call_command("sweep", "--at", "2017-06-14")
    with pytest.raises(CommandError, match="不是 2017-06-06 这样的日期"):
        call_command("sweep", "--at", "next week")


# Cost -----------------------------------------------------------------------------------------------------


def many(cast: Cast, count: int) -> None:
    units = [UnitFactory() for _ in range(5)]
    Obligation.objects.bulk_create(
        [ObligationFactory.build(unit=units[n % 5], subject_id=50_000 + n) for n in range(count)]
    )


def test_the_number_of_queries_does_not_grow(cast: Cast, ladder) -> None:
    """Nobody is told here: notices go into their table by 500, which is a test of theirs."""
    Rung.objects.update(tells_office=False, tells_county_office=False)

    def queries(count: int) -> int:
        before = Firing.objects.count()
        many(cast, count)
        with clock.at(date(2017, 6, 8)), CaptureQueriesContext(connection) as captured:
            assert sweep().run.moved == count
        assert Firing.objects.count() - before == 4 * count
        return len(captured)

    few = queries(10)
    assert queries(1000) == few <= 40


def test_a_sweep_with_nothing_to_do_is_short(cast: Cast, ladder, django_assert_max_num_queries) -> None:
    many(cast, 50)
    with clock.at(date(2017, 6, 8)):
        sweep()
        with django_assert_max_num_queries(12):
            assert sweep().run.moved == 0


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_fire_once() -> None:
    cast = make_cast()
    make_ladder()
    rows = [ObligationFactory(unit=cast.county) for _ in range(30)]
    gate, failures = threading.Barrier(2), []

    def run() -> None:
        try:
            gate.wait(10)
            with clock.at(date(2017, 6, 8)):
                sweep()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert Firing.objects.count() == 4 * len(rows)
    assert Proposal.objects.count() == len(rows)
    assert sorted(SweepRun.objects.values_list("moved", flat=True)) == [0, len(rows)]
    assert SweepRun.objects.filter(finished_at__lte=timezone.now()).count() == 2


def test_no_job_sweeps_a_day_to_come(owed: Obligation) -> None:
    job = enqueue("deadlines.sweep", args={"at": "2017-06-07"})
    run_due()
    job.refresh_from_db()
    assert job.state != "done"
    assert "2017-06-07 还没有到" in job.error
    assert not owed.firings.exists()
