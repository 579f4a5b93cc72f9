"""The city's day from its stations' days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from indicators.standards.air_city import city_days, city_values, enough_stations
from indicators.standards.air_day import DayValues, StationDay

DAY = date(2015, 6, 1)


@pytest.mark.parametrize(
    ("counting", "needed"), [(1, 1), (2, 1), (3, 2), (4, 3), (5, 4), (6, 5), (7, 6), (8, 6), (9, 7), (12, 9)]
)
def test_three_quarters_of_the_stations_or_half_of_fewer_than_four(counting: int, needed: int):
    answers = [enough_stations(valid, counting) for valid in range(counting + 1)]
    assert answers == [False] * needed + [True] * (counting + 1 - needed)


def test_no_counting_station_makes_no_city():
    assert enough_stations(0, 0) is False
    assert city_values([], 3) == DayValues()


def test_each_pollutant_counts_its_own_stations():
    stations = [DayValues(so2=10.0, co=1.0), DayValues(so2=21.0), DayValues(so2=30.0), DayValues()]
    assert city_values(stations, 4) == DayValues(so2=Decimal(20))


def test_one_rounding_only_after_the_mean():
    """70.5 and 71.4: the mean is 70.95 and rounds to 71; the rounded stations (70, 71) would give 70."""
    assert city_values([DayValues(pm25=70.5), DayValues(pm25=71.4)], 2).pm25 == 71


def test_published_and_computed_stations_mix():
    assert city_values([DayValues(co=Decimal("0.3")), DayValues(co=0.2)], 2).co == Decimal("0.2")  # 0.25
    assert city_values([DayValues(co=Decimal("0.3")), DayValues(co=Decimal("0.4"))], 2).co == Decimal(
        "0.4"
    )  # 0.35


def station(*values: float | None, first: int = 1) -> list[StationDay]:
    return [StationDay(date(2015, 6, first + at), DayValues(so2=value)) for at, value in enumerate(values)]


def test_days_come_in_order_with_the_stations_of_each():
    days = city_days({"a": station(10.0, 20.0, first=2), "b": station(30.0, 40.0), "c": station(None)})
    assert [(day.day.day, day.values.so2) for day in days] == [(1, None), (2, 25), (3, None)]


def test_background_stations_do_not_count():
    days = city_days({"a": station(10.0), "清洁点": station(90.0)}, background=["清洁点"])
    assert days[0].values.so2 == 10


def test_counting_stations_follow_their_dates_in_service():
    stations = {"a": station(10.0, 10.0), "b": station(20.0, 20.0)}
    days = city_days(stations, counting=lambda day: 2 if day == DAY else 4)
    assert [day.values.so2 for day in days] == [15, None]


def test_a_day_twice_is_refused():
    with pytest.raises(ValueError, match="站点“a”有重复的日期"):
        city_days({"a": [*station(1.0), *station(2.0)]})
