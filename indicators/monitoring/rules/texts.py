"""Reading one cell of a file of readings: times, numbers, water values, yes and no.

Each function returns what the text says or raises `Unreadable` with a Chinese sentence. Nothing is guessed: a time
with a zone, a day as a bare number, 24:00 are refused with a word on how to write them.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal

from indicators.monitoring.rules.parameters import MG_M3, UG, Parameter

__all__ = [
    "Unreadable",
    "read_bool",
    "read_day",
    "read_hour",
    "read_month",
    "read_number",
    "read_quarter",
    "read_water",
    "read_year_day",
]

FIRST_YEAR = 2000
_BLANK = frozenset(
    {
        "",
        "-",
        "--",
        "—",
        "——",
        "/",
        "\\",
        "na",
        "n/a",
        "nan",
        "null",
        "none",
        "无",
        "缺测",
        "未监测",
        "未测",
        "停测",
        "#n/a",
        "*",
    }
)
_MARKED = frozenset({"-99", "-999", "-9999", "-99.9", "-999.0", "-99.0"})  # instruments' sign for “no value”
_ZONE = re.compile(
    r"(?:z|utc|gmt|cst|cdt|edt|est|夏令时|夏时制|dst|[+-]\d{2}:?\d{2})\s*(?:[+-]\d{1,2}(?::?\d{2})?)?$",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?:日[ T]*|[ T]+)(\d{1,2})(?:[:时点](\d{1,2})?(?:[:分](\d{1,2}(?:\.\d+)?)?秒?)?)?"
)
_USUAL_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:00(:00)?")
_COMPACT_TIME = re.compile(r"(\d{4})(\d{2})(\d{2})[ T]?(\d{2})(?:(\d{2}))?")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0{1,2}(?::0{2}){0,2})?")
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_QUARTER = re.compile(r"(\d{4})[-/.年 ]*(?:第?([1-4一二三四])季度?|q([1-4])|([1-4])q)", re.IGNORECASE)
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)
_ALWAYS_THERE = frozenset({"ph", "do", "transparency_cm", "orp_mv", "temperature"})  # no detection limit
_PARTICLES = frozenset({"pm10", "pm25"})  # no instrument reports less than 1 µg/m³ of them
_BELOW = re.compile(
    r"(?:(?:<|≤|＜)\s*(?P<less>\d+(?:\.\d+)?(?:e-?\d+)?)|(?P<limit>\d+(?:\.\d+)?(?:e-?\d+)?)\s*[lL])",
    re.IGNORECASE,
)
_NOT_FOUND = {
    "未检出": "未检出",
    "nd": "未检出",
    "n.d.": "未检出",
    "未检测出": "未检出",
    "低于检出限": "未检出",
    "<检出限": "未检出",
}
_YES = frozenset(
    {"是", "达标", "合格", "1", "√", "✓", "yes", "y", "true", "在产", "正常", "生产", "正常生产"}
)
_NO = frozenset({"否", "不达标", "超标", "不合格", "0", "×", "no", "n", "false", "停产", "停运", "未生产"})


class Unreadable(Exception):
    """The Chinese sentence that tells what is wrong with a cell."""


def plain(text: str) -> str:
    """Half width, one kind of blank, ends trimmed."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


# Time --------------------------------------------------------------------------------------------------


def read_hour(text: str, today: date) -> datetime:
    """The beginning of an hour, Beijing time without zone: 2017-05-01 13:00, 2017/5/1 13时, 2017050113."""
    if _USUAL_TIME.fullmatch(text):  # a million of them
        try:
            usual = datetime.fromisoformat(text)
        except ValueError:
            pass
        else:
            _refuse_far(usual.date(), today)
            return usual
    words = plain(text)
    _refuse_zone(words)
    found = _TIME.fullmatch(words) or _COMPACT_TIME.fullmatch(words)
    if found is None:
        raise _no_time(words, "小时应写作 2017-05-01 13:00")
    year, month, day, hour = (int(found[n]) for n in range(1, 5))
    minutes = int(found[5] or 0) * 60 + float((found[6] if found.re is _TIME else None) or 0)
    if hour == 24:
        raise Unreadable("24:00 是按小时末尾标注；请按小时起点写 0:00 至 23:00（13:00 表示 13 至 14 时）")
    if hour > 24 or minutes >= 3600:
        raise Unreadable(f"“{_shown(words)}”没有这个时刻")
    at = datetime(*_day_parts(year, month, day, words)) + timedelta(hours=hour, seconds=minutes)
    rounded = (at + timedelta(seconds=1)).replace(second=0, microsecond=0)  # Excel keeps 13:00 as 12:59:59.99
    if rounded.minute:
        raise Unreadable(f"“{_shown(words)}”不是整点")
    _refuse_far(rounded.date(), today)
    return rounded


def read_day(text: str, today: date) -> date:
    """A day: 2017-05-01, 2017/5/1, 20170501, 2017年5月1日."""
    words = plain(text)
    _refuse_zone(words)
    found = _DAY.fullmatch(words) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", words)
    if found is None:
        raise _no_time(words, "日期应写作 2017-05-01")
    day = date(*_day_parts(int(found[1]), int(found[2]), int(found[3]), words))
    _refuse_far(day, today)
    return day


def read_month(text: str, today: date) -> tuple[date, bool]:
    """A day, or a month (its first day and true)."""
    words = plain(text)
    found = _MONTH.fullmatch(words) or re.fullmatch(r"((?:19|20)\d{2})(\d{2})", words)
    if found is None:
        return read_day(text, today), False
    first = date(*_day_parts(int(found[1]), int(found[2]), 1, words))
    _refuse_far(first, today)
    return first, True


