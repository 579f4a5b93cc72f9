"""HJ 633: sub-indices, index, good days; the rounding before them."""

from __future__ import annotations

import csv
import gzip
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.standards.air_day import (
    ABOVE_300,
    CityDay,
    DayValues,
    aqi,
    iaqi,
    is_good,
    level_of,
    round_concentration,
    round_day,
)
from indicators.standards.air_limits import BREAKPOINTS, CLASS_2_DAY, CODES, IAQI_STEPS, PLACES

DATA = Path(__file__).resolve().parents[2] / "data"
GOOD = DayValues(*(CLASS_2_DAY[code] for code in CODES))
STEP = {code: Decimal(1).scaleb(-PLACES[code]) for code in CODES}


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        (code, Decimal(point), IAQI_STEPS[at])
        for code, points in BREAKPOINTS.items()
        for at, point in enumerate(points)
    ],
)
def test_every_breakpoint_has_its_own_index(code: str, value: Decimal, expected: int):
    assert iaqi(code, value) == expected


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        ("pm25", "76", 102),  # 100 + 50/40
        ("pm25", "84", 112),  # 111.25
        ("pm25", "74", 99),  # 98.75
        ("pm25", "36", 52),  # 51.25
        ("pm25", "351", 401),  # 400.67
        ("pm25", "501", 500),
        ("pm10", "151", 101),  # 100.5
        ("pm10", "601", 500),
        ("so2", "151", 101),  # 100.15
        ("so2", "51", 51),
        ("no2", "41", 52),
        ("no2", "81", 101),
        ("co", "2.1", 53),
        ("co", "4.1", 101),  # 100.5
        ("co", "60.1", 500),
        ("o3_8h", "161", 101),
        ("o3_8h", "1", 1),
        ("o3_8h", "266", 201),
        ("o3_8h", "801", ABOVE_300),
        ("o3_8h", "0", 0),
    ],
)
def test_between_breakpoints_rounded_up(code: str, value: str, expected: int):
    assert iaqi(code, Decimal(value)) == expected


@given(st.sampled_from(CODES), st.integers(0, 9000))
def test_sub_index_is_the_formula_rounded_up(code: str, steps: int):
    value = Fraction(steps, 10 ** PLACES[code])
    points = BREAKPOINTS[code]
    at = next((number for number, point in enumerate(points) if value <= point), None)
    if at is None:
        expected = 500 if len(points) == 8 else ABOVE_300
    elif at == 0:
        expected = 0
    else:
        low, high, base, top = points[at - 1], points[at], IAQI_STEPS[at - 1], IAQI_STEPS[at]
        expected = ceil(Fraction(top - base, high - low) * (value - low) + base)
    assert iaqi(code, Decimal(steps).scaleb(-PLACES[code])) == expected


@given(st.sampled_from(CODES), st.integers(0, 9000))
def test_sub_index_never_falls_and_passes_100_at_the_limit(code: str, steps: int):
    value = STEP[code] * steps
    assert iaqi(code, value) <= iaqi(code, value + STEP[code])
    assert (iaqi(code, value) <= 100) == (value <= CLASS_2_DAY[code])


def test_negative_concentration_is_refused():
    with pytest.raises(ValueError, match="浓度不能是负数"):
        iaqi("so2", Decimal(-1))


# Rounding ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        ("pm25", 75.5, "76"),
        ("pm25", 74.5, "74"),  # half to even
        ("pm25", 75.49999, "75"),
        ("co", 0.15000000000000002, "0.2"),
        ("co", 0.15, "0.2"),
        ("co", 0.25, "0.2"),
        ("co", 3.6 / 24, "0.2"),
        ("co", Decimal("4.05"), "4.0"),
        ("co", Decimal("4.0500000001"), "4.0"),  # closer to the half than any measurement can be
        ("co", Decimal("4.051"), "4.1"),
        ("co", 4, "4.0"),
        ("o3_8h", Decimal("160.5"), "160"),
        ("o3_8h", 1283 / 8, "160"),  # 160.375
    ],
)
def test_concentrations_round_half_to_even(code: str, value: float | Decimal, expected: str):
    assert str(round_concentration(code, value)) == expected


