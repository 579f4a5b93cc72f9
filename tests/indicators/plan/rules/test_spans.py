from datetime import date

import pytest

from indicators.plan.rules.spans import ALWAYS, Span, gaps, merge


def month(number: int) -> Span:
    return Span(date(2017, number, 1), date(2017, number, 28))


def days(start: str | None, end: str | None) -> Span:
    return Span(start and date.fromisoformat(start), end and date.fromisoformat(end))


def test_a_day_is_in_an_open_span():
    assert date(1999, 1, 1) in ALWAYS
    assert date(2017, 6, 30) in days(None, "2017-06-30")
    assert date(2017, 7, 1) not in days(None, "2017-06-30")
    assert date(2017, 6, 30) not in days("2017-07-01", None)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (ALWAYS, ALWAYS, ALWAYS),
        (ALWAYS, month(3), month(3)),
        (month(3), month(4), None),
        (days(None, "2017-06-30"), days("2017-06-30", None), days("2017-06-30", "2017-06-30")),
    ],
)
def test_cut(one, other, both):
    assert one.cut(other) == both
    assert other.cut(one) == both


@pytest.mark.parametrize(
    ("spans", "merged"),
    [
        ([], []),
        ([month(4), month(2)], [month(2), month(4)]),
        ([days("2017-03-01", "2017-03-31"), days("2017-04-01", None)], [days("2017-03-01", None)]),
        ([ALWAYS, month(3)], [ALWAYS]),
        ([days(None, "2017-06-30"), days("2017-05-01", "2017-08-31")], [days(None, "2017-08-31")]),
    ],
)
def test_merge(spans, merged):
    assert merge(spans) == merged


@pytest.mark.parametrize(
    ("spans", "free"),
    [
        ([], [ALWAYS]),
        ([ALWAYS], []),
        ([days("2017-07-01", None)], [days(None, "2017-06-30")]),
        ([days(None, "2017-06-30")], [days("2017-07-01", None)]),
        (
            [days("2017-03-01", "2017-03-31"), days("2017-06-01", "2017-06-30")],
            [days(None, "2017-02-28"), days("2017-04-01", "2017-05-31"), days("2017-07-01", None)],
        ),
    ],
)
def test_gaps(spans, free):
    assert gaps(spans) == free
