"""Wall, indicator, sources and matrix: what they say, what they name, how many queries they take."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from html import unescape

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from chuangmo import periods
from chuangmo.access.services import ensure_unit_roles
from chuangmo.deadlines.models import Obligation
from chuangmo.org.models import GroupMember, Unit, UnitGroup, UnitKind
from chuangmo.periods import Period, month
from chuangmo.review.models import Case, Revision, State
from indicators.assessment.models import Verdict
from indicators.assessment.queries.wall import Card
from indicators.assessment.services import refresh_all
from indicators.plan.models import Assignment, Duty, DutyRole, Indicator, Plan, Site, SiteKind
from indicators.reporting.models import Figure, Report, ReportValue
from tests.factories import Cast, UserFactory, give_role, load_whole_plan, make_figure, make_report

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

JANUARY, APRIL, MAY = month(2017, 1), month(2017, 4), month(2017, 5)
WALL = "/p/2017/indicators/"
SHOW = "/p/2017/indicators/18/"


def page_of(cast: Cast, url: str, who: str = "office") -> HttpResponse:
    client = Client()
    client.force_login(getattr(cast, who), backend="django.contrib.auth.backends.ModelBackend")
    return client.get(url)


def words(response: HttpResponse) -> str:
    """The page's words without its marks."""
    text = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def cards(response: HttpResponse) -> dict[int, Card]:
    return {card.indicator.number: card for _, group in response.context["wall"].groups for card in group}


def accept(cast: Cast, period: Period, county: int, other: int | None) -> None:
    """A month's waste, 100 t produced by each county; `other` None: the other county is missing."""
    for unit, treated in ((cast.county, county), (cast.other_county, other)):
        if treated is None:
            make_report(unit, cast.indicator, [cast.produced, cast.treated], period, due_on=period.end)
            continue
        report = make_report(
            unit,
            cast.indicator,
            [cast.produced, cast.treated],
            period,
            state=State.ACCEPTED,
            due_on=period.end,
        )
        make_figure(cast.produced, unit, period, 100, report=report)
        make_figure(cast.treated, unit, period, treated, report=report)


# The wall -----------------------------------------------------------------------------------------------


