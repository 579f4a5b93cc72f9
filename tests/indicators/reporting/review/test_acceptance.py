"""Acceptance makes figures of the frozen revision; unlocking and accepting again supersedes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from chuangmo.errors import Invalid, Stale
from chuangmo.periods import month, quarter, year
from chuangmo.review.models import Case, State
from indicators.assessment.models import StaleVerdict
from indicators.reporting.models import AcceptedAnswer, Answer, ChecklistAnswer, Figure, Report
from indicators.reporting.services import acceptance
from tests.factories import Cast, ChecklistItemFactory, make_figure, make_report, whole_unit
from tests.indicators.reporting.review.story import TYPED, cell_of, go, report_in, retype, step

pytestmark = [pytest.mark.django_db, pytest.mark.core]

calls: list[dict[str, Any]] = []


def listen(**told: Any) -> None:
    calls.append(told)


@pytest.fixture
def told(settings) -> list[dict[str, Any]]:
    calls.clear()
    settings.FIGURES_CHANGED = ["tests.indicators.reporting.review.test_acceptance.listen"]
    return calls


def _current(report: Report) -> dict[str, tuple[str, Decimal | None, int]]:
    return {
        one.element.code: (one.answer, one.value, one.revision_no)
        for one in Figure.objects.current().filter(report=report).select_related("element")
    }


def test_figures_come_from_the_revision_not_from_live_cells(cast: Cast) -> None:
    report = report_in(cast, State.VERIFIED)
    retype(report, "i18.treated", "1")
    step(cast, report, "accept")
    assert _current(report) == {
        "i18.produced": ("value", Decimal(1000), 1),
        "i18.treated": ("value", Decimal(900), 1),
    }
    figure = Figure.objects.get(element=cast.treated)
    assert (figure.unit, figure.site, figure.period, figure.accepted_by) == (
        cast.county,
        whole_unit(cast.county),
        month(2017, 5),
        cast.office,
    )


def test_only_acceptance_makes_figures(cast: Cast) -> None:
    report_in(cast, State.VERIFIED)
    assert Figure.objects.count() == 0


def test_three_answers_without_a_figure(cast: Cast) -> None:
    """None is a zero that was confirmed; not applicable is kept with its reason; not yet is nothing at all."""
    report = cast.report(values=dict(TYPED))
    retype(report, "i18.produced", "0", Answer.NONE)
    retype(report, "i18.treated", None, Answer.NOT_APPLICABLE, reason="全部运往水城县处理")
    go(cast, report, "submit", "sign_off", "verify", "accept")
    assert _current(report) == {
        "i18.produced": ("none", Decimal(0), 1),
        "i18.treated": ("not_applicable", None, 1),
    }
    assert Figure.objects.get(element=cast.treated).reason == "全部运往水城县处理"
    step(cast, report, "unlock")
    retype(report, "i18.treated", None, Answer.NOT_YET)
    go(cast, report, "submit", "sign_off", "verify", "accept")
    assert _current(report) == {"i18.produced": ("none", Decimal(0), 1)}
    assert Figure.objects.filter(element=cast.treated, superseded_at__isnull=False).count() == 1


def test_unlocking_keeps_the_figures_and_marks_the_verdicts(cast: Cast, told: list[dict[str, Any]]) -> None:
    report = report_in(cast, State.ACCEPTED)
    before = _current(report)
    step(cast, report, "unlock")
    assert _current(report) == before
    call = {
        "element_codes": frozenset({"i18.produced", "i18.treated"}),
        "indicator_ids": frozenset({cast.indicator.pk}),
        "from_day": date(2017, 5, 31),
    }
    assert told == [call, call]


def test_verdicts_are_marked_in_the_same_transaction(cast: Cast) -> None:
    report_in(cast, State.ACCEPTED)
    marks = StaleVerdict.objects.values_list("indicator", "from_month_end")
    assert set(marks) == {(cast.indicator.pk, date(2017, 5, 31))}


def test_a_correction_supersedes_what_changed_and_leaves_the_rest(cast: Cast) -> None:
    report = report_in(cast, State.ACCEPTED)
    kept = Figure.objects.get(element=cast.produced)
    step(cast, report, "unlock")
    retype(report, "i18.treated", "950")
    go(cast, report, "submit", "sign_off", "verify")
    assert _current(report)["i18.treated"] == ("value", Decimal(900), 1)  # until the new one is accepted
    step(cast, report, "accept")
    assert _current(report) == {
        "i18.produced": ("value", Decimal(1000), 1),
        "i18.treated": ("value", Decimal(950), 2),
    }
    assert Figure.objects.get(element=cast.produced) == kept
    old = Figure.objects.get(element=cast.treated, superseded_at__isnull=False)
    assert (old.value, old.revision_no) == (Decimal(900), 1)


def test_checklist_answers(cast: Cast) -> None:
    items = [ChecklistItemFactory(indicator=cast.indicator, code=f"i18.c{n}") for n in (1, 2)]
    report = cast.report(values=dict(TYPED), items=items)
    answers = ChecklistAnswer.objects.filter(report=report)
    answers.filter(item=items[0]).update(answer="done")
    answers.filter(item=items[1]).update(answer="not_done", note="下月完成")
    go(cast, report, "submit", "sign_off", "verify", "accept")
    accepted = AcceptedAnswer.objects.values_list("item__code", "unit", "answer", "note", "superseded_at")
    assert list(accepted.order_by("item__code")) == [
        ("i18.c1", cast.county.pk, "done", "", None),
        ("i18.c2", cast.county.pk, "not_done", "下月完成", None),
    ]
    step(cast, report, "unlock")
    answers.filter(item=items[1]).update(answer="done", note="")
    go(cast, report, "submit", "sign_off", "verify", "accept")
    current = AcceptedAnswer.objects.filter(superseded_at__isnull=True).values_list(
        "item__code", "answer", "revision_no"
    )
    assert set(current) == {("i18.c1", "done", 1), ("i18.c2", "done", 2)}


@pytest.mark.parametrize("period", [quarter(2017, 2), year(2017)])
def test_a_longer_period_over_accepted_months_is_refused(cast: Cast, period) -> None:
    make_figure(cast.treated, cast.county, month(2017, 5), 900)
    report = make_report(cast.county, cast.indicator, [cast.treated], period, values={"i18.treated": "5000"})
    go(cast, report, "submit", "sign_off", "verify")
    with pytest.raises(Invalid) as refused:
        step(cast, report, "accept")
    assert refused.value.faults == {
        cell_of(
            report, "i18.treated"
        ): f"“生活垃圾无害化处理量”已有审定的2017年5月数据，与{period.label}重叠，"
        "会重复计算；请先更正其中之一"
    }
    assert Case.objects.get(pk=report.case_id).state == State.VERIFIED


def test_months_under_an_accepted_year_are_refused(cast: Cast) -> None:
    make_figure(cast.treated, cast.county, year(2017), 9000)
    report = report_in(cast, State.VERIFIED)
    with pytest.raises(Invalid, match="2017年数据"):
        step(cast, report, "accept")


def test_other_units_other_sites_other_years_do_not_overlap(cast: Cast) -> None:
    make_figure(cast.treated, cast.other_county, year(2017), 9000)
    make_figure(cast.treated, cast.county, year(2016), 9000)
    report = report_in(cast, State.ACCEPTED)
    assert _current(report)["i18.treated"] == ("value", Decimal(900), 1)


def test_a_figure_superseded_meanwhile_is_told(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    figure = make_figure(cast.treated, cast.county, month(2017, 5), 1)
    Figure.objects.filter(pk=figure.pk).update(superseded_at=figure.accepted_at)
    with pytest.raises(Stale):
        acceptance._supersede(Figure, [figure.pk], figure.accepted_at)
