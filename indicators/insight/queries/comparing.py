"""Figures for the charts of an indicator's page: this year against last, and units side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from chuangmo.charts import Bar, Chart, comparison, year_over_year
from indicators.assessment.models import Verdict
from indicators.assessment.rules import IndicatorRule, validate_rule
from indicators.assessment.rules.judging import meets
from indicators.assessment.rules.reading import Quantity
from indicators.assessment.rules.schema import Rate, Threshold
from indicators.insight.queries.measured_charts import measured_charts
from indicators.plan.models import DataElement
from indicators.reporting.models import Answer, Figure

__all__ = ["charts_of"]

_DIRECTIONS = {">=": "ge", "<=": "le", "=": "eq", ">": "gt", "<": "lt"}


def charts_of(verdict: Verdict | None) -> list[Chart]:
    """Year over year for each part that has both years, the units' comparison where one rate is reported by units, and
    what was measured. The number of queries follows from the rule, never from how many units or sites there are.
    """
    if verdict is None:
        return []
    rule = validate_rule(verdict.rule.body)
    parts = {part["code"]: part for part in verdict.result["parts"]}
    yearly = [_year_over_year(part, parts.get(part.code)) for part in rule.parts]
    measured = measured_charts(verdict, rule)
    return [chart for chart in (*yearly, *_by_unit(rule, parts), *measured) if chart is not None]


# This year against last --------------------------------------------------------------------------------


def _year_over_year(part: Any, result: Mapping[str, Any] | None) -> Chart | None:
    if result is None or part.kind in ("RANK", "LIST", "NOEV", "COMPLETION"):
        return None
    years: dict[int, dict[int, Decimal | None]] = defaultdict(dict)
    for point in result["series"]:
        end = date.fromisoformat(point["end"])
        years[end.year][end.month] = None if point["value"] is None else Decimal(point["value"])
    if len(years) < 2:
        return None
    before, now = sorted(years)[-2:]
    months = sorted({*years[before], *years[now]})
    quarterly = all(month % 3 == 0 for month in months)
    limit = getattr(part, "limit", None)
    return year_over_year(
        [f"{month // 3}季度" if quarterly else f"{month}月" for month in months],
        [years[before].get(month) for month in months],
        [years[now].get(month) for month in months],
        title=f"{part.name}：与上年同期比",
        names=(f"{before}年", f"{now}年"),
        unit=getattr(part, "unit", ""),
        places=getattr(part, "places", None),
        threshold=limit if isinstance(limit, Decimal) else None,
        direction=_DIRECTIONS.get(getattr(part, "op", ""), "ge"),
    )


# Units side by side ------------------------------------------------------------------------------------


def _by_unit(rule: IndicatorRule, results: Mapping[str, Mapping[str, Any]]) -> list[Chart | None]:
    """Rates whose numerator and denominator come from the same units, over the stretch that the part was judged on."""
    asked = [
        (part, Quantity.of(part.numerator, part.denominator, part.scale, part.unit))
        for part in rule.parts
        if isinstance(part, Rate | Threshold) and part.numerator and part.denominator
    ]
    stretches = {part.code: _stretch(results.get(part.code)) for part, _ in asked}
    ids = sorted({one for part, _ in asked for one in results.get(part.code, {}).get("figure_ids", [])})
    if not ids:
        return []
    cumulative = set(
        DataElement.objects.filter(entry=DataElement.Entry.CUMULATIVE).values_list("code", flat=True)
    )
    sums = _sums(ids)
    charts: list[Chart | None] = []
    for part, quantity in asked:
        stretch = stretches[part.code]
        if stretch is None or cumulative & set(quantity.codes):
            continue
        charts.append(_compared(part, quantity, sums, stretch))
    return charts


def _stretch(result: Mapping[str, Any] | None) -> tuple[date, date] | None:
    steps = [step for step in (result or {}).get("steps", []) if step["end"] and step["value"] is not None]
    if not steps:
        return None
    return date.fromisoformat(steps[-1]["start"]), date.fromisoformat(steps[-1]["end"])


_Sums = dict[tuple[str, str], list[tuple[date, date, Decimal]]]


def _sums(ids: list[int]) -> _Sums:
    rows = (
        Figure.objects.filter(pk__in=ids)
        .exclude(answer=Answer.NOT_APPLICABLE)
        .order_by("unit__order", "unit__name", "pk")
        .values_list("unit__short_name", "element__code", "period_start", "period_end", "value")
    )
    found: _Sums = defaultdict(list)
    for unit, code, start, end, value in rows:
        found[unit, code].append((start, end, value or Decimal(0)))
    return found


def _compared(part: Any, quantity: Quantity, sums: _Sums, stretch: tuple[date, date]) -> Chart | None:
    units = list(dict.fromkeys(unit for unit, code in sums if code in quantity.codes))
    givers = [{unit for unit, one in sums if one == code} for code in quantity.codes]
    if len(units) < 2 or any(one != givers[0] for one in givers):
        return None
    bars = []
    for unit in units:
        above, below = (
            sum((term.factor * _total(sums[unit, term.code], stretch) for term in terms), Decimal(0))
            for terms in (quantity.numerator, quantity.denominator)
        )
        value = above * quantity.scale / below if below else None
        limit = part.limit if isinstance(part.limit, Decimal) else None
        holds = None if value is None or limit is None else meets(value, part.op, limit)
        bars.append(Bar(unit, value, holds))
    start, end = stretch
    return comparison(
        bars,
        title=f"{part.name}：各单位比较（{start.year}年{start.month}—{end.month}月）",
        unit=part.unit,
        places=part.places,
        threshold=part.limit if isinstance(part.limit, Decimal) else None,
        direction=_DIRECTIONS.get(part.op, "ge"),
    )


def _total(values: list[tuple[date, date, Decimal]], stretch: tuple[date, date]) -> Decimal:
    return sum(
        (value for start, end, value in values if stretch[0] <= start and end <= stretch[1]), Decimal(0)
    )
