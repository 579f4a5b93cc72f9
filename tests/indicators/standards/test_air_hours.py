"""GB 3095 table 4 and HJ 663 table 3: which hours make a day. Hand-checked cases, and a slow reading of the rule."""

from __future__ import annotations

import csv
import gzip
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.standards.air_day import DayValues, round_concentration
from indicators.standards.air_hours import Hour, mean_of_day, ozone_8h, station_days

DATA = Path(__file__).resolve().parents[2] / "data"
DAY = datetime(2015, 6, 1)


def hours(count: int = 24, start: datetime = DAY, **values: float | None) -> list[Hour]:
    """Hours from 00:00 on, every pollutant 10 but those named."""
    figures = {"pm25": 10.0, "pm10": 10.0, "so2": 10.0, "no2": 10.0, "co": 1.0, "o3": 10.0} | values
    return [Hour(start + timedelta(hours=number), **figures) for number in range(count)]


def slots(*there: int, value: float = 100.0) -> list[float | None]:
    """A day of ozone with `value` at those hours only."""
    return [value if hour in there else None for hour in range(24)]


# 24 h means -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("there", "expected"), [(24, 10.0), (20, 10.0), (19, None), (0, None)])
def test_a_mean_needs_twenty_values(there: int, expected: float | None):
    assert mean_of_day([10.0] * there + [None] * (24 - there)) == expected


def test_the_mean_is_of_the_values_there():
    assert mean_of_day([1.0] * 10 + [3.0] * 10 + [None] * 4) == 2.0


def test_missing_rows_count_as_missing_hours():
    assert station_days(hours(20))[0].values.pm25 == 10.0
    assert station_days(hours(19))[0].values.pm25 is None


# Ozone ------------------------------------------------------------------------------------------------


def test_the_windows_lie_within_the_day_and_begin_at_0_to_16():
    early = [80.0] * 8 + [0.0] * 16
    late = [0.0] * 16 + [80.0] * 8
    assert ozone_8h(early) == 80.0
    assert ozone_8h(late) == 80.0


def test_a_window_never_reaches_into_the_next_day():
    """High from 20:00 on and all the next day's early hours: the day itself has only four such hours in a window."""
    first = [*([0.0] * 20), *([160.0] * 4)]
    assert ozone_8h(first) == 80.0


def test_a_window_takes_the_mean_of_its_values_not_of_eight():
    day: list[float | None] = [10.0] * 24
    day[16:24] = [None, None, 90.0, 90.0, 90.0, 90.0, 90.0, 90.0]
    assert ozone_8h(day) == 90.0


def test_five_values_make_no_window():
    """The window at 16:00 has five nineties and is out; the one at 15:00 has six values, one of them a ten."""
    day: list[float | None] = [*([10.0] * 16), *([90.0] * 5), None, None, None]
    assert ozone_8h(day) == pytest.approx((10.0 + 5 * 90.0) / 6)


@pytest.mark.parametrize(
    ("missing", "valid"),
    [
        ((0, 1, 2), True),  # windows at 0 has 5 values; at 1: 6 … → 16 valid
        (tuple(range(5)), True),  # windows from 3 on: 14 valid ones
        (tuple(range(6)), False),  # windows from 4 on: 13
        (tuple(range(19, 24)), True),  # windows up to 13: 14 valid ones
        (tuple(range(18, 24)), False),
        ((8, 9, 10), False),  # the windows that hold all three, at 3 to 8, are out: 11 left
        ((8, 9), True),  # two missing never spoil a window
        ((0, 8, 16), True),
    ],
)
def test_fourteen_windows_are_needed(missing: tuple[int, ...], valid: bool):
    day = [None if hour in missing else 100.0 for hour in range(24)]
    assert ozone_8h(day) == (100.0 if valid else None)


@pytest.mark.parametrize(
    ("value", "expected"), [(160.0, None), (160.5, None), (160.51, 160.51), (161.0, 161.0)]
)
def test_fewer_windows_do_when_the_limit_is_exceeded_already(value: float, expected: float | None):
    """160.5 rounds to 160, which is the limit and not above it."""
    assert ozone_8h(slots(*range(8), value=value)) == expected


def test_one_window_of_six_values_above_the_limit_is_enough():
    assert ozone_8h(slots(9, 10, 11, 12, 13, 14, value=200.0)) == 200.0
    assert ozone_8h(slots(9, 10, 11, 12, 13, value=900.0)) is None


def test_no_ozone_at_all():
    assert ozone_8h([None] * 24) is None


def test_a_day_has_twenty_four_slots():
    with pytest.raises(ValueError, match="24 个小时值"):
        ozone_8h([1.0] * 23)


