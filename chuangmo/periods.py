"""Periods that figures are reported for: month, quarter, year, school term, survey.

A period is (kind, first day, last day), both days included, as design.md stores it in three columns.
Pure: no ORM, no clock. Source: domain.md §3 (frequencies, windows; a school year runs September to August).
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from chuangmo.days import long_date, long_day

__all__ = [
    "KIND_LABELS",
    "Kind",
    "Period",
    "from_columns",
    "from_label",
    "month",
    "of_kind_containing",
    "parse",
    "periods_between",
    "quarter",
    "school_year_of",
    "survey",
    "term",
    "year",
]


class Kind(StrEnum):
    """Kinds of period; the values are what the database and elements.csv (`frequency`) hold."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    TERM = "term"
    SURVEY = "survey"


KIND_LABELS: dict[str, str] = {
    Kind.MONTH: "月",
    Kind.QUARTER: "季度",
    Kind.YEAR: "年",
    Kind.TERM: "学期",
    Kind.SURVEY: "调查期",
}
_CHINESE_ORDINALS = ("一", "二", "三", "四")
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days of one kind; never one whose days don't fit its kind (ValueError, Chinese text).

    Periods sort by first day, then last day (a month before the quarter and the year that begin with it).
    """

    kind: Kind
    start: date
    end: date

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", _kind(self.kind))
        if self.end < self.start:
            raise ValueError("报告期的结束日期早于开始日期")
        if self.kind is not Kind.SURVEY and _BOUNDS[self.kind](self.start) != (self.start, self.end):
            raise ValueError(
                f"{self.start:%Y-%m-%d} 至 {self.end:%Y-%m-%d} 不是一个完整的{KIND_LABELS[self.kind]}"
            )

    # Written forms -------------------------------------------------------------------------------------

    @property
    def code(self) -> str:
        """2017-05 · 2017Q2 · 2017 · 2016-2017S1 · 2017-05-01..2017-06-30; `parse` reads it back."""
        if self.kind is Kind.MONTH:
            return f"{self.start.year:04d}-{self.start.month:02d}"
        if self.kind is Kind.QUARTER:
            return f"{self.start.year:04d}Q{self.number}"
        if self.kind is Kind.YEAR:
            return f"{self.start.year:04d}"
        if self.kind is Kind.TERM:
            first = school_year_of(self.start)
            return f"{first:04d}-{first + 1:04d}S{self.number}"
        return f"{self.start.isoformat()}..{self.end.isoformat()}"

    @property
    def label(self) -> str:
        """2017年5月 · 2017年第二季度 · 2017年 · 2016—2017学年第一学期 · 2017年5月1日至6月30日调查."""
        if self.kind is Kind.MONTH:
            return f"{self.start.year}年{self.start.month}月"
        if self.kind is Kind.QUARTER:
            return f"{self.start.year}年第{_CHINESE_ORDINALS[self.number - 1]}季度"
        if self.kind is Kind.YEAR:
            return f"{self.start.year}年"
        if self.kind is Kind.TERM:
            first = school_year_of(self.start)
            return f"{first}—{first + 1}学年第{_CHINESE_ORDINALS[self.number - 1]}学期"
        first_day = long_date(self.start)
        if self.start == self.end:
            return f"{first_day}调查"
        last_year = "" if self.end.year == self.start.year else f"{self.end.year}年"
        return f"{first_day}至{last_year}{long_day(self.end)}调查"

    def __str__(self) -> str:
        return self.label

    # Parts ---------------------------------------------------------------------------------------------

    @property
    def number(self) -> int:
        """Place within its year: month 1–12, quarter 1–4, term 1 (autumn) or 2 (spring), else 1."""
        if self.kind is Kind.MONTH:
            return self.start.month
        if self.kind is Kind.QUARTER:
            return (self.start.month + 2) // 3
        if self.kind is Kind.TERM:
            return 1 if self.start.month == 9 else 2
        return 1

    @property
    def days(self) -> int:
        """Number of calendar days, both ends counted."""
        return (self.end - self.start).days + 1

    def months(self) -> tuple[Period, ...]:
        """The calendar months that the period touches, in order (a survey may touch months in part)."""
        return tuple(periods_between(Kind.MONTH, self.start, self.end, whole=False))

    # Relations -----------------------------------------------------------------------------------------

    def previous(self) -> Period:
        """The period of the same kind just before; of a yearly survey, the same days a year earlier."""
        if self.kind is Kind.SURVEY:
            return self.same_last_year()
        return of_kind_containing(self.kind, self.start - _ONE_DAY)

    def next(self) -> Period:
        """The period of the same kind just after; of a yearly survey, the same days a year later."""
        if self.kind is Kind.SURVEY:
            return survey(_in_year(self.start, 1), _in_year(self.end, 1))
        return of_kind_containing(self.kind, self.end + _ONE_DAY)

    def same_last_year(self) -> Period:
        """The period of the same kind and name one year (or one school year) earlier."""
        if self.kind is Kind.SURVEY:
            return survey(_in_year(self.start, -1), _in_year(self.end, -1))
        return of_kind_containing(self.kind, self.start.replace(year=self.start.year - 1))

    def contains(self, other: date | Period) -> bool:
        """True if the day, or the whole of the other period, lies within this one."""
        if isinstance(other, Period):
            return self.start <= other.start and other.end <= self.end
        return self.start <= other <= self.end

    def overlaps(self, other: Period) -> bool:
        """True if the two share at least one day, whatever their kinds."""
        return self.start <= other.end and other.start <= self.end

    def _sort_key(self) -> tuple[date, date, str]:
        return (self.start, self.end, self.kind.value)

    def __lt__(self, other: object) -> bool:
        return self._sort_key() < other._sort_key() if isinstance(other, Period) else NotImplemented

    def __le__(self, other: object) -> bool:
        return self._sort_key() <= other._sort_key() if isinstance(other, Period) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return self._sort_key() > other._sort_key() if isinstance(other, Period) else NotImplemented

    def __ge__(self, other: object) -> bool:
        return self._sort_key() >= other._sort_key() if isinstance(other, Period) else NotImplemented


# Constructors -----------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def month(year_number: int, month_number: int) -> Period:
    """The calendar month, `month(2017, 5)`; ValueError for a month outside 1–12."""
    if not 1 <= month_number <= 12:
        raise ValueError(f"没有“{month_number}月”")
    return Period(Kind.MONTH, *_month_bounds(date(year_number, month_number, 1)))


@lru_cache(maxsize=1024)
def quarter(year_number: int, quarter_number: int) -> Period:
    """The calendar quarter, `quarter(2017, 2)`; ValueError for a quarter outside 1–4."""
    if not 1 <= quarter_number <= 4:
        raise ValueError(f"没有“第{quarter_number}季度”")
    return Period(Kind.QUARTER, *_quarter_bounds(date(year_number, quarter_number * 3, 1)))


@lru_cache(maxsize=512)
def year(year_number: int) -> Period:
    """The calendar year."""
    return Period(Kind.YEAR, date(year_number, 1, 1), date(year_number, 12, 31))


@lru_cache(maxsize=512)
def term(school_year: int, number: int) -> Period:
    """A school term; `school_year` is the year of its September.

    Term 1 (autumn) is 09-01 to 01-31, term 2 (spring) 02-01 to 08-31 (domain.md §3: school year
    September to August). ValueError for a term outside 1–2.
    """
    if number not in (1, 2):
        raise ValueError(f"没有“第{number}学期”")
    if number == 1:
        return Period(Kind.TERM, date(school_year, 9, 1), date(school_year + 1, 1, 31))
    return Period(Kind.TERM, date(school_year + 1, 2, 1), date(school_year + 1, 8, 31))


def from_columns(kind: str, start: date, end: date) -> Period:
    """The period that a row's three columns hold; ValueError (Chinese text) if they don't fit."""
    return Period(_kind(kind), start, end)


def survey(start: date, end: date) -> Period:
    """The days a survey ran, both included."""
    return Period(Kind.SURVEY, start, end)


def school_year_of(day: date) -> int:
    """The year in whose September the school year of that day began: 2017-05-31 → 2016."""
    return day.year if day.month >= 9 else day.year - 1


def of_kind_containing(kind: str, day: date) -> Period:
    """The month, quarter, year or term that the day lies in; ValueError for a survey (it has no calendar)."""
    checked = _calendar_kind(kind)
    if checked is Kind.MONTH:
        return month(day.year, day.month)
    if checked is Kind.QUARTER:
        return quarter(day.year, (day.month + 2) // 3)
    if checked is Kind.YEAR:
        return year(day.year)
    return term(school_year_of(day), 2 if 2 <= day.month <= 8 else 1)


def periods_between(kind: str, start: date, end: date, *, whole: bool = True) -> list[Period]:
    """The periods of that kind between two days (both included), in order.

    `whole` (the default) leaves out those that stick out at either end; `whole=False` keeps every one that
    shares a day with the stretch. Empty when end is before start. ValueError for a survey.
    """
    found = _walk(_calendar_kind(kind), start, end)
    return [p for p in found if not whole or (start <= p.start and p.end <= end)]


def _walk(kind: Kind, start: date, end: date) -> Iterator[Period]:
    if end < start:
        return
    current = of_kind_containing(kind, start)
    while True:
        yield current
        if current.end >= end:
            return
        current = current.next()


# Reading ----------------------------------------------------------------------------------------------

_CODES: tuple[tuple[re.Pattern[str], Callable[..., Period]], ...] = (
    (re.compile(r"([0-9]{4})-([0-9]{2})"), lambda y, m: month(int(y), int(m))),
    (re.compile(r"([0-9]{4})Q([0-9])"), lambda y, q: quarter(int(y), int(q))),
    (re.compile(r"([0-9]{4})"), lambda y: year(int(y))),
    (re.compile(r"([0-9]{4})-([0-9]{4})S([0-9])"), lambda a, b, n: _term_of_years(int(a), int(b), int(n))),
    (
        re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.\.([0-9]{4}-[0-9]{2}-[0-9]{2})"),
        lambda a, b: survey(date.fromisoformat(a), date.fromisoformat(b)),
    ),
)
_DASH = r"[-–—~至/]"
_ORDINAL = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4, "上": 1, "下": 2}
_LABELS: tuple[tuple[re.Pattern[str], Callable[..., Period]], ...] = (
    (re.compile(r"([0-9]{4})年([0-9]{1,2})月份?"), lambda y, m: month(int(y), int(m))),
    (re.compile(r"([0-9]{4})年第?([一二三四1-4])季度?"), lambda y, q: quarter(int(y), _ORDINAL[q])),
    (re.compile(r"([0-9]{4})年度?"), lambda y: year(int(y))),
    (
        re.compile(rf"([0-9]{{4}}){_DASH}+([0-9]{{4}})学?年度?第?([一二12上下])学期"),
        lambda a, b, n: _term_of_years(int(a), int(b), _ORDINAL[n]),
    ),
    (
        re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日调查"),
        lambda y, m, d: survey(date(int(y), int(m), int(d)), date(int(y), int(m), int(d))),
    ),
    (
        re.compile(
            r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日至(?:([0-9]{4})年)?([0-9]{1,2})月([0-9]{1,2})日调查"
        ),
        lambda y, m, d, y2, m2, d2: survey(
            date(int(y), int(m), int(d)), date(int(y2 or y), int(m2), int(d2))
        ),
    ),
)


def parse(code: str) -> Period:
    """Read a period's code as `Period.code` writes it; ValueError (Chinese text) for anything else."""
    return _read(code, code, _CODES)


