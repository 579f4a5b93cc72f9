"""AND and OR over statuses, as complete tables."""

from __future__ import annotations

from itertools import product

import pytest

from indicators.assessment.rules.statuses import Status, all_of, any_of

MET, MARGIN, MISSED, PARTIAL, NONE, NA = (
    Status.MET,
    Status.MARGIN,
    Status.MISSED,
    Status.PARTIAL,
    Status.NONE,
    Status.NOT_APPLICABLE,
)

AND = [
    ([MET, MET], MET),
    ([MET, MARGIN], MARGIN),
    ([MARGIN, PARTIAL], PARTIAL),
    ([PARTIAL, MISSED], MISSED),
    ([MET, NONE], MET),
    ([MARGIN, NONE], MARGIN),
    ([PARTIAL, NONE], PARTIAL),
    ([MISSED, NONE], MISSED),
    ([NONE, NONE], NONE),
    ([MET, NA], MET),
    ([NONE, NA], NONE),
    ([NA, NA], NA),
    ([], NA),
]
OR = [
    ([MISSED, MET], MET),
    ([PARTIAL, MET], MET),
    ([MARGIN, MET], MET),
    ([MISSED, MARGIN], MARGIN),
    ([PARTIAL, MARGIN], MARGIN),
    ([PARTIAL, MISSED], PARTIAL),
    ([MISSED, NONE], MISSED),
    ([NONE, NONE], NONE),
    ([MISSED, NA], MISSED),
    ([NA, NA], NA),
]


@pytest.mark.parametrize(("statuses", "expected"), AND)
def test_and(statuses, expected):
    assert all_of(statuses) is expected


@pytest.mark.parametrize(("statuses", "expected"), OR)
def test_or(statuses, expected):
    assert any_of(statuses) is expected


@pytest.mark.parametrize(("left", "right"), list(product(Status, Status)))
def test_the_order_of_parts_makes_no_difference(left, right):
    assert all_of([left, right]) is all_of([right, left])
    assert any_of([left, right]) is any_of([right, left])


def test_each_status_has_its_own_sign_and_word():
    assert [(one.sign, one.label) for one in Status] == [
        ("●", "达标"),
        ("▲", "临界"),
        ("■", "不达标"),
        ("◆", "数据不全"),
        ("○", "未到期"),
        ("–", "不适用"),
    ]
