"""How the rest of a year is projected from its months so far. Plain numbers in, plain numbers out.

Two methods, both told wherever a projection is shown:

- **seasonal**: the rest of the year relates to the months so far as it did in the earlier years (pooled, so that a
  larger year weighs more). Needs at least one earlier year with every period.
- **run rate**: the rest goes on at the mean of the months so far.

The range is that of about eight cases in ten: the scatter of the single periods around the method's own expectation,
taken for the mean of the rest and for the uncertainty of the level so far. What it was worth on held years stands in
docs/forecast.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

__all__ = [
    "RUN_RATE",
    "SEASONAL",
    "Flow",
    "Projection",
    "method_for",
    "project_ratio",
    "project_sum",
    "rest_of",
]

# Damping in months for what the weather makes [D, docs/forecast.md].
WEATHER = 6
SEASONAL, RUN_RATE = "seasonal", "run_rate"
# 80 % of a normal distribution lie within 1.28 standard deviations; with few periods the scatter itself is uncertain.
_WIDTH = Decimal("1.28")
# Neighbouring months err together, so that four of them say as much as one that stood alone [D, docs/forecast.md].
_TOGETHER = Decimal(4)
_UNKNOWN_SCATTER = Decimal("0.1")  # [D] where there are too few periods to see any
_LEAST_SCATTER = Decimal("0.01")  # [D] no year is surer than this
_YEARS_POOLED = 3

Numbers = Sequence[Decimal]


@dataclass(frozen=True, slots=True)
class Flow:
    """An amount by period. `months`: how many months each of the year's periods has (1 or 3; 2 for January–February).

    so_far: this year's first periods. past: earlier years, oldest first, each with all periods.
    """

    months: tuple[int, ...]
    so_far: tuple[Decimal, ...]
    past: tuple[tuple[Decimal, ...], ...] = ()

    def __post_init__(self) -> None:
        if len(self.so_far) > len(self.months) or any(len(year) != len(self.months) for year in self.past):
            raise ValueError("periods of a flow do not fit the year")

    @property
    def done(self) -> int:
        """How many periods of the year are there."""
        return len(self.so_far)

    @property
    def total(self) -> Decimal:
        """What has come together so far."""
        return sum(self.so_far, Decimal(0))


@dataclass(frozen=True, slots=True)
class Projection:
    """Where the year probably ends: `low` and `high` bound about eight cases in ten.

    rest: the likely amount of the denominator (of a sum: of the sum itself) still to come; rest_ratio: the likely ratio
    of the rest alone (None for a sum).
    """

    method: str
    low: Decimal
    likely: Decimal
    high: Decimal
    rest: Decimal
    rest_ratio: Decimal | None = None


def method_for(*flows: Flow) -> str:
    """Seasonal where every flow has an earlier year that had begun to flow by now, else the run rate."""
    usable = all(flow.past and _pooled(flow, 0, flow.done) > 0 for flow in flows)
    return SEASONAL if usable else RUN_RATE


def rest_of(flow: Flow, method: str) -> Decimal:
    """The likely amount of the periods to come."""
    gone, left = sum(flow.months[: flow.done]), sum(flow.months[flow.done :])
    if not flow.done or not left:
        return Decimal(0)
    if method == SEASONAL:
        return flow.total * _pooled(flow, flow.done, None) / _pooled(flow, 0, flow.done)
    return flow.total * left / gone


def project_sum(flow: Flow, method: str | None = None) -> Projection:
    """A year's sum."""
    method = method or method_for(flow)
    rest = rest_of(flow, method)
    half = rest * _spread(_residuals(flow, method), flow.done, len(flow.months) - flow.done)
    likely = flow.total + rest
    return Projection(method, max(likely - half, flow.total), likely, likely + half, rest)


