"""The list of reports and the box of what is owed: who sees what, filters, as many queries for much as for little."""

from __future__ import annotations

import re
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from chuangmo.deadlines.services import fulfil, waive
from chuangmo.org.models import Unit, UnitKind
from chuangmo.periods import month
from chuangmo.review.models import Case, State
from indicators.reporting.models import Report
from indicators.reporting.panels import owed
from tests.factories import Cast, UnitFactory, assign

APRIL = month(2017, 4)


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _listed(user: Any, query: str = "") -> list[Report]:
    response = _client(user).get(f"/reports/{query}")
    assert response.status_code == 200
    return [row.record for row in response.context["table"].rows]


@pytest.fixture
def reports(cast: Cast) -> dict[str, Report]:
    return {
        "may": cast.report(),
        "april": cast.report(period=APRIL, due_on=date(2017, 5, 5), state=State.ACCEPTED),
        "theirs": cast.report(cast.other_county),
        "leads": cast.report(cast.bureau),
    }


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("owner", {"may", "april"}),
        ("colleague", {"may", "april"}),
        ("stranger", {"theirs"}),
        ("lead", {"may", "april", "theirs", "leads"}),
        ("office", {"may", "april", "theirs", "leads"}),
        ("county_office", {"may", "april"}),
    ],
)
def test_who_sees_which(cast: Cast, reports: dict[str, Report], who: str, seen: set[str]) -> None:
    assert set(_listed(getattr(cast, who))) == {reports[name] for name in seen}


def test_an_assessor_has_no_list(cast: Cast) -> None:
    assert _client(cast.assessor).get("/reports/").status_code == 403


def test_a_clerk_finds_first_what_is_to_be_handed_in(cast: Cast, reports: dict[str, Report]) -> None:
    """The oldest due day on top; the office, which hands nothing in, the newest period."""
    june = cast.report(period=month(2017, 6), due_on=date(2017, 7, 5))
    march = cast.report(period=month(2017, 3), due_on=date(2017, 4, 5))
    assert _listed(cast.owner) == [march, reports["may"], june, reports["april"]]
    assert _listed(cast.office)[0] == june


def test_filters_live_in_the_address(cast: Cast, reports: dict[str, Report]) -> None:
    assert reports["april"].obligation
    fulfil(reports["april"].obligation, cast.owner)
    office = cast.office

    def names(query: str) -> set[str]:
        found = _listed(office, query)
        return {name for name, report in reports.items() if report in found}

    assert names(f"?unit={cast.county.pk}") == {"may", "april"}
    assert names("?month=2017-04") == {"april"}
    assert names("?month=nonsense") == set()
    assert names("?state=accepted") == {"april"}
    assert names(f"?indicator={cast.indicator.pk}&unit={cast.bureau.pk}") == {"leads"}
    assert names("?late=1") == {"may", "april", "theirs", "leads"}  # 6 June is after each due day
    assert names("?late=0") == set()
    assert names("?mine=1") == set()
    assert {r.pk for r in _listed(cast.lead_clerk, "?mine=1")} == {reports["leads"].pk}


def test_the_list_says_how_late(cast: Cast, reports: dict[str, Report]) -> None:
    page = _client(cast.owner).get("/reports/").content.decode()
    assert "逾期 1 天" in page
    assert f'href="/reports/{reports["may"].pk}/"' in page


def _owed(user: Any) -> list[tuple[int, bool, bool]]:
    request = RequestFactory().get("/")
    request.user = user
    panel = owed(request)
    if panel is None:
        return []
    return [(line.report.pk, line.late, line.came_back) for line in panel.context["lines"]]


def test_what_i_owe_late_first_then_returned(cast: Cast) -> None:
    june = cast.report(period=month(2017, 6), due_on=date(2017, 7, 5))
    returned = cast.report(period=APRIL, due_on=date(2017, 6, 8), state=State.RETURNED)
    late = cast.report()
    cast.report(period=month(2017, 3), due_on=date(2017, 4, 5), state=State.SUBMITTED)
    cast.report(period=month(2017, 7), due_on=date(2017, 8, 5))  # has not begun
    gone = cast.report(period=month(2017, 2), due_on=date(2017, 3, 6))
    waive([gone.obligation_id or 0], "免报")
    cast.report(cast.other_county)
    assert _owed(cast.owner) == [
        (late.pk, True, False),
        (returned.pk, False, True),
        (june.pk, False, False),
    ]
    assert _owed(cast.office) == []


def test_the_box_is_on_the_home_page(cast: Cast) -> None:
    report = cast.report()
    page = _client(cast.owner).get("/").content.decode()
    assert f'href="/reports/{report.pk}/"' in page and "已过 1 天" in page


@pytest.mark.sqlite_only
def test_as_many_queries_for_a_hundred_units_and_five_years(cast: Cast) -> None:
    cast.report()
    clients = {name: _client(getattr(cast, name)) for name in ("office", "owner")}

    def queries(name: str, path: str) -> int:
        clients[name].get(path)
        with CaptureQueriesContext(connection) as captured:
            clients[name].get(path)
        return len(captured)

    paths = [("office", "/reports/"), ("office", "/reports/?late=1&month=2017-05"), ("owner", "/")]
    few = [queries(*path) for path in paths]
    for n in range(100):
        unit = UnitFactory(name=f"第{n}县", kind=UnitKind.COUNTY)
        assign(cast.indicator, unit)
        cast.report(unit, elements=[])
    for year in range(2013, 2018):
        for number in range(1, 5):
            cast.report(period=month(year, number), elements=[])
    assert [queries(*path) for path in paths] == few
    assert few[0] <= 14


def test_a_submitted_report_is_owed_no_more(cast: Cast) -> None:
    report = cast.report()
    Case.objects.filter(pk=report.case_id).update(state=State.SUBMITTED)
    assert _owed(cast.owner) == []


def test_columns_are_chosen_in_the_address(cast: Cast, reports: dict[str, Report]) -> None:
    page = _client(cast.office).get("/reports/?columns=unit&columns=due&columns=nonsense").content.decode()
    assert [
        head.split("<")[0].strip() for head in re.findall(r'<a href="[^"]*sort=[^"]*">([^<]+)', page)
    ] == [
        "指标",
        "单位",
        "应报",
    ]


def test_the_list_leaves_as_a_workbook_with_real_days(cast: Cast, reports: dict[str, Report]) -> None:
    """All filtered rows and shown columns, whatever the page; what a person wrote never becomes a formula."""
    Unit.objects.filter(pk=cast.county.pk).update(short_name="=1+1")
    response = _client(cast.office).get(
        f"/reports/?as=xlsx&unit={cast.county.pk}&columns=unit&columns=due&columns=timely"
    )
    assert "attachment" in response["Content-Disposition"]
    sheet = load_workbook(BytesIO(response.content)).active
    assert "导出）" in sheet.cell(1, 1).value
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert rows[0] == ["指标", "单位", "应报", "时间"]
    assert [row[1:] for row in rows[1:]] == [
        ["=1+1", datetime(2017, 6, 5), "逾期 1 天"],
        ["=1+1", datetime(2017, 5, 5), "逾期 32 天"],
    ]
    assert sheet.cell(3, 2).data_type == "s"


def test_a_strangers_workbook_holds_only_their_own(cast: Cast, reports: dict[str, Report]) -> None:
    response = _client(cast.stranger).get("/reports/?as=xlsx")
    sheet = load_workbook(BytesIO(response.content)).active
    assert {row[1].value for row in sheet.iter_rows(min_row=3)} == {cast.other_county.short_name}
