"""Sources: class III and table 2, weighted by the water taken."""

from __future__ import annotations

from decimal import Decimal

import pytest

from indicators.standards.surface_water import Measured
from indicators.standards.water_source import Intake, judge_source, volume_share


def figures(**values: str) -> dict[str, Measured]:
    return {code: Measured(Decimal(value)) for code, value in values.items()}


@pytest.mark.parametrize(
    ("code", "at_limit", "beyond"),
    [
        ("so4", "250", "250.1"),
        ("cl", "250", "250.1"),
        ("no3n", "10", "10.01"),
        ("fe", "0.3", "0.31"),
        ("mn", "0.1", "0.11"),
        ("codmn", "6", "6.01"),
        ("tp", "0.05", "0.051"),  # a reservoir
        ("do", "5", "4.99"),
        ("ph", "9", "9.1"),
    ],
)
def test_class_iii_and_table_2(code: str, at_limit: str, beyond: str):
    assert judge_source(figures(**{code: at_limit})).compliant is True
    found = judge_source(figures(**{code: beyond}))
    assert (found.compliant, found.exceeded) == (False, (code,))


def test_a_river_source_has_the_rivers_phosphorus():
    assert judge_source(figures(tp="0.2"), "river").compliant is True
    assert judge_source(figures(tp="0.2"), "lake").compliant is False


def test_all_that_exceeds_is_named_and_what_was_measured_counted():
    found = judge_source(figures(codmn="7", fe="0.5", mn="0.05", tn="9"))
    assert (found.exceeded, found.measured, found.of) == (("codmn", "fe"), 3, 26)


def test_below_detection_complies():
    found = judge_source({"fe": Measured(Decimal("0.5"), below=True), "mn": Measured(None, below=True)})
    assert (found.compliant, found.measured) == (True, 2)


def test_nothing_measured_is_not_judged():
    assert judge_source({}).compliant is None


def test_share_by_volume():
    intakes = [
        Intake(Decimal(300), True),
        Intake(Decimal(100), False),
        Intake(Decimal(50), None),  # not sampled
        Intake(None, True),  # no volume
    ]
    found = volume_share(intakes)
    assert (found.share, found.compliant_volume, found.judged_volume, found.missing) == (
        Decimal("0.75"), Decimal(300), Decimal(400), 2,
    )  # fmt: skip


def test_no_volume_no_share():
    assert volume_share([]).share is None
    assert volume_share([Intake(Decimal(0), True)]).share is None
    with pytest.raises(ValueError, match="不能是负数"):
        volume_share([Intake(Decimal(-1), True)])
