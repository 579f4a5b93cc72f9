"""Builders for figures and expectations: five counties, their months and quarters, due days as in elements.csv."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from chuangmo.periods import Period, month, quarter, term, year
from indicators.assessment.rules import (
    ElementMeta,
    Expectation,
    FigureInput,
    IndicatorRule,
    Inputs,
    VerdictResult,
    assess,
    validate_rule,
)

COUNTIES = ("六枝特区", "盘县", "水城县", "钟山区", "钟山经济开发区")
YEAR = {"kind": "year"}
LATEST = {"kind": "latest"}


def meta(code: str, **fields: Any) -> ElementMeta:
    fields.setdefault("name", code)
    fields.setdefault("measure", "t")
    return ElementMeta(code=code, **fields)


def day(text: str) -> date:
    return date.fromisoformat(text)


def months(year_number: int, first: int = 1, last: int = 12) -> list[Period]:
    return [month(year_number, number) for number in range(first, last + 1)]


def quarters(year_number: int, first: int = 1, last: int = 4) -> list[Period]:
    return [quarter(year_number, number) for number in range(first, last + 1)]


def figures(
    element: str,
    periods: Iterable[Period],
    value: Any,
    units: Sequence[str] = COUNTIES,
    **fields: Any,
) -> list[FigureInput]:
    """One figure for each unit and period. `value`: a number for all, or a sequence by period."""
    found = []
    for index, period in enumerate(periods):
        amount = value[index] if isinstance(value, (list, tuple)) else value
        for unit in units:
            found.append(
                FigureInput(
                    element=element,
                    unit=unit,
                    period=period,
                    value=None if amount is None else Decimal(str(amount)),
                    figure_id=fields.get("figure_id", 0),
                    **{name: one for name, one in fields.items() if name != "figure_id"},
                )
            )
    return found


def owed(
    element: str,
    periods: Iterable[Period],
    units: Sequence[str] = COUNTIES,
    days: int | None = 10,
    due_on: date | None = None,
    site: str = "",
) -> list[Expectation]:
    """One expectation for each unit and period, due `days` after the period's end or on `due_on`."""
    return [
        Expectation(
            element,
            unit,
            period,
            due_on or (None if days is None else period.end + timedelta(days=days)),
            site,
        )
        for period in periods
        for unit in units
    ]


def without(items: Iterable[Any], **wanted: Any) -> list[Any]:
    """The items except those whose fields all have these values."""
    return [one for one in items if any(getattr(one, name) != value for name, value in wanted.items())]


def rule(*parts: dict[str, Any], **fields: Any) -> IndicatorRule:
    return validate_rule({"parts": list(parts), **fields})


def rate(**fields: Any) -> dict[str, Any]:
    """Indicator 18's shape: treated ÷ produced ≥ 85 %, margin 5 %."""
    return {
        "code": "treated",
        "name": "无害化处理率",
        "kind": "RATE",
        "numerator": "i18.treated",
        "denominator": "i18.produced",
        "op": ">=",
        "limit": "85",
        "unit": "%",
        "window": YEAR,
        "margin_pct": "5",
        **fields,
    }


TREATED = meta("i18.treated", name="无害化处理量")
PRODUCED = meta("i18.produced", name="垃圾产生量")
RATE_METAS = {"i18.treated": TREATED, "i18.produced": PRODUCED}


def rate_inputs(treated: Any, produced: Any, last: int = 4, **fields: Any) -> Inputs:
    """Both sides from the five counties, January to `last` answered, the whole of 2017 owed on end+10."""
    kept = months(2017, 1, last)
    return Inputs(
        plan_year=2017,
        elements=RATE_METAS,
        figures=[*figures("i18.treated", kept, treated), *figures("i18.produced", kept, produced)],
        expectations=[*owed("i18.treated", months(2017)), *owed("i18.produced", months(2017))],
        **fields,
    )


def judged(parts: IndicatorRule, inputs: Inputs, as_of: str, due_by: str | None = None) -> VerdictResult:
    return assess(parts, inputs, day(as_of), day(due_by) if due_by else None)


__all__ = [
    "COUNTIES",
    "LATEST",
    "PRODUCED",
    "RATE_METAS",
    "TREATED",
    "YEAR",
    "Decimal",
    "day",
    "figures",
    "judged",
    "meta",
    "month",
    "months",
    "owed",
    "quarter",
    "quarters",
    "rate",
    "rate_inputs",
    "rule",
    "term",
    "without",
    "year",
]