@given(st.sampled_from(CODES), st.lists(st.integers(0, 9999), min_size=20, max_size=24))
def test_mean_of_floats_rounds_as_the_exact_mean(code: str, tenths: list[int]):
    """Hourly values to one decimal, summed as floats."""
    places = PLACES[code]
    exact = Fraction(sum(tenths), 10 * len(tenths)) * 10**places
    assert round_concentration(code, sum(value / 10 for value in tenths) / len(tenths)) == Decimal(
        round(exact)  # Python rounds a fraction half to even
    ).scaleb(-places)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN")])
def test_not_finite_is_refused(value: float | Decimal):
    with pytest.raises(ValueError, match="不能修约"):
        round_concentration("co", value)


# Days -------------------------------------------------------------------------------------------------


def test_all_six_at_their_limits_is_good_with_index_100():
    assert is_good(GOOD) is True
    assert aqi(GOOD) == (100, CODES)


@pytest.mark.parametrize("code", CODES)
def test_one_step_above_any_limit_is_bad(code: str):
    above = GOOD._replace(**{code: CLASS_2_DAY[code] + STEP[code]})
    assert is_good(above) is False
    found = aqi(above)
    assert found is not None and found.value > 100 and found.primary == (code,)


@pytest.mark.parametrize("code", CODES)
def test_a_missing_pollutant_makes_the_day_invalid_unless_another_is_above(code: str):
    missing = GOOD._replace(**{code: None})
    assert is_good(missing) is None
    other = "co" if code != "co" else "so2"
    assert is_good(missing._replace(**{other: CLASS_2_DAY[other] + 1})) is False


def test_a_day_without_figures_has_no_index():
    assert aqi(DayValues()) is None
    assert is_good(DayValues()) is None


def test_up_to_50_nothing_is_primary():
    assert aqi(DayValues(so2=Decimal(50), no2=Decimal(3))) == (50, ())
    assert aqi(DayValues(so2=Decimal(51))) == (51, ("so2",))


def test_rounded_before_the_index():
    """75.5 µg/m³ is 76 and bad, 75.4 is 75 and good."""
    near = DayValues(1.0, 1.0, 1.0, 75.4, 1.0, 160.4)
    assert is_good(round_day(near)) is True
    assert is_good(round_day(near._replace(pm25=75.51))) is False
    assert round_day(DayValues(so2=2.5)) == DayValues(so2=Decimal(2))


@pytest.mark.parametrize(
    ("index", "level"),
    [(50, "优"), (51, "良"), (100, "良"), (101, "轻度污染"), (150, "轻度污染"), (151, "中度污染"), (200, "中度污染"),
     (201, "重度污染"), (300, "重度污染"), (301, "严重污染"), (500, "严重污染")],
)  # fmt: skip
def test_levels(index: int, level: str):
    assert level_of(index) == level


def published_days() -> list[tuple[CityDay, int]]:
    with gzip.open(DATA / "dezhou_2015_2016.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return [
            (
                CityDay(date.fromisoformat(row["date"]), DayValues(*(Decimal(row[code]) for code in CODES))),
                int(row["aqi"]),
            )
            for row in csv.DictReader(file)
        ]


def test_every_published_day_falls_on_the_publishers_side_of_100():
    days = published_days()
    assert [day.day for day, published in days if day.good is not (published <= 100)] == []
    assert len(days) == 731


def test_published_index_differs_by_one_at_most_but_on_four_days():
    """The publisher indexed unrounded figures; four days are off in the source itself."""
    far = [
        day.day.isoformat()
        for day, published in published_days()
        if day.aqi is None or abs(day.aqi.value - published) > 1
    ]
    assert far == ["2015-02-22", "2015-02-23", "2015-03-27", "2015-11-06"]
