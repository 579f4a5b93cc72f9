"""What the wall shows in one line: the part that failed the indicator, not one that is fine."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chuangmo import periods
from indicators.assessment.rules import ElementMeta, FigureInput, Inputs, assess, validate_rule

RULE = validate_rule(
    {
        "headline_part": "eia",
        "parts": [
            {
                "code": code,
                "name": name,
                "kind": "RATE",
                "numerator": f"i22.{code}_done",
                "denominator": f"i22.{code}_due",
                "scale": "100",
                "op": ">=",
                "limit": "100",
                "unit": "%",
                "places": 2,
                "window": {"kind": "year"},
            }
            for code, name in (("eia", "环评执行率"), ("sts", "“三同时”执行率"))
        ],
    }
)


def judged(eia_done: int, sts_done: int):
    figures = {"i22.eia_due": 100, "i22.eia_done": eia_done, "i22.sts_due": 100, "i22.sts_done": sts_done}
    return assess(
        RULE,
        Inputs(
            plan_year=2017,
            elements={code: ElementMeta(code=code, name=code, measure="个") for code in figures},
            figures=[
                FigureInput(element=code, unit="县", period=periods.month(2017, 1), value=Decimal(value))
                for code, value in figures.items()
            ],
        ),
        date(2017, 1, 31),
    )


def test_the_part_that_failed_is_shown_by_name() -> None:
    result = judged(100, 95)
    assert (result.status, result.headline, result.value) == ("missed", "“三同时”执行率 95.00%", Decimal(95))
    assert result.sentence.count("“三同时”执行率 95.00%") == 1
    assert "执行率 “三同时”执行率" not in result.sentence


def test_the_headline_part_stands_for_the_indicator_otherwise() -> None:
    assert judged(100, 100).headline == "100.00%"
    assert judged(90, 100).headline == "90.00%"
