"""Comparing revisions, and which one a reviewer compares with."""

from __future__ import annotations

import hashlib

import pytest

from chuangmo.review.rules import Change, Row, Section, Step, baseline, compare, digest


def _page(**texts: str) -> list[Section]:
    return [Section("数据", tuple(Row(key, f"项{key}", text) for key, text in texts.items()))]


def test_compare_names_what_differs_in_reading_order() -> None:
    before = _page(a="1", b="2", c="3")
    after = _page(d="4", c="3", b="5")
    assert compare(before, after) == [
        Change("d", "项d", "", "4"),
        Change("b", "项b", "2", "5"),
        Change("a", "项a", "1", ""),
    ]


def test_a_changed_explanation_is_a_change() -> None:
    before = [Section("数据", (Row("a", "项", "1", note="旧"),))]
    after = [Section("数据", (Row("a", "项", "1", note="新"),))]
    assert compare(before, after) == [Change("a", "项", "1（旧）", "1（新）")]


def test_nothing_differs() -> None:
    assert compare(_page(a="1"), _page(a="1")) == []


ANNA, BERT = 1, 2


@pytest.mark.parametrize(
    ("steps", "current", "viewer", "expected"),
    [
        pytest.param([], 1, ANNA, None, id="nobody looked"),
        pytest.param([Step(1, "submit", ANNA)], 2, ANNA, None, id="writing is not looking"),
        pytest.param([Step(1, "sign_off", ANNA), Step(2, "send_back", BERT)], 3, ANNA, 1, id="what I saw"),
        pytest.param(
            [Step(1, "sign_off", ANNA), Step(2, "send_back", ANNA)], 3, ANNA, 2, id="what I saw last"
        ),
        pytest.param(
            [Step(1, "sign_off", ANNA), Step(2, "send_back", ANNA)], 3, BERT, 2, id="what anybody saw"
        ),
        pytest.param([Step(1, "sign_off", None, skipped=True)], 2, BERT, None, id="skipping is not looking"),
        pytest.param([Step(2, "sign_off", ANNA)], 2, BERT, None, id="this revision is no earlier one"),
        pytest.param([Step(1, "accept", ANNA)], 2, None, 1, id="without a viewer"),
    ],
)
def test_baseline(steps: list[Step], current: int, viewer: int | None, expected: int | None) -> None:
    assert baseline(steps, current, viewer) == expected


def test_digest_does_not_depend_on_the_order_of_keys() -> None:
    assert digest({"b": 1, "a": "数"}) == digest({"a": "数", "b": 1})
    assert digest({"a": "数", "b": 1}) == hashlib.sha256('{"a":"数","b":1}'.encode()).hexdigest()
    assert digest({"a": "1"}) != digest({"a": 1})