def project_ratio(
    upper: Flow,
    lower: Flow,
    scale: Decimal,
    *,
    ceiling: Decimal | None = None,
    damping: int = 0,
    method: str | None = None,
) -> Projection | None:
    """A year's Σ upper ÷ Σ lower × scale. None while the denominator is zero.

    `ceiling`: a ratio of the rest never counts as more than this (100 for a share of a whole), unless the months so far
    are above it themselves. `damping`: see `damped`; for what the weather makes, not for what offices do.
    """
    method = method or method_for(upper, lower)
    rest_upper, rest_lower = rest_of(upper, method), rest_of(lower, method)
    whole = lower.total + rest_lower
    if lower.total <= 0 or whole <= 0:
        return None
    so_far = upper.total * scale / lower.total
    ratio = rest_upper * scale / rest_lower if rest_lower else so_far
    if method == SEASONAL and damping and rest_lower:
        usual = _pooled(upper, 0, upper.done) * scale / _pooled(lower, 0, lower.done)
        ratio = ratio * usual / so_far * damped(so_far / usual, upper.done, damping) if so_far else ratio
    half = abs(ratio) * _spread(
        _ratio_residuals(upper, lower, method), upper.done, len(upper.months) - upper.done
    )

    def ends(rest_ratio: Decimal) -> Decimal:
        if ceiling is not None and so_far <= ceiling:
            rest_ratio = min(rest_ratio, ceiling)
        return (upper.total * scale + rest_ratio * rest_lower) / whole

    return Projection(method, ends(ratio - half), ends(ratio), ends(ratio + half), rest_lower, ratio)


def damped(scale: Decimal, done: int, damping: int) -> Decimal:
    """How far above or below the usual the rest is taken to be, when the months so far were so: scale ^ (n ÷ (n + damping)).

    After few months little of a good or bad beginning is carried on, after many nearly all of it.
    """
    if not damping or scale <= 0:
        return scale
    return scale ** (Decimal(done) / (done + damping))


# Scatter ----------------------------------------------------------------------------------------------


def _pooled(flow: Flow, start: int, end: int | None) -> Decimal:
    return sum((sum(year[start:end], Decimal(0)) for year in flow.past[-_YEARS_POOLED:]), Decimal(0))


def _shape(flow: Flow, method: str) -> list[Decimal]:
    """What each period is expected to be in proportion, over the whole year."""
    if method == SEASONAL:
        return [_pooled(flow, index, index + 1) for index in range(len(flow.months))]
    return [Decimal(count) for count in flow.months]


def _residuals(flow: Flow, method: str) -> list[Decimal]:
    """Each period's relative distance from the method's expectation: this year's, and earlier years' own."""
    found = _around(flow.so_far, _shape(flow, method))
    for index, year in enumerate(flow.past):
        others = Flow(flow.months, (), flow.past[:index] + flow.past[index + 1 :])
        if others.past or method == RUN_RATE:  # a year measured by itself would show no scatter at all
            found += _around(year, _shape(others, method))
    return found


def _ratio_residuals(upper: Flow, lower: Flow, method: str) -> list[Decimal]:
    found = _ratios_around(upper.so_far, lower.so_far, upper, lower, method)
    for index, (above, below) in enumerate(zip(upper.past, lower.past, strict=True)):
        others = [Flow(one.months, (), one.past[:index] + one.past[index + 1 :]) for one in (upper, lower)]
        if others[0].past or method == RUN_RATE:
            found += _ratios_around(above, below, others[0], others[1], method)
    return found


def _ratios_around(above: Numbers, below: Numbers, upper: Flow, lower: Flow, method: str) -> list[Decimal]:
    shapes = zip(_shape(upper, method), _shape(lower, method), strict=True)
    shape = [a / b if method == SEASONAL and b else Decimal(1) for a, b in shapes]
    known = [(a / b, shape[index]) for index, (a, b) in enumerate(zip(above, below, strict=True)) if b > 0]
    return _around([ratio for ratio, _ in known], [expected for _, expected in known])


def _around(values: Numbers, shape: Numbers) -> list[Decimal]:
    """value ÷ expected − 1, where the expectation has the shape's proportions and the values' own sum."""
    proportions = shape[: len(values)]
    whole, total = sum(proportions, Decimal(0)), sum(values, Decimal(0))
    if len(values) < 2 or whole <= 0 or total <= 0:
        return []
    expected = [total * one / whole for one in proportions]
    return [value / one - 1 for value, one in zip(values, expected, strict=True) if one > 0]


def _spread(residuals: Sequence[Decimal], done: int, left: int) -> Decimal:
    """Half the range of the rest, as a share of it: scatter of its mean, and of the level so far."""
    if not left or not done:
        return Decimal(0)
    if len(residuals) < 3:
        scatter = _UNKNOWN_SCATTER
    else:
        square = sum((one * one for one in residuals), Decimal(0)) / (len(residuals) - 1)
        scatter = max(square.sqrt(), _LEAST_SCATTER)
    return _WIDTH * scatter * (_TOGETHER / done + _TOGETHER / left).sqrt()
