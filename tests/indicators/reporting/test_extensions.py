"""The office keeps a locked report open; nobody else can, and the lock and the lateness stay on record."""

from __future__ import annotations

from datetime import date

from django.test import Client

from chuangmo.audit.models import AuditEvent
from chuangmo.deadlines.models import LockException
from indicators.reporting.services.entry import save_cell
from tests.factories import Cast

BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def test_the_office_opens_a_locked_report_until_a_day(cast: Cast, today) -> None:
    report = cast.report()
    cell = report.values.first()
    today(date(2017, 6, 20))
    url = f"/reports/{report.pk}/extend/"
    response = signed_in(cast.office).post(url, {"until": "2017-06-23", "reason": "系统升级停用两天"})
    assert (response.status_code, response["Location"]) == (302, report.get_absolute_url())
    saved = save_cell(by=cast.owner, report_id=report.pk, cell=f"v{cell.pk}", version=0, raw="12.5")
    assert saved.state.raw == "12.5"
    report.obligation.refresh_from_db()
    assert report.obligation.locks_on == date(2017, 6, 12)
    assert AuditEvent.objects.filter(action="批准延后锁定", actor=cast.office).count() == 1


def test_a_day_gone_by_or_no_reason_is_told_at_the_field_and_what_was_typed_stays(cast: Cast, today) -> None:
    report = cast.report()
    today(date(2017, 6, 20))
    response = signed_in(cast.office).post(
        f"/reports/{report.pk}/extend/", {"until": "2017-06-01", "reason": "补报"}
    )
    assert response.status_code == 422
    assert response.context["form"].errors == {"until": ["延至的日期不能早于今天"]}
    assert 'value="2017-06-01"' in response.content.decode()
    assert not LockException.objects.exists()


def test_only_the_office_may(cast: Cast) -> None:
    report = cast.report()
    codes = {
        name: signed_in(person).get(f"/reports/{report.pk}/extend/").status_code
        for name, person in cast.people().items()
        if name != "anonymous"
    }
    assert codes == {
        "owner": 403,
        "colleague": 403,
        "stranger": 404,
        "lead": 403,
        "office": 200,
        "county_office": 403,
        "inspector": 403,
        "observer": 403,
        "assessor": 404,
        "admin": 403,
    }
