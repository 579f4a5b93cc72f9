"""What each move leaves behind: revision, events, audit, dates, and who may not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from chuangmo.access.models import Membership
from chuangmo.audit.models import AuditEvent
from chuangmo.deadlines.models import Obligation
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.periods import month, year
from chuangmo.review import services
from chuangmo.review.models import Case, Remark, ReviewEvent, ReviewStep, Revision, State
from chuangmo.review.rules import digest
from indicators.reporting.models import Answer, Report, ReportValue
from tests.factories import Cast, assign, give_role
from tests.indicators.reporting.review.story import TYPED, cell_of, go, report_in, retype, step

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def _events(report: Report) -> list[tuple[str, str, str, str, int, bool]]:
    return [
        (one.action, one.from_state, one.to_state, one.by_name, one.revision_no, one.skipped)
        for one in ReviewEvent.objects.filter(case=report.case_id)
    ]


def _case(report: Report) -> Case:
    return Case.objects.get(pk=report.case_id)


# The way through ---------------------------------------------------------------------------------------


def test_the_whole_way_is_written_down(cast: Cast) -> None:
    report = report_in(cast, State.ACCEPTED)
    assert _events(report) == [
        ("submit", "draft", "submitted", "李静", 1, False),
        ("sign_off", "submitted", "signed_off", "陈主任", 1, False),
        ("verify", "signed_off", "verified", "刘工", 1, False),
        ("accept", "verified", "accepted", "王科长", 1, False),
    ]
    acted = list(ReviewEvent.objects.filter(case=report.case_id).values_list("acting_unit", flat=True))
    assert acted == [cast.county.pk, cast.county.pk, cast.bureau.pk, cast.city_office.pk]
    case = _case(report)
    assert (case.state, case.revision_no, case.accepted_revision_no) == (State.ACCEPTED, 1, 1)
    assert (case.submitted_by, case.step_due_on) == (cast.owner, None)


def test_every_move_is_audited(cast: Cast) -> None:
    report = report_in(cast, State.RETURNED)
    rows = AuditEvent.objects.filter(object_kind="report", object_id=str(report.pk)).order_by("id")
    moves = [
        (one.action, one.actor_name, one.reason, one.changes.get("状态"))
        for one in rows
        if "状态" in one.changes
    ]
    assert moves == [
        ("提交", "李静", "请核对后重报", ["草稿", "已提交"]),
        ("退回", "陈主任", "请核对后重报", ["已提交", "已退回"]),
    ]
    assert {one.unit_id for one in rows} == {cast.county.pk}
    assert rows[0].object_label == "2017年5月 指标 18 生活垃圾无害化处理率 钟山区人民政府"


def test_submit_freezes_what_is_stored(cast: Cast) -> None:
    report = report_in(cast, State.SUBMITTED)
    frozen = Revision.objects.get(case=report.case_id)
    assert (frozen.number, frozen.created_by, frozen.digest) == (1, cast.owner, digest(frozen.content))
    values = {one["element"]: (one["cell"], one["answer"], one["value"]) for one in frozen.content["values"]}
    assert values == {
        "i18.produced": (cell_of(report, "i18.produced"), "value", "1000.000000"),
        "i18.treated": (cell_of(report, "i18.treated"), "value", "900.000000"),
    }
    retype(report, "i18.treated", "1")
    frozen.refresh_from_db()
    assert frozen.content["values"][1]["value"] == "900.000000"


def test_faults_refuse_the_submission_all_at_once(cast: Cast) -> None:
    report = cast.report(values={})
    with pytest.raises(Invalid) as refused:
        step(cast, report, "submit")
    assert set(refused.value.faults) == {cell_of(report, "i18.produced"), cell_of(report, "i18.treated")}
    assert (_case(report).state, Revision.objects.count()) == (State.DRAFT, 0)


def test_each_step_has_its_working_days(cast: Cast, today: Callable[[date], None]) -> None:
    for state, days in ((State.SUBMITTED, 2), (State.SIGNED_OFF, 2), (State.VERIFIED, 3)):
        ReviewStep.objects.update_or_create(
            kind="report", state=state, defaults={"label": state.label, "days": days}
        )
    report = cast.report(values=dict(TYPED))
    today(date(2017, 6, 8))  # a Thursday
    dues = []
    for action in ("submit", "sign_off", "verify", "accept"):
        step(cast, report, action)
        dues.append(_case(report).step_due_on)
    assert dues == [date(2017, 6, 12), date(2017, 6, 12), date(2017, 6, 13), None]


# Skipped steps -----------------------------------------------------------------------------------------


def test_a_unit_without_own_review_skips_its_step(cast: Cast) -> None:
    cast.county.own_review = False
    cast.county.save()
    report = report_in(cast, State.SUBMITTED)
    assert _events(report) == [
        ("submit", "draft", "submitted", "李静", 1, False),
        ("sign_off", "submitted", "signed_off", "系统", 1, True),
    ]
    assert ReviewEvent.objects.get(case=report.case_id, skipped=True).reason == "本单位已关闭单位审核"
    assert _case(report).state == State.SIGNED_OFF
    assert step(cast, report, "withdraw").state == State.DRAFT  # nobody has begun


def test_the_leads_own_report_skips_the_lead(cast: Cast) -> None:
    report = cast.report(unit=cast.bureau, values=dict(TYPED))
    step(cast, report, "submit", by=cast.lead_clerk)
    case = step(cast, report, "sign_off", by=cast.lead)
    assert case.state == State.VERIFIED
    skipped = ReviewEvent.objects.get(case=case, skipped=True)
    assert (skipped.action, skipped.reason, skipped.by) == (
        "verify",
        "牵头单位自己的报表，不再经牵头核定",
        None,
    )


def test_a_lead_without_own_review_goes_straight_to_the_office(cast: Cast) -> None:
    cast.bureau.own_review = False
    cast.bureau.save()
    report = cast.report(unit=cast.bureau, values=dict(TYPED))
    assert step(cast, report, "submit", by=cast.lead_clerk).state == State.VERIFIED
    audited = AuditEvent.objects.filter(object_id=str(report.pk), action__startswith="跳过").values_list(
        "action", "actor_name"
    )
    assert sorted(audited) == [("跳过单位审核", "系统"), ("跳过牵头核定", "系统")]


def test_either_of_two_leads_may_verify(cast: Cast) -> None:
    assign(cast.indicator, cast.other_county, "lead")
    give_role(cast.stranger, cast.other_county, "reviewer")
    report = report_in(cast, State.SIGNED_OFF)
    assert step(cast, report, "verify", by=cast.stranger).state == State.VERIFIED


# Who may not -------------------------------------------------------------------------------------------


def test_the_submitter_checks_nothing_of_it(cast: Cast) -> None:
    give_role(cast.owner, cast.county, "reviewer")
    give_role(cast.owner, cast.bureau, "reviewer")
    give_role(cast.owner, cast.city_office, "office")
    report = report_in(cast, State.SUBMITTED)
    for action in ("sign_off", "send_back"):
        with pytest.raises(Refused, match="自己提交的不能自己"):
            step(cast, report, action, by=cast.owner)
    step(cast, report, "sign_off")
    with pytest.raises(Refused, match="自己提交的不能自己牵头核定"):
        step(cast, report, "verify", by=cast.owner)
    step(cast, report, "verify")
    with pytest.raises(Refused, match="自己提交的不能自己审定"):
        step(cast, report, "accept", by=cast.owner)
    assert _case(report).state == State.VERIFIED


def test_who_typed_a_cell_does_not_sign_it_off(cast: Cast) -> None:
    give_role(cast.owner2, cast.county, "reviewer")
    report = report_in(cast, State.SUBMITTED)
    ReportValue.objects.filter(report=report).update(updated_by=cast.owner2)
    with pytest.raises(Refused):
        step(cast, report, "sign_off", by=cast.owner2)


@pytest.mark.parametrize(
    ("state", "action", "who"),
    [
        (State.DRAFT, "submit", "owner"),
        (State.SUBMITTED, "sign_off", "colleague"),
        (State.SIGNED_OFF, "verify", "lead"),
        (State.VERIFIED, "accept", "office"),
        (State.ACCEPTED, "unlock", "office"),
    ],
)
def test_a_role_taken_away_a_minute_ago_counts(cast: Cast, state: str, action: str, who: str) -> None:
    report = report_in(cast, state)
    Membership.objects.filter(user=getattr(cast, who)).update(valid_to=date(2017, 6, 5))
    with pytest.raises(Refused, match="权限"):
        step(cast, report, action)
    assert _case(report).state == state


def test_a_person_who_left_does_nothing(cast: Cast) -> None:
    report = report_in(cast, State.VERIFIED)
    cast.office.is_active = False
    cast.office.save()
    with pytest.raises(Refused):
        step(cast, report, "accept")


# Coming second -----------------------------------------------------------------------------------------


def test_an_old_page_approves_nothing(cast: Cast) -> None:
    report = report_in(cast, State.SUBMITTED)
    go(cast, report, "withdraw")
    retype(report, "i18.treated", "1")
    go(cast, report, "submit")
    at = f"{timezone.localtime():%H:}"
    with pytest.raises(Stale, match=f"^刚才已由 李静 提交（{at}..），请刷新$"):
        services.sign_off(case_id=report.case_id, revision_no=1, by=cast.colleague)
    assert (_case(report).state, _case(report).revision_no) == (State.SUBMITTED, 2)


def test_the_second_acceptance_is_told(cast: Cast) -> None:
    report = report_in(cast, State.ACCEPTED)
    give_role(cast.observer, cast.city_office, "office")
    with pytest.raises(Stale, match="刚才已由 王科长 审定"):
        services.accept(case_id=report.case_id, revision_no=1, by=cast.observer)


def test_the_same_submission_twice_is_one(cast: Cast) -> None:
    report = cast.report(values=dict(TYPED))
    first = services.submit(case_id=report.case_id, revision_no=0, by=cast.owner)
    again = services.submit(case_id=report.case_id, revision_no=0, by=cast.owner)
    assert (first.revision_no, again.revision_no) == (1, 1)
    assert (Revision.objects.count(), ReviewEvent.objects.count()) == (1, 1)
    with pytest.raises(Stale, match="刚才已由 李静 提交"):
        services.submit(case_id=report.case_id, revision_no=0, by=cast.owner2)


def test_withdrawing_after_the_next_step_began_is_told(cast: Cast) -> None:
    report = report_in(cast, State.SIGNED_OFF)
    with pytest.raises(Stale, match=r"刚才已由 陈主任 单位审核.*不能再撤回"):
        step(cast, report, "withdraw")


def test_a_step_that_is_not_reached_is_refused_in_words(cast: Cast) -> None:
    report = report_in(cast, State.SIGNED_OFF)
    with pytest.raises(Refused, match="还没有牵头核定，不能审定"):
        step(cast, report, "accept")


def test_a_case_that_does_not_exist(cast: Cast) -> None:
    with pytest.raises(Refused):
        services.accept(case_id=999_999, revision_no=1, by=cast.office)


# Returning ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_returning_needs_a_reason(cast: Cast, reason: str) -> None:
    report = report_in(cast, State.SUBMITTED)
    with pytest.raises(Invalid) as refused:
        step(cast, report, "send_back", reason=reason)
    assert refused.value.faults == {"reason": "请写明退回的原因"}
    assert _case(report).state == State.SUBMITTED


def test_unlocking_needs_a_reason(cast: Cast) -> None:
    report = report_in(cast, State.ACCEPTED)
    with pytest.raises(Invalid):
        step(cast, report, "unlock", reason=" ")


def test_remarks_belong_to_cells(cast: Cast) -> None:
    report = report_in(cast, State.SUBMITTED)
    cell = cell_of(report, "i18.treated")
    step(cast, report, "send_back", remarks={cell: " 与台账不符 ", cell_of(report, "i18.produced"): "  "})
    event = ReviewEvent.objects.get(case=report.case_id, action="send_back")
    remarks = Remark.objects.filter(case=report.case_id).values_list("event", "cell", "text")
    assert list(remarks) == [(event.pk, cell, "与台账不符")]


def test_a_remark_on_a_foreign_cell_is_refused(cast: Cast) -> None:
    other = cast.report(cast.other_county)
    report = report_in(cast, State.SUBMITTED)
    foreign = cell_of(other, "i18.treated")
    with pytest.raises(Invalid) as refused:
        step(cast, report, "send_back", remarks={foreign: "不对"})
    assert set(refused.value.faults) == {foreign}
    assert (_case(report).state, Remark.objects.count()) == (State.SUBMITTED, 0)


def test_a_return_opens_a_new_cycle(cast: Cast, today: Callable[[date], None]) -> None:
    report = cast.report(values=dict(TYPED))
    today(date(2017, 6, 5))
    step(cast, report, "submit")
    today(date(2017, 6, 8))  # a Thursday
    step(cast, report, "send_back")
    cycles = list(
        Obligation.objects.filter(subject_id=report.pk)
        .order_by("cycle")
        .values_list("cycle", "due_on", "done_on", "superseded")
    )
    assert cycles == [(1, date(2017, 6, 5), date(2017, 6, 5), True), (2, date(2017, 6, 12), None, False)]
    report.refresh_from_db()
    assert report.obligation.cycle == 2
    today(date(2017, 6, 9))
    step(cast, report, "submit")
    assert Obligation.objects.get(pk=report.obligation_id).done_on == date(2017, 6, 9)
    assert Obligation.objects.get(subject_id=report.pk, cycle=1).done_on == date(2017, 6, 5)


def test_a_withdrawn_report_is_owed_by_its_old_date(cast: Cast) -> None:
    report = report_in(cast, State.SUBMITTED, due_on=date(2017, 6, 7))
    step(cast, report, "withdraw")
    report.refresh_from_db()
    assert (report.obligation.cycle, report.obligation.due_on, report.obligation.done_at) == (
        2,
        date(2017, 6, 7),
        None,
    )


def test_after_the_lock_day_nothing_is_submitted_or_withdrawn(
    cast: Cast, today: Callable[[date], None]
) -> None:
    late = cast.report(values=dict(TYPED))
    submitted = report_in(cast, State.SUBMITTED, period=month(2017, 4))
    today(date(2017, 6, 30))
    with pytest.raises(Refused, match="已过锁定日期，不能提交"):
        step(cast, late, "submit")
    with pytest.raises(Refused, match="已过锁定日期，不能撤回"):
        step(cast, submitted, "withdraw")
    assert step(cast, submitted, "sign_off").state == State.SIGNED_OFF  # the review goes on


def test_what_is_not_owed_is_not_submitted(cast: Cast) -> None:
    future = cast.report(values=dict(TYPED), period=month(2017, 7))
    with pytest.raises(Refused, match="2017年7月还没有开始"):
        step(cast, future, "submit")
    waived = cast.report(values=dict(TYPED))
    Obligation.objects.filter(pk=waived.obligation_id).update(
        waived_at=timezone.now(), waived_reason="职责已转出"
    )
    with pytest.raises(Refused, match="职责已转出"):
        step(cast, waived, "submit")


# Correcting --------------------------------------------------------------------------------------------


def test_unlocking_opens_a_new_revision(cast: Cast, today: Callable[[date], None]) -> None:
    report = report_in(cast, State.ACCEPTED)
    today(date(2017, 9, 1))  # long after the lock
    case = step(cast, report, "unlock", reason="统计局修订")
    assert (case.state, case.revision_no, case.accepted_revision_no) == (State.UNLOCKED, 1, 1)
    retype(report, "i18.treated", "950")
    case = go(cast, report, "submit", "sign_off", "verify", "accept")
    assert (case.state, case.revision_no, case.accepted_revision_no) == (State.ACCEPTED, 2, 2)
    assert [one.content["values"][1]["value"] for one in Revision.objects.filter(case=case)] == [
        "900.000000",
        "950.000000",
    ]


def test_a_revision_is_never_changed(cast: Cast) -> None:
    report = report_in(cast, State.SUBMITTED)
    revisions = Revision.objects.filter(case=report.case_id)
    for change in (
        lambda: revisions.update(digest="0" * 64),
        lambda: revisions.update(content={}),
        lambda: revisions.update(number=7),
        lambda: revisions.delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    frozen = revisions.get()
    assert (frozen.number, frozen.digest) == (1, digest(frozen.content))


def test_a_blank_answer_is_no_zero(cast: Cast) -> None:
    report = cast.report(values=dict(TYPED))
    retype(report, "i18.treated", None, Answer.BLANK)
    with pytest.raises(Invalid):
        step(cast, report, "submit")


def test_nothing_is_left_when_a_move_fails(cast: Cast, settings) -> None:
    settings.FIGURES_CHANGED = ["tests.indicators.reporting.review.test_moves.refuse"]
    report = report_in(cast, State.VERIFIED)
    with pytest.raises(Refused, match="不行"):
        step(cast, report, "accept")
    assert _case(report).state == State.VERIFIED
    assert ReviewEvent.objects.filter(case=report.case_id, action="accept").count() == 0
    assert AuditEvent.objects.filter(action="审定").count() == 0


def refuse(**_: object) -> None:
    raise Refused("不行")


def test_figures_of_a_running_month_wait_for_its_end(cast: Cast, today: Callable[[date], None]) -> None:
    report = cast.report(values=dict(TYPED), period=month(2017, 6), due_on=date(2017, 7, 5))
    with pytest.raises(Refused, match="2017年6月还没有结束"):
        step(cast, report, "submit")
    today(date(2017, 7, 1))
    assert step(cast, report, "submit").state == State.SUBMITTED


def test_what_is_due_within_its_own_period_is_handed_in_before_the_end(cast: Cast) -> None:
    report = cast.report(values=dict(TYPED), period=year(2017), due_on=date(2017, 8, 31))
    assert step(cast, report, "submit").state == State.SUBMITTED
