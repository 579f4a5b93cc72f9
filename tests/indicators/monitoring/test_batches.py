"""Bringing a file: what is told of it, what is refused, and that nothing counts before the review accepted it."""

from __future__ import annotations

import gzip
import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chuangmo.audit.models import AuditEvent
from chuangmo.errors import Invalid, Refused
from chuangmo.jobs.services import run_due
from chuangmo.periods import month
from chuangmo.review.models import Case, ReviewEvent
from indicators.monitoring import queries
from indicators.monitoring.models import AirDay, AirHour, Batch, FirmTest, NoiseReading, WaterSample
from indicators.monitoring.services import batches
from indicators.reporting.services.locks import lock_month
from tests.indicators.monitoring.story import AIR_DAYS, AIR_HOURS, WATER, World, move

pytestmark = pytest.mark.django_db
DAY = AIR_DAYS + "市环保局站,2017-05-01,10,20,60,30,0.7,90\n"


def values(site: object, day: date) -> tuple[float | None, ...]:
    row = AirDay.objects.current().get(site=site, day=day)
    return (row.so2, row.no2, row.pm10, row.pm25, row.co, row.o3_8h)


# What is told ------------------------------------------------------------------------------------------


def test_a_file_is_told_of_before_it_counts(world: World) -> None:
    batch = world.bring("air_day", DAY + "凤凰山站,2017-05-02,11,,,,,\n")
    facts = batch.facts
    assert (facts["count"], facts["fresh"], facts["unchanged"], facts["corrected"]) == (2, 2, 0, 0)
    assert facts["fault_count"] == 0
    assert [one["name"] for one in facts["sites"]] == ["凤凰山站", "市环保局站"]
    assert facts["lines"][0] == {
        "site": "市环保局站",
        "when": "2017-05-01",
        "text": "SO₂ 10，NO₂ 20，PM₁₀ 60，PM₂.₅ 30，CO 0.7，O₃-8h 90",
    }
    assert (batch.first_day, batch.last_day) == (date(2017, 5, 1), date(2017, 5, 2))
    assert AirDay.objects.count() == 0
    assert queries.air_days(date(2017, 1, 1), date(2017, 12, 31)) == []


def test_all_or_nothing(world: World) -> None:
    batch = world.bring("air_day", DAY + "市环保局站,2017-05-02,-1,20,60,30,0.7,90\n")
    assert batch.facts["faults"] == [
        {
            "place": "“数据” 第 3 行 C 列",
            "sheet": "数据",
            "line": 3,
            "column": "C",
            "message": "SO₂ 不能为负数（-1）；没有有效值请留空",
        }
    ]
    with pytest.raises(Invalid, match="文件还有 1 处错误"):
        move(batch, "submit", world.clerk)
    assert Case.objects.get(pk=batch.case_id).state == "draft"
    batches.replace_file(
        by=world.clerk, batch_id=batch.pk, upload=SimpleUploadedFile("改好.csv", DAY.encode())
    )
    world.accept(batch)
    assert AirDay.objects.count() == 1


def test_a_gbk_file_a_packed_one_and_utf16(world: World) -> None:
    packed = gzip.compress(DAY.encode())
    for name, content in (
        ("gbk.csv", DAY.encode("gbk")),
        ("packed.csv.gz", packed),
        ("utf16.txt", DAY.replace(",", "\t").encode("utf-16")),
        ("mark.csv", DAY.encode("utf-8-sig")),
        ("semicolons.csv", DAY.replace(",", ";").encode()),
    ):
        batch = world.bring("air_day", content, name=name)
        assert (name, batch.facts["count"], batch.facts["faults"]) == (name, 1, [])


def test_a_workbook_with_dates_merged_heads_and_an_empty_sheet(world: World) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "五月"
    sheet.append(["环境空气日报"])
    sheet.append(["点位", "日期", "监测值", None, None])
    sheet.append([None, None, "SO₂", "NO₂", "CO"])
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("B2:B3")
    sheet.merge_cells("C2:E2")
    sheet.append(["市环保局站", datetime(2017, 5, 1), 10, 20.5, 0.7])
    sheet.append(["市环保局站", 42857, 10, 20, 0.7])  # a serial that is no date
    book.create_sheet("空")
    out = io.BytesIO()
    book.save(out)
    batch = world.bring("air_day", out.getvalue(), name="日报.xlsx")
    assert [(one["sheet"], one["line"], one["column"]) for one in batch.facts["faults"]] == [("五月", 5, "B")]
    assert "Excel 的日期序号（按 1900 日期系统是 2017-05-02" in batch.facts["faults"][0]["message"]
    assert batch.facts["lines"][0]["text"] == "SO₂ 10，NO₂ 20.5，CO 0.7"


