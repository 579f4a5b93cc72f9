"""Windows as days, for plan year 2017."""

from __future__ import annotations

from datetime import date

import pytest

from indicators.assessment.rules import schema
from indicators.assessment.rules.windows import months_between, same_day_last_year, span_label, spans

from .cast import day

FULL = [(f"{year}-01-01", f"{year}-12-31", f"{year}-12-31") for year in (2013, 2014, 2015, 2016)]
TO_MAY = ("2017-01-01", "2017-05-31", "2017-12-31")

WINDOWS = [
    (schema.Year(), "2017-05-31", [TO_MAY]),
    (schema.Year(), "2018-02-28", [("2017-01-01", "2017-12-31", "2017-12-31")]),
    (schema.Year(), "2016-12-31", []),
    (schema.YearsBefore(years=3), "2017-05-31", FULL[1:]),
    (schema.YearsBefore(years=3), "2016-11-30", FULL[1:3]),
    (schema.YearsBeforeAndToDate(years=3), "2017-05-31", [*FULL[1:], TO_MAY]),
    (schema.Falls(falls=3), "2017-05-31", [*FULL, TO_MAY]),
    (schema.RollingMonths(months=36), "2017-05-31", [("2014-06-01", "2017-05-31", "2017-12-31")]),
    (schema.RollingMonths(months=36), "2017-12-31", [("2015-01-01", "2017-12-31", "2017-12-31")]),
    (schema.YearBeforeAndToDate(), "2017-05-31", [("2016-01-01", "2017-05-31", "2017-12-31")]),
    (schema.Latest(), "2017-05-31", [("0001-01-01", "2017-05-31", "2017-12-31")]),
    (schema.SchoolYear(), "2017-05-31", [("2016-09-01", "2017-05-31", "2017-08-31")]),
    (schema.SchoolYear(), "2017-12-31", [("2016-09-01", "2017-08-31", "2017-08-31")]),
    (schema.SchoolYear(), "2016-08-31", []),
]


@pytest.mark.parametrize(("window", "as_of", "expected"), WINDOWS)
def test_the_stretches_of_a_window(window, as_of, expected):
    found = spans(window, 2017, day(as_of))
    assert [(one.start.isoformat(), one.to.isoformat(), one.close.isoformat()) for one in found] == expected


@pytest.mark.parametrize(
    ("start", "cut", "label"),
    [
        ("2016-01-01", "2016-12-31", "2016年"),
        ("2017-01-01", "2017-04-30", "2017年1—4月"),
        ("2017-03-01", "2017-03-31", "2017年3月"),
        ("2014-06-01", "2017-05-31", "2014年6月—2017年5月"),
        ("0001-01-01", "2017-03-31", "截至2017年3月"),
    ],
)
def test_labels(start, cut, label):
    assert span_label(day(start), day(cut)) == label


def test_months_and_the_same_day_last_year():
    assert months_between(date(2016, 9, 1), date(2017, 1, 31)) == 5
    assert same_day_last_year(date(2017, 2, 28)) == date(2016, 2, 29)
    assert same_day_last_year(date(2016, 2, 29)) == date(2015, 2, 28)
