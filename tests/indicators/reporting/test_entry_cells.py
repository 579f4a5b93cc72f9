"""Saving one cell: what is typed is read or kept with its fault, under the version that was seen, by who may."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Q

from chuangmo.access.models import Grant, Membership, User
from chuangmo.access.queries import rights_of
from chuangmo.audit.models import AuditEvent
from chuangmo.deadlines.services import grant_exception, waive
from chuangmo.errors import Invalid, Refused
from chuangmo.periods import month
from chuangmo.review.models import Case, State
from indicators.plan.models import DataElement
from indicators.reporting.models import Answer, PeriodLock, Report, ReportValue
from indicators.reporting.rights import assigned_then, may_report, reports_now
from indicators.reporting.services.entry import (
    CellStale,
    save_answer,
    save_cell,
    save_text,
    set_explanation,
)
from indicators.reporting.services.gate import NotReporter
from tests.factories import Cast, ChecklistItemFactory, RelationFactory, make_figure

pytestmark = pytest.mark.core


@pytest.fixture
def report(cast: Cast) -> Report:
    return cast.report(has_narrative=True)


def _cell(report: Report, code: str = "i18.produced") -> ReportValue:
    return report.values.get(element__code=code)


def _save(cast: Cast, report: Report, raw: str, code: str = "i18.produced", version: int | None = None):
    cell = _cell(report, code)
    seen = cell.version if version is None else version
    return save_cell(by=cast.owner, report_id=report.pk, cell=f"v{cell.pk}", version=seen, raw=raw)


def test_a_figure_is_stored_as_typed_and_as_number(cast: Cast, report: Report) -> None:
    saved = _save(cast, report, "9,412.5")
    cell = _cell(report)
    assert (cell.raw, cell.answer, cell.value, cell.fault, cell.version, cell.updated_by) == (
        "9,412.5",
        Answer.VALUE,
        Decimal("9412.5"),
        "",
        1,
        cast.owner,
    )
    assert (saved.state.version, saved.state.value, saved.findings) == (1, Decimal("9412.5"), [])


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("１２．５", "12.5"),
        ("1.2万", "12000"),
        ("−0", "0"),
        ("1 234", "1234"),
        (" 85 ", "85"),
        ("12.50t", "12.5"),
    ],
)
def test_readable_in_other_ways(cast: Cast, report: Report, typed: str, value: str) -> None:
    assert _save(cast, report, typed).state.value == Decimal(value)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("约三百", "“约三百”不是数字"),
        ("1,2,3", "“1,2,3”千分位不对，应每三位一组，如 12,345"),
        ("85％", "本项按“t”填报，不能填百分数"),
        ("1e400", "数太大，整数部分最多 14 位"),
        ("NaN", "“NaN”不是数字"),
        ("-5", "不能为负数"),
        ("1.234", "最多 2 位小数"),
        ("-", "“-”意思不明，请改选“尚未有数”“无”或“不适用”"),
    ],
)
def test_what_cannot_be_read_is_kept_with_its_fault(
    cast: Cast, report: Report, typed: str, fault: str
) -> None:
    saved = _save(cast, report, typed)
    cell = _cell(report)
    assert (cell.raw, cell.answer, cell.value, cell.fault) == (typed, Answer.BLANK, None, fault)
    assert [(f.cell, f.level, f.message) for f in saved.findings] == [(f"v{cell.pk}", "fault", fault)]


def test_a_very_long_text_and_a_null_character_do_no_harm(cast: Cast, report: Report) -> None:
    saved = _save(cast, report, "1\x002" + "3" * 500)
    assert len(saved.state.raw) == 200 and saved.state.fault


def test_the_four_answers_are_different(cast: Cast, report: Report) -> None:
    cell = _cell(report)

    def answered(version: int, **change: str) -> tuple[str, str, Decimal | None, str]:
        save_cell(by=cast.owner, report_id=report.pk, cell=f"v{cell.pk}", version=version, **change)
        row = _cell(report)
        return (row.raw, row.answer, row.value, row.reason)

    assert answered(0, answer="none") == ("", "none", Decimal(0), "")
    assert answered(1, answer="not_yet") == ("", "not_yet", None, "")
    assert answered(2, answer="not_applicable", reason="无此业务") == ("", "not_applicable", None, "无此业务")
    assert answered(3, reason="已划归水城县") == ("", "not_applicable", None, "已划归水城县")
    assert answered(4, answer="") == ("", "", None, "")
    assert answered(5, raw="不适用：停产") == ("", "not_applicable", None, "停产")
    assert answered(6, raw="无") == ("", "none", Decimal(0), "")
    assert answered(7, raw="0") == ("0", "value", Decimal(0), "")


def test_a_yes_no_figure_has_no_none(cast: Cast, report: Report) -> None:
    DataElement.objects.filter(pk=cast.produced.pk).update(measure="是否", precision=0)
    with pytest.raises(Invalid, match="本项请填“是”或“否”"):
        save_cell(by=cast.owner, report_id=report.pk, cell=f"v{_cell(report).pk}", version=0, answer="none")
    assert _save(cast, report, "是").state.value == 1


def test_somebody_else_was_faster(cast: Cast, report: Report) -> None:
    cell = _cell(report)
    save_cell(by=cast.owner2, report_id=report.pk, cell=f"v{cell.pk}", version=0, raw="12")
    with pytest.raises(CellStale) as caught:
        _save(cast, report, "13", version=0)
    conflict = caught.value.conflict
    assert (conflict.theirs, conflict.mine, conflict.by, conflict.version) == ("12", "13", "张敏", 1)
    assert "刚才已由 张敏" in str(caught.value) and "您填的“13”没有保存" in str(caught.value)
    assert _cell(report).raw == "12"


def test_sending_the_same_again_is_no_conflict(cast: Cast, report: Report) -> None:
    _save(cast, report, "12")
    assert _save(cast, report, "12", version=0).state.version == 1
    assert AuditEvent.objects.filter(action="修改").count() == 1


def test_edits_within_ten_minutes_share_one_audit_row(cast: Cast, report: Report) -> None:
    _save(cast, report, "12")
    _save(cast, report, "13")
    event = AuditEvent.objects.get(action="修改")
    assert (event.actor, event.unit_id, event.changes) == (cast.owner, cast.county.pk, {"值": ["", "13"]})
    assert "生活垃圾产生量" in event.object_label


def test_a_cell_of_another_report_is_not_found(cast: Cast, report: Report) -> None:
    other = cast.report(cast.other_county)
    with pytest.raises(Invalid, match="报表里没有这个单元格"):
        save_cell(by=cast.owner, report_id=report.pk, cell=f"v{_cell(other).pk}", version=0, raw="1")


@pytest.mark.parametrize("who", ["colleague", "stranger", "lead", "office", "county_office", "admin"])
def test_nobody_but_the_reporters_of_the_unit_may(cast: Cast, report: Report, who: str) -> None:
    with pytest.raises(NotReporter, match="您没有填报这份报表的权限"):
        save_cell(by=getattr(cast, who), report_id=report.pk, cell=f"v{_cell(report).pk}", version=0, raw="1")
    assert _cell(report).raw == ""


def test_a_role_that_ended_yesterday_counts_no_more(cast: Cast, report: Report) -> None:
    Membership.objects.filter(user=cast.owner).update(valid_to=date(2017, 6, 5))
    with pytest.raises(NotReporter):
        _save(cast, report, "1")


@pytest.mark.parametrize("state", [State.SUBMITTED, State.SIGNED_OFF, State.VERIFIED, State.ACCEPTED])
def test_closed_while_under_review(cast: Cast, report: Report, state: str) -> None:
    Case.objects.filter(pk=report.case_id).update(state=state)
    with pytest.raises(Refused, match="这份报表"):
        _save(cast, report, "1")


@pytest.mark.parametrize("state", [State.DRAFT, State.RETURNED, State.UNLOCKED])
def test_open_in_these_states(cast: Cast, report: Report, state: str) -> None:
    Case.objects.filter(pk=report.case_id).update(state=state)
    assert _save(cast, report, "1").state.raw == "1"


def test_closed_after_the_lock_day_unless_excepted(cast: Cast, report: Report, today) -> None:
    today(date(2017, 6, 12))
    _save(cast, report, "1")
    today(date(2017, 6, 13))
    with pytest.raises(Refused, match="已过锁定日期（2017-06-12）"):
        _save(cast, report, "2")
    assert report.obligation
    grant_exception(report.obligation, date(2017, 6, 15), "数据核实", cast.office)
    assert _save(cast, report, "2").state.raw == "2"
    today(date(2017, 6, 16))
    with pytest.raises(Refused):
        _save(cast, report, "3")


def test_closed_by_the_offices_lock_on_the_month(cast: Cast, report: Report) -> None:
    may = month(2017, 5)
    lock = PeriodLock.objects.create(
        plan=cast.plan,
        period_kind=may.kind,
        period_start=may.start,
        period_end=may.end,
        reason="上报省厅",
        locked_by=cast.office,
    )
    with pytest.raises(Refused, match="2017年5月已由创模办锁定"):
        _save(cast, report, "1")
    april = cast.report(period=month(2017, 4))
    assert _save(cast, april, "1").state.raw == "1"
    PeriodLock.objects.filter(pk=lock.pk).update(lifted_at="2017-06-06T00:00Z")
    assert _save(cast, report, "1").state.raw == "1"


def test_closed_in_a_month_that_has_not_begun(cast: Cast) -> None:
    july = cast.report(period=month(2017, 7), due_on=date(2017, 8, 7))
    with pytest.raises(Refused, match="2017年7月还没有开始"):
        _save(cast, july, "1")


def test_closed_when_waived(cast: Cast, report: Report) -> None:
    waive([report.obligation_id or 0], "职责已调整")
    with pytest.raises(Refused, match="已免报：职责已调整"):
        _save(cast, report, "1")


# Checks while typing ----------------------------------------------------------------------------------


def test_a_hard_relation_is_found_at_once(cast: Cast, report: Report) -> None:
    RelationFactory()
    _save(cast, report, "10")
    saved = _save(cast, report, "12", "i18.treated")
    produced, treated = (f"v{_cell(report, code).pk}" for code in ("i18.produced", "i18.treated"))
    (finding,) = saved.findings
    assert (finding.cell, finding.level, set(finding.cells)) == (treated, "hard", {produced, treated})
    assert finding.message == "生活垃圾无害化处理量（12）不能大于生活垃圾产生量（10）"
    assert _save(cast, report, "9", "i18.treated").findings == []


def test_a_jump_has_to_be_explained_and_then_passes(cast: Cast, report: Report) -> None:
    make_figure(cast.produced, cast.county, month(2017, 4), 100)
    (finding,) = _save(cast, report, "138").findings
    assert (finding.level, finding.explained) == ("explain", False)
    assert finding.message.startswith("比上月高 38%")
    cell = _cell(report)
    saved = set_explanation(
        by=cast.owner, report_id=report.pk, cell=f"v{cell.pk}", text="暴雨清淤", version=cell.version
    )
    assert [f.explained for f in saved.findings] == [True]
    assert _cell(report).explanation == "暴雨清淤"
    assert _save(cast, report, "130").findings == []


def test_without_an_accepted_figure_the_last_report_is_the_measure(cast: Cast, report: Report) -> None:
    cast.report(period=month(2017, 4), values={"i18.produced": 100})
    assert [f.rule for f in _save(cast, report, "200").findings] == ["change"]


def test_another_units_figures_are_no_measure(cast: Cast, report: Report) -> None:
    make_figure(cast.produced, cast.other_county, month(2017, 4), 100)
    assert _save(cast, report, "500").findings == []


def test_the_usual_range(cast: Cast, report: Report) -> None:
    DataElement.objects.filter(pk=cast.produced.pk).update(low=10, high=20)
    (finding,) = _save(cast, report, "25").findings
    assert (finding.level, finding.message) == ("explain", "25 超出常见范围（10 至 20 t），请核对或说明原因")


def test_totals_of_the_year_so_far_are_compared_by_month(cast: Cast, report: Report) -> None:
    DataElement.objects.filter(pk=cast.produced.pk).update(entry="cumulative")
    make_figure(cast.produced, cast.county, month(2017, 3), 300)
    make_figure(cast.produced, cast.county, month(2017, 4), 400)
    assert _save(cast, report, "520").findings == []  # 120 after 100
    (finding,) = _save(cast, report, "560").findings  # 160 after 100
    assert finding.message.startswith("比上月高 60%")
    (finding,) = _save(cast, report, "390").findings
    assert (finding.level, finding.message) == (
        "explain",
        "本年累计 390 小于上期累计 400，请核对或说明原因",
    )


def test_the_citys_sums_are_only_to_be_explained(cast: Cast, report: Report) -> None:
    RelationFactory(scope="city year to date", level="hard")
    make_figure(cast.produced, cast.other_county, month(2017, 5), 100)
    make_figure(cast.treated, cast.other_county, month(2017, 5), 90)
    make_figure(cast.treated, cast.other_county, month(2016, 5), 9000)  # another year
    _save(cast, report, "10")
    assert _save(cast, report, "20", "i18.treated").findings == []  # 110 of 110
    (finding,) = _save(cast, report, "21", "i18.treated").findings
    assert finding.level == "explain"
    assert finding.message.startswith("全市本年累计：")


def test_a_month_that_somebody_still_owes_is_left_out_of_the_citys_sums(cast: Cast, report: Report) -> None:
    RelationFactory(scope="city year to date", level="explain")
    cast.report(cast.other_county)  # owes May, nothing accepted yet
    _save(cast, report, "10")
    assert _save(cast, report, "21", "i18.treated").findings == []
    make_figure(cast.produced, cast.other_county, month(2017, 5), 5)
    make_figure(cast.treated, cast.other_county, month(2017, 5), 5)
    assert [one.level for one in _save(cast, report, "22", "i18.treated").findings] == ["explain"]


# Answers and texts ------------------------------------------------------------------------------------


def test_a_checklist_answer_with_its_note(cast: Cast) -> None:
    item = ChecklistItemFactory(indicator=cast.indicator)
    report = cast.report(items=[item])
    row = report.answers.get()
    saved = save_answer(
        by=cast.owner, report_id=report.pk, cell=f"c{row.pk}", answer="done", note="已发文", version=0
    )
    row.refresh_from_db()
    assert (saved.version, row.answer, row.note, row.updated_by) == (1, "done", "已发文", cast.owner)
    with pytest.raises(CellStale) as caught:
        save_answer(
            by=cast.owner2, report_id=report.pk, cell=f"c{row.pk}", answer="not_done", note="", version=0
        )
    assert (caught.value.conflict.theirs, caught.value.conflict.mine) == ("已完成：已发文", "未完成")
    with pytest.raises(Invalid):
        save_answer(by=cast.owner, report_id=report.pk, cell=f"c{row.pk}", answer="maybe", note="", version=1)


def test_a_text_is_made_when_first_written(cast: Cast, report: Report) -> None:
    assert report.texts.count() == 0
    assert (
        save_text(by=cast.owner, report_id=report.pk, kind="progress", text="完成土建。", version=0).version
        == 1
    )
    with pytest.raises(CellStale) as caught:
        save_text(by=cast.owner2, report_id=report.pk, kind="progress", text="别的", version=0)
    assert caught.value.conflict.theirs == "完成土建。"
    save_text(by=cast.owner2, report_id=report.pk, kind="progress", text="完成土建和安装。", version=1)
    assert [(t.kind, t.text, t.version) for t in report.texts.all()] == [("progress", "完成土建和安装。", 2)]


def test_a_report_without_narrative_takes_no_text(cast: Cast) -> None:
    report = cast.report()
    with pytest.raises(Invalid, match="报表里没有这一栏"):
        save_text(by=cast.owner, report_id=report.pk, kind="progress", text="x", version=0)


def test_the_gate_in_one_query_says_what_the_predicates_say(cast: Cast, report: Report) -> None:
    """`reports_now` and `assigned_then` against `rights_of` and `may_report`, for everybody."""
    Grant.objects.create(
        user=cast.stranger,
        unit=cast.county,
        permission="report",
        until=date(2017, 6, 6),
        reason="代填",
        by=cast.admin,
    )
    Membership.objects.filter(user=cast.owner2).update(valid_from=date(2017, 6, 7))
    unassigned = cast.report(cast.city_office)
    everybody = User.objects.all()
    for one in (report, unassigned, cast.report(cast.other_county)):
        for day in (date(2017, 6, 5), date(2017, 6, 6), date(2017, 6, 7)):
            by_query = {
                person.pk
                for person in everybody
                if Report.objects.filter(assigned_then() & Q(reports_now(person.pk, day)), pk=one.pk).exists()
            }
            assert by_query == {p.pk for p in everybody if may_report(rights_of(p, day), one)}
    assert may_report(rights_of(cast.stranger), report)
