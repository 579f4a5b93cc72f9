"""Extension, 挂账, objection: asked by the unit, decided once by the office, all on the timeline."""

from __future__ import annotations

from datetime import date

import pytest

from chuangmo.access.queries import rights_of
from chuangmo.deadlines.models import DeadlineRequest, Obligation
from chuangmo.deadlines.queries.decisions import waiting_decisions
from chuangmo.deadlines.queries.punctuality import record_of
from chuangmo.deadlines.queries.timeline import timeline_of
from chuangmo.deadlines.services import (
    decide_extension,
    decide_objection,
    decide_suspension,
    fulfil,
    fulfil_by_hand,
    grant_exception,
    object_assignment,
    open_cycle,
    request_extension,
    request_suspension,
    unwaive_one,
    waive_one,
    withdraw_request,
)
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.notices.models import Notice
from indicators.plan.models import AssignmentRole
from indicators.reporting.models import Report, ReportValue
from tests.factories import Cast, ObligationFactory, UnitFactory, assign, whole_unit

WEEK_LATER = date(2017, 6, 20)


def ask(cast: Cast, row: Obligation, until: date | None = WEEK_LATER) -> DeadlineRequest:
    return request_extension(obligation_id=row.pk, until=until, reason="等省厅核定", by=cast.owner)


# Extension ------------------------------------------------------------------------------------------------


def test_granted_is_a_new_cycle_and_the_old_day_stays_visible(cast: Cast) -> None:
    report = cast.report()
    request = ask(cast, report.obligation, date(2017, 6, 24))
    assert request.state == "open"
    decide_extension(request_id=request.pk, granted=True, decision="同意", by=cast.office)
    report.refresh_from_db()
    cycle = report.obligation
    # The 24th is a Saturday.
    assert (cycle.cycle, cycle.due_on, cycle.original_due_on, cycle.locks_on) == (
        2,
        date(2017, 6, 26),
        date(2017, 6, 5),
        date(2017, 7, 3),
    )
    assert Obligation.objects.get(pk=request.obligation_id).superseded is True
    words = [entry.word for entry in timeline_of("report", report.pk)]
    assert words == ["同意延期", "申请延期"]


def test_handed_in_while_the_extension_was_granted(cast: Cast, owed: Obligation) -> None:
    """The page still knew the old cycle: the new one is done by it, and nobody is chased for it."""
    request = ask(cast, owed)
    decide_extension(request_id=request.pk, granted=True, decision="同意", by=cast.office)
    assert fulfil(owed, cast.owner) is True
    assert Obligation.objects.get(cycle=2).done_by == cast.owner
    assert fulfil(owed, cast.owner) is False


def test_refused_leaves_everything_as_it_was(cast: Cast, owed: Obligation) -> None:
    request = ask(cast, owed)
    decide_extension(request_id=request.pk, granted=False, decision="早该报了", by=cast.office)
    request.refresh_from_db()
    assert (request.state, request.decision, request.decided_by) == ("refused", "早该报了", cast.office)
    assert Obligation.objects.get() == owed


def test_who_asked_hears_of_the_decision_and_the_office_of_the_request(cast: Cast, owed: Obligation) -> None:
    request = ask(cast, owed)
    waiting = Notice.objects.get(user=cast.office, kind="proposal")
    assert "申请延期" in waiting.title and waiting.url == owed.get_absolute_url()
    decide_extension(request_id=request.pk, granted=False, decision="早该报了", by=cast.office)
    told = Notice.objects.filter(kind="decision").order_by("user__username")
    assert [notice.user.username for notice in told] == ["owner", "owner2"]
    assert {notice.urgency for notice in told} == {"now"}
    waiting.refresh_from_db()
    assert waiting.settled_at is not None


def test_decided_once(cast: Cast, owed: Obligation) -> None:
    request = ask(cast, owed)
    decide_extension(request_id=request.pk, granted=False, decision="不行", by=cast.office)
    with pytest.raises(Stale, match="已经有了决定"):
        decide_extension(request_id=request.pk, granted=True, decision="行", by=cast.office)
    assert Obligation.objects.count() == 1


def test_one_request_at_a_time(cast: Cast, owed: Obligation) -> None:
    request = ask(cast, owed)
    with pytest.raises(Stale, match="已有一个申请"):
        object_assignment(obligation_id=owed.pk, reason="不归我们", by=cast.owner2)
    withdraw_request(request_id=request.pk, by=cast.owner2)
    assert object_assignment(obligation_id=owed.pk, reason="不归我们", by=cast.owner2).state == "open"


