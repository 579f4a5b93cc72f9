"""Patterns in one series: a jump against its own history, the same value again and again, too many round numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from indicators.standards.rounding import format_number

from .watching import Book, Element, Hit, Place, Rule, Value, cells_of

__all__ = ["jump_hits", "median", "repeat_hits", "round_hits"]

_HISTORY = 24  # figures looked back on
_LEAST_HISTORY = 6
_YEARS_FOR_SEASON = 2
# The median absolute deviation of a normal distribution × 1.4826 is its standard deviation.
_MAD_TO_SIGMA = Decimal("1.4826")
# No series is taken to be steadier than this share of its level: else every small change of a constant one were a jump.
_LEAST_SCATTER = Decimal("0.05")
_SMALL_COUNT = 20  # below this many units of the last decimal, figures are small counts and jump by nature
_LOOKED_AT = 12
_DIGITS_TELLING = 4  # only of numbers with so many digits is roundness remarkable
_DIGITS_ROUND = 2  # a number whose other digits are all zero


def jump_hits(rule: Rule, book: Book) -> list[Hit]:
    """Figures of the plan's year far from the median of their own earlier figures, the season taken out.

    Distance in robust standard deviations (median absolute deviation), and in per cent of the usual level: both must be
    beyond the rule's. The season's factor of a month is the median over earlier years of figure ÷ that year's median.
    """
    found = []
    for element, place, values in _series(rule, book):
        for index, value in enumerate(values):
            if value.period.end.year == book.year:
                hit = _jump(rule, element, place, values[:index], value)
                if hit is not None:
                    found.append(hit)
    return found


def repeat_hits(rule: Rule, book: Book) -> list[Hit]:
    """Runs of at least `run` equal figures, not zero, that reach into the plan's year; one hit a run, at its last figure.

    Only what flows: a stock may well stay as it is.
    """
    found = []
    for element, place, values in _series(rule, book):
        if element.over_time != "sum":
            continue
        for run in _runs(values):
            if (
                len(run) >= rule.run
                and run[-1].period.end.year == book.year
                and _is_telling(element, run[0], 3)
            ):
                found.append(_repeat(rule, element, place, run))
    return found


def round_hits(rule: Rule, book: Book) -> list[Hit]:
    """Series whose last twelve figures hold at least `run` round ones, and more of them than others."""
    found = []
    for element, place, values in _series(rule, book):
        recent = values[-_LOOKED_AT:]
        telling = [value for value in recent if _is_telling(element, value, _DIGITS_TELLING)]
        rounded = [value for value in telling if _is_round(element, value)]
        of_year = recent and recent[-1].period.end.year == book.year
        if of_year and len(rounded) >= rule.run and 2 * len(rounded) > len(telling):
            found.append(_rounded(rule, element, place, recent, rounded))
    return found


def median(values: Sequence[Decimal]) -> Decimal:
    """The middle value; of an even number the mean of the two middle ones."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def _series(rule: Rule, book: Book) -> list[tuple[Element, Place, list[Value]]]:
    return [
        (book.elements[code], place, values)
        for (code, place), values in book.series.items()
        if not rule.elements or code in rule.elements
    ]


# Jumps ------------------------------------------------------------------------------------------------


