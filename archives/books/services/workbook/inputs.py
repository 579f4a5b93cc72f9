"""The input sheets of figures: 数据 by unit and month, 缺报, 来源, 清单."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from archives.books.services.workbook.formulas import Cell, Live, Result, all_in, text
from archives.books.services.workbook.sheets import Book, Sheet, number_of

__all__ = ["AnswerSheet", "FigureSheet", "MissingSheet", "source_sheet"]

FIGURES, MISSING, ANSWERS, SOURCES = "数据", "缺报", "清单", "来源"
_ANSWER_WORDS = {"done": "完成", "not_done": "未完成", "not_applicable": "不适用", "": "未答"}


class _RowKey(NamedTuple):
    element: str
    year: int
    unit: str
    site: str


class FigureSheet:
    """数据: a row for each element, year, unit (and site); a column for each month, one for a whole year's figure.

    A quarter's or term's figure stands at its last month. Of a January-to-date element the figures as typed come first, then
    what each period adds, by formula.
    """

    MONTHS = 7  # column of January
    YEAR = MONTHS + 12

    def __init__(self, book: Book, heading: str) -> None:
        months = [(f"{number}月", 11.0) for number in range(1, 13)]
        columns = [
            ("指标", 6.0),
            ("数据项", 26.0),
            ("编码", 16.0),
            ("计量单位", 10.0),
            ("单位", 20.0),
            ("点位", 16.0),
            ("年份", 7.0),
            *months,
            ("全年", 12.0),
            ("填报方式", 12.0),
        ]
        self.sheet = book.sheet(FIGURES, columns, heading=heading, frozen=self.MONTHS)
        self.where: dict[int, Cell] = {}  # figure → the cell that is added up
        self.typed: dict[int, Cell] = {}  # figure → the cell as typed
        self.of: dict[int, Mapping[str, Any]] = {}

    def write(self, indicator: Mapping[str, Any]) -> None:
        """All figures of one indicator that aren't there yet."""
        elements = {one["code"]: one for one in indicator["elements"]}
        grouped: dict[tuple[str, int], dict[_RowKey, list[Mapping[str, Any]]]] = {}
        for one in indicator["figures"]:
            if one["id"] in self.of or one["element"] not in elements:
                continue
            self.of[one["id"]] = one
            year = int(one["end"][:4])
            key = _RowKey(one["element"], year, one["unit"], one["site"])
            grouped.setdefault((one["element"], year), {}).setdefault(key, []).append(one)
        for (code, _), rows in sorted(grouped.items()):
            self._block(indicator["number"], elements[code], rows)

    def _block(
        self, number: int, element: Mapping[str, Any], rows: Mapping[_RowKey, list[Mapping[str, Any]]]
    ) -> None:
        cumulative = element["entry"] == "cumulative"
        for key, figures in rows.items():
            self._typed(number, element, key, figures, "自年初累计" if cumulative else "当期数")
        if cumulative:
            for key, figures in rows.items():
                self._differences(number, element, key, figures)

    def _typed(
        self,
        number: int,
        element: Mapping[str, Any],
        key: _RowKey,
        figures: Sequence[Mapping[str, Any]],
        way: str,
    ) -> None:
        row = self._begin(number, element, key, way)
        look = {"num_format": _format(element["precision"]), "bg_color": "#FFFDF2"}
        for one in figures:
            column = self._column(one)
            value = _amount(one)
            if value == "不适用":
                self.sheet.put(row, column, value, font_color="#565E6B")
            elif one["answer"] == "none":
                self.sheet.put(row, column, 0, **(look | {"num_format": '0;-0;"无"'}))
            else:
                self.sheet.put(row, column, value, **look)
            cell = Cell(FIGURES, row, column, value)
            self.where[one["id"]] = self.typed[one["id"]] = cell

    def _differences(
        self, number: int, element: Mapping[str, Any], key: _RowKey, figures: Sequence[Mapping[str, Any]]
    ) -> None:
        """What each period adds to the one before it in the year (the ledger's rule of January-to-date figures)."""
        row = self._begin(number, element, key, "其中当期")
        before: Cell | None = None
        so_far = Decimal(0)
        for one in sorted(figures, key=lambda figure: figure["end"]):
            typed = self.typed[one["id"]]
            if typed.value == "不适用":
                self.sheet.put(row, typed.column, "不适用", font_color="#565E6B")
                self.where[one["id"]] = Cell(FIGURES, row, typed.column, "不适用")
                continue
            exact = Decimal(one["value"] or 0)
            difference = Live(
                typed.local if before is None else f"{typed.local}-{before.local}", float(exact - so_far)
            )
            self.sheet.put(row, typed.column, difference, num_format=_format(element["precision"]))
            self.where[one["id"]] = Cell(FIGURES, row, typed.column, difference.result)
            before, so_far = typed, exact

    def _begin(self, number: int, element: Mapping[str, Any], key: _RowKey, way: str) -> int:
        row = self.sheet.add(
            [number, element["name"], element["code"], element["measure"], key.unit, key.site, key.year]
            + [None] * 13
            + [way]
        )
        return row

    def _column(self, one: Mapping[str, Any]) -> int:
        return self.YEAR if one["kind"] == "year" else self.MONTHS + int(one["end"][5:7]) - 1

    def cells(self, ids: Iterable[int], element: str) -> list[Cell]:
        """The cells of these figures that belong to an element; what does not apply is among them."""
        return [self.where[pk] for pk in ids if pk in self.where and self.of[pk]["element"] == element]