def test_the_wall_of_the_real_plan_has_26_cards_under_their_categories() -> None:
    load_whole_plan()
    office = UserFactory(username="office")
    give_role(office, Unit.objects.get(name="市创模办"), "office")
    refresh_all(plan=Plan.objects.current())
    client = Client()
    client.force_login(office, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(WALL)
    groups = [
        (category.name, [card.indicator.number for card in group])
        for category, group in response.context["wall"].groups
    ]
    assert [number for _, numbers in groups for number in numbers] == list(range(1, 27))
    assert [name for name, _ in groups] == [
        "基本条件",
        "经济社会指标",
        "环境质量指标",
        "环境建设指标",
        "环境管理指标",
    ]
    assert sum(count for _, count in response.context["wall"].counts) == 26
    for number in (8, 9, 10, 15):  # measured monthly or quarterly: what is due and not there is missing
        assert cards(response)[number].status == "partial"
    for number in (11, 12):  # measured once a year
        assert cards(response)[number].status == "none"
    assert response.content.decode().count('class="wall-card') == 26


def test_a_card_tells_status_value_and_threshold(rated: Cast) -> None:
    accept(rated, JANUARY, 95, 89)
    refresh_all(plan=rated.plan)
    response = page_of(rated, f"{WALL}?month=2017-01")
    assert cards(response)[18].status == "met"
    assert "18 生活垃圾无害化处理率 92.00% ≥ 85%" in words(response).replace("⩾", "≥")


def test_a_missing_county_is_named(rated: Cast) -> None:
    accept(rated, JANUARY, 95, 89)
    accept(rated, APRIL, 95, None)
    refresh_all(plan=rated.plan)
    wall, show = page_of(rated, WALL), page_of(rated, SHOW)
    assert cards(wall)[18].status == "partial"
    assert "水城县未报" in words(wall)
    missing = {(one.unit_name, one.due_on) for one in show.context["derivation"].missing}
    assert missing == {("水城县", date(2017, 4, 30))}
    assert "水城县" in words(show)
    assert "应于 4 月 30 日 报" in words(show)


def test_the_wall_counts_what_is_owed_and_late(rated: Cast) -> None:
    rated.report(rated.county, MAY, state=State.ACCEPTED)
    rated.report(rated.other_county, MAY, state=State.SUBMITTED)
    rated.report(rated.bureau, MAY, due_on=date(2017, 6, 5))
    counts = page_of(rated, WALL).context["wall"].reports
    assert (counts.owed, counts.accepted, counts.in_review, counts.late) == (3, 1, 1, 1)


def test_the_wall_shows_the_month_that_is_asked_for(rated: Cast) -> None:
    accept(rated, JANUARY, 95, 89)
    accept(rated, APRIL, 10, 10)
    refresh_all(plan=rated.plan)
    statuses = {
        code: cards(page_of(rated, f"{WALL}?month={code}"))[18].status for code in ("2017-01", "2017-04")
    }
    assert statuses == {"2017-01": "met", "2017-04": "missed"}
    assert page_of(rated, WALL).context["month"] == MAY
    assert [one.code for one in page_of(rated, WALL).context["months"]] == [
        f"2017-0{n}" for n in (5, 4, 3, 2, 1)
    ]


@pytest.mark.parametrize(
    "code", ["2017-06", "2017-12", "2016-12", "2018-01", "2017-13", "2017-Q1", "2017", "五月", "05"]
)
@pytest.mark.parametrize("address", [f"{WALL}?month=", f"{SHOW}?month=", f"{SHOW}sources/?month="])
def test_a_month_that_is_not_over_or_not_of_the_plan_is_not_there(
    rated: Cast, address: str, code: str
) -> None:
    assert page_of(rated, address + code).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/p/2016/indicators/",
        "/p/2017/indicators/27/",
        "/p/2016/matrix/",
        "/p/2017/export/2017-06.pdf",
        "/p/2017/export/2016-05.xlsx",
    ],
)
def test_an_unknown_plan_indicator_or_month_is_not_there(rated: Cast, address: str) -> None:
    assert page_of(rated, address).status_code == 404


def test_before_the_first_month_is_over_the_wall_shows_january(rated: Cast, today) -> None:
    today(date(2017, 1, 20))
    response = page_of(rated, WALL)
    assert response.context["month"] == JANUARY
    assert cards(response)[18].verdict is None


def test_short_addresses_lead_to_the_current_plan(rated: Cast) -> None:
    got = {
        url: page_of(rated, url).headers["Location"]
        for url in ("/indicators/", "/indicators/18/", "/matrix/")
    }
    assert got == {"/indicators/": WALL, "/indicators/18/": SHOW, "/matrix/": "/p/2017/matrix/"}


def test_what_changed_stands_beside_the_wall(rated: Cast) -> None:
    accept(rated, JANUARY, 95, 95)
    accept(rated, month(2017, 2), 10, 10)
    refresh_all(plan=rated.plan)
    found = page_of(rated, f"{WALL}?month=2017-02").context["changes"]
    assert [(one.indicator.number, one.before.status, one.now.status) for one in found] == [
        (18, "met", "missed")
    ]


def test_the_office_has_everything_assessed_again(rated: Cast) -> None:
    accept(rated, JANUARY, 95, 89)
    client = Client()
    client.force_login(rated.office, backend="django.contrib.auth.backends.ModelBackend")
    assert cards(client.get(WALL))[18].verdict is None
    response = client.post(reverse("assessment:wall-assess", args=["2017"]), follow=True)
    assert "已重新评定，5 条结论有变化。" in words(response)
    assert cards(response)[18].verdict is not None


@pytest.mark.parametrize(
    ("remark", "note"),
    [
        ("余量 3.47 个百分点", "余量 3.47 个百分点"),
        (
            "二氧化硫：领先时序 3.28 个百分点，全年还需减排 2 290.5 吨；氨氮：还差 1 吨",
            "二氧化硫：领先时序 3.28 个百分点 …",
        ),
        ("一" * 50 + "，余量 2", "一" * 50 + " …"),
    ],
)
def test_a_long_remark_is_cut_between_clauses_never_in_a_number(remark: str, note: str) -> None:
    assert Card(Indicator(number=1), Verdict(status="met", remark=remark)).note == note


