"""Dates and hours as files write them."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.stationfiles.moments import YEARS, parse_day, parse_hour


@pytest.mark.parametrize(
    "text",
    ["2015-06-01", "2015/6/1", "2015.06.01", "2015年6月1日", "20150601", " 2015-06-01 ", "2015-06-01 00:00", "２０１５-06-01",
     "2015-6-1 0:00:00", "2015-06-01T00:00:00+08:00"],
)  # fmt: skip
def test_days(text: str):
    assert parse_day(text) == date(2015, 6, 1)


@pytest.mark.parametrize(
    "text",
    ["2015-06-01 13:00", "2015/6/1 13:00", "2015-06-01T13:00", "2015-06-01 13:00:00", "2015-06-01 13", "2015060113",
     "2015年6月1日13时", "2015年06月01日 13时00分", "2015-06-01T13:00:00+08:00", "2015-06-01 13:00:00.000", "2015-06-01 13：00",
     "2015-06-01 13:00 北京时间", "2015-06-01 13:00:00 CST", "2015-06-01 13点"],
)  # fmt: skip
def test_hours(text: str):
    assert parse_hour(text) == datetime(2015, 6, 1, 13)


def test_twenty_four_is_the_next_days_midnight():
    assert parse_hour("2015-12-31 24:00") == datetime(2016, 1, 1)
    assert parse_hour("2015/6/1 1:00") == datetime(2015, 6, 1, 1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2015-06-01T13:00:00Z", "北京时间"),
        ("2015-06-01 13:00+00:00", "北京时间"),
        ("2015-06-01 13:00:00 CDT", "不认识“CDT”"),
        ("2015-06-01 13:00 夏令时", "不用夏令时"),
        ("2015-06-01 1:00 PM", "不认识“PM”"),
        ("2015-06-01 13:30", "不是整点"),
        ("2015-06-01", "没有小时"),
        ("2015-06-01 25:00", "没有“2015-06-01 25:00”这个日期或时刻"),
        ("2015-06-01 24:30", "不是时刻"),
        ("1900-01-05 13:00", "年份不合理（Excel"),
        ("1900/1/5 13:00", "年份不合理（Excel"),
        ("42156.5417", "Excel 的日期序号（2015-06-01 13:00？）"),
        ("########", "列太窄"),
        ("6/1/2015 13:00", "看不懂"),
        ("", "是空的"),
    ],
)
def test_hours_refused(text: str, says: str):
    with pytest.raises(ValueError) as refused:
        parse_hour(text)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2015-02-29", "没有“2015-02-29”这个日期"),
        ("2015-13-01", "这个日期"),
        ("1/2/2015", "看不懂"),
        ("15-1-2", "看不懂"),
        ("Jan-15", "看不懂"),
        ("合计", "看不懂"),
        ("42005", "Excel 的日期序号（2015-01-01 00:00？）"),
        ("1900-01-05", "年份不合理"),
        ("0015-01-02", "年份不合理"),
        ("2015-01-02 08:00", "不带时刻"),
    ],
)
def test_days_refused(text: str, says: str):
    with pytest.raises(ValueError) as refused:
        parse_day(text)
    assert says in str(refused.value)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 31)))
def test_every_hour_is_read_back(moment: datetime):
    hour = moment.replace(minute=0, second=0, microsecond=0)
    for text in (f"{hour:%Y-%m-%d %H:%M}", f"{hour:%Y/%m/%d %H:%M:%S}", f"{hour:%Y%m%d%H}", hour.isoformat()):
        assert parse_hour(text) == hour
    before = hour.date() - timedelta(days=1)
    if before.year >= 1990:
        assert parse_hour(f"{before} 24:00") == datetime.combine(hour.date(), datetime.min.time())


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text: str):
    """Whatever a cell holds, it is a moment within the years or a ValueError in words."""
    for parse in (parse_day, parse_hour):
        with suppress(ValueError):
            assert parse(text).year in YEARS
