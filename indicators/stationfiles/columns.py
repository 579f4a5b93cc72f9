"""Which column is which: names as files write them, units in brackets, columns that nobody knows."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Mapping

from indicators.stationfiles.faults import Faults
from indicators.stationfiles.tables import Row, Table

__all__ = ["find_columns", "plain_name"]

_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]\s*$")
_UNIT = re.compile(r"(?:[mμun]?g|毫克|微克)\s*[/·.]?\s*(?:m3|m\^3|l|立方米|升|m-3|l-1).*|无量纲|℃|°c|mv|cm")
_MILLI = re.compile(r"(?:mg|毫克)")
_IN_NAMES = re.compile(r"[\s_\-‐–—:·.,/()\[\]+]+")
LIKE_ENOUGH = 0.75


def plain_name(text: str) -> str:
    """A header reduced to what tells it apart: “PM₂.₅（μg/m³）” → “pm25”."""
    return _IN_NAMES.sub("", _without_unit(text)[0])


def _without_unit(text: str) -> tuple[str, str]:
    """The name in lower case and the unit in its last brackets (“” without one)."""
    name = unicodedata.normalize("NFKC", text).strip().lower()
    found = _BRACKETS.search(name)
    if found and _UNIT.fullmatch(found[1].strip()):
        return name[: found.start()], found[1].strip()
    return name, ""


def find_columns(
    table: Table,
    aliases: Mapping[str, Collection[str]],
    *,
    passed_over: Collection[str],
    milligrams: Collection[str],
    micrograms: Collection[str] = (),
    faults: Faults,
) -> dict[str, int]:
    """Where each wanted column stands: code → position. What is absent is absent.

    aliases: code → its other names. passed_over: names skipped in silence; others are noted, and refused where they look
    like a slip of a wanted one that is missing. milligrams, micrograms: codes whose unit, where the header gives one, must
    be that.
    """
    codes = {plain_name(name): code for code, names in aliases.items() for name in (code, *names)}
    silent = {plain_name(name) for name in passed_over}
    there = {codes.get(plain_name(text)) for text in table.header.cells}
    missing = {name: code for name, code in codes.items() if code not in there}
    found: dict[str, int] = {}
    for at, text in enumerate(table.header.cells):
        name, (_, unit) = plain_name(text), _without_unit(text)
        code = codes.get(name)
        if code is None:
            _unknown(text, at, table, missing, silent, faults)
        elif code in found:
            faults.add(table.header.number, text, "这一列出现了两次")
        else:
            found[code] = at
            _check_unit(code, text, unit, table.header, milligrams, micrograms, faults)
    return found


def _unknown(
    text: str, at: int, table: Table, missing: Mapping[str, str], silent: Collection[str], faults: Faults
) -> None:
    """missing: names of the wanted columns that the file does not have; only those can have been meant."""
    name, row = plain_name(text), table.header.number
    if not name:
        if any(len(one.cells) > at and one.cells[at].strip() for one in table.rows):
            faults.add(row, "", f"第 {at + 1} 列没有名称（合并的表头单元格？请每列写一个名称）")
        return
    if name in silent:
        return
    like = difflib.get_close_matches(name, missing, n=1, cutoff=LIKE_ENOUGH)
    if like and len(name) > 2:
        faults.add(row, text, f"没有这一列，是不是“{missing[like[0]]}”？")
    else:
        faults.note(row, text, "不认识这一列，没有使用")


def _check_unit(
    code: str,
    text: str,
    unit: str,
    header: Row,
    milligrams: Collection[str],
    micrograms: Collection[str],
    faults: Faults,
) -> None:
    if not unit:
        return
    milli = _MILLI.match(unit) is not None
    if code in milligrams and not milli:
        faults.add(header.number, text, f"单位是 {unit}，应为 mg，请换算后再用")
    if code in micrograms and milli:
        faults.add(header.number, text, f"单位是 {unit}，应为 µg，请换算后再用")