def _slow_ozone(day: list[int | None]) -> Fraction | None:
    means = []
    for start in range(17):
        there = [value for value in day[start : start + 8] if value is not None]
        if len(there) >= 6:
            means.append(Fraction(sum(there), len(there)))
    if not means or (len(means) < 14 and round(max(means)) <= 160):
        return None
    return max(means)


@given(st.lists(st.one_of(st.integers(0, 400), st.none()), min_size=24, max_size=24))
def test_ozone_is_the_rule_read_slowly(day: list[int | None]):
    expected = _slow_ozone(day)
    found = ozone_8h([None if value is None else float(value) for value in day])
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert found == pytest.approx(float(expected), abs=1e-9)
        assert round_concentration("o3_8h", found) == round(expected)


@given(st.lists(st.one_of(st.integers(100, 300), st.none()), min_size=24, max_size=24), st.integers(0, 23))
def test_one_hour_less_never_makes_an_invalid_day_valid_below_the_limit(day: list[int | None], hour: int):
    """Taking a low hour away may lift a mean over the limit; equal values can't."""
    flat = [None if value is None else 100.0 for value in day]
    if ozone_8h(flat) is None:
        flat[hour] = None
        assert ozone_8h(flat) is None


# Days -------------------------------------------------------------------------------------------------


def test_columns_go_to_their_own_pollutant():
    (day,) = station_days(hours(pm25=1.0, pm10=2.0, so2=3.0, no2=4.0, co=5.0, o3=6.0))
    assert day == (date(2015, 6, 1), DayValues(so2=3.0, no2=4.0, pm10=2.0, pm25=1.0, co=5.0, o3_8h=6.0))


def test_the_hour_that_begins_at_midnight_belongs_to_the_new_day():
    days = station_days(hours(25))
    assert [(day.day, day.values.so2) for day in days] == [(date(2015, 6, 1), 10.0), (date(2015, 6, 2), None)]


def test_any_order_and_plain_tuples_will_do():
    rows = hours(24) + hours(24, DAY + timedelta(days=1), so2=20.0)
    assert station_days(tuple(row) for row in reversed(rows)) == station_days(rows)  # type: ignore[arg-type]
    assert station_days([]) == []


def test_ozone_stands_at_its_hour_when_rows_are_missing():
    """Rows from 04:00 only: windows at 2 to 16 are valid, 15 of them; shifted to 00:00 they would be 13."""
    assert station_days(hours(24)[4:])[0].values.o3_8h == 10.0
    assert station_days(hours(24)[6:])[0].values.o3_8h is None


def test_the_same_hour_twice_is_taken_once():
    assert station_days([*hours(), *hours()[5:7]]) == station_days(hours())


def test_an_hour_with_two_values_is_refused():
    with pytest.raises(ValueError, match="2015-06-01 05:00 有两组不同的数值"):
        station_days([*hours(), hours(so2=11.0)[5]])


def test_only_whole_hours():
    with pytest.raises(ValueError, match="须为整点"):
        station_days(hours(24, DAY + timedelta(minutes=30)))


def test_beijing_time_or_refused():
    beijing = DAY.replace(tzinfo=timezone(timedelta(hours=8)))
    assert station_days(hours(24, beijing))[0].day == date(2015, 6, 1)
    with pytest.raises(ValueError, match="北京时间"):
        station_days(hours(24, DAY.replace(tzinfo=UTC)))


def real_hours() -> list[Hour]:
    with gzip.open(DATA / "beijing_2014_04_12.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return [
            Hour(
                datetime.strptime(row["time"], "%Y-%m-%d %H:%M"),
                *(
                    float(row[code]) if row[code].strip() else None
                    for code in ("pm25", "pm10", "so2", "no2", "co", "o3")
                ),
            )
            for row in csv.DictReader(file)
        ]


def test_real_months_with_gaps_give_the_days_that_the_rule_gives():
    rows = real_hours()
    by_day: dict[date, list[Hour]] = {}
    for row in rows:
        by_day.setdefault(row.time.date(), []).append(row)
    found = {day.day: day.values for day in station_days(rows)}
    assert found.keys() == by_day.keys()
    for day, of_day in by_day.items():
        for code in ("so2", "no2", "pm10", "pm25", "co"):
            there = [value for row in of_day if (value := getattr(row, code)) is not None]
            expected = sum(there) / len(there) if len(there) >= 20 else None
            assert getattr(found[day], code) == (None if expected is None else pytest.approx(expected))
        ozone: list[int | None] = [None] * 24
        for row in of_day:
            ozone[row.time.hour] = None if row.o3 is None else int(row.o3)
        slow = _slow_ozone(ozone)
        assert found[day].o3_8h == (None if slow is None else pytest.approx(float(slow)))
    assert sum(values.so2 is None for values in found.values()) > 0
    assert sum(values.o3_8h is None for values in found.values()) > 0
