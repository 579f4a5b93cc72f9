"""What the commands print: a year's air, a section's class; as JSON and in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from indicators.standards.air_limits import ANNUAL as ANNUAL_TABLE
from indicators.standards.air_limits import NAMES, PLACES, UNITS, Annual
from indicators.standards.air_year import AirYear, Statistic
from indicators.standards.rounding import format_number
from indicators.standards.surface_water import Classified
from indicators.standards.water_limits import CLASS_NAMES, TABLE_1
from indicators.stationfiles.water import SectionRow

__all__ = ["section_as_json", "section_in_words", "year_as_json", "year_in_words"]


def year_as_json(found: AirYear, stations: Sequence[str], notes: Sequence[str] = ()) -> dict[str, Any]:
    """The year as the command prints it: good_rate a share of 1 of the valid days, unrounded; null = not known.

    notes: remarks on the files, a conversion of units among them.
    """
    return {
        "year": found.year,
        "stations": list(stations),
        "days": found.calendar_days,
        "valid_days": found.valid_days,
        "good_days": found.good_days,
        "good_rate": _number(found.good_rate),
        "good_rate_of_calendar_days": _number(found.good_rate_of_calendar),
        "annual": {
            code: {
                "value": _number(one.value),
                "reported": _number(one.reported),
                "limit": _number(one.limit),
                "met": one.met,
            }
            for code, one in found.statistics.items()
        },
        "valid": {code: one.valid for code, one in found.statistics.items()},
        "coverage": {
            code: {"days": one.days, "short_months": list(one.short_months)}
            for code, one in found.statistics.items()
        },
        "met": found.met,
        "notes": list(notes),
    }


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return (
        int(value) if value == value.to_integral_value() and value.as_tuple().exponent == 0 else float(value)
    )


def year_in_words(found: AirYear, stations: Sequence[str]) -> Iterator[str]:
    """The year for reading, line by line."""
    yield f"{found.year} 年，{len(stations)} 个站点：{'、'.join(stations)}"
    yield (
        f"全年 {found.calendar_days} 天，有效 {found.valid_days} 天，优良 {found.good_days} 天，超标 {found.bad_days} 天；"
        f"优良率 {_percent(found.good_rate)}（占有效天数），{_percent(found.good_rate_of_calendar)}（占日历天数）"
    )
    for one in found.statistics.values():
        yield _statistic_in_words(one, ANNUAL_TABLE[one.code])
    yield f"结论：{_MET[found.met]}" + (
        "" if found.valid else "（全年数据不满足有效性要求，以上数字仅供参考）"
    )


_MET = {True: "六项均达标", False: "不达标", None: "不能判定"}
_STATISTIC_MET = {True: "达标", False: "超标", None: "数据无效，不判定"}


def _statistic_in_words(one: Statistic, annual: Annual) -> str:
    name, unit = NAMES[annual.pollutant], UNITS[annual.pollutant]
    kind = "年均值" if annual.percentile is None else f"第 {annual.percentile * 100:.0f} 百分位数"
    value = (
        "无数据"
        if one.reported is None
        else f"{format_number(one.reported, PLACES[annual.pollutant])} {unit}"
    )
    line = f"{name} {kind} {value}，限值 {format_number(one.limit)}，{_STATISTIC_MET[one.met]}（{one.days} 个有效日"
    if one.short_months:
        line += f"，{'、'.join(map(str, one.short_months))} 月天数不足"
    return f"{line}）"


def _percent(share: Decimal | None) -> str:
    return "—" if share is None else f"{format_number(share * 100, 1)}%"


def section_as_json(row: SectionRow, found: Classified) -> dict[str, Any]:
    """class: 1–5, 6 = worse than V, null = nothing measured."""
    answer: dict[str, Any] = {"section": row.section}
    if row.date:
        answer["date"] = row.date
    return answer | {
        "class": found.water_class,
        "decided_by": list(found.decided_by),
        "measured": found.measured,
    }


def section_in_words(row: SectionRow, found: Classified) -> str:
    name = f"{row.section} {row.date}".strip()
    if found.water_class is None:
        return f"{name}：数据不全，没有测定任何项目，不判类别"
    deciding = "、".join(TABLE_1[code].name for code in found.decided_by)
    return f"{name}：{CLASS_NAMES[found.water_class]}（{deciding}；测定 {found.measured}/{len(TABLE_1)} 项）"
