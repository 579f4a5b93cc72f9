"""Numbers and sizes as a person reads them."""

from decimal import Decimal

import pytest

from chuangmo.shell import display


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Decimal("9412.500000"), None, "9\u2009412.5"),
        (Decimal("9412.500000"), 1, "9\u2009412.5"),
        (Decimal("10872"), None, "10\u2009872"),
        (Decimal("1234567.891"), 0, "1\u2009234\u2009568"),
        (Decimal("0.25"), 1, "0.2"),  # half to even
        (Decimal("0.35"), 1, "0.4"),
        (Decimal("-0.04"), 1, "0.0"),
        (Decimal("-1200"), None, "−1\u2009200"),
        (Decimal("100"), None, "100"),
        (0, None, "0"),
        (0, 2, "0.00"),
        (1.5, None, "1.5"),
        (None, 1, "—"),
        ("", None, "—"),
        (Decimal("NaN"), 1, "—"),
        ("三项", None, "三项"),
        (Decimal("1e400"), None, "1E+400"),
    ],
)
def test_figure(value, places, text):
    assert display.figure(value, places) == text


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [(Decimal("0.9205"), 1, "92.0%"), (Decimal("0.9264"), 1, "92.6%"), (1, None, "100%"), (None, 1, "—")],
)
def test_percent(value, places, text):
    assert display.percent(value, places) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(12, "12 B"), (219136, "214 KB"), (2202009, "2.1 MB"), (52428800, "50 MB"), (0, "0 B"), (None, "—")],
)
def test_file_size(size, text):
    assert display.file_size(size) == text
