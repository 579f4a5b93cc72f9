"""The forecast of one indicator: part by part, from accepted figures as of a month end; a pure function like the verdict.

Ranks, lists, surveys and shares of sites are projected from their verdict as it stands (`judged`), measured air from its
own days (`air`, `good_days`, `percentiles`). What can't be projected says why; a part that does not apply has no line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Context as DecimalContext
from decimal import Decimal, localcontext
from typing import Any

from indicators.assessment.rules.figures import Inputs
from indicators.assessment.rules.kinds import Context
from indicators.assessment.rules.ledger import Ledger
from indicators.assessment.rules.reading import Quantity, read
from indicators.assessment.rules.schema import (
    Completion,
    Decline,
    IndicatorRule,
    ListPart,
    MonPart,
    NoEvents,
    Rank,
    Rate,
    RollingMonths,
    SitesPart,
    Survey,
    Threshold,
    Year,
    YearsBeforeAndToDate,
    elements_read,
)
from indicators.assessment.rules.windows import Span, spans
from indicators.assessment.rules.wording import value_text
from indicators.standards.rounding import format_number

from .air import annual_forecast, good_days_forecast
from .allowance import OUTLOOKS, needed_ratio, outlook_of, ratio_words, rest_words
from .judged import PACE, PASSING, PERSISTENCE, SAMPLING, judged_forecast, not_forecast
from .part import PartForecast, plain
from .percentiles import SAME_DAYS
from .projecting import RUN_RATE, SEASONAL, Projection, project_ratio, project_sum
from .series import Flows, flows_of

__all__ = ["Forecast", "PartForecast", "forecast_of", "part_forecasts"]

_ARITHMETIC = DecimalContext(prec=34)
_EIGHT_OF_TEN = "括号内为十次里约八次会落入的范围"
# What was done, and what the range means.
METHODS = {
    SEASONAL: ("按前几年同期与余下各期的比例推算", _EIGHT_OF_TEN),
    RUN_RATE: ("按今年已有各期的平均推算", _EIGHT_OF_TEN),
    PERSISTENCE: ("按最近的结果不变推算", "括号内为已见过的变动全部朝一个方向时的两端"),
    SAMPLING: ("按最近一次调查的结果", "括号内为抽样误差，十次里约八次会落入"),
    PACE: ("按今年至今完成的快慢推算", "括号内为至今已完成的到全部完成"),
    PASSING: ("按今年至今不达标的机会推算", _EIGHT_OF_TEN),
    SAME_DAYS: ("余下各月用前几年同期的日值代入", "括号内为各年代入的两端再放宽，十次里约八次会落入"),
}


@dataclass(frozen=True, slots=True)
class Forecast:
    """All parts, the worst outlook among those that have one, and one line for the wall."""

    parts: tuple[PartForecast, ...]
    outlook: str
    line: str

    def to_json(self) -> dict[str, Any]:
        """JSON values, the same text for equal forecasts."""
        return {"parts": [asdict(part) for part in self.parts], "outlook": self.outlook, "line": self.line}


def part_forecasts(body: Mapping[str, Any]) -> list[PartForecast]:
    """Read back what `to_json` wrote."""
    return [PartForecast(**part) for part in body.get("parts", [])]


def forecast_of(rule: IndicatorRule, inputs: Inputs, as_of: date) -> Forecast | None:
    """None where no part of the rule can be projected (yet)."""
    with localcontext(_ARITHMETIC):
        ledger = Ledger(inputs, elements_read(rule), as_of, as_of)
        context = Context(ledger, inputs, inputs.plan_year, as_of, as_of)
        parts = [found for part in rule.parts if (found := _part(part, context)) is not None]
    if not parts:
        return None
    told = [part for part in parts if part.outlook != "none"] or parts
    worst = min(told, key=lambda part: _ORDER.index(part.outlook))
    if rule.tree.op == "any":
        worst = max(told, key=lambda part: _ORDER.index(part.outlook))
    return Forecast(tuple(parts), worst.outlook, _line(worst, several=len(rule.parts) > 1))


_ORDER = ("impossible", "doubtful", "likely", "secure", "none")


def _line(part: PartForecast, *, several: bool) -> str:
    head = f"{part.name}：" if several else ""
    return f"{head}{part.allowance or part.range_words}"


def _part(part: Any, context: Context) -> PartForecast | None:
    """None: the part does not apply (its condition does not hold)."""
    condition, inputs = part.condition, context.inputs
    if condition is not None and inputs.facts.get(condition.fact, False) != condition.value:
        return None
    if isinstance(part, MonPart):
        measured = {"air_good_days": good_days_forecast, "air_annual": annual_forecast}.get(part.measure)
        if measured is None:
            return not_forecast(part, "噪声一年测一次，没有年内的走势可推算")
        found = measured(part, inputs.readings.city_days, inputs.plan_year, context.as_of)
        return found or not_forecast(part, "今年还没有从一月起连续的有效日值")
    if isinstance(part, Rank | ListPart | Survey | SitesPart):
        return judged_forecast(part, context)
    judge = _KINDS.get(part.kind)
    found = judge(part, context.ledger, inputs.plan_year, context.as_of) if judge else None
    return found or not_forecast(part, _why_not(part))


def _why_not(part: Any) -> str:
    if isinstance(part, Threshold | Rate):
        if not isinstance(part.window, Year | YearsBeforeAndToDate):
            return "只看最近一期的数，没有全年累计可推算"
        if not isinstance(part.limit, Decimal):
            return "限值本身要等公布"
    return "还没有够推算的已审定数据"


# Ratios and sums --------------------------------------------------------------------------------------


def _amount(part: Threshold | Rate, ledger: Ledger, plan_year: int, as_of: date) -> PartForecast | None:
    if not isinstance(part.window, Year | YearsBeforeAndToDate) or not isinstance(part.limit, Decimal):
        return None
    if part.numerator is None or part.denominator is None:
        return _sum(part, ledger, plan_year, as_of)
    quantity = Quantity.of(part.numerator, part.denominator, part.scale, part.unit)
    flows = flows_of(ledger, quantity, plan_year, as_of)
    if flows is None or flows.lower is None:
        return None
    ceiling = Decimal(100) if part.kind == "RATE" and part.unit == "%" else None
    limit = _limit(part)
    projection = project_ratio(flows.upper, flows.lower, part.scale, ceiling=ceiling)
    if projection is None:
        return None
    upper, lower = flows.upper.total, flows.lower.total
    if ceiling is not None and limit >= ceiling:
        return _catching_up(part, ledger, quantity, flows, projection)
    needed = needed_ratio(
        upper, lower, projection.rest, scale=part.scale, op=part.op, limit=limit, ceiling=ceiling
    )
    now = upper * part.scale / lower
    words = ratio_words(needed, _rest_name(flows), part.op, part.unit, max(part.places, 1), now)
    return _found(part, projection, outlook_of(projection, part.op, limit, needed), words, flows.cut)


def _limit(part: Threshold | Rate) -> Decimal:
    """The limit as unrounded values meet it: 99.5 where 100 is judged on whole numbers (修约值比较法)."""
    assert isinstance(part.limit, Decimal)
    places = part.rounding.places
    if places is None or part.op not in (">=", "<="):
        return part.limit
    half = Decimal("0.5").scaleb(-places)
    return part.limit - half if part.op == ">=" else part.limit + half


def _catching_up(
    part: Threshold | Rate, ledger: Ledger, quantity: Quantity, flows: Flows, projection: Projection
) -> PartForecast:
    """A limit of 100 %: nothing is ever ahead, but what was left undone may be done later in the year."""
    assert flows.lower is not None
    gap = flows.lower.total - flows.upper.total
    meta = ledger[quantity.numerator[0].code].meta
    over = flows.upper.done == len(flows.upper.months)
    if gap <= 0:
        words, outlook = "没有欠账，余下各期须全部完成", "likely"
    elif over:
        words, outlook = (
            f"全年尚欠 {format_number(gap, meta.precision)} {meta.measure}，已不可能达标",
            "impossible",
        )
    else:
        words = (
            f"已欠 {format_number(gap, meta.precision)} {meta.measure}，年内补齐且余下各期全部完成才能达标"
        )
        outlook = "doubtful"
    if over and gap <= 0:
        words, outlook = "全年没有欠账", "secure"
    return _found(part, projection, outlook, words, flows.cut)


def _sum(part: Threshold, ledger: Ledger, plan_year: int, as_of: date) -> PartForecast | None:
    """An amount that grows through the year against a lower or upper limit."""
    assert part.amount is not None and isinstance(part.limit, Decimal)
    quantity = Quantity.of(part.amount, scale=part.scale, unit=part.unit)
    flows = flows_of(ledger, quantity, plan_year, as_of)
    if flows is None or any(ledger[code].meta.over_units == "min" for code in quantity.codes):
        return None
    projection = project_sum(flows.upper)
    left = part.limit - flows.upper.total
    periods, name = _periods(flows)
    if part.op in (">=", ">"):
        words = rest_words(left, periods, name, part.unit, part.places)
    elif left >= 0:
        words = f"全年最多 {format_number(part.limit)} {part.unit}，余 {format_number(left)} {part.unit}"
    else:
        words = f"已超出 {format_number(-left)} {part.unit}，已不可能达标"
    impossible = "不可能" in words
    outlook = "impossible" if impossible else outlook_of(projection, part.op, part.limit)
    return _found(part, projection, outlook, words, flows.cut)


# Falls, completion, events ----------------------------------------------------------------------------


def _decline(part: Decline, ledger: Ledger, plan_year: int, as_of: date) -> PartForecast | None:
    """This year's intensity against last year's whole: below it, or not."""
    quantity = Quantity.of(part.numerator, part.denominator, part.scale, part.unit)
    flows = flows_of(ledger, quantity, plan_year, as_of)
    last = read(ledger, quantity, date(plan_year - 1, 1, 1), date(plan_year - 1, 12, 31))
    if flows is None or flows.lower is None or not last.complete or last.value is None:
        return None
    projection = project_ratio(flows.upper, flows.lower, part.scale)
    if projection is None:
        return None
    needed = needed_ratio(
        flows.upper.total,
        flows.lower.total,
        projection.rest,
        scale=part.scale,
        op="<",
        limit=last.value,
        ceiling=None,
    )
    now = flows.upper.total * part.scale / flows.lower.total
    base = value_text(last.value, part.places, part.unit)
    rest = ratio_words(needed, _rest_name(flows), "<", part.unit, part.places, now)
    words = f"{rest}；上年全年 {base}" if rest else f"上年全年 {base}"
    outlook = outlook_of(projection, "<", last.value, needed)
    return _found(part, projection, outlook, words, flows.cut, threshold=f"< {base}")


def _completion(part: Completion, ledger: Ledger, plan_year: int, as_of: date) -> PartForecast | None:
    span = Span(date(plan_year, 1, 1), date(plan_year, 12, 31), date(plan_year, 12, 31))
    task = ledger[part.task].total(span.start, span.close)
    verified = ledger[part.verified].total(span.start, span.close).value if part.verified else None
    flows = flows_of(ledger, Quantity.of(part.done), plan_year, as_of)
    if task.value is None or task.value <= 0 or verified is not None or flows is None:
        return None
    amount = project_sum(flows.upper)
    share = Decimal(100) / task.value
    projection = Projection(
        amount.method, amount.low * share, amount.likely * share, amount.high * share, amount.rest
    )
    meta = ledger[part.task].meta
    left = task.value * part.limit / 100 - flows.upper.total
    periods, name = _periods(flows)
    words = rest_words(left, periods, name, meta.measure, meta.precision)
    outlook = "impossible" if "不可能" in words else outlook_of(projection, part.op, part.limit)
    return _found(part, projection, outlook, words, flows.cut)


def _no_events(part: NoEvents, ledger: Ledger, plan_year: int, as_of: date) -> PartForecast | None:
    """Nothing may happen: no projection, but what one event means is said."""
    windows = spans(part.window, plan_year, as_of)
    if not windows:
        return None
    reading = read(ledger, Quantity.of(part.events), windows[0].start, windows[0].to, reach_back=True)
    if reading.value is None:
        return None
    if reading.value > 0:
        rolling = isinstance(part.window, RollingMonths)
        after = "，滚出窗口期前不能达标" if rolling else "，已不可能达标"
        words = f"窗口期内已有 {format_number(reading.value)} {part.unit}{after}"
        return PartForecast(part.code, part.name, "doubtful" if rolling else "impossible", allowance=words)
    return PartForecast(part.code, part.name, "likely", allowance=f"至今 0 {part.unit}，余 0：不得再发生")


_KINDS: dict[str, Callable[[Any, Ledger, int, date], PartForecast | None]] = {
    "T": _amount,
    "RATE": _amount,
    "DEC": _decline,
    "COMPLETION": _completion,
    "NOEV": _no_events,
}


# Words ------------------------------------------------------------------------------------------------


def _found(
    part: Any, projection: Projection, outlook: str, words: str, cut: date, *, threshold: str = ""
) -> PartForecast:
    assert outlook in OUTLOOKS
    return PartForecast(
        code=part.code,
        name=part.name,
        outlook=outlook,
        likely=plain(projection.likely),
        low=plain(projection.low),
        high=plain(projection.high),
        unit=part.unit,
        places=part.places,
        allowance=words,
        method=projection.method,
        cut=cut.isoformat(),
        threshold=threshold,
    )


def _periods(flows: Flows) -> tuple[int, str]:
    """How many periods are left, and what one is called."""
    left = flows.upper.months[flows.upper.done :]
    return len(left), "季度" if 3 in left else "月"


def _rest_name(flows: Flows) -> str:
    count, name = _periods(flows)
    if count == 1:
        return f"最后1个{name}"
    return f"后{count}个{name}"
