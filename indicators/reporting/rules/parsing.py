"""One parser for what a person types, pastes or sends in a workbook.

Source: domain.md §6 (a hard check refuses text in a number), issue 3 “Entry” and “Bad input”; design.md “The way of
a figure” and “Numbers are Decimal(20, 6)”. Pure: text in, answer out; nothing is rounded, nothing is guessed:
what can be read in two ways is refused with a word on how to write it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from indicators.standards.rounding import format_number, strip_zeros

__all__ = [
    "BOOLEAN_MEASURE",
    "Answer",
    "ParsedCell",
    "cell_text",
    "parse_cell",
    "split_block",
]


class Answer(StrEnum):
    """What a cell says. A blank is a blank: BLANK is no answer at all, the last three are chosen on purpose."""

    BLANK = ""
    VALUE = "value"
    NONE = "none"
    NOT_YET = "not_yet"
    NOT_APPLICABLE = "not_applicable"


BOOLEAN_MEASURE = "是否"
MAX_INTEGER_DIGITS = 14
MAX_DECIMALS = 6
MAX_LENGTH = 200  # a reason included; longer text belongs into the narrative


@dataclass(frozen=True, slots=True)
class ParsedCell:
    """One cell, read.

    raw: exactly as typed. answer: BLANK for nothing typed, and for an error. value: the number (0 for NONE,
    1 / 0 for a 是否 element), else None. error: why it cannot be read (Chinese, one sentence), else None.
    note: what was understood, where that differs from what stands there, else None. reason: the words after
    “不适用：”, else "".
    """

    raw: str
    answer: Answer
    value: Decimal | None = None
    error: str | None = None
    note: str | None = None
    reason: str = ""

    @property
    def ok(self) -> bool:
        """True if there is nothing to correct; a blank is fine here, whether it may stay is asked at submission."""
        return self.error is None


class _Unreadable(Exception):
    """The Chinese sentence that tells the person what is wrong."""


# Characters --------------------------------------------------------------------------------------------

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_MINUSES = dict.fromkeys(map(ord, "−–—‒―﹣➖⁻"), "-")
_QUOTES = dict.fromkeys(map(ord, "’‘ʼ＇′"), "'")
_CHARACTERS: dict[int, int | str] = {**_FULL_WIDTH, **_MINUSES, **_QUOTES, ord("﹪"): "%", ord("﹐"): ","}


def _plain(raw: str) -> str:
    """Half-width, one kind of minus, quote and blank; nothing invisible; ends trimmed.

    A sign that only some private font knows (Co), or none, is not invisible: it may stand for a digit, and stays.
    """
    kept = (ch for ch in raw if unicodedata.category(ch) != "Cf")
    translated = "".join(kept).translate(_CHARACTERS)
    text = "".join(" " if ch.isspace() else ch for ch in translated).strip()
    return text[1:].lstrip() if text.startswith("'") else text  # Excel's mark for “keep as text”


# Answers in words --------------------------------------------------------------------------------------

_WORDS: dict[str, Answer] = {
    **dict.fromkeys(("无", "零", "〇", "没有"), Answer.NONE),
    **dict.fromkeys(
        ("尚无", "尚未", "尚未有数", "暂无", "未报", "待报", "尚无数据", "暂无数据", "尚未统计"),
        Answer.NOT_YET,
    ),
    **dict.fromkeys(("不适用", "不涉及"), Answer.NOT_APPLICABLE),
}
_WITH_REASON = re.compile(
    r"(?:不适用|不涉及)(?:\s*[:：,，。;；—－-]+\s*(?P<after>\S.*)|\s*[(（]\s*(?P<inside>[^()（）]*[^\s()（）])\s*[)）]|(?P<because>因为?.+))",
    re.DOTALL,
)
_YES = frozenset(("是", "达标", "合格", "1", "√", "✓", "✔", "yes", "y", "true"))
_NO = frozenset(("否", "不达标", "未达标", "不合格", "0", "×", "✗", "✘", "no", "n", "false"))
_STROKES = frozenset("-/\\*_.…~·")
_CHINESE_NUMERAL = re.compile(r"[一二三四五六七八九十百千万亿两零〇点负壹贰叁肆伍陆柒捌玖拾佰仟]+")
_EXCEL_ERROR = re.compile(r"#(?:[A-Z/0]+[!?]?|#+)", re.IGNORECASE)
_DATE = re.compile(
    r"\d{4}[-/.年]\d{1,2}([-/.月]\d{1,2}日?)?([ T].*)?"
    r"|\d{1,2}[-/]\d{1,2}|\d{1,2}月(\d{1,2}日)?|\d{1,4}年(\d{1,2}月)?|\d{1,2}:\d{2}(:\d{2})?"
)


def parse_cell(raw: str, measure: str, precision: int, *, negative_allowed: bool = False) -> ParsedCell:
    """Read one cell.

    raw: the text as typed, pasted or made by `cell_text`. measure: the element's unit of measure as it stands
    in elements.csv (“t”, “万元”, “%”, “是否”, …). precision: decimals allowed (0–6).

    Understood: full-width digits and signs; thousands marks (comma, blank, thin blank, apostrophe) in their right
    places; 85% where the measure is in %; 1.2万 and 3亿 where the measure is not itself in 万 or 亿; the element's own
    unit behind the number; 1.2E+05 as Excel shows it; 无 / 零 → NONE, 尚未有数 → NOT_YET, 不适用：原因 → NOT_APPLICABLE.
    Never raises for any text; an unreadable one comes back with `error`.
    """
    trimmed = raw.strip()
    if len(trimmed) > MAX_LENGTH:
        return ParsedCell(raw, Answer.BLANK, error=f"内容太长，最多 {MAX_LENGTH} 个字符")
    if found := _WITH_REASON.fullmatch(trimmed):
        reason = found["after"] or found["inside"] or found["because"]
        return ParsedCell(raw, Answer.NOT_APPLICABLE, reason=reason.strip())
    text = _plain(raw)
    if not text:
        return ParsedCell(raw, Answer.BLANK)
    try:
        return _read(raw, text, measure, precision, negative_allowed)
    except _Unreadable as problem:
        return ParsedCell(raw, Answer.BLANK, error=str(problem))


def _read(raw: str, text: str, measure: str, precision: int, negative_allowed: bool) -> ParsedCell:
    answer = _WORDS.get(text.rstrip("。.!;,"))
    if answer is Answer.NONE and measure != BOOLEAN_MEASURE:
        return ParsedCell(raw, answer, Decimal(0), note="记作 0（无）")
    if answer is Answer.NOT_APPLICABLE:
        return ParsedCell(raw, answer, note="请写明不适用的原因")
    if answer is Answer.NOT_YET:
        return ParsedCell(raw, answer)
    if set(text) <= _STROKES:
        raise _Unreadable(f"“{_shown(raw)}”意思不明，请改选“尚未有数”“无”或“不适用”")
    if measure == BOOLEAN_MEASURE:
        return ParsedCell(raw, Answer.VALUE, _read_yes_no(text))
    value, note = _read_number(text, measure)
    if value < 0 and not negative_allowed:
        raise _Unreadable("不能为负数")
    return ParsedCell(raw, Answer.VALUE, _fitting(value, precision), note=note)


def _read_yes_no(text: str) -> Decimal:
    word = text.casefold()
    if word in _YES:
        return Decimal(1)
    if word in _NO:
        return Decimal(0)
    raise _Unreadable(f"“{_shown(text)}”不是“是”或“否”")


# Numbers -----------------------------------------------------------------------------------------------

_NUMBER = re.compile(
    r"(?P<sign>[+-]?)[ ]*"
    r"(?P<whole>[0-9]+(?:[,' ]+[0-9]+)*|)"
    r"(?P<point>[.。]?)(?P<decimals>[0-9]*)"
    r"(?P<exponent>[eE][+-]?[0-9]+)?"
    r"(?P<rest>.*)",
    re.DOTALL,
)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:(?P<mark>[,' ])[0-9]{3})(?:(?P=mark)[0-9]{3})*")
_SCALES = (("万亿", 12), ("亿", 8), ("万", 4))  # longest first
_MAX_EXPONENT = 40


def _read_number(text: str, measure: str) -> tuple[Decimal, str | None]:
    found = _NUMBER.fullmatch(text)
    if found is None or not (found["whole"] or found["decimals"]):
        raise _not_a_number(text)
    rest = found["rest"].strip()
    if rest and (rest[0] in ".。,'" or rest[0].isdigit() or rest[0] in "-/:~+*=()年月日" or rest[0] == "e"):
        raise _not_a_number(text)
    whole = found["whole"]
    if not whole.isdigit() and whole and not _GROUPED.fullmatch(whole):
        raise _Unreadable(f"“{_shown(text)}”千分位不对，应每三位一组，如 12,345")
    digits = re.sub(r"[,' ]", "", whole).lstrip("0")
    if len(digits) > MAX_INTEGER_DIGITS:
        raise _too_large()
    number = Decimal(f"{digits or '0'}.{found['decimals'] or '0'}")
    notes = []
    if found["point"] == "。":
        notes.append("把“。”当作小数点")
    if found["exponent"]:
        number = _with_exponent(number, int(found["exponent"][1:]), rest)
        notes.append("科学计数法可能丢了尾数，请核对")
    power = _power_of(rest, measure)
    if power:
        number = number.scaleb(power)
    if power or found["exponent"]:
        notes.insert(0, f"按 {format_number(number)} 保存")
    if found["sign"] == "-":
        if number.is_zero():
            notes.append("负零记作 0")
        else:
            number = -number
    return number, "；".join(notes) or None


def _with_exponent(number: Decimal, exponent: int, rest: str) -> Decimal:
    if rest.startswith(("万", "亿")):
        raise _Unreadable("科学计数法后面不能再写“万”“亿”，请写出完整的数")
    if abs(exponent) > _MAX_EXPONENT:
        raise _too_large() if exponent > 0 else _Unreadable("数太小，请写出完整的小数")
    return number.scaleb(exponent)


def _fitting(value: Decimal, precision: int) -> Decimal:
    """The value if it fits Decimal(20, 6) and the element's decimals; trailing zeros never count as decimals."""
    plain = strip_zeros(value)
    if plain.adjusted() >= MAX_INTEGER_DIGITS:
        raise _too_large()
    allowed = min(precision, MAX_DECIMALS)
    exponent = plain.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > allowed:
        raise _Unreadable(f"最多 {allowed} 位小数" if allowed else "只能填整数")
    return plain


