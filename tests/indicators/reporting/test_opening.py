"""Reports are opened from assignments, items and periods: once, in few queries, following the plan until submitted."""

from __future__ import annotations

import time
from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chuangmo import periods
from chuangmo.deadlines.models import Obligation
from chuangmo.org.models import UnitKind
from chuangmo.review.models import Case, State
from indicators.plan.models import Assignment, Duty, ReportItem, Site
from indicators.reporting.models import ChecklistAnswer, Report, ReportValue
from indicators.reporting.services.opening import DUTY_ENDED, open_reports
from tests.factories import (
    AssignmentFactory,
    Cast,
    ChecklistItemFactory,
    DataElementFactory,
    IndicatorFactory,
    PlanFactory,
    ReportItemFactory,
    SiteFactory,
    UnitFactory,
    assign,
    whole_unit,
)

UNTIL = date(2017, 6, 6)


def _codes(report: Report) -> list[tuple[str, str]]:
    return [(v.element.code, v.site.name) for v in report.values.select_related("element", "site")]


def test_a_month_of_every_duty_holder_with_its_cells(cast: Cast) -> None:
    assert open_reports(plan=cast.plan, until=UNTIL) == 18  # 3 units × January to June
    mine = Report.objects.get(unit=cast.county, period_start=date(2017, 5, 1))
    lead = Report.objects.get(unit=cast.bureau, period_start=date(2017, 5, 1))
    assert _codes(mine) == [("i18.produced", "钟山区"), ("i18.treated", "钟山区")]
    assert _codes(lead) == []
    assert (mine.has_narrative, lead.has_narrative) == (True, True)
    assert mine.case.state == State.DRAFT
    owed = mine.obligation
    assert owed is not None
    assert (owed.unit, owed.subject_kind, owed.subject_id, owed.cycle) == (cast.county, "report", mine.pk, 1)
    assert (owed.due_on, owed.original_due_on, owed.locks_on) == (
        date(2017, 6, 5),
        date(2017, 6, 5),
        date(2017, 6, 12),
    )
    assert owed.subject_url == mine.get_absolute_url()


def test_a_second_run_changes_nothing(cast: Cast) -> None:
    open_reports(plan=cast.plan, until=UNTIL)
    before = [
        list(model.objects.order_by("pk").values()) for model in (Report, Case, ReportValue, Obligation)
    ]
    assert open_reports(plan=cast.plan, until=UNTIL) == 0
    assert before == [
        list(model.objects.order_by("pk").values()) for model in (Report, Case, ReportValue, Obligation)
    ]


def test_a_month_that_has_not_begun_has_no_report(cast: Cast) -> None:
    open_reports(plan=cast.plan, until=UNTIL)
    assert Report.objects.latest("period_start").period_start == date(2017, 6, 1)
    assert open_reports(plan=cast.plan, until=date(2018, 3, 1)) == 18  # July to December, no further
    assert Report.objects.latest("period_start").period_start == date(2017, 12, 1)


def test_parts_and_periods_of_their_own(cast: Cast) -> None:
    year = {"frequency": "year", "over_time": "last", "over_units": "only"}
    for code, due, extra in (
        ("i18.task", "start 03-31", year),
        ("i18.verified", "publication", year),
        ("i18.drills", "08-31", year),
        ("i18.quarterly", "end+15", {"frequency": "quarter"}),
        ("i18.surveyed", "event", {"frequency": "survey"}),
        ("i18.pupils", "01-31 07-15", {"frequency": "term"}),
    ):
        ReportItemFactory(
            indicator=cast.indicator, element=DataElementFactory(code=code, **extra), reporter="lead", due=due
        )
    open_reports(plan=cast.plan, until=UNTIL)
    made = Report.objects.filter(unit=cast.bureau).exclude(period_kind="month").select_related("obligation")
    assert {(r.period.code, r.part, r.obligation.due_on if r.obligation else None) for r in made} == {
        ("2017", "target", date(2017, 3, 31)),
        ("2017", "published", None),
        ("2017", "regular", date(2017, 8, 31)),
        ("2017Q1", "regular", date(2017, 4, 17)),  # 15 April was a Saturday
        ("2017Q2", "regular", date(2017, 7, 17)),  # 15 July too
        ("2017-01-01..2017-12-31", "event", None),
        ("2016-2017S1", "regular", date(2017, 2, 3)),  # 31 January lay in the Spring Festival
        ("2016-2017S2", "regular", date(2017, 7, 17)),
    }
    assert not any(r.has_narrative for r in made)


