"""MON, noise: means, warning below 100 points, what is not measured yet (HJ 640-2012)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from indicators.assessment.rules import Status

from .measured import AREA, ROADS, noise, part_of, site

POINTS = [site(f"n{number}", "noise_grid") for number in range(4)]


def area(levels, as_of="2017-04-30", points=POINTS, **fields):
    readings = [noise(f"n{number}", leq) for number, leq in enumerate(levels)]
    return part_of({**AREA, **fields}, as_of, sites=points, noise=readings)


@pytest.mark.parametrize(
    ("levels", "status"),
    [
        (["56.9"] * 4, Status.MET),
        (["57", "57", "57", "57"], Status.MARGIN),
        (["60", "60", "60", "60"], Status.MARGIN),
        (["60", "60", "60", "60.1"], Status.MISSED),  # unrounded: 60.025
    ],
)
def test_the_mean_of_the_grid_against_60(levels, status):
    found = area(levels)
    assert (found.status, found.value) == (status, sum(map(Decimal, levels)) / 4)


def test_a_year_is_final_once_every_point_is_measured():
    found = area(["55"] * 4)
    assert (found.status, found.provisional, found.text) == (Status.MET, False, "55.0 dB(A)")
    assert "少于规范要求的 100 个" in found.remark


def test_points_not_measured_yet_leave_it_open_and_then_missing():
    open_ = area(["55", "56"])
    assert (open_.status, open_.text) == (Status.NONE, "55.5 dB(A)（已测 2/4）")
    late = area(["55", "56"], due="04-15")
    assert (late.status, [one.site for one in late.missing]) == (Status.PARTIAL, ["n2", "n3"])


def test_roads_are_weighed_by_their_length():
    roads = [
        site("r1", "noise_road", length_m=Decimal(1000)),
        site("r2", "noise_road", length_m=Decimal(3000)),
    ]
    readings = [noise("r1", "66"), noise("r2", "70", length="2000")]  # the length when measured goes first
    found = part_of(ROADS, "2017-04-30", sites=roads, noise=readings)
    assert round(found.value, 9) == Decimal("68.666666667")
    assert found.status is Status.MARGIN
    assert "Σ（声级 × 长度）" in found.formula


def test_a_road_without_a_length_is_missing_its_length():
    found = part_of(
        {**ROADS, "due": "03-31"}, "2017-04-30", sites=[site("r", "noise_road")], noise=[noise("r", "66")]
    )
    assert (found.status, [one.element_name for one in found.missing]) == (Status.PARTIAL, ["路段长度"])


def test_a_reading_after_the_day_is_not_looked_at():
    readings = [noise(f"n{number}", "55", at="2017-05-02") for number in range(4)]
    found = part_of(AREA, "2017-04-30", sites=POINTS, noise=readings)
    assert (found.status, found.value) == (Status.NONE, None)


def test_years_before_are_shown():
    readings = [noise(f"n{number}", "57", at="2016-05-02") for number in range(4)]
    found = part_of(AREA, "2017-04-30", sites=POINTS, noise=readings)
    assert [(one.label, one.value, one.end) for one in found.years] == [
        ("2016年", Decimal(57), date(2016, 12, 31))
    ]
