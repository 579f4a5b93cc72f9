"""From draft to shown to final: who may do what when, and what follows from it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from chuangmo import clock
from chuangmo.audit.models import AuditEvent
from chuangmo.deadlines.models import Obligation
from chuangmo.errors import DomainError, Invalid, Refused, Stale
from chuangmo.notices.models import Notice
from chuangmo.periods import month, year
from supervision.scores.models import (
    Adjustment,
    Correction,
    Objection,
    RoundState,
    ScorePart,
    ScoreRow,
    UnitScore,
)
from supervision.scores.services import (
    adjust_score,
    compute_round,
    confirm_correction,
    decide_objection,
    decline_correction,
    finish_round,
    object_to_score,
    recheck,
    recheck_all,
    show_round,
    withdraw_adjustment,
)
from tests.supervision.scores.story import MAY, final, judge, owe, score_of, shown, totals

pytestmark = pytest.mark.django_db
D = Decimal


def test_draft_has_totals_parts_and_ranks(cast, may):
    # the county: 30 of 60 points by reports (half), 30 by the indicator; both parts weigh 50 of 100
    assert totals(may) == {"钟山区": (D(75), 2), "水城县": (D(100), 1), "市城管局": (D(100), 1)}
    parts = {part.code: (part.points, part.counted) for part in score_of(may, cast.county).parts.all()}
    assert parts == {
        "reports": (D(25), 2),
        "indicators": (D(50), 1),
        "projects": (None, 0),
        "orders": (None, 0),
        "archive": (None, 0),
    }


def test_a_draft_is_computed_anew_and_keeps_bonus_and_malus(cast, may):
    adjust_score(by=cast.office, unit_score_id=score_of(may, cast.county).pk, points=D(2), reason="经验推广")
    judge(cast, "missed")
    again = compute_round(by=cast.office, plan=cast.plan, period=MAY)
    assert (again.pk, again.version) == (may.pk, may.version + 2)
    assert totals(again)["钟山区"] == (D(27), 2)


def test_weights_of_a_round_are_those_of_its_computation(cast, may_shown):
    ScorePart.objects.filter(code="reports").update(weight=90)
    done = final(cast, may_shown)
    assert totals(done)["钟山区"] == (D(75), 2)


# state → act → who may; everybody else of the cast is refused (or finds nothing to act on)
ACTS = {
    "compute": lambda cast, one, who: compute_round(by=who, plan=cast.plan, period=MAY),
    "show": lambda cast, one, who: show_round(by=who, round_id=one.pk, version=one.version),
    "finish": lambda cast, one, who: finish_round(by=who, round_id=one.pk, version=one.version),
    "adjust": lambda cast, one, who: adjust_score(
        by=who, unit_score_id=score_of(one, cast.county).pk, points=D(1), reason="好"
    ),
    "object": lambda cast, one, who: object_to_score(
        by=who, unit_score_id=score_of(one, cast.county).pk, text="当天已报"
    ),
}
MAY_DO = {
    ("draft", "compute"): {"office"},
    ("draft", "show"): {"office"},
    ("draft", "adjust"): {"office"},
    ("shown", "adjust"): {"office"},
    ("shown", "object"): {"owner", "colleague"},
    ("over", "adjust"): {"office"},
    ("over", "finish"): {"office"},
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", ["draft", "shown", "over", "final"])
@pytest.mark.sqlite_only
def test_state_role_action(cast, may, state, act):
    from django.db import transaction

    if state != "draft":
        may = shown(cast, may)
    if state == "final":
        may = final(cast, may)
    day = date(2017, 6, 6) if state in ("draft", "shown") else date(2017, 6, 20)
    allowed = set()
    for name, who in cast.people().items():
        if name == "anonymous":
            continue
        with clock.at(day), transaction.atomic():
            try:
                ACTS[act](cast, may, who)
                allowed.add(name)
            except DomainError:
                pass
            transaction.set_rollback(True)
    assert allowed == MAY_DO.get((state, act), set())


def test_shown_tells_each_unit_its_own_and_counts_working_days(cast, may_shown):
    assert may_shown.objections_until == date(2017, 6, 13)  # five working days after the 6th
    told = Notice.objects.filter(kind="other").order_by("user__username")
    assert {(row.user.username, row.unit_id) for row in told} == {
        ("owner", cast.county.pk),
        ("owner2", cast.county.pk),
        ("colleague", cast.county.pk),
        ("stranger", cast.other_county.pk),
        ("lead", cast.bureau.pk),
        ("lead_clerk", cast.bureau.pk),
    }
    assert told.first().due_on == date(2017, 6, 13)


def test_a_month_that_is_not_over_is_not_shown(cast, may):
    june = compute_round(by=cast.office, plan=cast.plan, period=month(2017, 6))
    with pytest.raises(Refused, match="还没有过完"):
        show_round(by=cast.office, round_id=june.pk, version=june.version)
    with pytest.raises(Refused, match="还没有开始"):
        compute_round(by=cast.office, plan=cast.plan, period=month(2017, 7))


def test_two_who_show_at_once_or_on_an_old_page(cast, may):
    compute_round(by=cast.office, plan=cast.plan, period=MAY)
    with pytest.raises(Stale):
        show_round(by=cast.office, round_id=may.pk, version=may.version)
    assert may.__class__.objects.get(pk=may.pk).state == RoundState.DRAFT


def test_objection_against_a_row_is_upheld(cast, may_shown):
    score = score_of(may_shown, cast.county)
    row = ScoreRow.objects.get(part__unit_score=score, label="乙")
    one = object_to_score(by=cast.owner, unit_score_id=score.pk, row_id=row.pk, text="系统停机，次日补报")
    with pytest.raises(Invalid) as caught:
        object_to_score(by=cast.colleague, unit_score_id=score.pk, row_id=row.pk, text="再提一次")
    assert list(caught.value.faults) == ["row"]
    with clock.at(date(2017, 6, 20)), pytest.raises(Refused, match="1 件异议没有决定"):
        finish_round(by=cast.office, round_id=may_shown.pk, version=may_shown.version + 1)
    with pytest.raises(Invalid) as caught:
        decide_objection(by=cast.office, objection_id=one.pk, upheld=True, decision=" ", share=D(2))
    assert set(caught.value.faults) == {"decision", "share"}
    decided = decide_objection(
        by=cast.office, objection_id=one.pk, upheld=True, decision="停机属实，得一半", share=D("0.5")
    )
    assert (decided.state, decided.old_total, decided.new_total) == ("upheld", D(75), D("87.5"))
    rows = ScoreRow.objects.filter(part__unit_score=score, label="乙").order_by("pk")
    assert [(row.share, row.is_current, row.origin) for row in rows] == [
        (D(0), False, "computed"),
        (D("0.5"), True, "objection"),
    ]
    with pytest.raises(Stale):
        decide_objection(by=cast.office, objection_id=one.pk, upheld=False, decision="再想想")
    assert Notice.objects.filter(user=cast.owner, kind="decision").count() == 1
    done = final(cast, may_shown)
    assert (done.state, totals(done)["钟山区"]) == ("final", (D("87.5"), 2))


def test_refused_objection_changes_nothing_but_is_told(cast, may_shown):
    score = score_of(may_shown, cast.county)
    one = object_to_score(by=cast.colleague, unit_score_id=score.pk, text="指标不归我们")
    decide_objection(by=cast.office, objection_id=one.pk, upheld=False, decision="方案列为责任单位")
    assert totals(may_shown)["钟山区"] == (D(75), 2)
    assert Notice.objects.get(user=cast.colleague, kind="decision").text == "方案列为责任单位"


def test_objections_end_with_the_period(cast, may_shown):
    score = score_of(may_shown, cast.county)
    with clock.at(date(2017, 6, 13)):
        assert object_to_score(by=cast.owner, unit_score_id=score.pk, text="最后一天").state == "open"
    with clock.at(date(2017, 6, 14)), pytest.raises(Refused, match="6 月 13 日结束"):
        object_to_score(by=cast.owner, unit_score_id=score.pk, text="晚了")


@pytest.mark.parametrize(
    ("points", "reason", "faults"),
    [
        (D(0), "好", {"points"}),
        (D(6), "好", {"points"}),
        (D("0.001"), "", {"points", "reason"}),
        (D(1), " ", {"reason"}),
    ],
)
def test_bad_adjustments(cast, may, points, reason, faults):
    with pytest.raises(Invalid) as caught:
        adjust_score(
            by=cast.office, unit_score_id=score_of(may, cast.county).pk, points=points, reason=reason
        )
    assert set(caught.value.faults) == faults
    assert not Adjustment.objects.exists()


def test_the_same_adjustment_counts_once(cast, may):
    """Sent twice, it is told the second time; taken back, it may be given again."""
    score = score_of(may, cast.county)
    given = {"by": cast.office, "unit_score_id": score.pk, "points": D(-2), "reason": "被媒体曝光"}
    first = adjust_score(**given)
    before = totals(may)
    with pytest.raises(Invalid) as caught:
        adjust_score(**given)
    assert set(caught.value.faults) == {"reason"}
    assert totals(may) == before
    withdraw_adjustment(by=cast.office, adjustment_id=first.pk)
    adjust_score(**given)
    assert totals(may) == before


def test_adjustments_together_stay_within_the_limit_and_can_be_withdrawn(cast, may):
    score = score_of(may, cast.county)
    first = adjust_score(by=cast.office, unit_score_id=score.pk, points=D(-4), reason="被媒体曝光")
    adjust_score(by=cast.office, unit_score_id=score.pk, points=D(-3), reason="瞒报")
    assert totals(may)["钟山区"] == (D(70), 2)
    withdraw_adjustment(by=cast.office, adjustment_id=first.pk)
    assert totals(may)["钟山区"] == (D(72), 2)
    with pytest.raises(Stale):
        withdraw_adjustment(by=cast.office, adjustment_id=first.pk)


# After it is final --------------------------------------------------------------------------------------


def test_a_revoked_acceptance_makes_a_correction_and_no_silent_change(cast, may_shown):
    done = final(cast, may_shown)
    assert recheck(done) == []
    judge(cast, "missed")
    found = recheck(done)
    assert {(row.unit_score.unit.short_name, row.old_total, row.new_total) for row in found} == {
        ("钟山区", D(75), D(25)),
        ("水城县", D(100), D(50)),
        ("市城管局", D(100), D(0)),
    }
    assert "不达标" in found[0].why
    before = {"钟山区": (D(75), 2), "水城县": (D(100), 1), "市城管局": (D(100), 1)}
    assert totals(done) == before
    recheck_all()
    assert Correction.objects.count() == 3  # found once
    mine = Correction.objects.get(unit_score__unit=cast.other_county)
    with pytest.raises(Refused):
        confirm_correction(by=cast.owner, correction_id=mine.pk)
    confirm_correction(by=cast.office, correction_id=mine.pk)
    with pytest.raises(Stale):
        decline_correction(by=cast.office, correction_id=mine.pk, reason="不")
    assert totals(done) == before | {"水城县": (D(50), 2), "钟山区": (D(75), 1)}
    score = score_of(done, cast.other_county)
    assert (score.frozen_total, score.frozen_rank, score.is_corrected) == (D(100), 1, True)
    assert AuditEvent.objects.filter(action="更正得分", object_id=str(score.pk)).count() == 1
    assert Notice.objects.filter(user=cast.stranger, title__contains="更正").count() == 1


def test_a_declined_difference_is_not_brought_up_again_and_one_that_is_gone_lapses(cast, may_shown):
    done = final(cast, may_shown)
    judge(cast, "missed")
    recheck(done)
    county = Correction.objects.get(unit_score__unit=cast.county)
    with pytest.raises(Invalid):
        decline_correction(by=cast.office, correction_id=county.pk, reason="")
    decline_correction(by=cast.office, correction_id=county.pk, reason="月底时确已达标")
    assert {row.unit_score.unit_id for row in recheck(done)} == {cast.other_county.pk, cast.bureau.pk}
    judge(cast, "met")
    assert recheck(done) == []
    assert set(Correction.objects.values_list("state", flat=True)) == {"declined", "lapsed"}


def test_what_was_done_later_is_no_correction(cast, may, today):
    open_late = owe(cast.county, date(2017, 5, 10), label="丙")
    may = compute_round(by=cast.office, plan=cast.plan, period=MAY)
    done = final(cast, shown(cast, may))
    Obligation.objects.filter(pk=open_late.pk).update(done_on=date(2017, 6, 21))
    assert recheck(done) == []


def test_an_upheld_objection_is_no_difference(cast, may_shown):
    score = score_of(may_shown, cast.county)
    row = ScoreRow.objects.get(part__unit_score=score, label="乙")
    one = object_to_score(by=cast.owner, unit_score_id=score.pk, row_id=row.pk, text="停机")
    decide_objection(by=cast.office, objection_id=one.pk, upheld=True, decision="属实")
    done = final(cast, may_shown)
    assert totals(done)["钟山区"] == (D(100), 1)
    assert recheck(done) == []


# Months and the year ------------------------------------------------------------------------------------


def test_change_against_the_month_before_and_the_year(cast, may_shown, today):
    final(cast, may_shown)
    owe(cast.county, date(2017, 6, 5), date(2017, 6, 5))
    today(date(2017, 7, 3))
    june = compute_round(by=cast.office, plan=cast.plan, period=month(2017, 6))
    assert score_of(june, cast.county).change == D(25)
    one = show_round(by=cast.office, round_id=june.pk, version=june.version)
    today(date(2017, 7, 20))
    finish_round(by=cast.office, round_id=one.pk, version=one.version)
    whole = compute_round(by=cast.office, plan=cast.plan, period=year(2017))
    assert totals(whole) == {"钟山区": (D("87.5"), 2), "水城县": (D(100), 1), "市城管局": (D(100), 1)}
    rows = ScoreRow.objects.filter(part__unit_score=score_of(whole, cast.county)).values_list(
        "label", "share"
    )
    assert list(rows) == [("2017年5月", D("0.75")), ("2017年6月", D(1))]


def test_a_unit_that_owes_nothing_has_no_score(cast, may):
    assert not UnitScore.objects.filter(round=may, unit=cast.city_office).exists()
    assert not Objection.objects.exists()