def test_hours_of_a_workbook_keep_midnight(world: World) -> None:
    book = openpyxl.Workbook()
    book.active.append(["点位", "时间", "SO2"])
    book.active.append(["市环保局站", datetime(2017, 5, 1, 0, 0), 10])
    book.active.append(["市环保局站", datetime(2017, 5, 1, 1, 0), 11])
    out = io.BytesIO()
    book.save(out)
    batch = world.bring("air_hour", out.getvalue(), name="小时.xlsx")
    assert [one["when"] for one in batch.facts["lines"]] == ["2017-05-01 00:00", "2017-05-01 01:00"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("空.csv", b"", "空文件"),
        ("图.png", b"\x89PNG\r\n", "只收"),
        ("假.xlsx", b"not a workbook", "不是 xlsx 文件"),
        ("网页.csv", b"<html></html>", "不是 csv 文件"),
    ],
)
def test_what_is_no_file_of_readings_is_not_stored(
    world: World, name: str, content: bytes, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        world.bring("air_day", content, name=name)
    assert Batch.objects.count() == 0


def test_a_file_that_breaks_off_is_one_fault(world: World) -> None:
    batch = world.bring("air_day", gzip.compress(DAY.encode())[:-8], name="断.csv.gz")
    assert batch.facts["faults"][0]["message"] == "“断.csv.gz”不是完好的 gz 文件，没有导入"
    batch = world.bring("air_day", b"PK\x03\x04broken", name="坏.xlsx")
    assert "不是完好的 Excel 文件" in batch.facts["faults"][0]["message"]


def test_too_large_a_file(world: World, settings: object) -> None:
    settings.FILE_MAX_BYTES = 1000  # type: ignore[attr-defined]
    with pytest.raises(Invalid, match="超过上限"):
        world.bring("air_day", DAY + "x" * 2000)


# Who ---------------------------------------------------------------------------------------------------


def test_a_unit_brings_what_it_monitors_and_the_lead_everything(world: World) -> None:
    text = WATER + "响水河,2017-05,7.5,8,3,0.2,0.05\n德坞河,2017-05,7.5,8,3,0.2,0.05\n"
    mine = world.bring("water", text, by=world.cast.owner)
    assert [one["message"] for one in mine.facts["faults"]] == [
        "“德坞河”的数据由指标牵头单位报送，本单位不能导入"
    ]
    assert world.bring("water", text).facts["fault_count"] == 0


def test_who_may_not_bring(world: World) -> None:
    upload = SimpleUploadedFile("x.csv", DAY.encode())
    for person, unit in (
        (world.cast.stranger, world.cast.other_county),  # no duty with monitored indicators
        (world.cast.lead, world.cast.bureau),  # a reviewer
        (world.cast.office, world.cast.bureau),
        (world.cast.owner, world.cast.bureau),  # another unit
    ):
        with pytest.raises(Refused):
            batches.bring_file(by=person, unit_id=unit.pk, kind="air_day", upload=upload)
    assert Batch.objects.count() == 0


def test_two_sites_of_one_name_need_their_codes(world: World) -> None:
    world.other_station.name = world.station.name
    world.other_station.save()
    batch = world.bring("air_day", DAY)
    assert batch.facts["faults"][0]["message"] == "有几个点位都叫“市环保局站”，请写代码：air.1、air.2"
    assert world.bring("air_day", DAY.replace("市环保局站", "air.2")).facts["fault_count"] == 0


# Through the review --------------------------------------------------------------------------------------


def test_accepted_readings_count_and_name_their_source(world: World) -> None:
    batch = world.accept(world.bring("air_day", DAY, name="五月.csv"))
    assert values(world.station, date(2017, 5, 1)) == (10, 20, 60, 30, 0.7, 90)
    [day] = queries.air_days(date(2017, 5, 1), date(2017, 5, 31))
    source = queries.batch_sources([day.batch])[day.batch]
    assert (source.file_name, source.brought_by, source.accepted_by, source.revision_no) == (
        "五月.csv",
        "周洁",
        "王科长",
        1,
    )
    assert batch.loaded_at is not None
    events = ReviewEvent.objects.filter(case=batch.case).values_list("action", "skipped")
    assert list(events) == [("submit", False), ("sign_off", False), ("verify", True), ("accept", False)]
    assert AuditEvent.objects.filter(object_kind="readings", action="监测数据入库").count() == 1


def test_a_county_batch_passes_the_lead(world: World) -> None:
    batch = world.bring("water", WATER + "响水河,2017-05,7.5,8,3,0.2,0.05\n", by=world.cast.owner)
    move(batch, "submit", world.cast.owner)
    with pytest.raises(Refused):
        move(batch, "sign_off", world.cast.owner)  # one's own
    move(batch, "sign_off", world.cast.colleague)
    with pytest.raises(Refused, match="还没有牵头核定"):
        move(batch, "accept", world.cast.office)
    move(batch, "verify", world.cast.lead)
    move(batch, "accept", world.cast.office)
    assert WaterSample.objects.get().values["nh3n"] == "0.2"


def test_a_return_keeps_the_file_and_a_second_revision_says_what_changed(world: World) -> None:
    batch = world.bring("air_day", DAY)
    move(batch, "submit", world.clerk)
    move(batch, "send_back", world.cast.lead, reason="少一天")
    batches.replace_file(
        by=world.clerk,
        batch_id=batch.pk,
        upload=SimpleUploadedFile("二.csv", (DAY + "市环保局站,2017-05-02,11,20,60,30,0.7,90\n").encode()),
    )
    world.accept(batch)
    assert AirDay.objects.count() == 2
    with pytest.raises(Refused, match="不能再改"):
        batches.set_reason(by=world.clerk, batch_id=batch.pk, reason="事后")


def test_drafts_can_be_thrown_away_and_nothing_else(world: World) -> None:
    batch = world.bring("air_day", DAY)
    case_id = batch.case_id
    batches.discard_batch(by=world.clerk, batch_id=batch.pk)
    assert not Batch.objects.exists() and not Case.objects.filter(pk=case_id).exists()
    batch = world.bring("air_day", DAY)
    move(batch, "submit", world.clerk)
    with pytest.raises(Refused):
        batches.discard_batch(by=world.clerk, batch_id=batch.pk)
    move(batch, "withdraw", world.clerk)
    with pytest.raises(Refused, match="提交过"):
        batches.discard_batch(by=world.clerk, batch_id=batch.pk)


# Again, and otherwise -----------------------------------------------------------------------------------


def test_the_same_values_again_change_nothing(world: World) -> None:
    first = world.loaded("air_day", DAY)
    again = world.bring("air_day", DAY.replace("10,20,60", "10.0,20,60"))
    assert (again.facts["fresh"], again.facts["unchanged"]) == (0, 1)
    with pytest.raises(Invalid, match="完全相同"):
        move(again, "submit", world.clerk)
    assert AirDay.objects.get().batch == first


def test_a_correction_needs_a_reason_and_keeps_the_old_row(world: World) -> None:
    first = world.loaded("air_day", DAY)
    batch = world.bring("air_day", DAY.replace(",30,", ",38,"))
    assert batch.facts["corrections"][0]["before"].count("PM₂.₅ 30") == 1
    with pytest.raises(Invalid, match="写明更正原因"):
        move(batch, "submit", world.clerk)
    batches.set_reason(by=world.clerk, batch_id=batch.pk, reason="仪器校准后复核")
    world.accept(batch)
    assert values(world.station, date(2017, 5, 1))[3] == 38
    old = AirDay.objects.get(superseded_at__isnull=False)
    assert (old.pm25, old.batch, old.superseded_by) == (30, first, batch)
    assert old.superseded_by.reason == "仪器校准后复核"
    batch.refresh_from_db()
    [then] = queries.air_days(date(2017, 5, 1), date(2017, 5, 1), known_at=first.loaded_at)
    [now] = queries.air_days(date(2017, 5, 1), date(2017, 5, 1), known_at=batch.loaded_at)
    assert (then.pm25, now.pm25) == (30, 38)


def test_two_batches_of_one_day_the_second_is_asked_for_a_reason(world: World) -> None:
    """Both were new when they were brought; when the second is accepted it has become a correction."""
    one, two = world.bring("air_day", DAY), world.bring("air_day", DAY.replace(",30,", ",38,"))
    move(one, "submit", world.clerk)
    move(two, "submit", world.clerk)
    world_accept(world, one)
    with pytest.raises(Invalid, match="没有写明原因"):
        world_accept(world, two)
    assert Case.objects.get(pk=two.case_id).state == "verified"
    assert values(world.station, date(2017, 5, 1))[3] == 30


def world_accept(world: World, batch: Batch) -> None:
    if Case.objects.get(pk=batch.case_id).state == "submitted":
        move(batch, "sign_off", world.cast.lead)
    move(batch, "accept", world.cast.office)


def test_a_locked_month_takes_nothing_more(world: World) -> None:
    batch = world.bring("air_day", DAY)
    move(batch, "submit", world.clerk)
    move(batch, "sign_off", world.cast.lead)
    lock_month(plan=world.cast.plan, period=month(2017, 5), reason="五月已上报", by=world.cast.office)
    with pytest.raises(Refused, match=r"五月已上报.*不能审定"):
        move(batch, "accept", world.cast.office)
    assert AirDay.objects.count() == 0
    late = world.bring("air_day", DAY)
    assert "五月已上报" in late.facts["faults"][0]["message"]


# Hours -------------------------------------------------------------------------------------------------


def hours_of(day: str, count: int = 24, pm25: int = 30) -> str:
    return "".join(f"市环保局站,{day} {hour:02d}:00,{pm25},60,10,20,0.7,90\n" for hour in range(count))


def test_days_are_worked_out_of_hours(world: World) -> None:
    world.loaded("air_hour", AIR_HOURS + hours_of("2017-05-01") + hours_of("2017-05-02", 19))
    assert AirHour.objects.count() == 43
    row = AirHour.objects.order_by("hour").first()
    assert timezone.localtime(row.hour).isoformat() == "2017-05-01T00:00:00+08:00"
    full, short = queries.air_days(date(2017, 5, 1), date(2017, 5, 2))
    assert (full.pm25, full.o3_8h, full.source) == (30, 90, "hours")
    assert (short.pm25, short.source) == (None, "hours")  # 19 hours make no day


def test_the_same_hours_again_are_known(world: World) -> None:
    world.loaded("air_hour", AIR_HOURS + hours_of("2017-05-01"))
    again = world.bring("air_hour", AIR_HOURS + hours_of("2017-05-01", pm25=30) + hours_of("2017-05-02", 2))
    assert (again.facts["unchanged"], again.facts["fresh"], again.facts["corrected"]) == (24, 2, 0)


def test_hours_that_come_later_complete_the_day(world: World) -> None:
    world.loaded("air_hour", AIR_HOURS + hours_of("2017-05-01", 12))
    assert queries.air_days(date(2017, 5, 1), date(2017, 5, 1))[0].pm25 is None
    rest = "".join(f"市环保局站,2017-05-01 {hour:02d}:00,42,60,10,20,0.7,90\n" for hour in range(12, 24))
    world.loaded("air_hour", AIR_HOURS + rest)
    [day] = queries.air_days(date(2017, 5, 1), date(2017, 5, 1))
    assert day.pm25 == 36
    assert AirDay.objects.filter(superseded_at__isnull=False).count() == 1


def test_a_corrected_hour_corrects_its_day(world: World) -> None:
    world.loaded("air_hour", AIR_HOURS + hours_of("2017-05-01"))
    world.loaded("air_hour", AIR_HOURS + "市环保局站,2017-05-01 05:00,54,60,10,20,0.7,90\n", reason="复核")
    [day] = queries.air_days(date(2017, 5, 1), date(2017, 5, 1))
    assert day.pm25 == 31
    hours = list(queries.air_hours(date(2017, 5, 1), date(2017, 5, 1)))
    assert len(hours) == 24 and hours[5].pm25 == 54 and hours[5].hour == datetime(2017, 5, 1, 5)


def test_hours_outrank_a_reported_day(world: World) -> None:
    world.loaded("air_day", DAY.replace(",30,", ",99,"))
    world.loaded("air_hour", AIR_HOURS + hours_of("2017-05-01"))
    [day] = queries.air_days(date(2017, 5, 1), date(2017, 5, 1))
    assert (day.pm25, day.source) == (30, "hours")


def test_a_large_file_is_read_and_loaded_by_jobs(
    world: World, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    monkeypatch.setattr(batches, "LARGE", 100)
    batch = world.bring("air_hour", AIR_HOURS + hours_of("2017-05-01"))
    assert batch.facts == {}
    with pytest.raises(Refused, match="还在核对"):
        move(batch, "submit", world.clerk)
    assert run_due() == 1
    batch.refresh_from_db()
    assert batch.facts["count"] == 24
    batch = world.accept(batch)
    assert (AirHour.objects.count(), batch.loaded_at) == (0, None)
    assert run_due() == 1
    batch.refresh_from_db()
    assert AirHour.objects.count() == 24 and batch.loaded_at is not None


def test_what_can_no_longer_be_loaded_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large batch is loaded after its acceptance; meanwhile another one may have said otherwise."""
    monkeypatch.setattr(batches, "LARGE", 100)
    batch = world.bring("air_hour", AIR_HOURS + hours_of("2017-05-01"))
    run_due()
    world.accept(batch)
    monkeypatch.setattr(batches, "LARGE", 10_000)
    world.loaded("air_hour", AIR_HOURS + hours_of("2017-05-01", 1, pm25=44))
    run_due()
    batch.refresh_from_db()
    assert batch.loaded_at is None and "没有写明原因" in batch.facts["load_error"]
    assert AirHour.objects.get().pm25 == 44


# The other kinds ----------------------------------------------------------------------------------------


def test_water_noise_and_firms_arrive(world: World) -> None:
    world.loaded(
        "water", "断面,月份,pH,溶解氧,氨氮,汞,取水量\n玉舍水库,2017-05-08,7.8,8,0.02L,未检出,310.5\n"
    )
    world.loaded("noise", "点位,日期,Leq,长度\n网格1,2016-10-12,54.3,\n人民路,2016-10-13,68.2,\n")
    world.loaded("firm", "企业,季度,生产情况,是否达标,结果\n水钢,2017Q1,在产,达标,SO2 120\n")
    [sample] = queries.water_samples("source", date(2017, 5, 1), date(2017, 5, 31))
    assert sample.values == {"ph": "7.8", "do": "8", "nh3n": "0.02L", "hg": "未检出"}
    assert (sample.volume, sample.month) == (Decimal("310.5"), date(2017, 5, 1))
    [road] = queries.noise_readings("noise_road", 2016)
    assert (road.leq_day, road.length_m) == (Decimal("68.2"), Decimal(1200))
    assert queries.noise_readings("noise_road", 2016, until=date(2016, 10, 12)) == []
    [test] = queries.firm_tests(2017)
    assert (test.compliant, test.results) == (True, {"SO2": "120"})
    assert queries.firm_tests(2017, until=date(2017, 3, 30)) == []
    assert (NoiseReading.objects.count(), FirmTest.objects.count()) == (2, 1)


def test_a_month_that_may_be_the_dated_sample_is_refused(world: World) -> None:
    world.loaded("water", WATER + "德坞河,2017-05-08,7.5,8,3,0.2,0.05\n")
    batch = world.bring("water", WATER + "德坞河,2017-05,7.5,8,3,0.2,0.05\n")
    assert "可能是同一份" in batch.facts["faults"][0]["message"]


def test_who_is_told_when_readings_change(world: World, settings: object) -> None:
    settings.READINGS_CHANGED = [f"{__name__}.told_of"]  # type: ignore[attr-defined]
    TOLD.clear()
    world.loaded("water", WATER + "德坞河,2017-04,7.5,8,3,0.2,0.05\n德坞河,2017-05,7.5,8,3,0.2,0.05\n")
    assert len(TOLD) == 1 and TOLD[0] == (frozenset({10}), date(2017, 4, 1))


TOLD: list[tuple[frozenset[int], date]] = []


def told_of(*, indicator_numbers: frozenset[int], from_day: date) -> None:
    TOLD.append((indicator_numbers, from_day))


# Constant queries ---------------------------------------------------------------------------------------


@pytest.mark.sqlite_only
def test_what_assessment_asks_costs_the_same_for_ten_sites_and_for_a_hundred(
    world: World, django_assert_num_queries: object
) -> None:
    from indicators.plan.models import Site
    from tests.factories import SiteFactory

    batch = world.accept(world.bring("air_day", DAY))
    for count in (10, 100):
        while Site.objects.filter(kind="air").count() < count:
            site = SiteFactory(kind="air", unit=world.cast.county)
            AirDay.objects.create(site=site, batch=batch, day=date(2017, 5, 1), pm25=30)
        with django_assert_num_queries(2):  # type: ignore[operator]
            days = queries.air_days(date(2017, 1, 1), date(2017, 12, 31))
            sites = queries.sites_in_service(["air"], date(2017, 1, 1), date(2017, 12, 31))
        assert (len(days), len(sites)) == (count - 1, count)
