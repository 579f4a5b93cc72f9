"""What somebody with ill will sends: numbers that no column holds, rows put in the place of others, rights just lost."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from PIL import Image

from archives.holdings.services.proof import require_proof
from chuangmo.access.models import Membership, User
from chuangmo.access.queries import rights_of
from chuangmo.access.services import create_person, leave
from chuangmo.audit import triggers
from chuangmo.audit.models import AuditEvent, Seal
from chuangmo.audit.sealing import seal
from chuangmo.audit.services import record
from chuangmo.desk.workbook import Workbook
from chuangmo.errors import Invalid, Refused
from chuangmo.files.pictures import prepare_picture
from chuangmo.periods import month
from chuangmo.review.models import Remark, Revision, State
from chuangmo.review.services import submit
from chuangmo.shell.listing import PAGE, sheet_name
from chuangmo.workbooks import workbook_fault
from indicators.monitoring.services.files import open_sheets
from indicators.reporting.models import PeriodLock, Report, ReportValue
from indicators.reporting.services.attaching import attach_file
from indicators.reporting.services.locks import lock_month
from supervision.meetings.models import Decision
from tests.factories import Cast, give_role, make_report
from tests.indicators.monitoring.story import make_world as make_monitoring
from tests.indicators.reporting.review.story import report_in
from tests.supervision.meetings.story import held
from tests.test_access_table import ROWS, make_world, undone

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
DATA = Path(__file__).parent / "data"
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


# Every part's own page gets something that it never sent: (who, address as in the access table, what is sent).
FORGED: list[tuple[str, str, dict[str, Any]]] = [
    ("owner", "GET deadlines:unit-punctuality", {"year": LONG}),
    ("owner", "GET deadlines:unit-punctuality", {"year": "²017"}),
    ("owner", "POST works:schedule-drop", {"version": LONG}),
    ("owner", "POST works:progress-show", {"version": "0", "coordinator": "0" * 14 + LONG, "submit": "1"}),
    (
        "owner",
        "POST works:progress-show",
        {"version": "0", "done:approval": "--5", "percent:approval": "--5"},
    ),
    (
        "owner",
        "POST works:county-fund",
        {"version": "0", "budget": "nan", "arrived": "-Infinity", "paid": "sNaN"},
    ),
    ("office", "POST insight:watch-send-back", {"choice": f"{LONG}:1", "reason": "请核对后重报"}),
    ("office", "POST insight:watch-send-back", {"choice": f"1:{LONG}", "reason": "请核对后重报"}),
    ("office", "POST inspections:inspection-new", {"units": BIG, "indicators": BIG, "team": BIG}),
    (
        "office",
        "POST dossiers:text-edit",
        {"block": "work", "work-text": "已完成。", "work-version": "7"},  # of a place where nobody ever wrote
    ),
    ("office", "POST morning:looked", {"until": "0001-01-01T00:00:00+14:00"}),
    ("office", "POST morning:looked", {"until": "9999-12-31T23:59:59-14:00"}),
]


# What no column and no calendar holds, wherever it is asked for: (who, address, what is sent).
BEYOND: list[tuple[str, str, dict[str, Any]]] = [
    ("office", "GET orders:order-list", {"unit": BIG}),
    ("office", "GET holdings:piece-list", {"as_of": "9999-12-31"}),
    ("office", "POST orders:order-new", {"co_units": BIG}),
]


def test_what_no_page_sends_breaks_no_page(media_root: Path, subtests: pytest.Subtests) -> None:
    rows = {str(row): row for row in ROWS}
    world = make_world(State.DRAFT)
    for person, address, sent in FORGED:
        client = as_(world.cast.people()[person])
        ask = client.get if address.startswith("GET") else client.post
        with subtests.test(msg=address, sent=str(sent)[:60]), undone():
            assert ask(world.addresses(rows[address]), sent).status_code in (200, 302, 409, 422)
    for person, address, sent in BEYOND:
        client = as_(world.cast.people()[person])
        ask = client.get if address.startswith("GET") else client.post
        with subtests.test(msg=address, sent=str(sent)[:60]), undone():
            page = ask(world.addresses(rows[address]), sent)
            assert page.status_code in (200, 400, 422)


@pytest.mark.parametrize("field", ["id", "unit", "version"])
def test_minutes_with_numbers_beyond_reading(cast: Cast, field: str) -> None:
    meeting = held(cast)
    item = meeting.items.get()
    key = f"{item.pk}-1"
    names = {"id": f"id-{key}", "unit": f"unit-{key}", "version": f"version-{item.pk}"}
    sent = {
        f"version-{item.pk}": item.version,
        f"line-{item.pk}": key,
        f"decision-{key}": "限期整改",
        f"unit-{key}": cast.county.pk,
        f"due_on-{key}": "2017-06-20",
        names[field]: LONG,
    }
    page = as_(cast.office).post(f"/supervision/meetings/{meeting.pk}/minutes/", sent)
    assert page.status_code in (302, 409, 422)
    assert Decision.objects.count() == 0


# NUL, which PostgreSQL's texts cannot hold, and texts without end ------------------------------------------


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/admin/access/user/?name=%00", 200),
        ("/admin/org/unit/?kind__exact=%00", 200),
        ("/reports/?q=a%00", 200),
        ("/reports/?%00=1", 200),
        ("/reports/?month=2017-05%00", 200),
        ("/p/2017%00/matrix/", 404),
        ("/accounts/login/%00", 404),
    ],
)
def test_nul_in_an_address(cast: Cast, path: str, status: int) -> None:
    assert as_(cast.admin).get(path).status_code == status


def test_nul_typed_into_a_form_is_left_out(cast: Cast) -> None:
    lock = {"period": "2017-03", "reason": "一季度\x00已经上报", "\x00": "\x00"}
    assert as_(cast.office).post("/review/locks/", lock).status_code == 302
    assert PeriodLock.objects.get().reason == "一季度已经上报"
    page = Client().post("/accounts/login/", {"username": "own\x00er", "password": "\x00"})
    assert page.status_code == 200
    assert page.context["form"]["username"].value() == "owner"


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


# Ways out and things of others ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "place",
    [
        "//evil.example/",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\\evil.example",
        "\thttps://evil.example",
    ],
)
def test_the_sign_in_leads_nowhere_else(cast: Cast, place: str) -> None:
    cast.owner.set_password("a long pass phrase")
    cast.owner.save()
    client = Client()
    sent = {"username": cast.owner.username, "password": "a long pass phrase", "next": place}
    assert client.post("/accounts/login/", sent).headers["Location"] == "/"
    assert client.get("/accounts/login/", {"next": place}).headers["Location"] == "/"


def test_what_hangs_on_another_report_cannot_be_taken_off_by_ones_own(cast: Cast, media_root: Path) -> None:
    mine, theirs = cast.report(), cast.report(cast.other_county)
    upload = SimpleUploadedFile("台账.txt", "台账".encode())
    attachment = attach_file(by=cast.stranger, report_id=theirs.pk, upload=upload)
    address = f"/reports/{mine.pk}/files/{attachment.pk}/remove/"
    assert as_(cast.owner).post(address).status_code == 403
    attachment.refresh_from_db()
    assert attachment.removed_at is None


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


def test_a_title_that_is_no_sheet_name_is_shortened_to_one() -> None:
    assert sheet_name("'锅炉/茶炉[2017]：*拆除?'名单" + "长" * 40) == "锅炉茶炉2017：拆除'名单" + "长" * 16
    assert sheet_name("//") == "数据"


def test_a_sheet_named_as_a_formula_is_a_text_in_the_list_of_faults(cast: Cast) -> None:
    """Excel computes what stands in a CSV; a workbook's sheet may have any name."""
    book = openpyxl.Workbook()
    book.active.title = "=1+2"
    book.active.append(["断面", "月份", "氨氮"])
    book.active.append(["没有的断面", "2017-05", "0.2"])
    monitored = make_monitoring(cast)
    batch = monitored.bring("water", _bytes(book), name="水.xlsx")
    answer = as_(cast.lead_clerk).get(f"/monitoring/batches/{batch.pk}/faults/")
    rows = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
    assert [row[0] for row in rows[1:]] == ["'=1+2"]


