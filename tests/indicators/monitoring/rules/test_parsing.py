"""Whole files of readings: headers in any order and over two lines, faults at their places, repeated hours."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.monitoring.rules.layouts import LAYOUTS, find_heading, letter
from indicators.monitoring.rules.parsing import (
    MAX_FAULTS,
    Closed,
    FirmRow,
    NoiseRow,
    Parsed,
    PlaceRef,
    Sheet,
    WaterRow,
    parse,
    plain_place,
)

TODAY = date(2017, 6, 6)
PLACES = {
    "甲站": PlaceRef(1, "甲站"),
    "乙站": PlaceRef(2, "乙站", valid_from=date(2017, 3, 1)),
    "别家": PlaceRef(3, "别家", refused="“别家”的数据由水务局报送，本单位不能导入"),
}


def read(kind: str, text: str, name: str = "表1", **more: object) -> Parsed:
    rows = list(csv.reader(io.StringIO(text)))
    return parse([Sheet(name, rows)], LAYOUTS[kind], PLACES, today=TODAY, **more)  # type: ignore[arg-type]


def told(parsed: Parsed) -> list[tuple[str, int, str, str]]:
    return [(one.sheet, one.line, one.letter, one.message) for one in parsed.faults]


HOURS = "station,time,pm25,pm10,so2,no2,co,o3\n"


def test_hours_are_read_into_their_columns() -> None:
    parsed = read(
        "air_hour", HOURS + "甲站,2017-05-01 00:00,30,60,10,20,0.7,90\n甲站,2017-05-01 01:00,,61,,,,\n"
    )
    assert told(parsed) == []
    found = parsed.records[1]
    assert found[datetime(2017, 5, 1)][:6] == (10, 20, 60, 30, 0.7, 90)
    assert found[datetime(2017, 5, 1, 1)][:6] == (None, None, 61, None, None, None)


def test_columns_in_any_order_with_units_and_more_than_needed() -> None:
    text = "AQI,O₃(μg/m3),监测时间,一氧化碳(mg/m³),点位名称,细颗粒物\n50,90,2017-05-01 00:00,0.7,甲站,30\n"
    parsed = read("air_hour", text)
    assert parsed.records[1][datetime(2017, 5, 1)][:6] == (None, None, None, 30, 0.7, 90)
    assert parsed.unknown == ("AQI",)


def test_a_title_above_and_merged_cells_in_the_head() -> None:
    text = "六盘水市环境空气监测日报,,,\n点位,日期,监测值（µg/m³）,\n,,SO2,PM10\n甲站,2017-05-01,10,60\n"
    parsed = read("air_day", text)
    assert told(parsed) == []
    assert parsed.records[1][date(2017, 5, 1)][:3] == (10, None, 60)


def test_a_sheet_that_bears_a_stations_name_needs_no_column() -> None:
    parsed = read("air_day", "date,pm25,pm10,so2,no2,co,o3_8h\n2017-05-01,30,60,10,20,0.7,90\n", name="甲站")
    assert parsed.records[1][date(2017, 5, 1)][:6] == (10, 20, 60, 30, 0.7, 90)


def test_every_fault_is_told_at_once_with_sheet_row_and_column() -> None:
    text = HOURS + (
        "甲站,2017-05-01 00:00,30,60,10,20,0.7,90\n"
        "无此站,2017-05-01 24:00,30,60,10,20,700,90\n"
        "甲站,2017-05-01 01:00,x,-1,10,20,0.7,90\n"
        "别家,2017-05-01 01:00,30,60,10,20,0.7,90\n"
        "乙站,2017-02-01 01:00,30,60,10,20,0.7,90\n"
    )
    parsed = read("air_hour", text)
    assert [(line, column) for _, line, column, _ in told(parsed)] == [
        (3, "A"),
        (3, "B"),
        (3, "G"),
        (4, "C"),
        (4, "D"),
        (5, "A"),
        (6, "B"),
    ]
    assert all(sheet == "表1" for sheet, *_ in told(parsed))
    assert "没有登记的点位“无此站”" in parsed.faults[0].message
    assert "由水务局报送" in parsed.faults[5].message
    assert "2017-03-01 才启用" in parsed.faults[6].message
    assert parsed.faults[0].place == "“表1” 第 3 行 A 列"


def test_a_station_without_one_good_line_has_no_records() -> None:
    parsed = read("air_hour", HOURS + "甲站,2017-05-01 00:00,x,60,10,20,0.7,90\n")
    assert (parsed.records, parsed.fault_count) == ({}, 1)


def test_the_same_hour_twice_is_one_and_with_another_value_a_fault() -> None:
    same = "甲站,2017-05-01 00:00,30,60,10,20,0.7,90\n"
    parsed = read("air_hour", HOURS + same + same)
    assert (parsed.count, parsed.repeats, parsed.faults) == (1, 1, [])
    parsed = read("air_hour", HOURS + same + "甲站,2017-05-01 00:00,31,60,10,20,0.7,90\n")
    assert told(parsed) == [("表1", 3, "B", "“甲站”2017-05-01 00:00 与第 2 行重复而数值不同")]


def test_the_head_says_the_wrong_unit() -> None:
    parsed = read("air_day", "点位,日期,SO2(mg/m³),PM10\n甲站,2017-05-01,0.01,60\n")
    assert told(parsed) == [("表1", 1, "C", "SO₂ 应以 µg/m³ 填报，表头写的是 mg/m³；请换算后再导入")]
    parsed = read("air_day", "点位,日期,CO(µg/m³),PM10\n甲站,2017-05-01,700,60\n")
    assert "CO 应以 mg/m³ 填报" in parsed.faults[0].message


def test_a_whole_column_below_one_was_mg() -> None:
    parsed = read("air_day", "点位,日期,SO2,NO2\n甲站,2017-05-01,0.012,20\n甲站,2017-05-02,0.3,21\n")
    assert told(parsed) == [
        ("表1", 1, "C", "SO₂ 整列都小于 1，像是以 mg/m³ 填的；应为 µg/m³，请乘以 1000 后再导入")
    ]
    assert read("air_day", "点位,日期,SO2,NO2\n甲站,2017-05-01,0,20\n").faults == []


def test_a_locked_month_is_refused_with_its_reason() -> None:
    closed = [Closed(date(2017, 1, 1), date(2017, 1, 31), "2017年1月已由 王科长 锁定（已上报），不再收数据")]
    parsed = read(
        "air_day", "点位,日期,SO2,NO2\n甲站,2017-01-31,10,20\n甲站,2017-02-01,10,20\n", closed=closed
    )
    assert told(parsed) == [("表1", 2, "B", "2017年1月已由 王科长 锁定（已上报），不再收数据")]


def test_files_without_head_or_content() -> None:
    assert "没有找到表头：应有“点位、时间”" in read("air_hour", "a,b,c\n1,2,3\n").faults[0].message
    assert read("air_hour", HOURS).faults[0].message == "只有表头，没有数据"
    assert read("air_hour", "").faults[0].message == "文件里没有数据"
    assert read("air_hour", ",,\n,,\n").faults[0].message == "文件里没有数据"


def test_short_lines_and_blank_lines() -> None:
    parsed = read("air_hour", HOURS + "\n甲站,2017-05-01 00:00,30\n,,,\n甲站\n")
    assert parsed.records[1][datetime(2017, 5, 1)][3] == 30
    assert told(parsed) == [("表1", 5, "B", "没有填时间；小时应写作 2017-05-01 13:00")]


def test_faults_are_counted_beyond_those_that_are_kept() -> None:
    lines = "".join(f"无此站{n},2017-05-01 00:00,1,1,1,1,1,1\n" for n in range(MAX_FAULTS + 5))
    parsed = read("air_hour", HOURS + lines)
    assert (len(parsed.faults), parsed.fault_count) == (MAX_FAULTS, MAX_FAULTS + 5)


def test_water_keeps_what_was_typed() -> None:
    head = "断面,采样日期,pH,溶解氧,氨氮(mg/L),汞,取水量,结论\n"
    text = head + "甲站,2017-05,7.8,8.1,0.05L,未检出,12.5,达标\n乙站,2017-05-08,,,,,,\n"
    parsed = read("water", text)
    assert parsed.records[1][date(2017, 5, 1)] == WaterRow(
        {"ph": "7.8", "do": "8.1", "nh3n": "0.05L", "hg": "未检出"}, Decimal("12.5"), "yes", True
    )
    assert parsed.records[2][date(2017, 5, 8)] == WaterRow({})


def test_noise_and_firms() -> None:
    parsed = read(
        "noise", "点位,监测日期,昼间等效声级,路段长度(m)\n甲站,2016-10-12,68.4,1200\n乙站,2017,55,\n"
    )
    assert parsed.records[1][2016] == NoiseRow(date(2016, 10, 12), Decimal("68.4"), Decimal(1200))
    assert told(parsed) == []
    parsed = read(
        "noise", "点位,监测日期,Leq\n甲站,2016-10-12,684\n甲站,2016-10-12,\n甲站,2016-11-12,60.05\n"
    )
    assert [(line, column) for _, line, column, _ in told(parsed)] == [(2, "C"), (3, "C"), (4, "C")]
    text = (
        "企业,季度,生产情况,是否达标,监测结果\n甲站,2017Q1,在产,达标,SO2 120；NOx：98\n乙站,2017Q1,停产,,\n"
    )
    parsed = read("firm", text)
    assert parsed.records[1][date(2017, 1, 1)] == FirmRow(None, True, True, {"SO2": "120", "NOx": "98"})
    assert parsed.records[2][date(2017, 1, 1)] == FirmRow(None, False, None, {})
    parsed = read("firm", "企业,季度,生产情况,是否达标\n甲站,2017Q1,在产,\n甲站,2016Q4,停产,达标\n")
    assert [line for _, line, _, _ in told(parsed)] == [2, 3]


def test_letters_of_columns() -> None:
    assert [letter(at) for at in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


def test_names_in_one_spelling() -> None:
    assert plain_place(" 市 环保局（新）站 ") == plain_place("市环保局(新)站")


@settings(max_examples=40)
@given(st.lists(st.lists(st.text(max_size=8), max_size=8), max_size=5))
def test_no_text_makes_it_fail(rows: list[list[str]]) -> None:
    for layout in LAYOUTS.values():
        head = [column.code for column in layout.columns]
        for lines in (rows, [head, *rows]):
            parsed = parse([Sheet("s", lines)], layout, PLACES, today=TODAY)
            assert parsed.faults or parsed.count


def test_the_head_is_found_among_the_first_lines_only() -> None:
    rows = [["x"]] * 30 + [["点位", "日期", "SO2"]]
    assert find_heading(rows, LAYOUTS["air_day"]) is None
