"""Annual statistics, their validity, good days and the allowance."""

from __future__ import annotations

import csv
import gzip
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import mean, quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.standards.air_city import city_days
from indicators.standards.air_day import CityDay, DayValues, StationDay
from indicators.standards.air_limits import ANNUAL, CODES
from indicators.standards.air_year import allowance, assess_year, percentile, short_months

DATA = Path(__file__).resolve().parents[2] / "data"
CLEAN = DayValues(*map(Decimal, ("10", "20", "30", "20", "0.5", "80")))


def year_of(year: int, values: DayValues[Decimal] = CLEAN, missing: tuple[date, ...] = ()) -> list[CityDay]:
    """Every day of the year with the same figures, but for days without any."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [CityDay(day, DayValues() if day in missing else values) for day in days]


def off(month: int, count: int, year: int = 2015) -> tuple[date, ...]:
    """The first `count` days of a month."""
    return tuple(date(year, month, day + 1) for day in range(count))


# Percentiles ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        (["7"], "0.9", "7"),
        (["1", "2"], "0.5", "1.5"),
        ([str(number) for number in range(1, 12)], "0.9", "10"),  # k = 1 + 10 × 0.9 = 10, a place of its own
        ([str(number) for number in range(1, 11)], "0.9", "9.1"),  # k = 9.1
        (["4", "1", "3", "2"], "0.95", "3.85"),  # unsorted; k = 3.85
        (["1", "5"], "0", "1"),
        (["1", "5"], "1", "5"),
    ],
)
def test_percentile(values: list[str], share: str, expected: str):
    assert percentile(list(map(Decimal, values)), Decimal(share)) == Decimal(expected)


def test_no_percentile_of_nothing():
    with pytest.raises(ValueError, match="没有数据"):
        percentile([], Decimal("0.9"))


@given(st.lists(st.integers(0, 500), min_size=2, max_size=400))
def test_percentile_is_the_inclusive_quantile(values: list[int]):
    found = percentile(list(map(Decimal, values)), Decimal("0.95"))
    assert float(found) == pytest.approx(quantiles(values, n=20, method="inclusive")[-1])


# Limits -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "annual"), ANNUAL.items())
def test_each_limit_itself_is_met_and_a_step_more_is_not(code: str, annual):
    step = Decimal("0.1") if annual.pollutant == "co" else Decimal(1)
    for value, met in ((annual.limit, True), (annual.limit + step, False)):
        found = assess_year(2015, year_of(2015, CLEAN._replace(**{annual.pollutant: value})))
        assert found.statistics[code].reported == value
        assert found.statistics[code].met is met
        assert found.met is met


def test_rounded_first_and_then_judged():
    """180 days of 36 and 185 of 35 µg/m³: 35.49 is reported 35 and meets 35."""
    days = year_of(2015)
    days = [
        CityDay(day.day, day.values._replace(pm25=Decimal(36 if number < 180 else 35)))
        for number, day in enumerate(days)
    ]
    found = assess_year(2015, days).statistics["pm25"]
    assert found.value == Decimal(180 * 36 + 185 * 35) / 365
    assert (found.reported, found.met) == (35, True)


# Validity ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("missing", "short"),
    [
        (off(1, 4), ()),  # 27 left
        (off(1, 5), (1,)),
        (off(4, 3), ()),
        (off(4, 4), (4,)),
        (off(2, 3), ()),  # 25 left
        (off(2, 4), (2,)),
    ],
)
def test_a_month_needs_27_days_and_february_25(missing: tuple[date, ...], short: tuple[int, ...]):
    found = assess_year(2015, year_of(2015, missing=missing)).statistics["so2"]
    assert found.short_months == short
    assert found.valid is (not short)
    assert found.met is (None if short else True)
    assert found.reported == 10


def test_february_of_a_leap_year_needs_25_too():
    assert short_months([date(2016, 2, day) for day in range(1, 26)], [2]) == ()
    assert short_months([date(2016, 2, day) for day in range(1, 25)], [2]) == (2,)


@pytest.mark.parametrize(("spared", "days", "valid"), [(0, 324, True), (1, 323, False)])
def test_a_year_needs_324_days(spared: int, days: int, valid: bool):
    """Every month keeps its minimum (7 × 27 + 25 + 4 × 27 = 322), so only the sum decides."""
    missing = [day for month in (1, 3, 5, 7, 8, 10, 12) for day in off(month, 4)]
    missing += [day for month in (4, 6, 9, 11) for day in off(month, 3)] + list(off(2, 3))
    kept = set(missing[: 365 - 324 + spared])
    found = assess_year(2015, year_of(2015, missing=tuple(kept))).statistics["so2"]
    assert (found.days, found.short_months, found.valid) == (days, (), valid)


def test_one_pollutant_without_a_valid_year_leaves_the_year_open():
    days = [
        CityDay(day, values._replace(co=None) if day.month == 3 else values) for day, values in year_of(2015)
    ]
    found = assess_year(2015, days)
    assert [code for code, statistic in found.statistics.items() if not statistic.valid] == ["co_p95"]
    assert found.statistics["so2"].met is True
    assert found.statistics["co_p95"].reported == Decimal("0.5")
    assert found.valid is False and found.met is None
    assert (found.valid_days, found.good_days) == (334, 334)


def test_a_year_without_a_day():
    found = assess_year(2015, [])
    assert (found.calendar_days, found.valid_days, found.good_days, found.good_rate) == (365, 0, 0, None)
    assert found.met is None
    assert {(one.value, one.reported, one.met) for one in found.statistics.values()} == {(None, None, None)}


def test_days_of_other_years_stay_out_and_a_day_twice_is_refused():
    assert assess_year(2015, [*year_of(2014), *year_of(2015)]) == assess_year(2015, year_of(2015))
    with pytest.raises(ValueError, match="重复的日期"):
        assess_year(2015, [*year_of(2015), *year_of(2015)[:1]])


# Good days --------------------------------------------------------------------------------------------


def test_share_of_valid_days_and_of_calendar_days():
    bad = CLEAN._replace(pm25=Decimal(76))
    days = year_of(2016)
    days[:10] = [CityDay(day.day, bad) for day in days[:10]]
    days[10:12] = [CityDay(day.day, CLEAN._replace(co=None)) for day in days[10:12]]  # not valid
    days[12] = CityDay(days[12].day, bad._replace(co=None))  # above, so bad whatever is missing
    found = assess_year(2016, days)
    assert (found.calendar_days, found.valid_days, found.good_days, found.bad_days) == (366, 364, 353, 11)
    assert found.good_rate == Decimal(353) / 364
    assert found.good_rate_of_calendar == Decimal(353) / 366


@pytest.mark.parametrize(("bad", "remaining"), [(12, 42), (54, 0), (55, -1)])
def test_allowance(bad: int, remaining: int):
    left = allowance(bad)
    assert (left.allowed, left.remaining) == (54, remaining)


# A year still running ---------------------------------------------------------------------------------


def test_within_the_year_validity_is_by_month():
    days = year_of(2015, missing=off(5, 10))
    april = assess_year(2015, days, through=date(2015, 4, 30))
    assert (april.provisional, april.calendar_days, april.valid, april.met) == (True, 120, True, True)
    middle = assess_year(2015, days, through=date(2015, 5, 20))
    assert (middle.calendar_days, middle.valid_days, middle.valid) == (140, 130, True)  # May is not over
    may = assess_year(2015, days, through=date(2015, 5, 31))
    assert may.statistics["so2"].short_months == (5,)
    assert may.valid is False
    assert assess_year(2015, days).provisional is False


def test_through_must_lie_in_the_year():
    with pytest.raises(ValueError, match="不在 2015 年"):
        assess_year(2015, [], through=date(2016, 1, 1))


# Published years --------------------------------------------------------------------------------------


def published() -> list[CityDay]:
    with gzip.open(DATA / "dezhou_2015_2016.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = [
            StationDay(date.fromisoformat(row["date"]), DayValues(*(Decimal(row[code]) for code in CODES)))
            for row in csv.DictReader(file)
        ]
    return city_days({"德州": rows})


@pytest.mark.parametrize(("year", "days", "good"), [(2015, 365, 119), (2016, 366, 137)])
def test_published_years(year: int, days: int, good: int):
    found = assess_year(year, published())
    assert (found.calendar_days, found.valid_days, found.good_days, found.valid) == (days, days, good, True)


def test_published_statistics_against_the_standard_library():
    found = assess_year(2015, published()).statistics
    days = [day.values for day in published() if day.day.year == 2015]
    for code in ("so2", "no2", "pm10", "pm25"):
        assert found[code].value == pytest.approx(mean(getattr(day, code) for day in days))
    for code, name, place in (("co_p95", "co", 94), ("o3_8h_p90", "o3_8h", 89)):
        cut = quantiles([getattr(day, name) for day in days], n=100, method="inclusive")[place]
        assert found[code].value == pytest.approx(cut)
    reported = {code: (str(one.reported), one.met) for code, one in found.items()}
    assert reported == {
        "so2": ("43", True),
        "no2": ("42", False),
        "pm10": ("164", False),
        "pm25": ("100", False),
        "co_p95": ("3.3", True),
        "o3_8h_p90": ("196", False),
    }