# One indicator ------------------------------------------------------------------------------------------


def test_the_indicator_page_derives_its_verdict_with_the_numbers_in_it(rated: Cast) -> None:
    accept(rated, JANUARY, 95, 89)
    refresh_all(plan=rated.plan)
    text = words(page_of(rated, f"{SHOW}?month=2017-01"))
    assert "生活垃圾无害化处理量 184.00 t ÷ 生活垃圾产生量 200.00 t × 100 = 92.00%" in text
    assert "依据 4 个已审定数据" in text


def test_a_group_without_members_is_shown_as_a_gap(rated: Cast) -> None:
    empty = UnitGroup.objects.create(name="市突发环境事件应急指挥部成员单位")
    filled = UnitGroup.objects.create(name="创建国家卫生城市各成员单位")
    GroupMember.objects.create(group=filled, unit=rated.bureau)
    for group in (empty, filled):
        Duty.objects.create(
            indicator=rated.indicator, group=group, role=DutyRole.RESPONSIBLE, as_written=group.name
        )
    response = page_of(rated, SHOW)
    assert response.context["duties"].empty_groups == [empty]
    assert "“市突发环境事件应急指挥部成员单位”还没有填入成员单位" in words(response)
    assert "“创建国家卫生城市各成员单位”还没有" not in words(response)


def test_only_reports_that_the_reader_may_open_are_links(rated: Cast) -> None:
    mine = rated.report(rated.county, MAY)
    theirs = rated.report(rated.other_county, MAY)
    page = page_of(rated, SHOW, "owner").content.decode()
    assert mine.get_absolute_url() in page
    assert theirs.get_absolute_url() not in page


def test_a_report_past_its_day_is_marked_late(rated: Cast) -> None:
    rated.report(rated.county, MAY, due_on=date(2017, 6, 5))
    rated.report(rated.other_county, MAY, due_on=date(2017, 6, 7))
    rows = re.findall(r"<tr>.*?</tr>", page_of(rated, SHOW).content.decode(), flags=re.S)
    late = [row for row in rows if "逾期" in row]
    assert len(late) == 1
    assert "钟山区" in late[0]


def test_the_sources_lead_from_figure_to_report(rated: Cast) -> None:
    accept(rated, JANUARY, 95, 89)
    refresh_all(plan=rated.plan)
    response = page_of(rated, f"{SHOW}sources/?month=2017-01")
    figures = list(response.context["figures"])
    assert {(one.element.code, one.unit.short_name, int(one.value)) for one in figures} == {
        ("i18.produced", "钟山区", 100),
        ("i18.produced", "水城县", 100),
        ("i18.treated", "钟山区", 95),
        ("i18.treated", "水城县", 89),
    }
    assert {one.report.get_absolute_url() in response.content.decode() for one in figures} == {True}


def test_history_tells_superseded_verdicts(rated: Cast) -> None:
    accept(rated, JANUARY, 95, 89)
    refresh_all(plan=rated.plan)
    Figure.objects.filter(element=rated.treated).update(value=10)
    refresh_all(plan=rated.plan)
    response = page_of(rated, SHOW)
    assert len([one for one in response.context["history"] if not one.is_current]) == 5
    assert words(response).count("已被取代") == 5


# The matrix ---------------------------------------------------------------------------------------------


def months_of(response: HttpResponse, unit: Unit) -> dict[int, tuple[str, int, int]]:
    row = next(row for row in response.context["matrix"].rows if row.unit == unit)
    return {
        cell.month.start.month: (cell.state, cell.accepted, cell.owed) for cell in row.cells if cell.state
    }


