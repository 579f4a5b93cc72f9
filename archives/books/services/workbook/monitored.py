"""Lines of the parts that are judged by readings: air, noise, sections, sources, firms."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from archives.books.services.workbook.formulas import (
    Live,
    Result,
    compare,
    compared,
    is_number,
    within_margin,
)
from archives.books.services.workbook.lines import (
    JUDGED,
    LACKS,
    LOWER,
    MARGIN,
    SCALE,
    TARGET,
    UPPER,
    VALUE,
    VERDICT,
    Line,
    judged_word,
)
from archives.books.services.workbook.readings import Air, Firms, Noise, Sections, Sources
from archives.books.services.workbook.sheets import number_of

if TYPE_CHECKING:
    from archives.books.services.workbook.derivation import Part, Writer

__all__ = ["monitored_steps", "sites_share"]

YEAR_DAYS = 324  # HJ 663-2013 table 3: valid days of a year


def monitored_steps(
    writer: Writer, indicator: Mapping[str, Any], part: Mapping[str, Any], key: str
) -> list[Line]:
    """The lines of a part's steps, written."""
    make = {
        "air_annual": _annual,
        "air_good_days": _good_days,
        "area_noise": _noise,
        "road_noise": _noise,
        "sections": _sections,
        "outflow": _sections,
        "sources": _sources,
        "firms": _firms,
    }[part["rule"]["measure"]]
    return make(writer, indicator, part, key)


def _step(
    writer: Writer, indicator: Mapping[str, Any], part: Mapping[str, Any], key: str, index: int
) -> Line:
    return writer.step_line(indicator["number"], part, part["steps"][index], f"{key}.{index + 1}")


def _sheet(writer: Writer, indicator: Any, part: Any, name: str, make: Any) -> Any:
    """The indicator's sheet of readings of that name, made once; a second indicator's bears its number."""
    key = (name, indicator["number"])
    if key not in writer.readings:
        taken = any(one == name for one, _ in writer.readings)
        title = f"{name}{indicator['number']}" if taken else name
        writer.readings[key] = make(writer.book, writer.heading, title, part["measured"])
    return writer.readings[key]


# Air --------------------------------------------------------------------------------------------------------


def _air(writer: Writer, indicator: Any, part: Any) -> Air:
    made: Air = _sheet(writer, indicator, part, Air.NAME, Air)
    return made


def _annual(writer: Writer, indicator: Any, part: Any, key: str) -> list[Line]:
    """Mean or percentile of the days, rounded, against the limit; a whole year needs 324 valid days."""
    sheet, done = _air(writer, indicator, part), []
    units = {one["code"]: one["unit"] for one in part["measured"]["pollutants"]}
    for index, statistic in enumerate(part["measured"]["statistics"]):
        column = sheet.columns[statistic["pollutant"]]
        line = _step(writer, indicator, part, key, index)
        share = statistic["percentile"]
        line.upper = column.mean() if share is None else column.percentile(share)
        line.limit, line.places = float(statistic["limit"]), statistic["places"]
        line.unit, line.shown, line.guarded = units[statistic["pollutant"]], statistic["places"], False
        if str(part["measured"]["cut"]).endswith("-12-31") and isinstance(line.lacks, Live):
            count = column.count()
            short = int(float(count.result) < YEAR_DAYS)
            line.lacks = Live(
                f"{line.lacks.formula}+IF({count.formula}<{YEAR_DAYS},1,0)", float(line.lacks.result) + short
            )
        writer.lines.write(line)
        done.append(line)
    return done


def _good_days(writer: Writer, indicator: Any, part: Any, key: str) -> list[Line]:
    """Good days ÷ valid days; with days missing, missed only where it would be even if all of them had been good."""
    sheet = _air(writer, indicator, part)
    line = _step(writer, indicator, part, key, 0)
    line.upper, line.lower = sheet.good.total(), sheet.good.count()
    line.ratio, line.scale, line.guarded = True, 100, False
    line.limit = float(part["rule"]["limit"])
    cut = date.fromisoformat(part["measured"]["cut"])
    calendar = (cut - date(cut.year - 1, 12, 31)).days
    at = [writer.lines.cell(writer.lines.row, column).local for column in range(22)]
    lacks = float(line.lacks.result) if isinstance(line.lacks, Live) else 0
    good, valid = float(line.upper.result), float(line.lower.result)
    best = f"({at[UPPER]}+{calendar}-{at[LOWER]})*100/{calendar}"
    rest = _judge(part["rule"], at)
    formula = (
        f'IF({at[LACKS]}>0,IF({compare(part["rule"]["op"], best, at[TARGET])},"数据不全","不达标"),'
        f'IF(NOT(ISNUMBER({at[VALUE]})),"数据不全",{rest}))'
    )
    if lacks:
        still = compared(part["rule"]["op"], (good + calendar - valid) * 100 / calendar, line.limit)
        word = "数据不全" if still else "不达标"
    elif not valid:
        word = "数据不全"
    else:
        word = judged_word(
            part["rule"]["op"], good / valid * 100, line.limit, number_of(part["rule"].get("margin_pct"))
        )
    line.verdict = Live(formula, word)
    writer.lines.write(line)
    return [line]


