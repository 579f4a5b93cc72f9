"""Points and ranks, by hand-made cases and by property."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervision.scores.rules.scoring import PartSpec, drop_lowest, score_unit, shared_ranks

D = Decimal
PARTS = [PartSpec("a", "甲", D(30)), PartSpec("b", "乙", D(30)), PartSpec("c", "丙", D(40))]


@pytest.mark.parametrize(
    ("shares", "amounts", "total"),
    [
        ({"a": [D(1)], "b": [D(1)], "c": [D(1)]}, [], "100.00"),
        ({"a": [D(1), D(0)], "b": [D(1)], "c": [D(1)]}, [], "85.00"),
        ({"a": [D(1), D(0)]}, [], "50.00"),  # no duty elsewhere: its whole weight stands for 100
        ({"a": [D(1), D(1), D(0)], "b": [D(1)]}, [], "83.33"),  # 50·2/3 + 50
        ({"a": [D(1)]}, [D(3), D(4)], "105.00"),  # 7 is cut to 5
        ({"a": [D(0)]}, [D(-3)], "0.00"),  # never below zero
        ({"a": [D("0.000125")], "b": [D(0)], "c": [D(0)]}, [], "0.00"),
        ({}, [D(5)], None),
    ],
)
def test_points(shares, amounts, total):
    found = score_unit(PARTS, shares, amounts=amounts)
    assert found.total == (None if total is None else D(total))


@pytest.mark.parametrize(
    ("share", "total"),
    [
        ("0.5", "0.50"),
        ("0.125", "0.12"),
        ("0.135", "0.14"),
        ("0.145", "0.14"),
        ("0.145001", "0.15"),
        ("0.144999", "0.14"),
    ],
)
def test_half_goes_to_the_even_digit(share, total):
    assert score_unit([PartSpec("a", "甲", D(1))], {"a": [D(share)]}).total == D(total)


def test_parts_are_shown_rounded_and_not_added_up():
    """Three thirds of 33.33 would come to 99.99."""
    parts = [PartSpec(code, code, D(1)) for code in "abc"]
    weights = [PartSpec(part.code, part.name, D(100) / 3) for part in parts]
    found = score_unit(weights, {code: [D(1)] for code in "abc"})
    assert [part.points for part in found.parts] == [D("33.33")] * 3
    assert found.total == D("100.00")


def test_a_part_without_duty_has_no_points_and_gives_its_weight_away():
    found = score_unit(PARTS, {"a": [D(1)], "c": [D(0)]})
    assert [(part.effective, part.points) for part in found.parts] == [
        (D("42.857143"), D("42.86")),
        (None, None),
        (D("57.142857"), D("0.00")),
    ]


@pytest.mark.parametrize(
    ("totals", "ranks"),
    [
        (["90", "90", "80"], [1, 1, 3]),
        (["70", "90", "80", "80", "10"], [4, 1, 2, 2, 5]),
        (["90.00", "90"], [1, 1]),
        ([], []),
    ],
)
def test_ranks_share_ties(totals, ranks):
    given_ = {number: D(total) for number, total in enumerate(totals)}
    assert list(shared_ranks(given_).values()) == ranks


def test_the_first_of_equal_lowest_months_is_dropped():
    assert drop_lowest([D(9), D(7), D(7)]) == 1
    assert drop_lowest([D(9)]) is None


MILLIONTHS = st.integers(0, 10**6).map(lambda n: Decimal(n) / 10**6)
shares = st.lists(MILLIONTHS, min_size=1, max_size=7)


@given(
    st.fixed_dictionaries({}, optional={"a": shares, "b": shares, "c": shares}),
    st.integers(-900, 900).map(lambda n: Decimal(n) / 100),
)
def test_total_is_the_exact_sum_rounded_once(won, amount):
    found = score_unit(PARTS, won, amounts=[amount])
    if not won:
        assert found.total is None
        return
    weights = {part.code: Fraction(part.weight) for part in PARTS}
    spread = 100 / sum(weights[code] for code in won)
    exact = sum(weights[code] * spread * sum(map(Fraction, mine)) / len(mine) for code, mine in won.items())
    exact = max(Fraction(0), exact + max(-5, min(5, Fraction(amount))))
    assert abs(Fraction(found.total) - exact) <= Fraction(1, 200)
    assert 0 <= found.total <= 105
