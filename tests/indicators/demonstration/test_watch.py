"""The demonstration's consistency watch: one planted figure of each kind, found with its numbers."""

from __future__ import annotations

import pytest

from indicators.insight.models import Suspicion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


@pytest.mark.parametrize(
    ("rule", "unit", "element", "says"),
    [
        ("w.cut-cod", None, "i01.cod_cut", "全市2016年累计“化学需氧量当季减排量”"),
        ("w.value-added", None, "i05.value_added", "不应大于后者"),
        ("w.jump", "六枝特区", "i06.water_used", "用水总量"),
        ("w.repeat", "市城管局", "i14.reused", "连续 4 期同为 4.60 万t"),
        ("w.round", "盘县", "i06.water_used", "期为整数"),
    ],
)
def test_what_was_planted_is_found(rule: str, unit: str | None, element: str, says: str) -> None:
    found = [
        one
        for one in Suspicion.objects.filter(rule__code=rule, state=Suspicion.State.OPEN).select_related(
            "unit"
        )
        if (one.unit.short_name if one.unit else None) == unit
        and {cell["element"] for cell in one.cells} & {element}
    ]
    assert len(found) == 1, list(Suspicion.objects.values_list("rule__code", "unit__short_name", "text"))
    assert says in found[0].text


def test_little_else_is_suspected() -> None:
    """The page is for looking at: a watch that cries everywhere is none."""
    rows = list(Suspicion.objects.values_list("rule__code", "unit__short_name", "text"))
    assert 5 <= len(rows) <= 12, rows