@pytest.mark.parametrize(
    ("until", "reason", "faults"),
    [
        (None, "x", {"until": "请填 2017-06-20 这样的日期"}),
        (date(2017, 6, 5), "x", {"until": "日期不能早于今天"}),
        (date(2019, 1, 1), "x", {"until": "最多一年以内"}),
        (WEEK_LATER, " ", {"reason": "请写明理由"}),
        (date(2017, 6, 1), "字" * 401, {"until": "日期不能早于今天", "reason": "最多 400 字，现有 401 字"}),
    ],
)
def test_all_faults_at_once(cast: Cast, owed: Obligation, until, reason, faults) -> None:
    with pytest.raises(Invalid) as caught:
        request_extension(obligation_id=owed.pk, until=until, reason=reason, by=cast.owner)
    assert caught.value.faults == faults
    assert not DeadlineRequest.objects.exists()


def test_an_earlier_day_is_no_extension(cast: Cast) -> None:
    row = ObligationFactory(unit=cast.county, due_on=date(2017, 6, 30))
    with pytest.raises(Invalid, match="要晚于现在的应办日期 2017-06-30"):
        ask(cast, row, date(2017, 6, 20))


@pytest.mark.parametrize("who", ["stranger", "lead", "office", "county_office", "admin"])
def test_only_the_unit_asks(cast: Cast, owed: Obligation, who: str) -> None:
    with pytest.raises(Refused, match="只有承办单位"):
        request_extension(obligation_id=owed.pk, until=WEEK_LATER, reason="x", by=getattr(cast, who))


@pytest.mark.parametrize("who", ["owner", "colleague", "lead", "county_office", "admin"])
def test_only_the_office_decides(cast: Cast, owed: Obligation, who: str) -> None:
    request = ask(cast, owed)
    with pytest.raises(Refused, match="只有创模办"):
        decide_extension(request_id=request.pk, granted=True, decision="x", by=getattr(cast, who))
    request.refresh_from_db()
    assert request.state == "open"


def test_what_is_over_or_a_step_is_not_asked_about(cast: Cast, owed: Obligation) -> None:
    step = ObligationFactory(unit=cast.county, kind="sign_off", role="reviewer")
    with pytest.raises(Refused, match="审核步骤"):
        ask(cast, step)
    fulfil(owed, cast.owner)
    with pytest.raises(Refused, match="已经办结"):
        ask(cast, owed)


def test_a_request_about_what_was_done_meanwhile_needs_no_decision(cast: Cast, owed: Obligation) -> None:
    request = ask(cast, owed)
    assert waiting_decisions(rights_of(cast.office)).request_count == 1
    fulfil(owed, cast.owner)
    with pytest.raises(Stale, match="已经办结"):
        decide_extension(request_id=request.pk, granted=True, decision="x", by=cast.office)
    assert waiting_decisions(rights_of(cast.office)).count == 0


# Suspension -----------------------------------------------------------------------------------------------


def test_a_second_suspension_is_refused_while_one_stands(cast: Cast, owed: Obligation) -> None:
    request = request_suspension(obligation_id=owed.pk, until=WEEK_LATER, reason="等批复", by=cast.owner)
    decide_suspension(
        request_id=request.pk, granted=True, decision="同意", by=cast.office, until=date(2017, 6, 16)
    )
    owed.refresh_from_db()
    assert (owed.paused, owed.suspensions.get().until) == (True, date(2017, 6, 16))
    with pytest.raises(Refused, match="已经挂账"):
        request_suspension(obligation_id=owed.pk, until=WEEK_LATER, reason="还等", by=cast.owner)


# Objection ------------------------------------------------------------------------------------------------


def test_a_wrong_assignment_is_let_off(cast: Cast, owed: Obligation) -> None:
    request = object_assignment(obligation_id=owed.pk, reason="填埋场归城管局", by=cast.owner)
    decide_objection(request_id=request.pk, granted=True, decision="确实", by=cast.office)
    owed.refresh_from_db()
    assert (owed.waived_at is not None, owed.waived_reason) == (True, "异议成立：确实")


def test_material_passes_to_another_unit_under_the_same_subject(cast: Cast) -> None:
    row = ObligationFactory(unit=cast.county, kind="material", subject_kind="material", subject_id=7)
    request = object_assignment(obligation_id=row.pk, reason="填埋场归城管局", by=cast.owner)
    decide_objection(
        request_id=request.pk, granted=True, decision="转城管局", by=cast.office, to_unit=cast.bureau
    )
    other = Obligation.objects.get(unit=cast.bureau)
    # Five working days from today, since the old day is over.
    assert (other.subject_id, other.due_on, other.cycle) == (7, date(2017, 6, 13), 1)
    assert (
        timeline_of("material", 7, cast.county.pk)[0].text
        == "转城管局\n承办单位：钟山区人民政府 → 市城市管理局"
    )


