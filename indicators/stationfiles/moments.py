"""Dates and hours as files write them; Beijing time only.

“2015-06-01 13:00”, “2015/6/1 13:00”, “2015年6月1日13时”, “20150601”, “2015060113”, 24:00 as the next day's 00:00. Refused
in words: another time zone or summer time, Excel's serial numbers, day and month in doubt, years before 1990.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta

__all__ = ["parse_day", "parse_hour"]

YEARS = range(1990, 2100)
_MOMENT = re.compile(
    r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?"
    r"(?:(?:[T\s]\s*|(?<=日))(?P<h>\d{1,2})\s*(?:[:时点]\s*(?:(?P<min>\d{1,2})\s*分?\s*)?)?(?::(?P<s>\d{1,2})(?:\.0+)?)?)?\s*(?P<rest>\D.*)?",
    re.ASCII,
)
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?P<h>\d{2})?", re.ASCII)
_SERIAL = re.compile(r"[1-9]\d{4}(?:\.\d+)?", re.ASCII)
_BEIJING = {
    "+08:00",
    "+0800",
    "+08",
    "utc+8",
    "gmt+8",
    "北京时间",
    "(北京时间)",
    "bjt",
    "cst",
    "asia/shanghai",
}
_SERIAL_START = datetime(1899, 12, 30)


def parse_day(text: str) -> date:
    """A date; a time of 00:00 beside it does no harm. ValueError in Chinese."""
    try:
        return date.fromisoformat(text) if len(text) == 10 and _likely(int(text[:4])) else _slow_day(text)
    except ValueError:
        return _slow_day(text)


def _slow_day(text: str) -> date:
    moment = _parse(text)
    if moment.time() != datetime.min.time():
        raise ValueError(f"“{text}”应是日期，不带时刻")
    return moment.date()


def parse_hour(text: str) -> datetime:
    """The beginning of an hour. ValueError in Chinese."""
    if len(text) == 16 and text[13:] == ":00":
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = _parse(text, needs_hour=True)
    else:
        moment = _parse(text, needs_hour=True)
    if moment.minute or moment.second:
        raise ValueError(f"“{text}”不是整点")
    if not _likely(moment.year):
        raise ValueError(_unlikely(text, moment.year))
    return moment


def _parse(text: str, needs_hour: bool = False) -> datetime:
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _MOMENT.fullmatch(plain) or _COMPACT.fullmatch(plain)
    if found is None:
        raise ValueError(_unreadable(text, plain))
    parts = found.groupdict()
    _check_zone(text, parts.get("rest") or "")
    if needs_hour and parts["h"] is None:
        raise ValueError(f"“{text}”没有小时")
    if not _likely(int(parts["y"])):
        raise ValueError(_unlikely(text, int(parts["y"])))
    hour, minute, second = (int(parts.get(name) or 0) for name in ("h", "min", "s"))
    if hour == 24 and (minute or second):
        raise ValueError(f"“{text}”不是时刻")
    midnight = hour == 24
    try:
        day = datetime(
            int(parts["y"]), int(parts["m"]), int(parts["d"]), 0 if midnight else hour, minute, second
        )
    except ValueError:
        raise ValueError(f"没有“{text}”这个日期或时刻") from None
    return day + timedelta(days=midnight)


def _likely(year: int) -> bool:
    return year in YEARS


def _unlikely(text: str, year: int) -> str:
    hint = "（Excel 的日期格式有误？）" if year in (1899, 1900, 1904) else ""
    return f"“{text}”的年份不合理{hint}"


def _check_zone(text: str, rest: str) -> None:
    if rest and rest.strip().lower() not in _BEIJING:
        raise ValueError(f"“{text}”：时间须为北京时间（UTC+8，不用夏令时），不认识“{rest.strip()}”")


def _unreadable(text: str, plain: str) -> str:
    if not plain:
        return "日期或时间是空的"
    if _SERIAL.fullmatch(plain):
        day = _SERIAL_START + timedelta(days=float(plain))
        return f"“{text}”是 Excel 的日期序号（{day:%Y-%m-%d %H:%M}？），请把这一列设为日期格式后另存"
    if set(plain) == {"#"}:
        return "“####”是 Excel 里列太窄、没有保存下来的日期"
    return f"看不懂“{text}”，日期写成 2015-06-01，小时写成 2015-06-01 13:00"
