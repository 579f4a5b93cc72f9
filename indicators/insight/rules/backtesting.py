"""What the projections were worth: every month of a held year as if it were the last one known.

For each held year, cut and method: the projected end of the year against the real one. Errors are absolute, in the
quantity's own unit; coverage is the share of cases in which the real end lay within the range told (80 % is meant).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from indicators.standards.air_year import percentile

from .good_days import AirMonth, project_days
from .percentiles import YEARS, Months, project_percentile
from .projecting import RUN_RATE, SEASONAL, Flow, project_ratio

__all__ = ["Case", "Score", "day_cases", "percentile_cases", "ratio_cases", "scores"]

METHODS = (SEASONAL, RUN_RATE)


@dataclass(frozen=True, slots=True)
class Case:
    """One projection of a year whose end is known."""

    series: str
    year: int
    done: int
    method: str
    likely: Decimal
    low: Decimal
    high: Decimal
    real: Decimal

    @property
    def error(self) -> Decimal:
        """How far off, without sign."""
        return abs(self.likely - self.real)

    @property
    def within(self) -> bool:
        """Whether the real end lay in the range."""
        return self.low <= self.real <= self.high


@dataclass(frozen=True, slots=True)
class Score:
    """Mean absolute errors of a group of cases by method, the share within the range, and how many cases."""

    errors: Mapping[str, Decimal]
    within: Mapping[str, Decimal]
    count: int

    @property
    def skill(self) -> Decimal | None:
        """1 − seasonal ÷ run rate: above 0 the seasonal method is better."""
        naive = self.errors.get(RUN_RATE)
        return None if not naive or SEASONAL not in self.errors else 1 - self.errors[SEASONAL] / naive


def ratio_cases(
    series: str,
    upper: Mapping[int, Sequence[Decimal]],
    lower: Mapping[int, Sequence[Decimal]],
    scale: Decimal,
    *,
    ceiling: Decimal | None = None,
    damping: int = 0,
    months: tuple[int, ...] = (1,) * 12,
) -> list[Case]:
    """Every held year that has a whole year before it, from every period but the last, by both methods."""
    whole = [year for year in sorted(upper) if len(upper[year]) == len(months) == len(lower.get(year, ()))]
    found = []
    for year in whole:
        past = [one for one in whole if one < year]
        total = sum(lower[year], Decimal(0))
        if not past or not total:
            continue
        real = sum(upper[year], Decimal(0)) * scale / total
        for done in range(1, len(months)):
            above, below = (
                Flow(months, tuple(side[year][:done]), tuple(tuple(side[one]) for one in past))
                for side in (upper, lower)
            )
            for method in METHODS:
                made = project_ratio(above, below, scale, ceiling=ceiling, damping=damping, method=method)
                if made is not None:
                    found.append(Case(series, year, done, method, made.likely, made.low, made.high, real))
    return found


def day_cases(series: str, years: Mapping[int, Sequence[AirMonth]], limit_pct: Decimal) -> list[Case]:
    """Bad days of each held year that has a whole year before it; the real end is that of its calendar days."""
    whole = [year for year in sorted(years) if len(years[year]) == 12]
    found = []
    for year in whole:
        past = {one: years[one] for one in whole if one < year}
        months = years[year]
        # Days that were not valid are unknown: they count like the valid ones of their month.
        real = sum((Decimal(one.bad) * one.days / one.valid for one in months), Decimal(0))
        calendar = {one.month: one.days for one in months}
        for done in range(1, 12):
            for method in METHODS if past else ():
                made = project_days(
                    months[:done], past, calendar=calendar, limit_pct=limit_pct, method=method
                )
                if made is not None:
                    found.append(Case(series, year, done, method, made.likely, made.low, made.high, real))
    return found


def percentile_cases(series: str, years: Mapping[int, Months], share: Decimal) -> list[Case]:
    """The year's percentile of each held year that has a whole year before it; naively: that of the days so far."""
    whole = [year for year in sorted(years) if len(years[year]) == 12]
    found = []
    for year in whole:
        past = {one: years[one] for one in whole if year - YEARS <= one < year}
        months = years[year]
        real = percentile([value for month in months for value in month], share)
        for done in range(1, 12) if past else ():
            made = project_percentile(months[:done], past, share)
            assert made is not None  # there is a whole year before
            naive = percentile([value for month in months[:done] for value in month], share)
            found.append(Case(series, year, done, SEASONAL, made.likely, made.low, made.high, real))
            found.append(Case(series, year, done, RUN_RATE, naive, naive, naive, real))
    return found


def scores(cases: Iterable[Case], key: str = "series") -> dict[object, Score]:
    """Scores by `series`, by `done` (how many periods were known), or by `year`."""
    groups: dict[object, list[Case]] = defaultdict(list)
    for case in cases:
        groups[getattr(case, key)].append(case)
    return {name: _score(several) for name, several in groups.items()}


def _score(cases: Sequence[Case]) -> Score:
    by_method = {method: [case for case in cases if case.method == method] for method in METHODS}
    known = {method: several for method, several in by_method.items() if several}
    return Score(
        {
            method: sum((case.error for case in several), Decimal(0)) / len(several)
            for method, several in known.items()
        },
        {
            method: Decimal(sum(case.within for case in several)) / len(several)
            for method, several in known.items()
        },
        max((len(several) for several in known.values()), default=0),
    )
