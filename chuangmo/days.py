"""Days in words, the same for page, print, mail and rules: with spaces as pages write them, without as papers do.

| with year | without year | where |
| --- | --- | --- |
| `cn_date`: 2017 年 6 月 5 日 | `cn_day`: 6 月 5 日 | pages, notices, workbooks |
| `long_date`: 2017年6月5日 | `long_day`: 6月5日 | official papers, derivations, names of periods |

Pure: no ORM, no clock. A missing day is an em dash.
"""

from __future__ import annotations

from datetime import date, datetime

__all__ = ["MISSING", "cn_date", "cn_datetime", "cn_day", "cn_month", "long_date", "long_day", "since"]

MISSING = "—"


def cn_date(day: date | datetime | None, *, today: date | None = None) -> str:
    """“6 月 5 日”; with its year when that is not the year of `today`."""
    if not day:
        return MISSING
    local = _local(day)
    text = cn_day(local)
    return text if today is not None and local.year == today.year else f"{local.year} 年 {text}"


def cn_day(day: date | None) -> str:
    """“6 月 5 日”, whatever the year."""
    return f"{day.month} 月 {day.day} 日" if day else MISSING


def cn_datetime(moment: datetime | None, *, today: date | None = None) -> str:
    """“6 月 6 日 09:12” in local time."""
    if not moment:
        return MISSING
    return f"{cn_date(moment, today=today)} {_local(moment):%H:%M}"


def cn_month(day: date | datetime | None) -> str:
    """“2017 年 5 月”."""
    if not day:
        return MISSING
    local = _local(day)
    return f"{local.year} 年 {local.month} 月"


def long_date(day: date) -> str:
    """“2017年6月5日”: Arabic digits, no leading zeros, as GB/T 9704 dates a paper."""
    return f"{day.year}年{long_day(day)}"


def long_day(day: date) -> str:
    """“6月5日”."""
    return f"{day.month}月{day.day}日"


def since(day: date | None, *, today: date) -> str:
    """How far a due day is: “今天”, “明天”, “还有 3 天”, “已过 1 天”."""
    if not day:
        return MISSING
    local = _local(day)
    left = ((local.date() if isinstance(local, datetime) else local) - today).days
    if left == 0:
        return "今天"
    if left == 1:
        return "明天"
    return f"还有 {left} 天" if left > 0 else f"已过 {-left} 天"


def _local(day: date | datetime) -> date | datetime:
    """An instant as local wall time; a plain date stays as it is."""
    if not isinstance(day, datetime) or day.tzinfo is None:
        return day
    from django.utils import timezone  # rules write days, too, and need no Django

    return timezone.localtime(day)
