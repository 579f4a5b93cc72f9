"""HJ 640: the mean of an area, the mean of its roads."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.standards.noise import Road, area_level, area_mean, road_level, road_mean


def test_area_mean_is_plain():
    found = area_mean([Decimal("52.3"), Decimal("55.6"), None, Decimal("57.2")])
    assert found.leq_db == Decimal("165.1") / 3
    assert (found.reported_db, found.points, found.missing) == (Decimal("55.0"), 3, 1)


@pytest.mark.parametrize(("points", "few"), [(99, True), (100, False)])
def test_below_a_hundred_points_there_is_a_warning(points: int, few: bool):
    assert area_mean([Decimal(55)] * points).too_few_points is few


def test_road_mean_is_weighted_by_length():
    found = road_mean(
        [Road(Decimal(70), Decimal(1000)), Road(Decimal(64), Decimal(500)), Road(None, Decimal(900))]
    )
    assert (found.leq_db, found.length_m, found.points, found.missing) == (Decimal(68), Decimal(1500), 2, 1)
    assert found.too_few_points is False


def test_nothing_measured():
    assert area_mean([None]).leq_db is None
    assert area_mean([]).reported_db is None
    assert road_mean([Road(None, Decimal(10))]).leq_db is None


@pytest.mark.parametrize("leq", ["0", "-3", "201"])
def test_impossible_levels_are_refused(leq: str):
    with pytest.raises(ValueError, match="不合理"):
        area_mean([Decimal(leq)])


@pytest.mark.parametrize("length", ["0", "-1"])
def test_a_road_has_a_length(length: str):
    with pytest.raises(ValueError, match="路段长度"):
        road_mean([Road(Decimal(60), Decimal(length))])


@pytest.mark.parametrize(
    ("judge", "leq", "level"),
    [
        (area_level, "50.0", "一级"), (area_level, "50.04", "一级"), (area_level, "50.1", "二级"), (area_level, "55.0", "二级"),
        (area_level, "60.0", "三级"), (area_level, "65.0", "四级"), (area_level, "65.1", "五级"),
        (road_level, "68.0", "一级"), (road_level, "68.1", "二级"), (road_level, "70.0", "二级"), (road_level, "72.0", "三级"),
        (road_level, "74.0", "四级"), (road_level, "74.1", "五级"),
    ],
)  # fmt: skip
def test_levels(judge, leq: str, level: str):
    assert judge(Decimal(leq)) == level


@given(st.lists(st.decimals("30", "90", places=1), min_size=1, max_size=150))
def test_equal_lengths_weigh_equally(readings: list[Decimal]):
    roads = road_mean([Road(reading, Decimal(100)) for reading in readings])
    area = area_mean(readings)
    assert roads.leq_db is not None and area.leq_db is not None
    assert abs(roads.leq_db - area.leq_db) < Decimal("1e-20")
