"""The demonstration's consistency watch: one planted figure of each kind, found with its numbers."""

from __future__ import annotations

import pytest

from indicators.insight.models import Suspicion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration"), pytest.mark.sqlite_only]


@pytest.mark.parametrize(
    ("rule", "state", "element", "says"),
    [
        ("w.cut-cod", "open", "i01.cod_cut", "全市2016年累计“化学需氧量当季减排量”"),
        ("w.value-added", "open", "i05.value_added", "不应大于后者"),
        (
            "w.jump",
            "explained",
            "i06.water_used",
            "高 88%",
        ),  # so large a leap had to be explained when it was sent
        ("w.repeat", "open", "i14.reused", "连续 4 期同为 4.60 万t"),
        ("w.round", "open", "i06.water_used", "期为整数"),
    ],
)
def test_what_was_planted_is_found(rule: str, state: str, element: str, says: str) -> None:
    found = [
        one
        for one in Suspicion.objects.filter(rule__code=rule, state=state)
        if element in {cell["element"] for cell in one.cells}
    ]
    assert [says in one.text for one in found] == [True], _all()


def test_little_else_is_suspected() -> None:
    """The page is for looking at: a watch that cries everywhere is none."""
    assert 5 <= Suspicion.objects.count() <= 12, _all()


def _all() -> str:
    rows = Suspicion.objects.values_list("rule__code", "state", "unit__short_name", "text")
    return "\n".join(map(str, rows))