def test_due_on_the_latest_day_of_the_elements(cast: Cast) -> None:
    ReportItem.objects.filter(element=cast.treated).update(due="end+10")
    open_reports(plan=cast.plan, until=UNTIL)
    mine = Report.objects.get(unit=cast.county, period_start=date(2017, 5, 1))
    lead = Report.objects.get(unit=cast.bureau, period_start=date(2017, 5, 1))
    assert mine.obligation and lead.obligation
    assert (mine.obligation.due_on, lead.obligation.due_on) == (date(2017, 6, 12), date(2017, 6, 5))


def test_checklist_items_come_with_the_reports_of_their_periods(cast: Cast) -> None:
    monthly = ChecklistItemFactory(indicator=cast.indicator, answered_by="counties", frequency="month")
    yearly = ChecklistItemFactory(indicator=cast.indicator, answered_by="lead", frequency="year")
    quarterly = ChecklistItemFactory(indicator=cast.indicator, answered_by="lead", frequency="quarter")
    open_reports(plan=cast.plan, until=UNTIL)
    mine = Report.objects.get(unit=cast.county, period_start=date(2017, 5, 1))
    assert [a.item for a in mine.answers.all()] == [monthly]
    alone = Report.objects.get(unit=cast.bureau, period_kind="year")
    assert [a.item for a in alone.answers.all()] == [yearly]
    assert alone.obligation and alone.obligation.due_on == date(2017, 8, 31)
    of_quarter = Report.objects.get(unit=cast.bureau, period_kind="quarter", period_start=date(2017, 1, 1))
    assert [a.item for a in of_quarter.answers.all()] == [quarterly]
    assert of_quarter.obligation and of_quarter.obligation.due_on == date(2017, 4, 17)


def test_cells_by_site_in_the_order_of_elements_then_sites(cast: Cast) -> None:
    element = DataElementFactory(code="i18.by_facility", site_kind="facility")
    other = DataElementFactory(code="i18.second", site_kind="facility")
    ReportItemFactory(indicator=cast.indicator, element=element, reporter="lead", order=3)
    ReportItemFactory(indicator=cast.indicator, element=other, reporter="lead", order=4)
    SiteFactory(code="b", name="水城场", unit=cast.other_county, order=2)
    SiteFactory(code="a", name="钟山场", unit=cast.county, order=1)
    SiteFactory(code="c", name="将来场", unit=cast.county, order=3, valid_from=date(2017, 6, 1))
    SiteFactory(code="d", name="水厂", unit=cast.county, kind="plant")
    open_reports(plan=cast.plan, until=UNTIL)
    may = Report.objects.get(unit=cast.bureau, period_start=date(2017, 5, 1))
    assert _codes(may) == [
        ("i18.by_facility", "钟山场"),
        ("i18.by_facility", "水城场"),
        ("i18.second", "钟山场"),
        ("i18.second", "水城场"),
    ]
    june = Report.objects.get(unit=cast.bureau, period_start=date(2017, 6, 1))
    assert [site for code, site in _codes(june) if code == "i18.second"] == ["钟山场", "水城场", "将来场"]


def test_a_county_reports_its_own_sites_only(cast: Cast) -> None:
    element = DataElementFactory(code="i18.by_facility", site_kind="facility")
    ReportItemFactory(indicator=cast.indicator, element=element, reporter="counties", order=3)
    SiteFactory(code="a", name="钟山场", unit=cast.county)
    SiteFactory(code="b", name="水城场", unit=cast.other_county)
    open_reports(plan=cast.plan, until=UNTIL)
    mine = Report.objects.get(unit=cast.county, period_start=date(2017, 5, 1))
    assert ("i18.by_facility", "钟山场") in _codes(mine)
    assert ("i18.by_facility", "水城场") not in _codes(mine)


def test_a_named_provider_reports_figures_only(cast: Cast) -> None:
    bureau = UnitFactory(name="市统计局")
    element = DataElementFactory(code="i18.gdp", frequency="quarter")
    ReportItemFactory(indicator=cast.indicator, element=element, reporter="unit:市统计局", due="end+25")
    AssignmentFactory(indicator=cast.indicator, unit=bureau, role="provider")
    open_reports(plan=cast.plan, until=UNTIL)
    made = Report.objects.filter(unit=bureau)
    assert {(r.period.code, r.has_narrative) for r in made} == {("2017Q1", False), ("2017Q2", False)}


