"""Single cells of files of readings: what is understood, and with which words the rest is refused."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from indicators.monitoring.rules.parameters import AIR_DAY, AIR_HOUR, WATER_BY_CODE, plain_head, unit_in_head
from indicators.monitoring.rules.texts import (
    Unreadable,
    read_bool,
    read_day,
    read_hour,
    read_month,
    read_number,
    read_quarter,
    read_water,
    read_year_day,
)
from indicators.standards.surface_water import BLACK_ODOROUS, parse_measured
from indicators.standards.water_limits import SUPPLEMENT, TABLE_1

TODAY = date(2017, 6, 6)
AIR = {one.code: one for one in (*AIR_HOUR, *AIR_DAY)}


@pytest.mark.parametrize(
    "text",
    [
        "2017-05-01 13:00",
        "2017-05-01 13:00:00",
        "2017-05-01T13:00",
        "2017/5/1 13:00",
        "2017年5月1日13时",
        "2017050113",
        "２０１７-05-01 13:00",
        "2017-05-01 12:59:59.999",
        " 2017-5-1 13时 ",
    ],
)
def test_an_hour_is_read_as_its_beginning(text: str) -> None:
    assert read_hour(text, TODAY) == datetime(2017, 5, 1, 13)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "没有填时间"),
        ("2017-05-01", "小时应写作"),
        ("2017-05-01 24:00", "按小时末尾标注"),
        ("2017-05-01 13:30", "不是整点"),
        ("2017-05-01 25:00", "没有这个时刻"),
        ("2017-02-30 13:00", "没有这一天"),
        ("2017-05-01T13:00Z", "时区或夏令时"),
        ("2017-05-01 13:00 CST", "时区或夏令时"),
        ("2017-05-01T13:00:00+08:00", "时区"),
        ("2017-07-01 13:00 夏令时", "时区或夏令时"),
        ("42856.5416666667", "Excel 的日期序号（按 1900 日期系统是 2017-05-01，按 1904 系统晚 4 年）"),
        ("1900-01-05 13:00", "太早；单元格可能是 1900 年起算的日期序号"),
        ("2017-06-07 01:00", "2017-06-07 还没有到"),
        ("五月一日", "看不懂"),
    ],
)
def test_an_hour_that_could_mean_another_is_refused(text: str, words: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_hour(text, TODAY)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    "text", ["2017-05-01", "2017/5/1", "20170501", "2017年5月1日", "2017-05-01 00:00:00"]
)
def test_a_day_in_its_usual_spellings(text: str) -> None:
    assert read_day(text, TODAY) == date(2017, 5, 1)


def test_months_years_and_quarters() -> None:
    assert read_month("2017-05", TODAY) == (date(2017, 5, 1), True)
    assert read_month("2017年5月", TODAY) == (date(2017, 5, 1), True)
    assert read_month("2017-05-08", TODAY) == (date(2017, 5, 8), False)
    assert read_year_day("2016", TODAY) == date(2016, 12, 31)
    assert read_year_day("2016-09", TODAY) == date(2016, 9, 30)
    assert read_year_day("2016-10-12", TODAY) == date(2016, 10, 12)
    for text in ("2017Q1", "2017年第一季度", "2017年1季度", "2017-02", "2017/3/9"):
        assert read_quarter(text, TODAY) == date(2017, 1, 1)
    with pytest.raises(Unreadable, match="不是季度"):
        read_quarter("上半年", TODAY)
    with pytest.raises(Unreadable, match="还没有到"):
        read_quarter("2017Q3", TODAY)


@pytest.mark.parametrize("text", ["", " ", "-", "—", "NA", "缺测", "-999", "未监测"])
def test_no_value_is_never_zero(text: str) -> None:
    assert read_number(text, AIR["pm25"]) is None


@pytest.mark.parametrize(
    ("code", "text", "words"),
    [
        ("co", "700", "CO 700 mg/m³ 不可能，像是以 µg/m³ 填的"),
        ("pm25", "0.035", "像是以 mg/m³ 填的；应为 µg/m³"),
        ("so2", "-3", "不能为负数"),
        ("pm10", "99999", "不可能"),
        ("no2", "十二", "不是数字"),
        ("o3", "=A1*2", "不能填公式"),
        ("o3", "#DIV/0!", "公式错误"),
        ("no2", "1e999", "不可能"),
    ],
)
def test_an_impossible_value_says_why(code: str, text: str, words: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_number(text, AIR[code])
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("0.013", "0.013"),
        ("0.01L", "0.01L"),
        ("0.01l", "0.01L"),
        ("<0.01", "<0.01"),
        ("＜0.01", "<0.01"),
        ("未检出", "未检出"),
        ("ND", "未检出"),
        ("1.0E-2", "0.010"),
        ("", ""),
        ("未监测", ""),
    ],
)
def test_a_water_value_keeps_what_the_laboratory_wrote(text: str, kept: str) -> None:
    assert read_water(text, WATER_BY_CODE["nh3n"]) == kept


@pytest.mark.parametrize(
    ("code", "text"), [("do", "0.5L"), ("ph", "未检出"), ("nh3n", "0L"), ("nh3n", "5a"), ("ph", "15")]
)
def test_a_water_value_that_says_nothing_is_refused(code: str, text: str) -> None:
    with pytest.raises(Unreadable):
        read_water(text, WATER_BY_CODE[code])


@pytest.mark.parametrize(
    "code",
    [code for code in WATER_BY_CODE if code not in ("ph", "do", "transparency_cm", "orp_mv", "temperature")],
)
def test_what_is_kept_is_what_the_standard_reads(code: str) -> None:
    for text in ("0.02L", "<0.02", "未检出", "0.02"):
        assert parse_measured(read_water(text, WATER_BY_CODE[code])) is not None


def test_codes_are_those_of_the_standards() -> None:
    assert {*TABLE_1, *SUPPLEMENT, *(code for code, *_ in BLACK_ODOROUS)} <= set(WATER_BY_CODE)


def test_yes_and_no() -> None:
    assert [read_bool(text) for text in ("达标", "是", "停产", "否", "")] == [True, True, False, False, None]
    with pytest.raises(Unreadable, match="应为“是”或“否”"):
        read_bool("大概")


def test_heads_in_their_spellings() -> None:
    assert {plain_head(text) for text in ("PM₂.₅", "pm2.5 (μg/m³)", " PM2.5（µg/m3） ")} == {"pm2.5"}
    assert plain_head("氨氮(mg/L)") == "氨氮"
    assert unit_in_head("SO2(mg/m³)") == "mg/m³"
    assert unit_in_head("SO2（μg/m3）") == "µg/m³"
    assert unit_in_head("氨氮") is None