# Units behind the number -------------------------------------------------------------------------------

_SAME_UNIT = {
    "吨": "t",
    "公斤": "kg",
    "千克": "kg",
    "公顷": "ha",
    "平方公里": "km2",
    "平方千米": "km2",
    "立方米": "m3",
    "方": "m3",
    "平方米": "m2",
    "吨标准煤": "tce",
    "吨标煤": "tce",
}


def _power_of(suffix: str, measure: str) -> int:
    """The power of ten that the words behind the number stand for; 0 for none or for the element's own unit."""
    typed, own = _unit(suffix), _unit(measure)
    if not typed or typed == own:
        return 0
    if typed.startswith(("%", "‰")) and own != "%":
        raise _Unreadable(f"本项按“{measure}”填报，不能填百分数" if measure else "本项不能填百分数")
    for word, power in _SCALES:
        if typed.startswith(word):
            bare = typed.removeprefix(word)
            if own.startswith(("万", "亿")):
                raise _Unreadable(f"本项按“{measure}”填报，请直接填以{measure}为单位的数")
            if bare and _SAME_UNIT.get(bare, bare) != own:
                break
            return power
    allowed = f"本项的单位“{measure}”" if measure else "本项的单位"
    raise _Unreadable(f"“{_shown(suffix)}”不是{allowed}，请换算后只填数字")


