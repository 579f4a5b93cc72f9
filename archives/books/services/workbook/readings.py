"""The input sheets of readings: air by day, sections and sources by month, noise by point, firms by quarter."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from archives.books.services.workbook.formulas import Cell, Live, Result, is_number
from archives.books.services.workbook.sheets import Book, number_of

__all__ = ["Air", "Column", "Firms", "Noise", "Sections", "Sources", "column_of"]

_DAY_PLACES = {"co": "0.0"}


@dataclass(frozen=True)
class Column:
    """A stretch of a sheet (or of a row) as an address, with the values in it."""

    address: str
    values: Sequence[Result]

    @property
    def numbers(self) -> list[float]:
        return [float(one) for one in self.values if is_number(one)]

    def count(self) -> Live:
        return Live(f"COUNT({self.address})", len(self.numbers))

    def total(self) -> Live:
        return Live(f"SUM({self.address})", math.fsum(self.numbers))

    def how_many(self, word: str) -> Live:
        return Live(f'COUNTIF({self.address},"{word}")', sum(one == word for one in self.values))

    def mean(self) -> Live:
        numbers = self.numbers
        result: Result = math.fsum(numbers) / len(numbers) if numbers else ""
        return Live(f'IF(COUNT({self.address})=0,"",AVERAGE({self.address}))', result)

    def percentile(self, share: str) -> Live:
        """HJ 663-2013 A.6 is what spreadsheets call PERCENTILE: 1 + (n−1)·p, linear between neighbours."""
        numbers = sorted(self.numbers)
        formula = f'IF(COUNT({self.address})=0,"",PERCENTILE({self.address},{share}))'
        if not numbers:
            return Live(formula, "")
        place = (len(numbers) - 1) * float(share)
        below = min(int(place), len(numbers) - 1)
        above = min(below + 1, len(numbers) - 1)
        return Live(formula, numbers[below] + (place - below) * (numbers[above] - numbers[below]))


def column_of(sheet: str, first: int, last: int, column: int, values: Sequence[Result]) -> Column:
    top, bottom = Cell(sheet, first, column), Cell(sheet, last, column)
    return Column(f"{top.address}:{bottom.local}", values)


class Air:
    """空气日值: the city's days. A day over any limit is bad; one with all six and none over is good; else it is not valid."""

    NAME = "空气日值"

    def __init__(self, book: Book, heading: str, name: str, measured: Mapping[str, Any]) -> None:
        self._name = name
        pollutants = measured["pollutants"]
        heads = [(f"{one['name']}\n{one['unit']}", 11.0) for one in pollutants]
        sheet = book.sheet(
            self._name, [("日期", 12.0), *heads, ("达标（1 是 0 否）", 12.0)], heading=heading, frozen=1
        )
        limits = [float(one["day_limit"]) for one in pollutants]
        self._limit_row = sheet.add(["二级日限值", *limits, None], [{"bold": True}] * 8)
        first = sheet.row
        columns: list[list[Result]] = [[] for _ in pollutants]
        good: list[Result] = []
        for day, *values in measured["days"]:
            numbers = [number_of(one) for one in values]
            answer = self._good(sheet.row, numbers, limits)
            looks = [{}, *({"num_format": _DAY_PLACES.get(one["code"], "0")} for one in pollutants), {}]
            sheet.add([date.fromisoformat(day), *numbers, answer], looks)
            good.append(answer.result)
            for number, value in enumerate(numbers):
                columns[number].append(value)
        last = max(sheet.row - 1, first)
        self.columns = {
            one["code"]: column_of(self._name, first, last, number + 1, columns[number])
            for number, one in enumerate(pollutants)
        }
        self.good = column_of(self._name, first, last, len(pollutants) + 1, good)
        sheet.finish()

    def _good(self, row: int, numbers: Sequence[Result], limits: Sequence[float]) -> Live:
        cells = [Cell(self._name, row, number + 1) for number in range(len(numbers))]
        over = ",".join(f"{one.local}>{Cell(self._name, self._limit_row, one.column).local}" for one in cells)
        every = f"COUNT({cells[0].local}:{cells[-1].local})={len(cells)}"
        formula = f'IF(OR({over}),0,IF({every},1,""))'
        if any(is_number(one) and float(one) > limit for one, limit in zip(numbers, limits, strict=True)):
            return Live(formula, 0)
        return Live(formula, 1 if all(is_number(one) for one in numbers) else "")