def read_year_day(text: str, today: date) -> date:
    """The day of a yearly measurement: a day, the last day of a month, or the last day of a bare year."""
    words = plain(text)
    if found := re.fullmatch(r"((?:19|20)\d{2})年?(?:度)?", words):
        _refuse_far(date(int(found[1]), 1, 1), today)
        return date(int(found[1]), 12, 31)
    first, is_month = read_month(text, today)
    if not is_month:
        return first
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return following - timedelta(days=1)


def read_quarter(text: str, today: date) -> date:
    """The first day of a quarter: 2017Q1, 2017年第一季度, 2017-1季度; a month or day of it, too."""
    words = plain(text)
    if found := _QUARTER.fullmatch(words):
        number = found[2] or found[3] or found[4]
        month = ("一二三四".index(number) if number in "一二三四" else int(number) - 1) * 3 + 1
        first = date(int(found[1]), month, 1)
        _refuse_far(first, today)
        return first
    try:
        day, _ = read_month(text, today)
    except Unreadable:
        raise Unreadable(f"“{_shown(words)}”不是季度；应写作 2017Q1 或 2017年第一季度") from None
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _refuse_zone(words: str) -> None:
    if words and (found := _ZONE.search(words)) and not re.fullmatch(r"[\d:./ T-]+", words):
        raise Unreadable(f"时间里有时区或夏令时标记“{found[0].strip()}”；请改为北京时间，如 2017-05-01 13:00")
    if words and re.search(r"\d[+-]\d{2}:\d{2}$", words):
        raise Unreadable("时间里有时区标记；请改为北京时间，如 2017-05-01 13:00")


def _no_time(words: str, how: str) -> Unreadable:
    if not words:
        return Unreadable(f"没有填时间；{how}")
    if _SERIAL.fullmatch(words):
        day = date(1899, 12, 30) + timedelta(days=int(float(words)))
        return Unreadable(
            f"“{words}”是 Excel 的日期序号（按 1900 日期系统是 {day}，按 1904 系统晚 4 年）；请把这一列设为日期格式再保存"
        )
    return Unreadable(f"“{_shown(words)}”看不懂；{how}")


def _day_parts(year: int, month: int, day: int, words: str) -> tuple[int, int, int]:
    try:
        date(year, month, day)
    except ValueError:
        raise Unreadable(f"“{_shown(words)}”没有这一天") from None
    return year, month, day


def _refuse_far(day: date, today: date) -> None:
    if day.year < FIRST_YEAR:
        raise Unreadable(f"{day} 太早；单元格可能是 1900 年起算的日期序号，请核对日期格式")
    if day > today:
        raise Unreadable(f"{day} 还没有到")


# Values ------------------------------------------------------------------------------------------------


def read_number(text: str, parameter: Parameter) -> float | None:
    """A measured value; None for a blank or an instrument's sign for “no value”."""
    words = plain(text).replace(" ", "")
    if words.casefold() in _BLANK or words in _MARKED:
        return None
    if _NUMBER.fullmatch(words) is None:
        raise Unreadable(_no_number(words, parameter))
    return _possible(float(words), parameter)


def read_water(text: str, parameter: Parameter) -> str:
    """A water value as it is kept: a plain number, “0.01L”, “<0.01”, “未检出”; "" for not measured."""
    words = plain(text).replace(" ", "")
    if words.casefold() in _BLANK or words in _MARKED:
        return ""
    found = _BELOW.fullmatch(words)
    if (found or words.casefold() in _NOT_FOUND) and parameter.code in _ALWAYS_THERE:
        raise Unreadable(f"{parameter.label}不能是“{_shown(words)}”，请填数值")
    if words.casefold() in _NOT_FOUND:
        return _NOT_FOUND[words.casefold()]
    if found:
        limit = found["less"] or found["limit"]
        if float(limit) == 0:
            raise Unreadable("检出限不能是 0")
        _possible(float(limit), parameter)
        return f"<{limit}" if found["less"] else f"{limit}L"
    if _NUMBER.fullmatch(words) is None:
        raise Unreadable(_no_number(words, parameter) + "；低于检出限写作 0.01L 或 <0.01")
    _possible(float(words), parameter)
    return format(Decimal(words), "f")


def _possible(value: float, parameter: Parameter) -> float:
    if parameter.low <= value <= parameter.high and not (parameter.code in _PARTICLES and 0 < value < 1):
        return value
    label, unit = parameter.label, f" {parameter.unit}" if parameter.unit else ""
    if value < parameter.low and parameter.low == 0:
        raise Unreadable(f"{label} 不能为负数（{value:g}）；没有有效值请留空")
    if parameter.code in _PARTICLES and value < 1:
        raise Unreadable(f"{label} {value:g} 像是以 {MG_M3} 填的；应为 {UG}")
    if parameter.unit == MG_M3:
        raise Unreadable(f"{label} {value:g}{unit} 不可能，像是以 {UG} 填的；CO 应为 {MG_M3}")
    raise Unreadable(
        f"{label} {value:g}{unit} 不可能（应在 {parameter.low:g} 至 {parameter.high:g} 之间），请核对数值和单位"
    )


def _no_number(words: str, parameter: Parameter) -> str:
    if words.startswith("="):
        return "不能填公式，请填计算结果"
    if words.startswith("#"):
        return f"“{_shown(words)}”是表格里的公式错误"
    return f"{parameter.label}“{_shown(words)}”不是数字"


def read_bool(text: str) -> bool | None:
    """Yes, no, or None for a blank."""
    words = plain(text).casefold()
    if words in _YES:
        return True
    if words in _NO:
        return False
    if words in _BLANK:
        return None
    raise Unreadable(f"“{_shown(words)}”应为“是”或“否”")


def _shown(text: str) -> str:
    return text if len(text) <= 24 else text[:24] + "…"