def _judge(rule: Mapping[str, Any], at: Sequence[str]) -> str:
    """The comparison of a line's own cells."""
    near = within_margin(at[JUDGED], at[TARGET], at[MARGIN])
    return f'IF({compare(rule["op"], at[JUDGED], at[TARGET])},IF({near},"临界","达标"),"不达标")'


# Noise ------------------------------------------------------------------------------------------------------


def _noise(writer: Writer, indicator: Any, part: Any, key: str) -> list[Line]:
    """Mean of the points, or of the roads by their length."""
    name = "噪声测点" if part["rule"]["measure"] == "area_noise" else "噪声路段"
    sheet: Noise = _sheet(writer, indicator, part, name, Noise)
    line = _step(writer, indicator, part, key, 0)
    weighted = part["measured"]["weighted"]
    line.upper = sheet.weighted() if weighted else sheet.levels.total()
    line.lower = sheet.length() if weighted else sheet.levels.count()
    line.ratio, line.scale, line.guarded = True, 1, False
    line.limit, line.undecided = float(part["rule"]["limit"]), "未到期"
    writer.lines.write(line)
    return [line]


# Sites ------------------------------------------------------------------------------------------------------


def _site_line(line: Line, formula: str, word: str) -> Line:
    line.op, line.value, line.verdict, line.told_value, line.unit = (
        "",
        Live('""', ""),
        Live(formula, word),
        None,
        "",
    )
    return line


def _sections(writer: Writer, indicator: Any, part: Any, key: str) -> list[Line]:
    """A section fails where any parameter's mean is over the limit of its target."""
    name = Sections.NAME if part["rule"]["measure"] == "sections" else "出境断面"
    sheet: Sections = _sheet(writer, indicator, part, name, Sections)
    done = []
    for index, step in enumerate(part["steps"]):
        line = _step(writer, indicator, part, key, index)
        at = [writer.lines.cell(writer.lines.row, column).local for column in range(22)]
        if step["site"] in sheet.over:
            line.upper, line.lower = sheet.over[step["site"]].total(), sheet.means[step["site"]].count()
            lacks = float(line.lacks.result) if isinstance(line.lacks, Live) else 0
            formula = f'IF({at[UPPER]}>0,"不达标",IF(OR({at[LACKS]}>0,{at[LOWER]}=0),"数据不全","达标"))'
            word = "不达标" if float(line.upper.result) > 0 else "达标"
            if word == "达标" and (lacks or not line.lower.result):
                word = "数据不全"
        else:
            formula, word = f'IF({at[VERDICT - 1]}="否","不适用","数据不全")', "不适用"
        writer.lines.write(_site_line(line, formula, word))
        done.append(line)
    return done


def _sources(writer: Writer, indicator: Any, part: Any, key: str) -> list[Line]:
    """Water taken in compliant months, of water taken in the months that were judged."""
    sheet: Sources = _sheet(writer, indicator, part, Sources.NAME, Sources)
    done = []
    for index, step in enumerate(part["steps"]):
        line = _step(writer, indicator, part, key, index)
        at = [writer.lines.cell(writer.lines.row, column).local for column in range(22)]
        line.upper, line.lower = sheet.taken(step["site"], 1), sheet.taken(step["site"], 1, 0)
        lacks = float(line.lacks.result) if isinstance(line.lacks, Live) else 0
        bad = sheet.taken(step["site"], 0)
        formula = f'IF({bad.formula}>0,"不达标",IF({at[LACKS]}>0,"数据不全","达标"))'
        word = "不达标" if float(bad.result) > 0 else "数据不全" if lacks else "达标"
        writer.lines.write(_site_line(line, formula, word))
        done.append(line)
    return done