class MissingSheet:
    """缺报: what is missing (its due day has passed) or not due yet, by the step that wants it."""

    def __init__(self, book: Book, heading: str) -> None:
        columns = [
            ("对应推导", 18.0),
            ("情形", 8.0),
            ("指标", 6.0),
            ("单位", 22.0),
            ("缺什么", 40.0),
            ("点位", 18.0),
            ("期间", 14.0),
            ("应报日期", 12.0),
        ]
        self.sheet = book.sheet(MISSING, columns, heading=heading, frozen=2)
        self._counts: dict[tuple[str, str], int] = {}
        self._units: dict[str, list[str]] = {}

    def write(self, key: str, number: int, missing: Iterable[Mapping[str, Any]], word: str) -> None:
        for one in missing:
            due = date.fromisoformat(one["due_on"]) if one["due_on"] else None
            self.sheet.add([key, word, number, one["unit"], one["name"], one["site"], one["period"], due])
            self._counts[key, word] = self._counts.get((key, word), 0) + 1
            if word == "缺报":
                self._units.setdefault(key, []).append(one["unit"])

    def count(self, key: str, word: str) -> Live:
        """How many rows there are for a step. The columns are taken whole: rows may be added by hand."""
        formula = f"COUNTIFS('{MISSING}'!$A:$A,{text(key)},'{MISSING}'!$B:$B,{text(word)})"
        return Live(formula, self._counts.get((key, word), 0))

    def of_unit(self, key: str, unit: str, name: Result) -> Live:
        """How many of one unit (a cell with its name) are missing for a step."""
        formula = f"COUNTIFS('{MISSING}'!$A:$A,{text(key)},'{MISSING}'!$B:$B,{text('缺报')},'{MISSING}'!$D:$D,{unit})"
        return Live(formula, self._units.get(key, []).count(str(name)))


class AnswerSheet:
    """清单: each answer that is judged, with its state by formula."""

    def __init__(self, book: Book, heading: str, as_of: Cell, day: str) -> None:
        columns = [
            ("对应推导", 18.0),
            ("指标", 6.0),
            ("事项", 46.0),
            ("单位", 22.0),
            ("期间", 14.0),
            ("应答", 10.0),
            ("应报日期", 12.0),
            ("状态", 10.0),
        ]
        self.sheet = book.sheet(ANSWERS, columns, heading=heading, frozen=2)
        self._as_of, self._day = as_of, day

    def write(self, key: str, number: int, answers: Iterable[Mapping[str, Any]]) -> tuple[str, list[Result]]:
        """The rows of one item; returns the addresses of their states, and what these are."""
        first, states = self.sheet.row, []
        for one in answers:
            due = date.fromisoformat(one["due_on"]) if one["due_on"] else None
            state = self._state(one)
            self.sheet.add(
                [
                    key,
                    number,
                    one["name"],
                    one["unit"],
                    one["period"],
                    _ANSWER_WORDS[one["answer"]],
                    due,
                    state,
                ]
            )
            states.append(state.result)
        top, bottom = Cell(ANSWERS, first, 7), Cell(ANSWERS, self.sheet.row - 1, 7)
        return f"{top.address}:{bottom.local}", states

    def _state(self, one: Mapping[str, Any]) -> Live:
        row = self.sheet.row + 1
        answer, due, today = f"$F{row}", f"$G{row}", self._as_of.address
        formula = (
            f'IF({answer}="完成","达标",IF({answer}="不适用","不适用",IF({answer}="未完成",'
            f'IF(OR({due}="",{due}<={today}),"不达标","未到期"),'
            f'IF(AND({due}<>"",{due}<={today}),"数据不全","未到期"))))'
        )
        overdue = one["due_on"] is not None and one["due_on"] <= self._day
        match one["answer"]:
            case "done":
                return Live(formula, "达标")
            case "not_applicable":
                return Live(formula, "不适用")
            case "not_done":
                return Live(formula, "不达标" if overdue or one["due_on"] is None else "未到期")
        return Live(formula, "数据不全" if overdue else "未到期")

    def verdict(self, states: tuple[str, list[Result]]) -> Live:
        """AND over the answers of an item."""
        return all_in(*states)


def source_sheet(
    book: Book, heading: str, figures: FigureSheet, sources: Mapping[str, Mapping[str, str]]
) -> Sheet:
    """来源: each figure with the revision that it came in and who accepted it, linked to its cell."""
    columns = [
        ("指标项", 16.0),
        ("单位", 22.0),
        ("点位", 18.0),
        ("期间", 16.0),
        ("数", 14.0),
        ("所在单元格", 12.0),
        ("稿次", 10.0),
        ("审定人", 12.0),
        ("审定日期", 12.0),
    ]
    sheet = book.sheet(SOURCES, columns, heading=heading, frozen=1)
    for pk, cell in sorted(figures.typed.items(), key=lambda item: (item[1].row, item[1].column)):
        one, source = figures.of[pk], sources.get(str(pk), {})
        at = date.fromisoformat(source["at"]) if source.get("at") else None
        row = sheet.add(
            [
                one["element"],
                one["unit"],
                one["site"],
                one["period"],
                cell.value,
                None,
                source.get("source"),
                source.get("accepted"),
                at,
            ]
        )
        place = cell.local.replace("$", "")
        sheet.out.write_url(row, 5, f"internal:'{FIGURES}'!{place}", book.look(border=1), place)
    sheet.finish()
    return sheet


def _amount(one: Mapping[str, Any]) -> Result:
    if one["answer"] == "value":
        return number_of(one["value"])
    return 0 if one["answer"] == "none" else "不适用"


def _format(places: int) -> str:
    return "# ##0" + ("." + "0" * places if places else "")
