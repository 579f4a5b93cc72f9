"""Periods: bounds, codes, labels, neighbours, order."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuangmo import periods
from chuangmo.periods import (
    Kind,
    Period,
    from_label,
    month,
    of_kind_containing,
    parse,
    periods_between,
    quarter,
    survey,
    term,
    year,
)

WRITTEN = [
    (month(2017, 5), "2017-05", "2017年5月", date(2017, 5, 1), date(2017, 5, 31)),
    (month(2016, 2), "2016-02", "2016年2月", date(2016, 2, 1), date(2016, 2, 29)),
    (quarter(2017, 2), "2017Q2", "2017年第二季度", date(2017, 4, 1), date(2017, 6, 30)),
    (quarter(2016, 4), "2016Q4", "2016年第四季度", date(2016, 10, 1), date(2016, 12, 31)),
    (year(2017), "2017", "2017年", date(2017, 1, 1), date(2017, 12, 31)),
    (term(2016, 1), "2016-2017S1", "2016—2017学年第一学期", date(2016, 9, 1), date(2017, 1, 31)),
    (term(2016, 2), "2016-2017S2", "2016—2017学年第二学期", date(2017, 2, 1), date(2017, 8, 31)),
    (
        survey(date(2017, 5, 1), date(2017, 6, 30)),
        "2017-05-01..2017-06-30",
        "2017年5月1日至6月30日调查",
        date(2017, 5, 1),
        date(2017, 6, 30),
    ),
    (
        survey(date(2016, 12, 20), date(2017, 1, 10)),
        "2016-12-20..2017-01-10",
        "2016年12月20日至2017年1月10日调查",
        date(2016, 12, 20),
        date(2017, 1, 10),
    ),
    (
        survey(date(2017, 5, 1), date(2017, 5, 1)),
        "2017-05-01..2017-05-01",
        "2017年5月1日调查",
        date(2017, 5, 1),
        date(2017, 5, 1),
    ),
]


@pytest.mark.parametrize(("period", "code", "label", "start", "end"), WRITTEN)
def test_written_forms_and_bounds(period: Period, code: str, label: str, start: date, end: date) -> None:
    assert (period.code, period.label, period.start, period.end) == (code, label, start, end)
    assert str(period) == label
    assert parse(code) == period
    assert from_label(label) == period


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("２０１７年５月", month(2017, 5)),
        ("2017年05月份", month(2017, 5)),
        (" 2017 年 5 月 ", month(2017, 5)),
        ("2017年2季度", quarter(2017, 2)),
        ("2017年度", year(2017)),
        ("2016-2017学年第1学期", term(2016, 1)),
        ("2016—2017学年下学期", term(2016, 2)),
    ],
)
def test_labels_as_people_write_them(text: str, expected: Period) -> None:
    assert from_label(text) == expected


@pytest.mark.parametrize(
    "code",
    [
        *(
            "",
            "17",
            "0000",
            "2017-13",
            "2017-00",
            "2017-5",
            "2017-05 ",
            "2017Q0",
            "2017Q5",
            "２０１７",
            "2017年",
        ),
        *("2016-2018S1", "2016-2017S3", "2017-06-30..2017-05-01", "2017-02-30..2017-03-01"),
    ],
)
def test_other_codes_are_refused(code: str) -> None:
    with pytest.raises(ValueError, match="不是有效的报告期"):
        parse(code)


@pytest.mark.parametrize("text", ["", "2017年13月", "2017年第五季度", "2016—2018学年第一学期", "2017-05"])
def test_other_labels_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="不是有效的报告期"):
        from_label(text)


@pytest.mark.parametrize(
    ("kind", "start", "end", "message"),
    [
        ("month", date(2017, 5, 1), date(2017, 5, 30), "不是一个完整的月"),
        ("month", date(2017, 5, 2), date(2017, 5, 31), "不是一个完整的月"),
        ("quarter", date(2017, 2, 1), date(2017, 4, 30), "不是一个完整的季度"),
        ("term", date(2017, 9, 1), date(2017, 12, 31), "不是一个完整的学期"),
        ("survey", date(2017, 5, 2), date(2017, 5, 1), "早于"),
        ("week", date(2017, 5, 1), date(2017, 5, 7), "没有“week”这种报告期"),
    ],
)
def test_days_must_fit_the_kind(kind: str, start: date, end: date, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        periods.from_columns(kind, start, end)


def test_kind_may_come_as_text_from_a_row() -> None:
    period = periods.from_columns("month", date(2017, 5, 1), date(2017, 5, 31))
    assert period == month(2017, 5)
    assert period.kind is Kind.MONTH


@pytest.mark.parametrize(
    ("period", "previous", "last_year"),
    [
        (month(2017, 1), month(2016, 12), month(2016, 1)),
        (month(2016, 2), month(2016, 1), month(2015, 2)),
        (quarter(2017, 1), quarter(2016, 4), quarter(2016, 1)),
        (year(2017), year(2016), year(2016)),
        (term(2016, 1), term(2015, 2), term(2015, 1)),
        (term(2016, 2), term(2016, 1), term(2015, 2)),
        (
            survey(date(2016, 2, 29), date(2016, 3, 31)),
            survey(date(2015, 2, 28), date(2015, 3, 31)),
            survey(date(2015, 2, 28), date(2015, 3, 31)),
        ),
    ],
)
def test_neighbours(period: Period, previous: Period, last_year: Period) -> None:
    assert period.previous() == previous
    assert period.same_last_year() == last_year


def test_contains_and_overlaps() -> None:
    assert quarter(2017, 2).contains(month(2017, 5))
    assert not month(2017, 5).contains(quarter(2017, 2))
    assert month(2017, 5).contains(date(2017, 5, 31))
    assert not month(2017, 5).contains(date(2017, 6, 1))
    assert term(2016, 1).overlaps(year(2017))
    assert not term(2016, 1).overlaps(month(2017, 2))


def test_months_of_longer_periods() -> None:
    assert month(2017, 5).months() == (month(2017, 5),)
    assert quarter(2017, 1).months() == (month(2017, 1), month(2017, 2), month(2017, 3))
    assert [m.code for m in term(2016, 1).months()] == ["2016-09", "2016-10", "2016-11", "2016-12", "2017-01"]
    assert len(year(2017).months()) == 12
    assert survey(date(2017, 5, 20), date(2017, 6, 2)).months() == (month(2017, 5), month(2017, 6))


def test_periods_between_whole_or_touching() -> None:
    spring = (date(2017, 2, 10), date(2017, 5, 31))
    assert [p.code for p in periods_between("month", *spring)] == ["2017-03", "2017-04", "2017-05"]
    assert [p.code for p in periods_between("month", *spring, whole=False)] == [
        "2017-02",
        "2017-03",
        "2017-04",
        "2017-05",
    ]
    assert periods_between("term", date(2017, 1, 1), date(2017, 12, 31)) == [term(2016, 2)]
    assert periods_between("year", date(2014, 1, 1), date(2016, 12, 31)) == [
        year(2014),
        year(2015),
        year(2016),
    ]
    assert periods_between("month", date(2017, 5, 2), date(2017, 5, 1)) == []


def test_a_survey_has_no_calendar() -> None:
    with pytest.raises(ValueError, match="起止日期"):
        of_kind_containing("survey", date(2017, 5, 1))
    with pytest.raises(ValueError, match="起止日期"):
        periods_between("survey", date(2017, 5, 1), date(2017, 6, 1))


def test_order_is_by_day_across_kinds() -> None:
    mixed = [year(2017), quarter(2017, 2), month(2017, 4), month(2017, 1), quarter(2017, 1)]
    assert [p.code for p in sorted(mixed)] == ["2017-01", "2017Q1", "2017", "2017-04", "2017Q2"]
    assert month(2017, 4) < month(2017, 5) <= month(2017, 5)
    assert max(month(2017, 4), month(2017, 5)) == month(2017, 5)


@pytest.mark.parametrize(
    "build", [lambda: month(2017, 13), lambda: quarter(2017, 0), lambda: term(2017, 3)], ids=["m", "q", "t"]
)
def test_numbers_outside_are_refused(build) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="没有"):
        build()


def test_school_year_turns_in_september() -> None:
    assert periods.school_year_of(date(2017, 8, 31)) == 2016
    assert periods.school_year_of(date(2017, 9, 1)) == 2017


calendar_kinds = st.sampled_from([Kind.MONTH, Kind.QUARTER, Kind.YEAR, Kind.TERM])
some_days = st.dates(date(1950, 1, 1), date(2150, 12, 31))


@given(calendar_kinds, some_days)
def test_every_day_lies_in_exactly_one_period_of_a_kind(kind: Kind, day: date) -> None:
    period = of_kind_containing(kind, day)
    assert period.contains(day)
    assert period.next().start == period.end + timedelta(days=1)
    assert period.previous().end == period.start - timedelta(days=1)
    assert period.next().previous() == period
    assert parse(period.code) == period
    assert from_label(period.label) == period


@given(calendar_kinds, some_days)
def test_months_tile_the_period(kind: Kind, day: date) -> None:
    period = of_kind_containing(kind, day)
    assert sum(m.days for m in period.months()) == period.days


@given(calendar_kinds, some_days)
def test_same_last_year_has_the_same_name(kind: Kind, day: date) -> None:
    period = of_kind_containing(kind, day)
    earlier = period.same_last_year()
    assert (earlier.number, earlier.start.month, earlier.start.year) == (
        period.number,
        period.start.month,
        period.start.year - 1,
    )
    assert earlier < period


@given(some_days, st.integers(0, 400))
def test_surveys_read_back(start: date, length: int) -> None:
    period = survey(start, start + timedelta(days=length))
    assert parse(period.code) == period
    assert from_label(period.label) == period