def test_a_cell_shows_the_worst_of_its_reports(rated: Cast) -> None:
    other = Indicator.objects.create(
        plan=rated.plan, category=rated.indicator.category, number=19, name="十九", short_name="十九"
    )
    soon, past = date(2017, 6, 30), date(2017, 6, 5)
    pairs: list[tuple[tuple[str, date], ...]] = [
        ((State.ACCEPTED, past), (State.ACCEPTED, past)),
        ((State.ACCEPTED, past), (State.VERIFIED, past)),
        ((State.VERIFIED, past), (State.DRAFT, soon)),
        ((State.DRAFT, soon), (State.RETURNED, soon)),
        ((State.RETURNED, soon), (State.DRAFT, past)),
        ((State.UNLOCKED, soon), (State.ACCEPTED, past)),
    ]
    for number, states in enumerate(pairs, start=1):
        for indicator, (state, due) in zip((rated.indicator, other), states, strict=True):
            make_report(
                rated.county, indicator, [rated.produced], month(2017, number), state=state, due_on=due
            )
    assert months_of(page_of(rated, "/p/2017/matrix/"), rated.county) == {
        1: ("accepted", 2, 2),
        2: ("in_review", 1, 2),
        3: ("missing", 0, 2),
        4: ("returned", 0, 2),
        5: ("overdue", 0, 2),
        6: ("missing", 1, 2),
    }


def test_a_return_past_its_first_day_is_late_only_when_its_new_day_has_passed(rated: Cast) -> None:
    report = rated.report(rated.county, MAY, state=State.RETURNED, due_on=date(2017, 6, 8))
    assert months_of(page_of(rated, "/p/2017/matrix/"), rated.county)[5][0] == "returned"
    Obligation.objects.filter(pk=report.obligation_id).update(due_on=date(2017, 6, 5))
    assert months_of(page_of(rated, "/p/2017/matrix/"), rated.county)[5][0] == "overdue"


def test_a_click_leads_to_the_cells_reports_and_no_others(rated: Cast) -> None:
    april = rated.report(rated.county, APRIL)
    march = rated.report(rated.county, month(2017, 3))
    quarter = rated.report(rated.county, periods.quarter(2017, 1))
    rated.report(rated.other_county, month(2017, 3))
    page = page_of(rated, "/p/2017/matrix/").content.decode()
    links = [unescape(link) for link in re.findall(r'class="mx" href="([^"]+)"', page)]
    assert f"/reports/?unit={rated.county.pk}&month=2017-03" in links
    listed = page_of(rated, f"/reports/?unit={rated.county.pk}&month=2017-03").context["table"].data.data
    assert set(listed) == {march, quarter}
    assert april not in listed


def test_the_matrix_narrows_to_an_indicator_and_a_kind_of_unit(rated: Cast) -> None:
    rated.report(rated.county, MAY)
    rated.report(rated.bureau, MAY)
    found = {
        query: [row.unit for row in page_of(rated, f"/p/2017/matrix/?{query}").context["matrix"].rows]
        for query in ("", "kind=bureau", "kind=county&indicator=18", "kind=party", "kind=x")
    }
    assert found == {
        "": [rated.county, rated.bureau],
        "kind=bureau": [rated.bureau],
        "kind=county&indicator=18": [rated.county],
        "kind=party": [],
        "kind=x": [rated.county, rated.bureau],
    }
    assert "没有符合条件的报表" in words(page_of(rated, "/p/2017/matrix/?kind=party"))
    assert page_of(rated, "/p/2017/matrix/?indicator=99").status_code == 404


# Query counts -------------------------------------------------------------------------------------------

PAGES = {
    "wall": (WALL, "office"),
    "indicator": (SHOW, "office"),
    "sources": (f"{SHOW}sources/", "office"),
    "matrix": ("/p/2017/matrix/", "office"),
    "home of the office": ("/", "office"),
    "home of a clerk": ("/", "owner"),
    "queue of the office": ("/review/accept/", "office"),
    "queue of the lead": ("/review/verify/", "lead"),
    "list of the office": ("/reports/", "office"),
    "list of a clerk": ("/reports/", "owner"),
}
STATES = (State.DRAFT, State.SIGNED_OFF, State.VERIFIED, State.ACCEPTED)