def _jump(rule: Rule, element: Element, place: Place, earlier: Sequence[Value], value: Value) -> Hit | None:
    """All amounts are taken by the month, so that a figure for January and February is no jump by itself."""
    same_kind = [one for one in earlier if one.period.kind == value.period.kind]
    factors = _season(element, same_kind)
    factor = factors.get(value.period.end.month)
    if factor is not None:
        known = [one for one in same_kind if one.period.end.month in factors]
        history = [_rate(element, one) / factors[one.period.end.month] for one in known[-_HISTORY:]]
    else:
        history = [_rate(element, one) for one in same_kind[-_HISTORY:]]
    if len(history) < _LEAST_HISTORY:
        return None
    level = median(history)
    if abs(level) * 10**element.precision < _SMALL_COUNT:
        return None
    scatter = max(_MAD_TO_SIGMA * median([abs(one - level) for one in history]), abs(level) * _LEAST_SCATTER)
    usual_rate = level * (factor or 1)
    gap = abs(_rate(element, value) - usual_rate)
    distance, change_pct = gap / (scatter * (factor or 1)), gap / abs(usual_rate) * 100
    if distance <= rule.sensitivity or change_pct < rule.min_change_pct:
        return None
    usual = usual_rate * (value.months if element.over_time == "sum" else 1)
    season = "（已扣除季节影响）" if factor is not None else ""
    text = (
        f"{element.name} {_amount(element, value.amount)}，按近 {len(history)} 期的常见水平应在 {_amount(element, usual)}"
        f" 上下{season}，{'高' if value.amount > usual else '低'} {format_number(change_pct, 0)}%，"
        f"为常见波动的 {format_number(distance, 1)} 倍"
    )
    return Hit(
        rule.code,
        element.code,
        place.unit,
        value.period,
        text,
        cells_of([value]),
        mark=f"{place.site}|{value.period.code}",
        explained=value.explanation,
    )


def _season(element: Element, values: Sequence[Value]) -> dict[int, Decimal]:
    """Factors (above zero) of the months that have figures of at least two earlier years of four figures or more."""
    years: dict[int, list[Value]] = defaultdict(list)
    for value in values:
        years[value.period.end.year].append(value)
    shares: dict[int, list[Decimal]] = defaultdict(list)
    for several in years.values():
        level = median([_rate(element, value) for value in several])
        if len(several) >= 4 and level > 0:
            for value in several:
                shares[value.period.end.month].append(_rate(element, value) / level)
    factors = {month: median(found) for month, found in shares.items() if len(found) >= _YEARS_FOR_SEASON}
    return {month: factor for month, factor in factors.items() if factor > 0}


def _rate(element: Element, value: Value) -> Decimal:
    """The amount by the month; a stock is no amount of a time."""
    return value.amount / value.months if element.over_time == "sum" else value.amount


# Repetition and roundness ------------------------------------------------------------------------------


def _runs(values: Sequence[Value]) -> list[list[Value]]:
    runs: list[list[Value]] = []
    for value in values:
        joined = (
            runs and runs[-1][-1].amount == value.amount and runs[-1][-1].period.kind == value.period.kind
        )
        if joined and (value.period.start - runs[-1][-1].period.end).days == 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    return [run for run in runs if run[0].amount != 0]


def _repeat(rule: Rule, element: Element, place: Place, run: Sequence[Value]) -> Hit:
    text = (
        f"{element.name}从{run[0].period.label}到{run[-1].period.label}连续 {len(run)} 期"
        f"同为 {_amount(element, run[0].amount)}"
    )
    mark = f"{place.site}|{run[0].period.code}"
    return Hit(rule.code, element.code, place.unit, run[-1].period, text, cells_of(run), mark=mark)


def _rounded(
    rule: Rule, element: Element, place: Place, recent: Sequence[Value], rounded: Sequence[Value]
) -> Hit:
    last = recent[-1].period
    shown = "、".join(format_number(value.amount) for value in rounded[-4:])
    text = f"{element.name}近 {len(recent)} 期中 {len(rounded)} 期为整数（{shown} {element.measure}等），请核对是否为估报"
    mark = f"{place.site}|{last.end.year}"
    return Hit(rule.code, element.code, place.unit, last, text, cells_of(rounded), mark=mark)


def _is_telling(element: Element, value: Value, digits: int) -> bool:
    """Whether the number has so many digits, the element's decimals included."""
    return abs(value.amount) * 10**element.precision >= 10 ** (digits - 1)


def _is_round(element: Element, value: Value) -> bool:
    digits = str(int(abs(value.amount) * 10**element.precision)).rstrip("0")
    return 0 < len(digits) <= _DIGITS_ROUND


def _amount(element: Element, amount: Decimal) -> str:
    return f"{format_number(amount, element.precision)} {element.measure}"