class Noise:
    """噪声: each point's daytime level of the year; of roads the length, too."""

    def __init__(self, book: Book, heading: str, name: str, measured: Mapping[str, Any]) -> None:
        columns = [("测点（路段）", 30.0), ("测量日期", 12.0), ("昼间声级 dB(A)", 14.0), ("路段长度 m", 12.0)]
        sheet = book.sheet(name, columns, heading=heading, frozen=1)
        first = sheet.row
        levels: list[Result] = []
        lengths: list[Result] = []
        for one in measured["rows"]:
            taken = date.fromisoformat(one["taken_on"]) if one["taken_on"] else None
            levels.append(number_of(one["level"]))
            lengths.append(number_of(one["length"]))
            sheet.add([one["name"], taken, levels[-1], lengths[-1]], [{}, {}, {"num_format": "0.0"}, {}])
        last = max(sheet.row - 1, first)
        self.levels = column_of(name, first, last, 2, levels)
        self.lengths = column_of(name, first, last, 3, lengths)
        sheet.finish()

    def weighted(self) -> Live:
        """Σ level × length."""
        pairs = [
            float(level) * float(length)
            for level, length in zip(self.levels.values, self.lengths.values, strict=True)
            if is_number(level) and is_number(length)
        ]
        return Live(f"SUMPRODUCT({self.levels.address},{self.lengths.address})", math.fsum(pairs))

    def length(self) -> Live:
        """Σ length of what was measured."""
        there = [
            float(length)
            for level, length in zip(self.levels.values, self.lengths.values, strict=True)
            if is_number(level) and is_number(length)
        ]
        return Live(f'SUMIF({self.levels.address},">0",{self.lengths.address})', math.fsum(there))


class Sections:
    """断面月均值: each section's months, the mean of the year so far, the limits of its target, what is over."""

    NAME = "断面月均值"

    def __init__(self, book: Book, heading: str, name: str, measured: Mapping[str, Any]) -> None:
        self._codes = [one["code"] for one in measured["parameters"]]
        heads = [(one["name"], 10.0) for one in measured["parameters"]]
        columns = [("断面", 24.0), ("目标", 8.0), ("月份", 10.0), *heads]
        self._sheet = book.sheet(name, columns, heading=heading, frozen=3)
        self._name = name
        self.over: dict[str, Column] = {}
        self.means: dict[str, Column] = {}
        for one in measured["rows"]:
            self._section(one)
        self._sheet.finish(filtered=False)

    def _section(self, one: Mapping[str, Any]) -> None:
        sheet, first = self._sheet, self._sheet.row
        head = [one["name"], f"{'ⅠⅡⅢⅣⅤ'[one['target'] - 1]}类"]
        values: dict[str, list[Result]] = {code: [] for code in self._codes}
        whole_below = dict.fromkeys(self._codes, True)
        for month in one["months"]:
            row: list[Result] = [*head, f"{month['month']}月"]
            looks: list[dict[str, Any]] = [{}, {}, {}]
            for code in self._codes:
                found = month["values"].get(code)
                value = number_of(found["value"]) if found else ""
                row.append(value)
                looks.append({"num_format": f'"{found["below"]}L"'} if found and found["below"] else {})
                values[code].append(value)
                if found and not found["below"]:
                    whole_below[code] = False
            sheet.add(row, looks)
        last = max(sheet.row - 1, first)
        if not one["months"]:
            sheet.add([*head, "未监测"])
            last = sheet.row - 1
        means = [
            self._column(first, last, number, values[code]).mean() for number, code in enumerate(self._codes)
        ]
        mean_row = sheet.add([*head, "均值", *means], [{"bold": True}] * (3 + len(means)))
        lows = [number_of(one["limits"][code][0]) for code in self._codes]
        highs = [number_of(one["limits"][code][1]) for code in self._codes]
        low_row, high_row = sheet.add([*head, "下限", *lows]), sheet.add([*head, "上限", *highs])
        over = [
            self._over(number, (mean_row, low_row, high_row), mean.result, low, high)
            if not (whole_below[code] and is_number(mean.result))
            else 0
            for number, (code, mean, low, high) in enumerate(
                zip(self._codes, means, lows, highs, strict=True)
            )
        ]
        over_row = sheet.add([*head, "不达标", *over], [{"bold": True}] * (3 + len(over)))
        for number, code in enumerate(self._codes):
            if whole_below[code] and is_number(means[number].result):
                sheet.note(over_row, 3 + number, "各月均低于检出限，视为达标；均值按检出限的一半计。")
        results: list[Result] = [one.result if isinstance(one, Live) else one for one in over]
        self.over[one["site"]] = self._row(over_row, results)
        self.means[one["site"]] = self._row(mean_row, [mean.result for mean in means])

    def _over(self, number: int, rows: tuple[int, int, int], mean: Result, low: Result, high: Result) -> Live:
        value, least, most = (Cell(self._name, row, 3 + number).local for row in rows)
        formula = (
            f"IF(ISNUMBER({value}),IF(OR(AND(ISNUMBER({least}),{value}-{least}<-1E-9),"
            f'AND(ISNUMBER({most}),{value}-{most}>1E-9)),1,0),"")'
        )
        if not is_number(mean):
            return Live(formula, "")
        below = is_number(low) and float(mean) - float(low) < -1e-9
        above = is_number(high) and float(mean) - float(high) > 1e-9
        return Live(formula, int(below or above))

    def _column(self, first: int, last: int, number: int, values: Sequence[Result]) -> Column:
        return column_of(self._name, first, last, 3 + number, values)

    def _row(self, row: int, values: Sequence[Result]) -> Column:
        left, right = Cell(self._name, row, 3), Cell(self._name, row, 2 + len(self._codes))
        return Column(f"{left.address}:{right.local}", values)