def from_label(text: str) -> Period:
    """Read a Chinese label as `Period.label` writes it; full-width digits, blanks and 上/下学期 accepted.

    ValueError (Chinese text) for anything else.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    return _read(text, plain, _LABELS)


def _read(shown: str, text: str, shapes: tuple[tuple[re.Pattern[str], Callable[..., Period]], ...]) -> Period:
    for pattern, build in shapes:
        if found := pattern.fullmatch(text):
            try:
                return build(*found.groups())
            except ValueError as problem:
                raise ValueError(f"“{shown}”不是有效的报告期") from problem
    raise ValueError(f"“{shown}”不是有效的报告期")


def _term_of_years(first: int, second: int, number: int) -> Period:
    if second != first + 1:
        raise ValueError("学年的两个年份必须相连")
    return term(first, number)


# Days of a kind ---------------------------------------------------------------------------------------


def _kind(kind: str) -> Kind:
    try:
        return Kind(kind)
    except ValueError:
        raise ValueError(f"没有“{kind}”这种报告期") from None


def _calendar_kind(kind: str) -> Kind:
    checked = _kind(kind)
    if checked is Kind.SURVEY:
        raise ValueError("调查期没有固定日历，须给出起止日期")
    return checked


def _month_bounds(day: date) -> tuple[date, date]:
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def _quarter_bounds(day: date) -> tuple[date, date]:
    last = (day.month + 2) // 3 * 3
    return date(day.year, last - 2, 1), date(day.year, last, monthrange(day.year, last)[1])


def _year_bounds(day: date) -> tuple[date, date]:
    return date(day.year, 1, 1), date(day.year, 12, 31)


def _term_bounds(day: date) -> tuple[date, date]:
    first = school_year_of(day)
    if 2 <= day.month <= 8:
        return date(first + 1, 2, 1), date(first + 1, 8, 31)
    return date(first, 9, 1), date(first + 1, 1, 31)


_BOUNDS: dict[Kind, Callable[[date], tuple[date, date]]] = {
    Kind.MONTH: _month_bounds,
    Kind.QUARTER: _quarter_bounds,
    Kind.YEAR: _year_bounds,
    Kind.TERM: _term_bounds,
}


def _in_year(day: date, offset: int) -> date:
    """The same month and day some years on; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + offset)
    except ValueError:
        return day.replace(year=day.year + offset, day=28)