def _firms(writer: Writer, indicator: Any, part: Any, key: str) -> list[Line]:
    """Every quarter's tests compliant; a firm that stood still all the time leaves the count."""
    sheet: Firms = _sheet(writer, indicator, part, Firms.NAME, Firms)
    done = []
    for index, step in enumerate(part["steps"]):
        line = _step(writer, indicator, part, key, index)
        at = [writer.lines.cell(writer.lines.row, column).local for column in range(22)]
        quarters = sheet.rows[step["site"]]
        good, bad = quarters.how_many("达标"), quarters.how_many("超标")
        line.upper = good
        line.lower = Live(f"{good.formula}+{bad.formula}", float(good.result) + float(bad.result))
        line.applies = True
        lacks = float(line.lacks.result) if isinstance(line.lacks, Live) else 0
        formula = (
            f'IF({bad.formula}>0,"不达标",IF({at[LACKS]}>0,"数据不全",IF({at[UPPER]}>0,"达标","不适用")))'
        )
        word = "不达标" if bad.result else "数据不全" if lacks else "达标" if good.result else "不适用"
        writer.lines.write(_site_line(line, formula, word))
        done.append(line)
    return done


def sites_share(
    writer: Writer, number: int, part: Mapping[str, Any], first: int, done: Sequence[Line]
) -> Part:
    """The share of what complies. What can't be told yet counts neither way, but the limit is missed only where it would be
    even if all of that complied; of sources the water that is missing has no upper bound."""
    rule, words = part["rule"], [one.results[VERDICT] for one in done]
    column = writer.column(first, VERDICT)
    sources = rule["measure"] == "sources"
    at = [writer.lines.cell(writer.lines.row, one).local for one in range(22)]
    if sources:
        upper = Live(f"SUM({writer.column(first, UPPER)})", _sum(done, UPPER))
        lower = Live(f"SUM({writer.column(first, LOWER)})", _sum(done, LOWER))
    else:
        good, bad = words.count("达标"), words.count("不达标")
        upper = Live(f'COUNTIF({column},"达标")', good)
        lower = Live(f'COUNTIF({column},"达标")+COUNTIF({column},"不达标")', good + bad)
    lacks = Live(f"SUM({writer.column(first, LACKS)})", _sum(done, LACKS))
    limit, share = float(rule["limit"]), number_of(rule.get("margin_pct"))
    ordinary = f'IF({at[LOWER]}=0,"不适用",{_judge(rule, at)})'
    value = float(upper.result) / float(lower.result) * 100 if float(lower.result) else None
    word = "不适用" if value is None else judged_word(rule["op"], value, limit, share)
    if sources:
        formula = f'IF({at[LACKS]}>0,IF(AND({at[LOWER]}-{at[UPPER]}>1E-9,{at[TARGET]}>=100),"不达标","数据不全"),{ordinary})'
        if lacks.result:
            conclusive = float(lower.result) - float(upper.result) > 1e-9 and limit >= 100
            word = "不达标" if conclusive else "数据不全"
    else:
        open_ = f'COUNTIF({column},"数据不全")'
        best = f"({at[UPPER]}+{open_})/({at[LOWER]}+{open_})*{at[SCALE]}"
        formula = f'IF({open_}>0,IF({compare(rule["op"], best, at[TARGET])},"数据不全","不达标"),{ordinary})'
        waiting = words.count("数据不全")
        if waiting:
            most = (float(upper.result) + waiting) / (float(lower.result) + waiting) * 100
            word = "数据不全" if compared(rule["op"], most, limit) else "不达标"
    line = Line(
        number,
        part["name"],
        "合计",
        upper=upper,
        lower=lower,
        scale=100,
        ratio=True,
        unit=rule.get("unit", "%"),
        op=rule["op"],
        limit=limit,
        margin=share,
        lacks=lacks,
        verdict=Live(formula, word),
        bold=True,
        shown=int(rule.get("places", 2)),
        told=part["status"],
        told_value=part["value"],
        note="\n".join(filter(None, [part["expression"], part["formula"]])),
    )
    return writer.place(part, line)


def _sum(done: Sequence[Line], column: int) -> Result:
    return math.fsum(float(one.results[column]) for one in done if is_number(one.results[column]))
