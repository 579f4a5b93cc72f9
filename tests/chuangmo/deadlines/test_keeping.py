"""What is owed is kept in step with its sources and the calendar; reviewers owe their steps."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chuangmo.audit.models import AuditEvent
from chuangmo.deadlines.models import Obligation
from chuangmo.deadlines.rules import Owed
from chuangmo.deadlines.services import fulfil, reconcile
from chuangmo.jobs.models import Job
from chuangmo.jobs.services import run_due
from chuangmo.periods import year
from chuangmo.review.models import Case, ReviewStep, State
from chuangmo.workcalendar.services import set_calendar_day
from indicators.plan.models import MaterialRequirement, Milestone
from indicators.reporting.services.opening import open_reports, reports_foreseen
from tests.factories import Cast, assign
from tests.indicators.reporting.review.story import go, report_in, retype

SOURCE = "tests.chuangmo.deadlines.test_keeping.source"
given: list[Owed] = []


def source(at: date, horizon: date) -> list[Owed]:
    return list(given)


def owed(cast: Cast, number: int, due: date = date(2017, 8, 31), label: str = "材料") -> Owed:
    return Owed("material", cast.county.pk, "material", number, label, "/indicators/18/", year(2017), due)


@pytest.fixture
def one_source(settings) -> None:
    settings.OBLIGATION_SOURCES = [SOURCE]
    given.clear()


# Sources --------------------------------------------------------------------------------------------------


def test_a_difference_never_a_duplicate(cast: Cast, one_source) -> None:
    given[:] = [owed(cast, 1), owed(cast, 2)]
    assert reconcile().added == 2
    assert not reconcile()
    given[:] = [owed(cast, 1, date(2017, 9, 15), "改名的材料"), owed(cast, 3)]
    kept = reconcile()
    assert (kept.added, kept.moved, kept.waived) == (1, 1, 1)
    first, second, third = Obligation.objects.order_by("subject_id")
    assert (first.due_on, first.original_due_on, first.subject_label) == (
        date(2017, 9, 15),
        date(2017, 9, 15),
        "改名的材料",
    )
    assert (second.is_open, third.is_open) == (False, True)
    given[:] = [owed(cast, 2)]
    reconcile()
    second.refresh_from_db()
    assert second.is_open
    assert Obligation.objects.count() == 3


def test_what_is_done_stays_done(cast: Cast, one_source) -> None:
    given[:] = [owed(cast, 1)]
    reconcile()
    fulfil(Obligation.objects.get(), cast.owner)
    given[:] = [owed(cast, 1, date(2017, 10, 9))]
    assert not reconcile()
    given.clear()
    assert not reconcile()
    assert Obligation.objects.get().due_on == date(2017, 8, 31)


def test_queries_do_not_grow_with_what_is_owed(cast: Cast, one_source) -> None:
    """Of comparing and moving; new rows go in by as many as one statement takes."""

    def queries(count: int) -> int:
        given[:] = [owed(cast, number) for number in range(count)]
        reconcile()
        given[:] = [owed(cast, number, date(2017, 9, 15)) for number in range(count)]
        with CaptureQueriesContext(connection) as captured:
            assert reconcile().moved == count
        given.clear()
        reconcile()
        Obligation.objects.all().delete()
        return len(captured)

    few = queries(5)
    assert queries(400) == few <= 10


def test_material_is_owed_by_the_milestone(cast: Cast) -> None:
    Milestone.objects.create(plan=cast.plan, code="archive_done", name="归档", due_on=date(2017, 9, 2))
    MaterialRequirement.objects.create(
        code="i18.m1",
        indicator=cast.indicator,
        name="处理量台账",
        kind="数据表格",
        years=3,
        provider="counties",
    )
    reconcile()
    rows = Obligation.objects.filter(kind="material").order_by("unit__order")
    # 2 September is a Saturday.
    assert [(row.unit, row.due_on) for row in rows] == [
        (cast.county, date(2017, 9, 4)),
        (cast.other_county, date(2017, 9, 4)),
    ]
    assert rows[0].subject_label == "18 生活垃圾无害化处理率 归档材料：处理量台账"
    assert rows[0].subject_url == f"/archives/wanted/{rows[0].subject_id}/"


# The calendar ---------------------------------------------------------------------------------------------


def test_an_edit_of_the_calendar_moves_what_is_open(cast: Cast) -> None:
    open_reports(plan=cast.plan, until=date(2017, 6, 6))
    done, open_one = Obligation.objects.filter(kind="report", period_end=date(2017, 5, 31)).order_by("pk")[:2]
    fulfil(done, cast.owner)
    assert (open_one.due_on, open_one.locks_on) == (date(2017, 6, 5), date(2017, 6, 12))
    for day in (5, 9):
        set_calendar_day(by=cast.admin, day=date(2017, 6, day), is_working=False, note="州庆")
    assert Job.objects.filter(kind="deadlines.reconcile").count() == 1
    run_due()
    done.refresh_from_db()
    open_one.refresh_from_db()
    assert done.due_on == date(2017, 6, 5)
    assert (open_one.due_on, open_one.original_due_on, open_one.locks_on) == (
        date(2017, 6, 6),
        date(2017, 6, 6),
        date(2017, 6, 14),
    )


def test_a_return_follows_the_calendar_too(cast: Cast, steps) -> None:
    report = report_in(cast, State.RETURNED)
    cycle = Obligation.objects.get(kind="report", cycle=2)
    assert (cycle.opened_on, cycle.term_days) == (date(2017, 6, 6), 2)
    assert cycle.due_on == date(2017, 6, 8)
    set_calendar_day(by=cast.admin, day=date(2017, 6, 7), is_working=False, note="停电")
    reconcile()
    cycle.refresh_from_db()
    assert (cycle.due_on, cycle.original_due_on) == (date(2017, 6, 9), date(2017, 6, 5))
    assert report.pk == cycle.subject_id


def test_months_to_come_are_foreseen_not_stored(cast: Cast) -> None:
    open_reports(plan=cast.plan, until=date(2017, 6, 6))
    stored = Obligation.objects.count()
    ahead = list(reports_foreseen(date(2017, 9, 1), date(2017, 9, 30)))
    assert {(one.unit_id, one.due_on) for one in ahead} == {
        (unit.pk, date(2017, 9, 5)) for unit in (cast.county, cast.other_county, cast.bureau)
    }
    assert (
        list(reports_foreseen(date(2017, 7, 1), date(2017, 7, 31))) == []
    )  # June has begun: its reports are there
    assert Obligation.objects.count() == stored


# Steps of the review --------------------------------------------------------------------------------------


@pytest.fixture
def steps(cast: Cast) -> None:
    for state, label, days in (
        ("submitted", "单位审核", 2),
        ("signed_off", "牵头核定", 2),
        ("verified", "创模办审定", 3),
    ):
        ReviewStep.objects.create(kind="report", state=state, label=label, days=days)


def step_rows() -> list[tuple[str, str, str, int, date | None, bool]]:
    rows = Obligation.objects.exclude(kind="report").order_by("pk").select_related("unit")
    return [
        (row.kind, str(row.unit.short_name), row.role, row.cycle, row.due_on, row.is_open) for row in rows
    ]


def test_whoever_has_the_step_owes_it(cast: Cast, steps) -> None:
    report = report_in(cast, State.SUBMITTED)
    assert step_rows() == [("sign_off", "钟山区", "reviewer", 1, date(2017, 6, 8), True)]
    go(cast, report, "sign_off")
    assert step_rows()[1:] == [("verify", "市城管局", "reviewer", 1, date(2017, 6, 8), True)]
    go(cast, report, "verify")
    assert step_rows()[2:] == [("accept", "市创模办", "office", 1, date(2017, 6, 9), True)]
    go(cast, report, "accept")
    assert [row[-1] for row in step_rows()] == [False] * 3
    first = Obligation.objects.get(kind="sign_off")
    assert (first.done_by, first.subject_url) == (cast.colleague, f"/review/{report.case_id}/")
    assert not reconcile().added


def test_a_step_that_comes_back_is_a_new_cycle(cast: Cast, steps) -> None:
    report = report_in(cast, State.RETURNED)
    retype(report, "i18.treated", "899")
    go(cast, report, "submit")
    kinds = [(row[0], row[3], row[-1]) for row in step_rows() if row[0] == "sign_off"]
    assert kinds == [("sign_off", 1, False), ("sign_off", 2, True)]


def test_a_withdrawal_leaves_nothing_to_review(cast: Cast, steps) -> None:
    report = report_in(cast, State.SUBMITTED)
    go(cast, report, "withdraw")
    row = Obligation.objects.get(kind="sign_off")
    assert (row.done_at, row.waived_at is not None) == (None, True)
    assert not reconcile().added


def test_two_leads_both_owe_the_step(cast: Cast, steps) -> None:
    assign(cast.indicator, cast.other_county, "lead")
    report_in(cast, State.SIGNED_OFF)
    rows = [row for row in step_rows() if row[0] == "verify"]
    assert {row[1] for row in rows} == {"市城管局", "水城县"}


def test_steps_from_before_are_taken_up_and_follow_the_calendar(cast: Cast, steps) -> None:
    report = report_in(cast, State.SUBMITTED)
    Obligation.objects.filter(kind="sign_off").delete()
    assert reconcile().added == 1
    row = Obligation.objects.get(kind="sign_off")
    assert (row.due_on, row.opened_on) == (date(2017, 6, 8), date(2017, 6, 6))
    set_calendar_day(by=cast.admin, day=date(2017, 6, 7), is_working=False, note="停电")
    reconcile()
    row.refresh_from_db()
    assert row.due_on == Case.objects.get(pk=report.case_id).step_due_on == date(2017, 6, 9)
    assert AuditEvent.objects.filter(action="更新应办事项").count() == 2
