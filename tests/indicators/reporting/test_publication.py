"""The lead dates a publication: all units' reports that wait for it are due from then on; nobody else can."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from chuangmo.audit.models import AuditEvent
from chuangmo.errors import Refused
from chuangmo.periods import year
from indicators.reporting.models import Report, ReportPart
from indicators.reporting.services.publication import name_publication
from tests.factories import Cast

Y2016 = year(2016)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def waiting(cast: Cast) -> tuple[Report, Report]:
    """Two counties' reports of the same publication, without a day."""
    mine, theirs = (
        cast.report(unit, Y2016, part=ReportPart.PUBLISHED, due_on=None)
        for unit in (cast.county, cast.other_county)
    )
    return mine, theirs


def days_of(*reports: Report) -> list[tuple[date | None, date | None]]:
    found = []
    for report in reports:
        report.obligation.refresh_from_db()
        found.append((report.obligation.due_on, report.obligation.locks_on))
    return found


def test_one_date_dates_every_unit_that_waits(cast: Cast, waiting) -> None:
    """Saturday 17 June moves to Monday; the lock lies 5 working days later."""
    url = f"/reports/{waiting[0].pk}/publication/"
    response = signed_in(cast.lead_clerk).post(
        url, {"due_on": "2017-06-17", "reason": "省环境保护厅核查通报"}
    )
    assert (response.status_code, response["Location"]) == (302, waiting[0].get_absolute_url())
    assert days_of(*waiting) == [(date(2017, 6, 19), date(2017, 6, 26))] * 2
    events = AuditEvent.objects.filter(action="填公布日期", actor=cast.lead_clerk)
    assert {event.object_id for event in events} == {str(report.pk) for report in waiting}


def test_another_date_moves_what_is_still_open(cast: Cast, waiting) -> None:
    for day in (date(2017, 6, 19), date(2017, 6, 15)):
        name_publication(report_id=waiting[0].pk, due_on=day, reason="核查通报", by=cast.lead)
    assert [due for due, _ in days_of(*waiting)] == [date(2017, 6, 15)] * 2


def test_what_is_wrong_is_told_at_its_field_and_stays_typed(cast: Cast, waiting) -> None:
    client, url = signed_in(cast.lead), f"/reports/{waiting[0].pk}/publication/"
    response = client.post(url, {"due_on": "2016-12-31", "reason": " "})
    assert response.status_code == 422
    assert response.context["form"].errors == {
        "reason": ["请写明由谁、在哪里公布"],
    }
    response = client.post(url, {"due_on": "2016-12-31", "reason": "统计年鉴"})
    assert response.context["form"].errors == {
        "due_on": ["公布日期应在2016年结束（2016-12-31）之后"],
    }
    assert "统计年鉴" in response.content.decode()
    assert [due for due, _ in days_of(*waiting)] == [None, None]


@pytest.mark.parametrize("who", ["owner", "colleague", "county_office", "admin", "inspector"])
def test_nobody_else_may(cast: Cast, waiting, who: str) -> None:
    with pytest.raises(Refused):
        name_publication(
            report_id=waiting[0].pk, due_on=date(2017, 7, 3), reason="通报", by=getattr(cast, who)
        )
    assert [due for due, _ in days_of(*waiting)] == [None, None]


def test_a_report_with_a_day_of_its_own_has_no_publication(cast: Cast) -> None:
    report = cast.report()
    assert signed_in(cast.lead).get(f"/reports/{report.pk}/publication/").status_code == 403
    assert "填公布日期" not in signed_in(cast.lead).get(report.get_absolute_url()).content.decode()


def test_the_way_leads_from_the_report(cast: Cast, waiting) -> None:
    page = signed_in(cast.lead).get(waiting[1].get_absolute_url()).content.decode()
    assert f'href="/reports/{waiting[1].pk}/publication/"' in page
