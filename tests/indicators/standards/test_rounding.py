"""GB/T 8170 rounding and the written form of numbers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.standards.rounding import format_number, round_half_even, strip_zeros


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        # The examples of GB/T 8170-2008, 3.2 and 3.3
        ("12.1498", 0, "12"),
        ("12.1498", 1, "12.1"),
        ("1268", -2, "1300"),
        ("10.5002", 0, "11"),
        ("1.050", 1, "1.0"),
        ("0.35", 1, "0.4"),
        ("2500", -3, "2000"),
        ("3500", -3, "4000"),
        ("0.0325", 3, "0.032"),
        ("32500", -3, "32000"),
        ("-355", -1, "-360"),
        ("-325", -1, "-320"),
        ("-365", -1, "-360"),
        ("-0.0365", 3, "-0.036"),
        ("97.46", 0, "97"),
        ("15.4546", 0, "15"),
        # Half to even on both sides
        ("0.5", 0, "0"),
        ("1.5", 0, "2"),
        ("2.5", 0, "2"),
        ("-0.5", 0, "0"),
        ("89.5", 0, "90"),
        ("89.95", 1, "90.0"),
        ("12345678901234567890123456789.125", 2, "12345678901234567890123456789.12"),
    ],
)
def test_round_half_even(value: str, places: int, expected: str) -> None:
    assert str(round_half_even(Decimal(value), places)) == expected


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_not_finite_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="不能修约"):
        round_half_even(Decimal(value), 1)
    with pytest.raises(ValueError, match="不能显示"):
        format_number(Decimal(value))


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("0", None, "0"),
        ("-0.00", None, "0"),
        ("-0.004", 2, "0.00"),
        ("999", None, "999"),
        ("1000", None, "1\u2009000"),
        ("1234567.8900", None, "1\u2009234\u2009567.89"),
        ("1234567.885", 2, "1\u2009234\u2009567.88"),
        ("-1234.5", 1, "\u22121\u2009234.5"),
        ("12", 2, "12.00"),
        ("1E+3", None, "1\u2009000"),
        ("0.000001", None, "0.000001"),
        ("99999999999999.999999", None, "99\u2009999\u2009999\u2009999\u2009999.999999"),
    ],
)
def test_format_number(value: str, places: int | None, expected: str) -> None:
    assert format_number(Decimal(value), places) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("12.500", "12.5"), ("1E+3", "1000"), ("-0.0", "0"), ("100", "100"), ("0.10", "0.1")],
)
def test_strip_zeros(value: str, expected: str) -> None:
    assert str(strip_zeros(Decimal(value))) == expected


figures = st.decimals(min_value=-(10**14), max_value=10**14, places=6)


@given(figures, st.integers(0, 6))
def test_rounding_moves_by_half_a_place_at_most(value: Decimal, places: int) -> None:
    rounded = round_half_even(value, places)
    distance = abs(rounded - value)
    half = Decimal(5).scaleb(-places - 1)
    assert distance <= half
    if distance == half:
        assert int(rounded.scaleb(places)) % 2 == 0
    assert round_half_even(rounded, places) == rounded


@given(figures, st.integers(0, 6))
def test_rounding_is_symmetric(value: Decimal, places: int) -> None:
    assert round_half_even(-value, places) == -round_half_even(value, places)


@given(figures)
def test_formatted_number_reads_back(value: Decimal) -> None:
    text = format_number(value)
    assert Decimal(text.replace("\u2009", "").replace("\u2212", "-")) == value
    whole = text.lstrip("\u2212").partition(".")[0].split("\u2009")
    assert 1 <= len(whole[0]) <= 3
    assert all(len(group) == 3 for group in whole[1:])