def fill(cast: Cast, units: int, years: int) -> None:
    """Reports of that many counties for every month of so many years, in all states, with cells, revisions and figures."""
    counties = [cast.county, *_more_counties(cast, units - 1)]
    wanted = [
        month(year, number)
        for year in range(2018 - years, 2018)
        for number in range(1, 13 if year < 2017 else 7)
    ]
    now = timezone.now()
    pairs = [(unit, period) for period in wanted for unit in counties]
    cases = Case.objects.bulk_create(
        Case(
            kind="report",
            unit=unit,
            state=STATES[index % len(STATES)],
            revision_no=0 if index % len(STATES) == 0 else 1,
            step_entered_at=now,
            step_due_on=date(2017, 6, 7),
            submitted_by=None if index % len(STATES) == 0 else cast.owner2,
        )
        for index, (unit, _) in enumerate(pairs)
    )
    reports = Report.objects.bulk_create(
        Report(indicator=cast.indicator, unit=unit, case=case, **_columns(period))
        for (unit, period), case in zip(pairs, cases, strict=True)
    )
    obligations = Obligation.objects.bulk_create(_obligation(report) for report in reports)
    for report, obligation in zip(reports, obligations, strict=True):
        report.obligation = obligation
    Report.objects.bulk_update(reports, ["obligation"], batch_size=500)
    sites = dict(Site.objects.filter(kind=SiteKind.UNIT).values_list("unit_id", "pk"))
    elements = (cast.produced, cast.treated)
    ReportValue.objects.bulk_create(
        ReportValue(
            report=report, element=element, site_id=sites[report.unit_id], raw="90", value=90, answer="value"
        )
        for report in reports
        for element in elements
    )
    Revision.objects.bulk_create(
        Revision(case=case, number=1, content={"values": []}, digest="0" * 64, created_by=cast.owner2)
        for case in cases
        if case.revision_no
    )
    Figure.objects.bulk_create(
        Figure(
            element=element,
            unit_id=report.unit_id,
            site_id=sites[report.unit_id],
            answer="value",
            value=90,
            report=report,
            accepted_at=now,
            **_columns(report.period),
        )
        for report in reports
        for element in elements
        if report.case.state == State.ACCEPTED
    )


def _more_counties(cast: Cast, number: int) -> list[Unit]:
    units = Unit.objects.bulk_create(
        Unit(name=f"第{n}县人民政府", short_name=f"第{n}县", kind=UnitKind.COUNTY, order=100 + n)
        for n in range(number)
    )
    for unit in units:
        ensure_unit_roles(unit)
    Site.objects.bulk_create(
        Site(unit=unit, kind=SiteKind.UNIT, code=f"u{unit.pk}", name=unit.short_name) for unit in units
    )
    Assignment.objects.bulk_create(
        Assignment(indicator=cast.indicator, unit=unit, role="responsible") for unit in units
    )
    return units


def _columns(period: Period) -> dict[str, object]:
    return {"period_kind": period.kind, "period_start": period.start, "period_end": period.end}


def _obligation(report: Report) -> Obligation:
    due = report.period_end + timedelta(days=5)
    done = report.case.revision_no > 0
    return Obligation(
        kind="report",
        unit_id=report.unit_id,
        subject_kind="report",
        subject_id=report.pk,
        subject_label="报表",
        subject_url=report.get_absolute_url(),
        due_on=due,
        original_due_on=due,
        done_at=timezone.make_aware(datetime(2017, 6, 1)) if done else None,
        done_on=due if done else None,
        **_columns(report.period),
    )


def counted(cast: Cast) -> dict[str, int]:
    """Queries of each page; the first request warms up what is read once a process."""
    got = {}
    for name, (url, who) in PAGES.items():
        client = Client()
        client.force_login(getattr(cast, who), backend="django.contrib.auth.backends.ModelBackend")
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url).status_code == 200
        got[name] = len(queries)
    return got


def test_more_units_and_more_years_take_no_more_queries(rated: Cast) -> None:
    """10 units of one year, then 100 units, then 5 years: the same number for every page."""
    got = {}
    for size in ((10, 1), (100, 1), (10, 5)):
        with transaction.atomic():
            fill(rated, *size)
            refresh_all(plan=rated.plan)
            got[size] = counted(rated)
            transaction.set_rollback(True)
    assert got[100, 1] == got[10, 1]
    assert got[10, 5] == got[10, 1]
