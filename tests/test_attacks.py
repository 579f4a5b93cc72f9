"""What somebody with ill will sends: numbers that no column holds, rows put in the place of others, rights just lost."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from chuangmo.access.models import Membership, User
from chuangmo.access.queries import rights_of
from chuangmo.access.services import create_person, leave
from chuangmo.audit import triggers
from chuangmo.audit.models import AuditEvent, Seal
from chuangmo.audit.sealing import seal
from chuangmo.audit.services import record
from chuangmo.desk.workbook import Workbook
from chuangmo.errors import Refused
from chuangmo.periods import month
from chuangmo.review.models import Remark, Revision
from chuangmo.review.services import submit
from chuangmo.shell.listing import PAGE
from indicators.reporting.models import Report, ReportValue
from indicators.reporting.services.locks import lock_month
from tests.factories import Cast, give_role, make_report
from tests.indicators.reporting.review.story import report_in

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
LONG, BIG = "9" * 5000, "9" * 30  # Python reads the first not at all; the second is more than a column holds
JSON = {"headers": {"accept": "application/json"}}


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


# Numbers in addresses and forms ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/reports/{BIG}/", 404),
        (f"/reports/?unit={BIG}", 200),
        ("/reports/?month=99999999999999-1", 200),
        (f"/reports/?page={LONG}", 200),
        (f"/review/accept/?indicator={LONG}", 200),
        (f"/review/accept/?unit={BIG}", 200),
        (f"/review/accept/?month={LONG}-01", 200),
        (f"/review/{BIG}/", 404),
        (f"/files/{BIG}/", 404),
        ("/p/2017/indicators/?month=99999999999999-01", 404),
        (f"/p/2017/matrix/?indicator={LONG}", 404),
        (f"/p/2017/matrix/?indicator={BIG}", 404),
        (f"/p/2017/indicators/{BIG}/", 404),
    ],
)
def test_a_number_beyond_all_measure_in_an_address(cast: Cast, path: str, status: int) -> None:
    assert as_(cast.office).get(path).status_code == status


@pytest.mark.parametrize("indicator", [LONG, BIG, "x", "0"])
def test_a_new_rule_for_an_indicator_that_there_is_not(cast: Cast, indicator: str) -> None:
    page = as_(cast.admin).get(f"/admin/plan/ruleversion/add/?indicator={indicator}")
    assert (page.status_code, page.context["adminform"].form.initial) == (200, {})


@pytest.mark.parametrize("what", ["save", "paste"])
def test_writing_to_a_report_number_that_no_column_holds(cast: Cast, what: str) -> None:
    data = {"cell": "v1", "at": "v1", "version": "0", "raw": "1", "text": "1"}
    assert as_(cast.owner).post(f"/reports/{BIG}/{what}/", data, **JSON).status_code == 404


@pytest.mark.parametrize("versions", ["[" * 90_000, '{"a":' * 30_000, '{"v1":' + "9" * 4999 + "}"])
def test_versions_nested_or_long_beyond_reading(cast: Cast, versions: str) -> None:
    report = cast.report()
    cell = f"v{report.values.first().pk}"
    answer = as_(cast.owner).post(
        f"/reports/{report.pk}/paste/", {"at": cell, "text": "1", "versions": versions}, **JSON
    )
    assert answer.status_code == 422
    assert not ReportValue.objects.filter(report=report, version__gt=0).exists()


def test_a_version_of_five_thousand_digits_changes_nothing(cast: Cast) -> None:
    report = cast.report()
    first, second = (cell.pk for cell in report.values.order_by("pk"))
    data = {f"v{first}": "1", f"v{first}-version": LONG, f"v{second}": "2", f"v{second}-version": "0"}
    assert as_(cast.owner).post(f"/reports/{report.pk}/", data).status_code == 302
    stored = {pk: (raw, version) for pk, raw, version in report.values.values_list("pk", "raw", "version")}
    assert stored == {first: ("", 0), second: ("2", 1)}


def test_a_list_is_never_longer_than_its_page(cast: Cast) -> None:
    for number in range(PAGE + 2):
        make_report(cast.county, cast.indicator, [], month(2010 + number // 12, number % 12 + 1))
    page = as_(cast.office).get("/reports/?per_page=100000")
    assert (len(page.context["table"].page), Report.objects.count()) == (PAGE, PAGE + 2)


# NUL, which PostgreSQL's texts cannot hold, and texts without end ------------------------------------------


@pytest.mark.parametrize(
    "path", ["access/user/?name=%00", "access/membership/?role__exact=a%00", "org/unit/?kind__exact=%00"]
)
def test_nul_in_a_filter_of_the_desk(cast: Cast, path: str) -> None:
    assert as_(cast.admin).get(f"/admin/{path}").status_code == 400


def test_nul_in_a_remark_and_in_a_reason_is_left_out(cast: Cast) -> None:
    report = report_in(cast, "submitted")
    cell = f"v{report.values.first().pk}"
    sent = {"revision_no": "1", "reason": "请核对", f"remark-{cell}": "少\x00了", "remark-": "\x00"}
    assert as_(cast.colleague).post(f"/review/{report.case_id}/send-back/", sent).status_code == 302
    assert list(Remark.objects.values_list("cell", "text")) == [(cell, "少了")]
    lock = lock_month(plan=cast.plan, period=month(2017, 3), reason="核\x00对", by=cast.office)
    assert lock.reason == "核对"
    assert as_(cast.office).post(f"/review/locks/{lock.pk}/lift/", {"reason": "核完\x00"}).status_code == 302
    assert AuditEvent.objects.filter(action="解除月份锁定").values_list("reason", flat=True).get() == "核完"


def test_a_remark_without_end_is_refused_and_nothing_returned(cast: Cast) -> None:
    report = report_in(cast, "submitted")
    cell = f"v{report.values.first().pk}"
    sent = {"revision_no": "1", "reason": "请核对", f"remark-{cell}": "长" * 2001}
    page = as_(cast.colleague).post(f"/review/{report.case_id}/send-back/", sent)
    assert page.status_code == 422
    assert "批注过长（2001 字），最多 2000 字" in page.content.decode()
    assert not Remark.objects.exists()


# Rights that are gone -----------------------------------------------------------------------------------


def test_who_left_today_has_no_right_even_in_a_request_that_was_under_way(cast: Cast) -> None:
    """The membership's last day is today, and the person at hand was read before the account was closed."""
    give_role(cast.observer, cast.city_office, "admin")
    office, admin = User.objects.get(pk=cast.office.pk), User.objects.get(pk=cast.admin.pk)
    for person in (office, admin):
        leave(user=User.objects.get(pk=person.pk), on=date(2017, 6, 6), by=cast.observer)
    assert Membership.objects.valid(date(2017, 6, 6)).filter(user=office).exists() and office.is_active
    assert (rights_of(office).roles, rights_of(office).units) == (frozenset(), {})
    with pytest.raises(Refused):
        lock_month(plan=cast.plan, period=month(2017, 5), reason="核对", by=office)
    with pytest.raises(Refused):
        create_person(by=admin, password=None, username="x", name="某人")


