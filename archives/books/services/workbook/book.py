"""The workbook of a snapshot: 汇总, 推导, 数据, readings, 清单, 缺报, 来源, 说明."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from archives.books.services.workbook.derivation import Part, Writer
from archives.books.services.workbook.formulas import WORDS, Cell, Live, all_of, any_of, text
from archives.books.services.workbook.inputs import AnswerSheet, FigureSheet, MissingSheet, source_sheet
from archives.books.services.workbook.lines import CHECK, NAME, NUMBER, VALUE, VERDICT, Line, Lines
from archives.books.services.workbook.sheets import Book, Sheet
from chuangmo.days import cn_date

__all__ = ["WorkbookProblem", "workbook"]

SUMMARY = "汇总"
_COLUMNS = (
    ("序号", 6.0),
    ("类别", 12.0),
    ("指标", 40.0),
    ("结果", 22.0),
    ("数值", 14.0),
    ("限值", 22.0),
    ("结论", 12.0),
    ("系统评定", 12.0),
    ("核对", 8.0),
    ("不一致处", 9.0),
    ("说明", 50.0),
)
_VERDICT, _FIRST = 6, 4


class WorkbookProblem(Exception):
    """The workbook can't be made; the text (Chinese) says why."""


def workbook(
    chapters: Iterable[Any],
    out: Path,
    *,
    title: str,
    code: str = "",
    verify_address: str = "",
    demonstration: bool = False,
) -> Path:
    """Write the workbook of a snapshot's chapters (anything with `slug` and `content`) to `out` and return it.

    Written beside its place and moved there when whole. Same chapters, same sheets and formulas. WorkbookProblem without the
    chapter that `queries.inputs.chapters` gave.
    """
    data = next((one.content["workbook"] for one in chapters if "workbook" in one.content), None)
    if data is None:
        raise WorkbookProblem(
            "快照里没有数据工作簿的内容（应由 archives.books.queries.inputs.chapters 固化）。"
        )
    unfinished = out.with_name(f".{out.stem}.{os.getpid()}.part.xlsx")
    try:
        _write(unfinished, data, title, code, verify_address, demonstration)
        os.replace(unfinished, out)
    finally:
        unfinished.unlink(missing_ok=True)
    return out


def _write(path: Path, data: Mapping[str, Any], title: str, code: str, address: str, demo: bool) -> None:
    day = date.fromisoformat(data["as_of"])
    heading = f"{title}（截至 {cn_date(day)}）"
    book = Book(str(path), title=title, foot=f"核验码 {code}" if code else title, demonstration=demo)
    book.file.set_properties({"title": title, "comments": f"核验码 {code} {address}".strip() if code else ""})
    summary = _summary_sheet(book, heading, day)
    as_of = Cell(SUMMARY, 2, 2)
    lines = Lines(book, f"{heading}　推导")
    figures = FigureSheet(book, f"{heading}　审定的数")
    answers = AnswerSheet(book, f"{heading}　清单", as_of, data["as_of"])
    missing = MissingSheet(book, f"{heading}　缺报")
    writer = Writer(book, heading, lines, figures, missing, answers)
    verdicts = []
    for indicator in data["indicators"]:
        figures.write(indicator)
        verdicts.append(_indicator(writer, indicator))
    figures.sheet.finish()
    answers.sheet.finish()
    missing.sheet.finish()
    lines.sheet.colour(VERDICT)
    lines.sheet.finish()
    source_sheet(book, f"{heading}　来源", figures, data["sources"])
    _fill_summary(book, summary, data["indicators"], verdicts)
    _notes(book, heading, code, address)
    summary.out.activate()
    book.close()


# One indicator ----------------------------------------------------------------------------------------------


def _indicator(writer: Writer, indicator: Mapping[str, Any]) -> tuple[Live, Live]:
    """All lines of an indicator; returns its verdict and the value that stands for it, as seen from other sheets."""
    number, lines = indicator["number"], writer.lines
    lines.blank(number, f"{number}. {indicator['short_name'] or indicator['name']}")
    if not indicator["parts"]:
        lines.blank(number, "（未评定）")
        return Live('"未评定"', "未评定"), Live('""', "")
    parts = {part["code"]: writer.part(indicator, part) for part in indicator["parts"]}
    combined = _combined(indicator["combine"], parts)
    # An indicator none of whose parts applies stands as not due.
    verdict = Live(
        f'IF({combined.formula}="不适用","未到期",{combined.formula})',
        "未到期" if combined.result == "不适用" else combined.result,
    )
    named = parts.get(indicator["headline_part"]) or (next(iter(parts.values())) if len(parts) == 1 else None)
    value = Live('""', "") if named is None else Live(named.value.local, named.value.value)
    line = Line(
        number,
        "指标结论",
        "任一部分达到" if indicator["combine"]["op"] == "any" else "全部部分达到",
        value=Live(f'IF(ISNUMBER({value.formula}),{value.formula},"")', value.result),
        verdict=verdict,
        bold=True,
        told=indicator["status"],
        lenient=True,
        note=indicator["remark"],
    )
    row = lines.write(line)
    for one in parts.values():
        writer.book.file.define_name(f"数值_{number:02d}_{one.code}", f"={one.value.address}")
    return (
        Live(lines.cell(row, VERDICT).address, line.results[VERDICT]),
        Live(lines.cell(row, VALUE).address, line.results[VALUE]),
    )


