"""When a figure is due, from the `due` column of elements.csv, and when entry closes.

Source: domain.md §5. The grammar, one rule per element:

    end+N          N calendar days after the period's last day (0–366), any kind of period
    MM-DD          that day of the period's own year; for a year (31 August 2017 for 2017 lies before the year's end:
                   the plan wants it in time for the assessment)
    MM-DD MM-DD    for a school term: the first day is for the autumn term, the second for the spring term, each in
                   the calendar year in which the term ends (2016—2017: 31 January 2017 and 15 July 2017)
    start MM-DD    for a year: that day of the period's year; a figure known at its start, such as a task handed down
    publication    no fixed day: due when somebody outside publishes; chased from the date that the lead names
    event          no fixed day: due when the thing happens

A due day that is no working day moves to the next working day. Pure: the calendar comes in as functions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from chuangmo.deadlines.rules import LOCK_WORKING_DAYS
from chuangmo.periods import KIND_LABELS, Kind, Period

__all__ = ["DueKind", "DueRule", "describe_due", "due_on", "locks_on", "parse_due", "validate_due"]


class DueKind(StrEnum):
    """The shapes of a due rule."""

    AFTER_END = "after_end"
    YEARLY = "yearly"
    TERMLY = "termly"
    AT_START = "at_start"
    PUBLICATION = "publication"
    EVENT = "event"


_FITTING_PERIODS: dict[DueKind, frozenset[Kind]] = {
    DueKind.AFTER_END: frozenset(Kind),
    DueKind.YEARLY: frozenset({Kind.YEAR}),
    DueKind.TERMLY: frozenset({Kind.TERM}),
    DueKind.AT_START: frozenset({Kind.YEAR}),
    DueKind.PUBLICATION: frozenset(Kind),
    DueKind.EVENT: frozenset(Kind),
}


@dataclass(frozen=True, slots=True)
class DueRule:
    """A due rule, read: `days` for AFTER_END, one (month, day) for YEARLY and AT_START, two for TERMLY."""

    kind: DueKind
    days: int = 0
    month_days: tuple[tuple[int, int], ...] = ()

    @property
    def fixed(self) -> bool:
        """True if the rule names a day, False if a person has to (publication, event)."""
        return self.kind not in {DueKind.PUBLICATION, DueKind.EVENT}


_MONTH_DAY = r"([0-9]{2})-([0-9]{2})"
_AFTER_END = re.compile(r"end\+([0-9]{1,3})")
_YEARLY = re.compile(_MONTH_DAY)
_TERMLY = re.compile(f"{_MONTH_DAY} +{_MONTH_DAY}")
_AT_START = re.compile(f"start +{_MONTH_DAY}")


@lru_cache(maxsize=256)
def parse_due(rule: str) -> DueRule:
    """Read a due rule; ValueError with a Chinese sentence for anything else."""
    text = rule.strip()
    if text in {DueKind.PUBLICATION, DueKind.EVENT}:
        return DueRule(DueKind(text))
    if found := _AFTER_END.fullmatch(text):
        days = int(found[1])
        if days > 366:
            raise ValueError(f"“{rule}”：期末后的天数不能超过366")
        return DueRule(DueKind.AFTER_END, days=days)
    for kind, pattern in (
        (DueKind.YEARLY, _YEARLY),
        (DueKind.TERMLY, _TERMLY),
        (DueKind.AT_START, _AT_START),
    ):
        if found := pattern.fullmatch(text):
            numbers = [int(n) for n in found.groups()]
            pairs = tuple(zip(numbers[::2], numbers[1::2], strict=True))
            return DueRule(kind, month_days=tuple(_checked(rule, m, d) for m, d in pairs))
    raise ValueError(
        f"“{rule}”不是有效的报送期限，应为 end+天数、月-日、两个月-日（学期）、start 月-日、publication 或 event"
    )


def _checked(rule: str, month: int, day: int) -> tuple[int, int]:
    """The month and day if every year has them (so 29 February is refused)."""
    try:
        date(2017, month, day)
    except ValueError:
        raise ValueError(f"“{rule}”：不是每年都有{month:02d}-{day:02d}这一天") from None
    return month, day


def validate_due(rule: str, period_kind: str | None = None) -> None:
    """Raise ValueError (Chinese text) if the rule can't be read or, with a frequency given, doesn't fit it."""
    parsed = parse_due(rule)
    if period_kind is not None and Kind(period_kind) not in _FITTING_PERIODS[parsed.kind]:
        raise _misfit(rule, Kind(period_kind))


def _misfit(rule: str, kind: Kind) -> ValueError:
    return ValueError(f"报送期限“{rule}”不能用于按{KIND_LABELS[kind]}填报的数据项")


def due_on(rule: str, period: Period, next_working_day: Callable[[date], date]) -> date | None:
    """The day by which the figure of that period is due; None where no day is fixed (publication, event).

    `next_working_day(day)` gives the day itself if people work on it, else the next one on which they do.
    ValueError (Chinese text) if the rule can't be read or doesn't fit the kind of period.
    """
    parsed = parse_due(rule)
    if period.kind not in _FITTING_PERIODS[parsed.kind]:
        raise _misfit(rule, period.kind)
    if not parsed.fixed:
        return None
    return next_working_day(_calendar_day(parsed, period))


def _calendar_day(rule: DueRule, period: Period) -> date:
    if rule.kind is DueKind.AFTER_END:
        return period.end + timedelta(days=rule.days)
    month, day = rule.month_days[period.number - 1 if rule.kind is DueKind.TERMLY else 0]
    return date(period.end.year, month, day)


def locks_on(
    due: date, add_working_days: Callable[[date, int], date], working_days: int = LOCK_WORKING_DAYS
) -> date:
    """The last day on which a late report may still be entered: due + 5 working days (domain.md §5)."""
    return add_working_days(due, working_days)


def describe_due(rule: str) -> str:
    """The rule in words for a page or a help text: “期末后 10 天内”, “每年 8 月 31 日前”; ValueError as `parse_due`."""
    parsed = parse_due(rule)
    days = [f"{month} 月 {day} 日" for month, day in parsed.month_days]
    if parsed.kind is DueKind.AFTER_END:
        return f"期末后 {parsed.days} 天内" if parsed.days else "期末当天"
    if parsed.kind is DueKind.YEARLY:
        return f"当年 {days[0]}前"
    if parsed.kind is DueKind.TERMLY:
        return f"第一学期 {days[0]}前，第二学期 {days[1]}前"
    if parsed.kind is DueKind.AT_START:
        return f"年初确定，当年 {days[0]}前"
    return "公布后报送" if parsed.kind is DueKind.PUBLICATION else "发生后报送"