def _unit(written: str) -> str:
    """A unit in one spelling: m³ = m3 = 立方米, blanks and case ignored, a leading 万 or 亿 kept."""
    text = "".join(unicodedata.normalize("NFKC", written).split()).casefold()
    for word, _ in _SCALES:
        if text.startswith(word) and (bare := text.removeprefix(word)) in _SAME_UNIT:
            return word + _SAME_UNIT[bare]
    return _SAME_UNIT.get(text, text)


# Refusals ----------------------------------------------------------------------------------------------


def _not_a_number(text: str) -> _Unreadable:
    shown = _shown(text)
    if text.startswith("="):
        return _Unreadable("不能填公式，请填计算结果")
    if _EXCEL_ERROR.fullmatch(text):
        return _Unreadable(f"“{shown}”是表格里的公式错误或列宽不够，请填数字")
    if _DATE.fullmatch(text):
        return _Unreadable(f"“{shown}”像是日期，不是数字")
    if _CHINESE_NUMERAL.fullmatch(text):
        return _Unreadable(f"“{shown}”请改用阿拉伯数字")
    if text.startswith("(") and text.endswith(")"):
        return _Unreadable(f"“{shown}”带括号，请直接写数字，负数前加“-”")
    if re.fullmatch(r"[+-]?[0-9,]*\.[0-9,]*\.[0-9.,]*", text):
        return _Unreadable(f"“{shown}”小数点多于一个")
    if re.fullmatch(r"[+-]?[0-9,' ]*,[0-9,' .]*", text):
        return _Unreadable(f"“{shown}”千分位不对，应每三位一组，如 12,345")
    return _Unreadable(f"“{shown}”不是数字")


