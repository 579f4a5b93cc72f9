"""Working days: statutory holidays, make-up days, overrides, years without a notice."""

from datetime import date, timedelta
from time import process_time

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuangmo.workcalendar.rules import (
    add_working_days,
    is_working_day,
    knows_year,
    next_working_day,
    working_days_between,
)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2017, 5, 31), True),  # Wednesday
        (date(2017, 5, 28), False),  # Sunday before the Dragon Boat festival
        (date(2017, 5, 29), False),  # Monday, free in exchange for the 27th
        (date(2017, 5, 30), False),  # Dragon Boat festival
        (date(2017, 5, 27), True),  # Saturday, make-up day
        (date(2017, 10, 2), False),  # National Day week
        (date(2017, 9, 30), True),  # Saturday, make-up day
        (date(2017, 6, 3), False),  # Saturday
    ],
)
def test_statutory_days_of_2017(day: date, working: bool) -> None:
    assert is_working_day(day) is working


def test_agrees_with_the_notices_for_every_known_day() -> None:
    first, last = date(2004, 1, 1), date(2025, 12, 31)
    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    assert [is_working_day(d) for d in days] == [bool(chinese_calendar.is_workday(d)) for d in days]


def test_override_wins_over_holiday_and_weekday() -> None:
    overrides = {date(2017, 5, 30): True, date(2017, 5, 31): False}
    assert is_working_day(date(2017, 5, 30), overrides)
    assert not is_working_day(date(2017, 5, 31), overrides)
    assert next_working_day(date(2017, 5, 31), overrides) == date(2017, 6, 1)


def test_unknown_year_counts_monday_to_friday() -> None:
    assert knows_year(2017)
    assert not knows_year(1999)
    assert not knows_year(2090)
    assert [is_working_day(date(2090, 5, d)) for d in range(1, 8)] == [
        date(2090, 5, d).weekday() < 5 for d in range(1, 8)
    ]
    assert not is_working_day(date(2090, 5, 1), {date(2090, 5, 1): False})


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2017, 6, 5), date(2017, 6, 5)),
        (date(2017, 6, 10), date(2017, 6, 12)),
        (date(2017, 5, 28), date(2017, 5, 31)),
        (date(2017, 10, 1), date(2017, 10, 9)),
        (date(2017, 5, 27), date(2017, 5, 27)),
    ],
)
def test_next_working_day(day: date, expected: date) -> None:
    assert next_working_day(day) == expected


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2017, 6, 5), 5, date(2017, 6, 12)),
        (date(2017, 6, 5), 0, date(2017, 6, 5)),
        (date(2017, 6, 4), 0, date(2017, 6, 4)),
        (date(2017, 5, 26), 2, date(2017, 5, 31)),  # over the make-up Saturday and the festival
        (date(2017, 5, 31), -1, date(2017, 5, 27)),
        (date(2017, 6, 4), -1, date(2017, 6, 2)),
        (date(2017, 6, 4), 1, date(2017, 6, 5)),
    ],
)
def test_add_working_days(day: date, n: int, expected: date) -> None:
    assert add_working_days(day, n) == expected


some_days = st.dates(date(2003, 1, 1), date(2030, 12, 31))
some_overrides = st.dictionaries(st.dates(date(2016, 12, 1), date(2018, 1, 31)), st.booleans(), max_size=20)
days_of_2017 = st.dates(date(2017, 1, 1), date(2017, 12, 31))


@given(days_of_2017, st.integers(-60, 60), some_overrides)
def test_adding_and_counting_are_inverse(day: date, n: int, overrides: dict[date, bool]) -> None:
    moved = add_working_days(day, n, overrides)
    assert working_days_between(day, moved, overrides) == n
    assert n == 0 or is_working_day(moved, overrides)


@given(some_days)
def test_next_working_day_is_the_nearest(day: date) -> None:
    found = next_working_day(day)
    assert found >= day
    assert is_working_day(found)
    assert not any(is_working_day(day + timedelta(days=i)) for i in range((found - day).days))


@given(some_days, some_days)
def test_counting_splits_at_any_day(a: date, b: date) -> None:
    middle = min(a, b) + timedelta(days=abs((b - a).days) // 2)
    low, high = min(a, b), max(a, b)
    assert working_days_between(low, middle) + working_days_between(middle, high) == working_days_between(
        low, high
    )


def test_thousands_of_questions_are_cheap() -> None:
    began = process_time()
    for i in range(2000):
        add_working_days(date(2017, 1, 1) + timedelta(days=i % 365), 5)
    assert process_time() - began < 2