def test_a_draft_follows_the_plan_until_it_is_submitted(cast: Cast) -> None:
    open_reports(plan=cast.plan, until=UNTIL)
    may = Report.objects.get(unit=cast.county, period_start=date(2017, 5, 1))
    april = Report.objects.get(unit=cast.county, period_start=date(2017, 4, 1))
    april_cells = _codes(april)
    Case.objects.filter(pk=april.case_id).update(state=State.SUBMITTED, revision_no=1)
    typed = may.values.get(element=cast.treated)
    ReportValue.objects.filter(pk=typed.pk).update(version=1, raw="5", answer="value", value=5)
    ReportItem.objects.filter(element__in=[cast.produced, cast.treated]).delete()
    ReportItemFactory(
        indicator=cast.indicator, element=DataElementFactory(code="i18.new"), order=0, due="end+10"
    )
    assert open_reports(plan=cast.plan, until=UNTIL) == 0
    assert _codes(april) == april_cells
    # The untouched cell of a dropped element is gone, what was typed stays.
    assert sorted(code for code, _ in _codes(may)) == ["i18.new", "i18.treated"]
    may.refresh_from_db()
    assert may.obligation and may.obligation.due_on == date(2017, 6, 12)


def test_a_duty_that_ends_waives_the_drafts_of_later_months(cast: Cast) -> None:
    open_reports(plan=cast.plan, until=UNTIL)
    for model in (Duty, Assignment):
        model.objects.filter(unit=cast.county).update(valid_to=date(2017, 4, 30))
    open_reports(plan=cast.plan, until=UNTIL)
    waived = Obligation.objects.filter(waived_reason=DUTY_ENDED)
    assert {o.period.code for o in waived} == {"2017-05", "2017-06"}
    for model in (Duty, Assignment):
        model.objects.filter(unit=cast.county).update(valid_to=None)
    open_reports(plan=cast.plan, until=UNTIL)
    assert not Obligation.objects.filter(waived_at__isnull=False).exists()


def test_a_unit_without_a_site_gets_its_whole_unit_site(cast: Cast) -> None:
    late = UnitFactory(name="盘县人民政府", kind=UnitKind.COUNTY)
    assign(cast.indicator, late)
    open_reports(plan=cast.plan, until=UNTIL)
    assert Site.objects.filter(unit=late, kind="unit").count() == 1
    report = Report.objects.get(unit=late, period_start=date(2017, 5, 1))
    assert {v.site for v in report.values.all()} == {whole_unit(late)}


def test_the_command_opens_for_the_current_plan(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("open_reports", until=date(2017, 1, 31))
    assert capsys.readouterr().out == "截至 2017-01-31：新开立 3 份报表\n"


@pytest.mark.parametrize("counties", [2, 20])
@pytest.mark.sqlite_only
def test_the_number_of_queries_does_not_grow(db: None, counties: int) -> None:
    plan = _plan_with(units=counties, indicators=3)
    with CaptureQueriesContext(
        connection,
    ) as first:
        open_reports(plan=plan, until=UNTIL)
    assert len(first) <= 60  # SQLite takes 999 parameters at once, so rows go in batches
    with CaptureQueriesContext(connection) as again:
        open_reports(plan=plan, until=UNTIL)
    assert len(again) <= 20


@pytest.mark.slow
@pytest.mark.sqlite_only
def test_a_whole_year_of_forty_units_opens_in_seconds(db: None) -> None:
    plan = _plan_with(units=40, indicators=26)
    began = time.process_time()  # of this process alone, whatever else the machine does
    made = open_reports(plan=plan, until=date(2017, 12, 31))
    assert made == 40 * 26 * 12
    assert ReportValue.objects.count() == 40 * 26 * 12 * 2
    assert ChecklistAnswer.objects.count() == 0
    assert time.process_time() - began < 30


def _plan_with(units: int, indicators: int):
    plan = PlanFactory()
    elements = [DataElementFactory(code=f"i0.e{n}") for n in range(2)]
    counties = [UnitFactory(name=f"第{n}县", kind=UnitKind.COUNTY) for n in range(units)]
    for unit in counties:
        whole_unit(unit)
    for number in range(1, indicators + 1):
        indicator = IndicatorFactory(plan=plan, number=number)
        for element in elements:
            ReportItemFactory(indicator=indicator, element=element)
        for unit in counties:
            assign(indicator, unit)
    return plan


def test_the_first_period_of_a_plan_is_that_of_its_window(cast: Cast) -> None:
    open_reports(plan=cast.plan, until=UNTIL)
    first = Report.objects.earliest("period_start")
    assert first.period == periods.month(2017, 1)


def test_january_to_date_totals_begin_with_february(cast: Cast) -> None:
    """Statisticians publish January and February together (domain.md §3)."""
    energy = DataElementFactory(code="i18.energy", entry="cumulative")
    ReportItemFactory(indicator=cast.indicator, element=energy, reporter="lead", due="end+20")
    open_reports(plan=cast.plan, until=UNTIL)
    months = ReportValue.objects.filter(element=energy).order_by("report__period_start")
    assert [cell.report.period_start.month for cell in months] == [2, 3, 4, 5, 6]