def _too_large() -> _Unreadable:
    return _Unreadable(f"数太大，整数部分最多 {MAX_INTEGER_DIGITS} 位")


def _shown(text: str) -> str:
    one_line = " ".join("".join(ch if ch.isprintable() else " " for ch in text).split())
    return one_line if len(one_line) <= 20 else one_line[:20] + "…"


# Workbooks and the clipboard ---------------------------------------------------------------------------


def cell_text(value: object) -> str:
    """A workbook's cell as the text a person would see, for `parse_cell`.

    Floats are written with the 15 significant digits that Excel itself keeps, so 0.1 + 0.2 is 0.3; a true / false
    becomes 是 / 否; a date stays a date (and is then refused as a figure).
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(value)
        return format(strip_zeros(Decimal(format(value, ".15g"))), "f") if abs(value) < 1e40 else str(value)
    if isinstance(value, Decimal):
        try:
            return (
                format(strip_zeros(value), "f") if value.is_finite() and value.adjusted() < 40 else str(value)
            )
        except InvalidOperation:
            return str(value)
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | date | time):
        return value.isoformat(*((" ",) if isinstance(value, datetime) else ()))
    return str(value)


_QUOTED = re.compile(r'"((?:[^"]|"")*+)"(?=[\t\r\n]|\Z)')
_BARE = re.compile(r"[^\t\r\n]*+")
_LINE_END = re.compile(r"\r\n|\r|\n")


def split_block(text: str) -> list[list[str]]:
    """The rows and cells of a block copied from Excel or WPS.

    Cells are apart by tabs, rows by line ends of any kind; a cell that holds a tab or a line end stands in quotes, its
    own quotes doubled; a quote that closes nowhere is a plain character. The one line end after the last row is
    dropped, blank rows inside stay, rows may differ in length. An empty text has no rows.
    """
    if not text:
        return []
    rows: list[list[str]] = [[]]
    at = 0
    while True:
        if quoted := _QUOTED.match(text, at):
            rows[-1].append(quoted[1].replace('""', '"'))
            at = quoted.end()
        else:
            bare = _BARE.match(text, at)
            assert bare is not None  # it matches the empty text
            rows[-1].append(bare[0])
            at = bare.end()
        if at < len(text) and text[at] == "\t":
            at += 1
            continue
        line_end = _LINE_END.match(text, at)
        if line_end is None or line_end.end() == len(text):
            return rows
        rows.append([])
        at = line_end.end()