def _combined(node: Any, parts: Mapping[str, Part]) -> Live:
    children = [
        parts[child].verdict if isinstance(child, str) else _combined(child, parts) for child in node["of"]
    ]
    return all_of(children) if node["op"] == "all" else any_of(children)


# Summary ----------------------------------------------------------------------------------------------------


def _summary_sheet(book: Book, heading: str, day: date) -> Sheet:
    sheet = book.sheet(SUMMARY, _COLUMNS, heading=heading, frozen=3, head=_FIRST - 1)
    sheet.put(2, 1, "截至", bold=True)
    sheet.put(2, 2, day, align="left")
    book.file.define_name("截至", f"='{SUMMARY}'!$C$3")
    return sheet


def _fill_summary(
    book: Book, sheet: Sheet, indicators: list[Mapping[str, Any]], verdicts: list[tuple[Live, Live]]
) -> None:
    for indicator, (verdict, value) in zip(indicators, verdicts, strict=True):
        row = sheet.row
        told = WORDS[indicator["status"]]
        places = next((int(one["rule"].get("places", 0)) for one in indicator["parts"]), 0)
        differing = f"COUNTIFS('{NAME}'!{_whole(NUMBER)},{indicator['number']},'{NAME}'!{_whole(CHECK)},{text('不一致')})"
        mine, theirs = Cell(SUMMARY, row, _VERDICT).local, Cell(SUMMARY, row, _VERDICT + 1).local
        count = book.differing.get(indicator["number"], 0)
        sheet.add(
            [
                indicator["number"],
                indicator["category"],
                indicator["name"],
                indicator["headline"],
                Live(f'IF(ISNUMBER({value.formula}),{value.formula},"")', value.result),
                indicator["threshold"],
                verdict,
                told,
                Live(f'IF({mine}={theirs},"一致","不一致")', "一致" if verdict.result == told else "不一致"),
                Live(differing, count),
                indicator["remark"],
            ],
            [
                {},
                {},
                {"bold": True},
                {},
                {"num_format": "# ##0" + ("." + "0" * places if places else "")},
                {},
                {"bold": True},
                {"font_color": "#56606C"},
            ],
        )
        sheet.note(row, _VERDICT, indicator["remark"])
        book.file.define_name(f"结论_{indicator['number']:02d}", f"={Cell(SUMMARY, row, _VERDICT).address}")
    column = f"$G${_FIRST + 1}:$G${sheet.row}"
    results = [verdict.result for verdict, _ in verdicts]
    for at, word in enumerate(("达标", "临界", "不达标", "数据不全", "未到期")):
        count_of = Live(f'"{word} "&COUNTIF({column},"{word}")', f"{word} {results.count(word)}")
        sheet.put(2, 3 + at, count_of, bold=True)
    sheet.colour(_VERDICT)
    sheet.finish()


def _whole(column: int) -> str:
    letter = chr(ord("A") + column)
    return f"${letter}:${letter}"


def _notes(book: Book, heading: str, code: str, address: str) -> None:
    sheet = book.sheet("说明", (("项目", 18.0), ("内容", 100.0)), heading=f"{heading}　说明", frozen=1)
    rows = [
        ("核验码", f"{code}　{address}" if code else "未登记"),
        ("公式", "“汇总”“推导”和各表的结论、合计、比率都是公式；改动“数据”或监测各表的格，按 F9 即重算。"),
        ("系统评定", "灰字为系统的评定，不随公式变化；“核对”一栏比较两者，原样打开时应全部“一致”。"),
        ("缺报", "没有报的数不当作零；“缺报”表中有一行，对应的推导就是“数据不全”。删去该行即视为已补报。"),
        ("不适用、无", "“不适用”退出合计；“无”是经确认的零。"),
        (
            "比较",
            "比率不修约直接比较（全数值比较法）；空气统计值先修约（四舍六入五成双）再比较。差在 1E-9 以内视为相等。",
        ),
        ("低于检出限", "监测表中显示为“0.01L”的格，数值是检出限的一半；各月都低于检出限的项目视为达标。"),
        ("名称", "“结论_14”“数值_14_treated”“截至”等名称可在公式中直接引用。"),
    ]
    for row in rows:
        sheet.add(row)
    sheet.finish(filtered=False)