def test_a_register_says_why_it_does_not_unfold_a_file(cast: Cast) -> None:
    book = openpyxl.Workbook()
    book.active["XFD1048576"] = "x"
    upload = SimpleUploadedFile("单位.xlsx", _bytes(book))
    page = as_(cast.admin).post("/admin/org/unit/import/", {"import_file": upload, "format": "0"})
    [fault] = page.context["form"].errors["import_file"]
    assert "1048576 行 × 16384 列，太大" in fault


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"XFD1048576": "x"}, "1048576 行 × 16384 列，太大"),
        ({"AZ400000": "x"}, "400000 行 × 52 列，太大"),
        ({"L50000": "x"}, ""),
    ],
)
def test_two_cells_in_far_corners_of_a_sheet_are_not_unfolded(cells: dict[str, str], fault: str) -> None:
    book = openpyxl.Workbook()
    for place, text in {"A1": "断面", **cells}.items():
        book.active[place] = text
    assert fault in workbook_fault(_bytes(book))
    assert bool(fault) == bool(workbook_fault(_bytes(book)))
    if fault:
        with pytest.raises(Invalid, match="太大"):
            open_sheets("水.xlsx", _bytes(book))
        with pytest.raises(ValueError, match="太大"):
            Workbook().create_dataset(_bytes(book))


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("xl/worksheets/a.xml", b'<x:row r="1048576"><x:c><x:v>1</x:v></x:c></x:row>', ""),
        ("a.xml", b'<row r="1048576"><c r="A1"><v>1</v></c>' + b"<c><v>1</v></c>" * 9, "太大"),
        ("a.xml", b"<c\tt='n'\tr = 'XFD999999' ><v>1</v></c>", "太大"),
        ("a.xml", b'<c r="XFD999999" s="1"/>', ""),  # a look without a content
        ("content.xml", b"<office/>", "不是 xlsx 工作簿"),
        ("xl/workbook.bin", b"x", "不是 xlsx 工作簿"),
    ],
)
def test_what_a_workbook_may_hide(name: str, content: bytes, fault: str) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(name, content)
    found = workbook_fault(out.getvalue())
    assert (fault in found, bool(found)) == (True, bool(fault))


