"""Days in words."""

from datetime import UTC, date, datetime

import pytest

from chuangmo import days

TODAY = date(2017, 6, 6)


def test_pages_write_days_with_spaces_and_papers_without():
    day = date(2017, 6, 5)
    assert (days.cn_date(day), days.cn_day(day)) == ("2017 年 6 月 5 日", "6 月 5 日")
    assert (days.long_date(day), days.long_day(day)) == ("2017年6月5日", "6月5日")
    assert days.cn_day(None) == "—"


def test_days_name_the_year_only_when_it_is_another_one():
    assert days.cn_date(date(2017, 6, 5), today=TODAY) == "6 月 5 日"
    assert days.cn_date(date(2016, 12, 31), today=TODAY) == "2016 年 12 月 31 日"
    assert days.cn_date(None, today=TODAY) == "—"


def test_instants_are_told_in_local_time():
    moment = datetime(2017, 6, 5, 17, 12, tzinfo=UTC)  # past midnight in Shanghai
    assert days.cn_datetime(moment, today=TODAY) == "6 月 6 日 01:12"
    assert days.cn_month(moment) == "2017 年 6 月"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2017, 6, 6), "今天"),
        (date(2017, 6, 7), "明天"),
        (date(2017, 6, 9), "还有 3 天"),
        (date(2017, 6, 5), "已过 1 天"),
        (None, "—"),
    ],
)
def test_since(day, text):
    assert days.since(day, today=TODAY) == text
