"""Windows of a rule as stretches of days, for a plan year and an as-of month end (domain.md §3, “Windows”)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from . import schema

__all__ = [
    "Span",
    "months_between",
    "same_day_last_year",
    "span_label",
    "spans",
    "to_date_of_year",
    "year_span",
]


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch that is judged by itself.

    start, to: first and last day looked at; close: the day on which the stretch is over. `fixed`: a full year
    of the past, all of it must be there; else the cut is the last period for which every input is accepted.
    """

    start: date
    to: date
    close: date
    fixed: bool = False

    def is_over(self, as_of: date) -> bool:
        """True when the stretch had ended by that day."""
        return as_of >= self.close


def year_span(year: int) -> Span:
    """A full calendar year of the past."""
    return Span(date(year, 1, 1), date(year, 12, 31), date(year, 12, 31), fixed=True)


def to_date_of_year(year: int, as_of: date) -> Span:
    """A year from January to the as-of day, at most to its end."""
    end = date(year, 12, 31)
    return Span(date(year, 1, 1), min(as_of, end), end)


def spans(window: object, plan_year: int, as_of: date) -> tuple[Span, ...]:
    """The stretches of a window, in time order.

    Left out are those that have not begun by the as-of day, and full years that are not over by then.
    """
    end = date(plan_year, 12, 31)
    to = min(as_of, end)
    found: tuple[Span, ...]
    match window:
        case schema.Year():
            found = (to_date_of_year(plan_year, as_of),)
        case schema.YearsBefore(years=years):
            found = tuple(year_span(plan_year - back) for back in range(years, 0, -1))
        case schema.YearsBeforeAndToDate(years=years):
            past = tuple(year_span(plan_year - back) for back in range(years, 0, -1))
            found = (*past, to_date_of_year(plan_year, as_of))
        case schema.Falls(falls=falls):
            past = tuple(year_span(plan_year - back) for back in range(falls + 1, 0, -1))
            found = (*past, to_date_of_year(plan_year, as_of))
        case schema.RollingMonths(months=months):
            found = (Span(_months_back(to, months), to, end),)
        case schema.YearBeforeAndToDate():
            found = (Span(date(plan_year - 1, 1, 1), to, end),)
        case schema.Latest():
            found = (Span(date.min, to, end),)
        case schema.SchoolYear():
            close = date(plan_year, 8, 31)
            found = (Span(date(plan_year - 1, 9, 1), min(as_of, close), close),)
        case _:
            raise TypeError(f"没有这种时间窗口：{window!r}")
    return tuple(span for span in found if (span.close <= as_of if span.fixed else span.start <= span.to))


def months_between(start: date, end: date) -> int:
    """Calendar months from the month of start to the month of end, both counted."""
    return (end.year - start.year) * 12 + end.month - start.month + 1


def same_day_last_year(month_end: date) -> date:
    """The same month's end a year earlier (29 February gives the 28th)."""
    return _month_end(month_end.year - 1, month_end.month)


def span_label(start: date, cut: date) -> str:
    """2016年 · 2017年1—4月 · 2014年6月—2017年5月 · 截至2017年3月 (for “latest”, which has no beginning)."""
    if start == date.min:
        return f"截至{cut.year}年{cut.month}月"
    if (start.month, start.day, cut.month, cut.day) == (1, 1, 12, 31) and start.year == cut.year:
        return f"{start.year}年"
    if (start.year, start.month) == (cut.year, cut.month):
        return f"{start.year}年{start.month}月"
    if start.year == cut.year:
        return f"{start.year}年{start.month}—{cut.month}月"
    return f"{start.year}年{start.month}月—{cut.year}年{cut.month}月"


def _months_back(end: date, months: int) -> date:
    index = end.year * 12 + end.month - months
    return date(index // 12, index % 12 + 1, 1)


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