def test_a_workbook_that_unfolds_beyond_measure_or_lies_about_it(monkeypatch: pytest.MonkeyPatch) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("a.xml", b"0" * 3_000_000)
    assert workbook_fault(out.getvalue()) == ""
    lying = out.getvalue().replace((3_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert "不是完好的" in workbook_fault(lying)
    monkeypatch.setattr("chuangmo.workbooks.MAX_UNPACKED", 2_000_000)
    assert "解开后超过" in workbook_fault(out.getvalue())


def damaged(content: bytes) -> Iterator[bytes]:
    """The file with a byte changed, one left out, and the rest cut off, at many places."""
    for place in range(1, len(content), max(1, len(content) // 150)):
        changed = bytes([content[place] ^ 0xFF])
        yield content[:place] + changed + content[place + 1 :]
        yield content[:place] + content[place + 1 :]
        yield content[:place]


@pytest.mark.parametrize("way", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.sqlite_only
def test_a_damaged_workbook_is_called_so(way: int) -> None:
    """However it is packed and wherever it is damaged: a sentence, never a break."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", way) as book:
        book.writestr("xl/worksheets/sheet1.xml", b'<row r="1"><c r="A1"><v>1</v></c></row>' * 30)
    told = {workbook_fault(content) for content in damaged(out.getvalue())}
    assert "不是完好的 Excel 文件（可能有密码或已损坏），没有导入" in told
    for content in damaged(out.getvalue()):
        with pytest.raises(Invalid):
            open_sheets("水.xlsx", content)


@pytest.mark.sqlite_only
def test_a_damaged_old_workbook_ends_nobody() -> None:
    """Its reader panics (no Exception), or asks for more memory than there is, which ends the process."""
    whole = (DATA / "water.xls").read_bytes()
    [sheet] = open_sheets("水.xls", whole)
    assert (sheet.name, list(sheet.rows)) == (
        "水质",
        [["断面", "月份", "氨氮"], ["响水河", "2017-05", "0.2"]],
    )
    with pytest.raises(Invalid, match="不是完好的 Excel 文件"):
        open_sheets("水.xls", whole[:2202] + b"\x00" + whole[2203:])


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff断面,月份".encode("gb18030"),
        "\ufeff\ufeff断面,月份".encode(),
        "断面,月份".encode("gbk"),
        "断面,月份".encode("utf-16"),
    ],
)
@pytest.mark.sqlite_only
def test_the_mark_of_an_encoding_is_no_part_of_the_first_heading(content: bytes) -> None:
    [sheet] = open_sheets("水.csv", content)
    assert list(sheet.rows) == [["断面", "月份"]]


@pytest.mark.sqlite_only
def test_a_text_with_nul_is_of_another_encoding() -> None:
    with pytest.raises(Invalid, match="文字编码看不懂"):
        open_sheets("水.csv", "site,month".encode("utf-16-le"))


@pytest.mark.sqlite_only
def test_a_damaged_file_is_no_proof_and_no_photo() -> None:
    heic, package = BytesIO(), BytesIO()
    Image.new("RGB", (40, 30), "red").save(heic, "HEIF")
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("台账.txt", "台账")
    newer = package.getvalue().replace(b"PK\x01\x02\x14\x03\x14", b"PK\x01\x02\x14\x03\xff")
    with pytest.raises(Invalid, match="打不开"):
        require_proof(SimpleUploadedFile("台账.zip", newer))  # packed by a program of the future
    png = BytesIO()
    Image.new("RGB", (40, 30), "red").save(png, "PNG")
    shortened = png.getvalue().replace(b"\x00\x00\x00\rIHDR", b"\x00\x00\x00\x00IHDR")
    with pytest.raises(Invalid, match="打不开"):
        require_proof(SimpleUploadedFile("图.png", shortened))
    refused = 0
    for content in damaged(heic.getvalue()):
        try:
            prepare_picture(SimpleUploadedFile("图.heic", content))
        except Invalid:
            refused += 1
    assert refused


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


def _bytes(book: openpyxl.Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


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