# The desk -----------------------------------------------------------------------------------------------


def test_passwords_are_no_filter(cast: Cast) -> None:
    start = cast.office.password[:8]
    assert as_(cast.admin).get("/admin/access/user/", {"password__startswith": start}).status_code == 400


def test_an_old_version_cannot_be_posted_back(cast: Cast) -> None:
    unit = cast.bureau
    old = unit.history.first()
    unit.short_name = "城管"
    unit.save()
    address = f"/admin/org/unit/{unit.pk}/history/{old.history_id}/"
    fields = {
        "name": unit.name,
        "short_name": "市城管局",
        "kind": unit.kind,
        "own_review": "on",
        "order": "3",
    }
    desk = as_(cast.admin)
    assert (desk.get(address).status_code, desk.post(address, fields).status_code) == (200, 403)
    unit.refresh_from_db()
    assert unit.short_name == "城管"


def test_a_control_character_in_a_name_does_not_break_what_is_taken_away(cast: Cast) -> None:
    cast.county.short_name = "钟\x0b山"
    cast.county.save()
    cast.indicator.name = "无\x01害"
    cast.indicator.save()
    desk = as_(cast.admin)
    register = desk.get("/admin/org/unit/export/")
    table = desk.get("/p/2017/export/2017-05.xlsx")
    assert "钟山" in [cell.value for row in _sheet(register.content).rows for cell in row]
    assert "无害" in [cell.value for row in _sheet(table.content).rows for cell in row]
    assert Workbook().create_dataset(register.content).headers[0] == "全称"


def _sheet(content: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(content)).worksheets[0]


# Rows that nobody may change ----------------------------------------------------------------------------


def _replace(table: str, key: str, pk: int, **changed: str) -> None:
    """Put a row of the same key, with other words, in the place of one that is there."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE {key} = %s", [pk])
        names = [column[0] for column in cursor.description]
        values = {**dict(zip(names, cursor.fetchone(), strict=True)), **changed}
        places = ", ".join(["%s"] * len(names))
        cursor.execute(
            f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) VALUES ({places})", list(values.values())
        )


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite knows INSERT OR REPLACE")
def test_nothing_is_put_in_the_place_of_what_was_said(cast: Cast) -> None:
    event = record(by=None, action="测试", object_kind="thing", object_id=1, label="一件")
    seal()
    report = cast.report(values={"i18.produced": "1000", "i18.treated": "900"})
    submit(case_id=report.case_id, revision_no=0, by=cast.owner)
    revision, link = Revision.objects.get(case=report.case_id), Seal.objects.get(event=event)
    before = [list(model.objects.values()) for model in (AuditEvent, Seal, Revision)]
    for table, key, pk, changed in (
        ("audit_auditevent", "id", event.pk, {"reason": "改"}),
        ("audit_seal", "seal_no", link.pk, {"digest": "0"}),
        ("audit_seal", "seal_no", link.pk, {"seal_no": "99"}),  # the same event under another number
        ("review_revision", "id", revision.pk, {"content": "{}"}),
        ("review_revision", "id", revision.pk, {"id": "99", "content": "{}"}),  # the same number of the case
    ):
        with pytest.raises(IntegrityError, match="不能修改"), transaction.atomic():
            _replace(table, key, pk, **changed)
    assert [list(model.objects.values()) for model in (AuditEvent, Seal, Revision)] == before
    assert triggers.missing(connection) == set()