def test_a_report_passes_only_to_a_unit_with_the_duty(cast: Cast) -> None:
    report = cast.report()
    request = object_assignment(obligation_id=report.obligation_id, reason="不归我们", by=cast.owner)
    newcomer = UnitFactory(name="市环境卫生管理处", short_name="市环卫处")
    whole_unit(newcomer)
    give = {"request_id": request.pk, "granted": True, "decision": "转环卫处", "by": cast.office}
    with pytest.raises(Invalid) as caught:
        decide_objection(**give, to_unit=newcomer)
    assert "没有指标 18 的职责" in caught.value.faults["to_unit"]
    request.refresh_from_db()
    assert request.state == "open"
    assign(cast.indicator, newcomer, AssignmentRole.RESPONSIBLE)
    decide_objection(**give, to_unit=newcomer)
    made = Report.objects.get(unit=newcomer)
    assert (made.period, made.obligation.due_on) == (report.period, date(2017, 6, 13))
    assert list(ReportValue.objects.filter(report=made).values_list("element__code", flat=True)) == [
        "i18.produced",
        "i18.treated",
    ]


def test_to_the_same_unit_is_no_change(cast: Cast, owed: Obligation) -> None:
    request = object_assignment(obligation_id=owed.pk, reason="不归我们", by=cast.owner)
    with pytest.raises(Invalid, match="和原来的相同"):
        decide_objection(
            request_id=request.pk, granted=True, decision="x", by=cast.office, to_unit=cast.county
        )


# By the office alone --------------------------------------------------------------------------------------


def test_let_off_and_owed_again(cast: Cast, owed: Obligation) -> None:
    waive_one(obligation_id=owed.pk, reason="本期停产", by=cast.office)
    with pytest.raises(Stale):
        waive_one(obligation_id=owed.pk, reason="本期停产", by=cast.office)
    unwaive_one(obligation_id=owed.pk, reason="复产了", by=cast.office)
    owed.refresh_from_db()
    assert owed.is_open
    assert [entry.word for entry in timeline_of(owed.subject_kind, owed.subject_id)] == ["恢复应办", "免办"]


def test_only_what_has_no_page_is_ticked_off_by_hand(cast: Cast, owed: Obligation) -> None:
    with pytest.raises(Refused, match="在它自己的页面上办理"):
        fulfil_by_hand(obligation_id=owed.pk, reason="收到", by=cast.office)
    paper = ObligationFactory(unit=cast.county, kind="material", subject_kind="material", subject_id=3)
    fulfil_by_hand(obligation_id=paper.pk, reason="收到纸质文件 3 份", by=cast.office)
    paper.refresh_from_db()
    assert paper.done_by == cast.office


# The record -----------------------------------------------------------------------------------------------


def test_a_units_record(cast: Cast, today) -> None:
    in_time, late, missing, later, put_off, again = (
        ObligationFactory(unit=cast.county, due_on=due)
        for due in (*[date(2017, 6, 5)] * 3, date(2017, 6, 30), *[date(2017, 6, 9)] * 2)
    )
    today(date(2017, 6, 5))
    fulfil(in_time, cast.owner)
    fulfil(again, cast.owner)
    open_cycle(again, date(2017, 6, 12), cast.office, "退回", term_days=2)
    request = ask(cast, put_off)
    decide_extension(request_id=request.pk, granted=True, decision="行", by=cast.office)
    today(date(2017, 6, 8))
    fulfil(late, cast.owner)
    today(date(2017, 6, 19))
    grant_exception(missing, until=date(2017, 6, 30), reason="等数", by=cast.office)
    record = record_of(cast.county.pk, 2017, date(2017, 6, 19))
    june = record.months[5]
    assert (june.on_time, june.late, june.missing, june.pending) == (2, 1, 1, 2)
    assert (june.exceptions, june.returns, june.rate) == (2, 1, 0.5)
    assert record.total.rate == 0.5
    assert record.months[6].rate is None
    assert [row.pk for row in record.open_late] == [
        missing.pk,
        Obligation.objects.get(cycle=2, term_days=2).pk,
    ]
    assert later.pk not in {row.pk for row in record.open_late}
