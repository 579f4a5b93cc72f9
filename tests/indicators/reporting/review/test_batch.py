"""Many clean cases at once; each stands or falls alone."""

from __future__ import annotations

import pytest

from chuangmo.periods import month
from chuangmo.review.models import Case, Revision, State
from chuangmo.review.services import BatchResult, Failure, accept_many, sign_off_many, verify_many
from indicators.reporting.models import Answer, Figure, Report, ReportValue
from tests.factories import Cast, make_figure
from tests.indicators.reporting.review.story import go, report_in, retype, step

pytestmark = pytest.mark.django_db


def _items(*reports: Report) -> list[tuple[int, int]]:
    return list(Case.objects.filter(report__in=reports).order_by("pk").values_list("pk", "revision_no"))


@pytest.mark.parametrize(
    ("state", "many", "who", "after"),
    [
        (State.SUBMITTED, sign_off_many, "colleague", State.SIGNED_OFF),
        (State.SIGNED_OFF, verify_many, "lead", State.VERIFIED),
        (State.VERIFIED, accept_many, "office", State.ACCEPTED),
    ],
)
def test_all_clean(cast: Cast, state: str, many, who: str, after: str) -> None:
    reports = [report_in(cast, state, period=month(2017, number)) for number in (4, 5)]
    result = many(items=_items(*reports), by=getattr(cast, who))
    assert result == BatchResult(tuple(report.case_id for report in reports), ())
    assert set(Case.objects.values_list("state", flat=True)) == {after}


def test_one_stale_one_of_another_step_the_rest_done(cast: Cast) -> None:
    done, stale, early = (report_in(cast, State.VERIFIED, period=month(2017, n)) for n in (3, 4, 5))
    items = _items(done, stale, early)
    step(cast, early, "send_back", by=cast.office)
    step(cast, stale, "send_back", by=cast.office)
    go(cast, stale, "submit", "sign_off", "verify")
    result = accept_many(items=[*items, (999_999, 1)], by=cast.office)
    assert result.done == (done.case_id,)
    reasons = {one.case_id: (one.label, one.reason.split("（")[0]) for one in result.failed}
    assert reasons == {
        stale.case_id: ("2017年4月 指标 18 生活垃圾无害化处理率 钟山区人民政府", "刚才已由 刘工 牵头核定"),
        early.case_id: ("2017年5月 指标 18 生活垃圾无害化处理率 钟山区人民政府", "刚才已由 王科长 退回"),
        999_999: ("编号 999999", "没有这份材料"),
    }
    assert Figure.objects.values_list("report", flat=True).distinct().get() == done.pk


def test_only_clean_ones_go(cast: Cast) -> None:
    report = cast.report(values={"i18.produced": "1000", "i18.treated": "900"})
    retype(report, "i18.treated", None, Answer.NOT_APPLICABLE, reason="没有")
    go(cast, report, "submit", "sign_off", "verify")
    result = accept_many(items=_items(report), by=cast.office)
    assert [(one.case_id, one.reason) for one in result.failed] == [
        (report.case_id, "有“不适用”，要看理由，请逐件办理")
    ]
    assert Case.objects.get().state == State.VERIFIED


def test_what_had_to_be_explained_is_not_clean(cast: Cast) -> None:
    make_figure(cast.treated, cast.county, month(2017, 4), 100)
    report = cast.report(values={"i18.produced": "1000", "i18.treated": "900"})
    ReportValue.objects.filter(report=report, element=cast.treated).update(explanation="新填埋场投运")
    go(cast, report, "submit", "sign_off", "verify")
    assert len(Revision.objects.get().content["checks"]) == 1
    result = accept_many(items=_items(report), by=cast.office)
    assert [one.reason for one in result.failed] == ["有要求说明的数据，请逐件办理"]


def test_a_correction_and_a_second_round_with_remarks_are_not_clean(cast: Cast) -> None:
    corrected = report_in(cast, State.UNLOCKED, period=month(2017, 4))
    again = report_in(cast, State.SUBMITTED)
    cell = f"v{ReportValue.objects.filter(report=again).first().pk}"
    step(cast, again, "send_back", remarks={cell: "请核对"})
    for report in (corrected, again):
        go(cast, report, "submit", "sign_off", "verify")
    result = accept_many(items=_items(corrected, again), by=cast.office)
    assert {one.case_id: one.reason for one in result.failed} == {
        corrected.case_id: "是对已审定数据的更正，请逐件办理",
        again.case_id: "曾被退回并有批注，请逐件办理",
    }


def test_a_stranger_learns_nothing_from_a_batch(cast: Cast) -> None:
    report = report_in(cast, State.SUBMITTED)
    assert sign_off_many(items=_items(report), by=cast.stranger) == BatchResult(
        (), (Failure(report.case_id, f"编号 {report.case_id}", "您没有对这份材料单位审核的权限"),)
    )