class Sources:
    """水源地: what each source gave in each month and whether it complied."""

    NAME = "水源地"

    def __init__(self, book: Book, heading: str, name: str, measured: Mapping[str, Any]) -> None:
        self._name = name
        columns = [
            ("水源地", 26.0),
            ("月份", 12.0),
            ("取水量 万m³", 14.0),
            ("达标（1 是 0 否）", 12.0),
            ("说明", 40.0),
        ]
        sheet = book.sheet(self._name, columns, heading=heading, frozen=2)
        self._rows: dict[str, tuple[int, int, list[tuple[Result, Result]]]] = {}
        for one in measured["rows"]:
            first, pairs = sheet.row, []
            for month in one["months"]:
                volume: Result = number_of(month["volume"]) if month["applies"] else "不适用"
                answer: Result = "" if month["compliant"] is None else int(month["compliant"])
                sheet.add(
                    [one["name"], month["label"], volume, answer, month["note"]],
                    [{}, {}, {"num_format": "# ##0.00"}, {}, {}],
                )
                pairs.append((volume, answer))
            self._rows[one["site"]] = (first, max(sheet.row - 1, first), pairs)
        sheet.finish()

    def taken(self, site: str, *answers: int) -> Live:
        """Σ of what was taken in the months with these answers."""
        first, last, pairs = self._rows[site]
        volumes = column_of(self._name, first, last, 2, ()).address
        flags = column_of(self._name, first, last, 3, ()).address
        formula = "+".join(f"SUMIFS({volumes},{flags},{answer})" for answer in answers)
        return Live(
            formula, math.fsum(float(v) for v, a in pairs if is_number(v) and a in answers and a != "")
        )


class Firms:
    """企业监测: each firm's quarters: 达标, 超标, 停产, 未监测."""

    NAME = "企业监测"

    def __init__(self, book: Book, heading: str, name: str, measured: Mapping[str, Any]) -> None:
        self._name = name
        labels = list(dict.fromkeys(m["label"] for one in measured["rows"] for m in one["months"]))
        columns = [("企业", 36.0), *((label, 14.0) for label in labels)]
        sheet = book.sheet(self._name, columns, heading=heading, frozen=1)
        self.rows: dict[str, Column] = {}
        for one in measured["rows"]:
            words = {month["label"]: month["text"] for month in one["months"]}
            values = [words.get(label, "") for label in labels]
            row = sheet.add([one["name"], *values])
            for number, month in enumerate(one["months"]):
                sheet.note(row, 1 + number, month["note"])
            left, right = Cell(self._name, row, 1), Cell(self._name, row, max(len(labels), 1))
            self.rows[one["site"]] = Column(f"{left.address}:{right.local}", values)
        sheet.finish()
