"""From an indicator's rule and steps to lines of formulas: one function for each kind of part."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from archives.books.services.workbook.formulas import Cell, Live, Result, all_in, is_number, sum_of
from archives.books.services.workbook.inputs import AnswerSheet, FigureSheet, MissingSheet
from archives.books.services.workbook.lines import LABEL, UPPER, VALUE, VERDICT, Line, Lines
from archives.books.services.workbook.sheets import Book, number_of
from indicators.assessment.rules.expressions import Term, parse_expression

__all__ = ["Part", "Writer"]


@dataclass(frozen=True)
class Part:
    """Where a part came to stand: its verdict and its value."""

    code: str
    verdict: Live
    value: Cell


@dataclass
class Writer:
    """The sheets that the derivation draws on. `readings` keeps the sheets of readings that were made, by name and indicator."""

    book: Book
    heading: str
    lines: Lines
    figures: FigureSheet
    missing: MissingSheet
    answers: AnswerSheet
    readings: dict[tuple[str, int], Any] = field(default_factory=dict)

    def part(self, indicator: Mapping[str, Any], part: Mapping[str, Any]) -> Part:
        """All lines of a part: its steps, and the line that puts them together."""
        from archives.books.services.workbook.monitored import monitored_steps, sites_share

        number, key = indicator["number"], f"{indicator['number']}.{part['code']}"
        for index, step in enumerate(part["steps"], start=1):
            self.missing.write(f"{key}.{index}", number, step["missing"], "缺报")
            self.missing.write(f"{key}.{index}", number, step["pending"], "未到期")
        if not part["steps"]:
            self.missing.write(f"{key}.0", number, part["missing"], "缺报")
            return self._without_steps(number, key, part)
        first = self.lines.row
        kind = part["kind"]
        if kind in ("MON", "SITES"):
            done = monitored_steps(self, indicator, part, key)
        elif kind == "LIST":
            done = self._list(number, key, part)
        else:
            done = [
                self._amount(indicator, part, step, f"{key}.{index}", index)
                for index, step in enumerate(part["steps"], start=1)
            ]
        if kind == "SITES":
            return sites_share(self, number, part, first, done)
        return self._together(number, part, first, done)

    # Putting steps together ---------------------------------------------------------------------------------

    def column(self, first: int, column: int) -> str:
        """The stretch of the derivation from a line to the last one written."""
        top, bottom = self.lines.cell(first, column), self.lines.cell(self.lines.row - 1, column)
        return f"{top.local}:{bottom.local}"

    def _together(self, number: int, part: Mapping[str, Any], first: int, done: Sequence[Line]) -> Part:
        verdict = all_in(self.column(first, VERDICT), [one.results[VERDICT] for one in done])
        line = Line(
            number,
            part["name"],
            "合计",
            value=self._part_value(part, first, done),
            unit=_unit(part),
            verdict=verdict,
            bold=True,
            shown=_places(part),
            told=part["status"],
            told_value=None if part["kind"] in ("LIST", "DEC") else part["value"],
            lenient=True,
            note="\n".join(filter(None, [part["expression"], part["text"], part["threshold"]])),
        )
        return self.place(part, line)

    def place(self, part: Mapping[str, Any], line: Line) -> Part:
        """Write a part's own line."""
        row = self.lines.write(line)
        cell = self.lines.cell(row, VERDICT)
        return Part(
            part["code"],
            Live(cell.local, line.results[VERDICT]),
            self.lines.cell(row, VALUE, line.results[VALUE]),
        )

    def _part_value(self, part: Mapping[str, Any], first: int, done: Sequence[Line]) -> Live:
        """The value that stands for the part: of most kinds that of the last step that has one."""
        values = [one.results[VALUE] for one in done]
        column = self.column(first, VALUE)
        if part["kind"] == "RANK":
            known = [float(one) for one in values if is_number(one)]
            return Live(f'IF(COUNT({column})=0,"",MAX({column}))', max(known, default=""))
        if part["kind"] == "LIST" or part["rule"].get("measure") == "air_annual":
            words = self.column(first, VERDICT)
            results = [one.results[VERDICT] for one in done]
            count = sum(one in ("达标", "临界") for one in results)
            return Live(f'COUNTIF({words},"达标")+COUNTIF({words},"临界")', count)
        last = next((value for value in reversed(values) if is_number(value)), "")
        return Live(f'IF(COUNT({column})=0,"",LOOKUP(9.9E+307,{column}))', last)

    def _without_steps(self, number: int, key: str, part: Mapping[str, Any]) -> Part:
        """Nothing was due yet, or the part does not apply here."""
        applies = part["status"] != "not_applicable"
        lacks = self.missing.count(f"{key}.0", "缺报")
        row = self.lines.row
        at = self.lines.cell(row, VERDICT - 1).local
        missing = self.lines.cell(row, VERDICT - 3).local
        formula = f'IF({at}="否","不适用",IF({missing}>0,"数据不全","未到期"))'
        word = "不适用" if not applies else "数据不全" if lacks.result else "未到期"
        line = Line(
            number,
            part["name"],
            "合计",
            lacks=lacks,
            applies=applies,
            verdict=Live(formula, word),
            bold=True,
            told=part["status"],
            lenient=True,
            note=part["text"],
        )
        return self.place(part, line)

    # Checklists ---------------------------------------------------------------------------------------------

    def _list(self, number: int, key: str, part: Mapping[str, Any]) -> list[Line]:
        items = list(dict.fromkeys(one["item"] for one in part["answers"]))
        done = []
        for index, (item, step) in enumerate(zip(items, part["steps"], strict=True), start=1):
            mine = [one for one in part["answers"] if one["item"] == item]
            address, states = self.answers.write(f"{key}.{index}", number, mine)
            line = Line(
                number,
                part["name"],
                step["label"],
                upper=Live(f'COUNTIF({address},"达标")', states.count("达标")),
                lower=Live(
                    f'ROWS({address})-COUNTIF({address},"不适用")', len(states) - states.count("不适用")
                ),
                value=Live('""', ""),
                unit="个单位",
                verdict=all_in(address, states),
                told=step["status"],
                note=step["text"],
            )
            self.lines.write(line)
            done.append(line)
        return done

    # Amounts and ratios -------------------------------------------------------------------------------------

    def _amount(
        self,
        indicator: Mapping[str, Any],
        part: Mapping[str, Any],
        step: Mapping[str, Any],
        key: str,
        index: int,
    ) -> Line:
        line = self.step_line(indicator["number"], part, step, key)
        make: Callable[..., None] = {
            "COMPLETION": self._completion,
            "RANK": self._rank,
            "NOEV": self._events,
            "DEC": self._decline,
        }.get(part["kind"], self._threshold)
        make(line, indicator, part["rule"], step, index)
        self.lines.write(line)
        return line

    def step_line(self, number: int, part: Mapping[str, Any], step: Mapping[str, Any], key: str) -> Line:
        """What every step's line has."""
        rule = part["rule"]
        return Line(
            number,
            part["name"],
            step["label"],
            unit=_unit(part),
            op=rule.get("op", ""),
            margin=number_of(rule.get("margin_pct")),
            places=_rounding(rule),
            pace=step["pace"],
            lacks=self.missing.count(key, "缺报"),
            waits=self.missing.count(key, "未到期"),
            applies=step["status"] != "not_applicable",
            guarded=step["value"] is None,
            unknown="未到期" if step["end"] is None else "数据不全",  # nothing was due yet
            shown=_places(part),
            told=step["status"],
            told_value=step["value"],
            note=step["formula"],
        )

    def _threshold(self, line: Line, indicator: Any, rule: Any, step: Any, index: int) -> None:
        ids = step["figures"]
        line.limit = self._limit(rule["limit"], ids)
        if rule.get("amount") is None:
            self._ratio(line, rule, ids)
            return
        least = any(
            one["over_units"] == "min" and one["code"] == term.code
            for term in parse_expression(rule["amount"])
            for one in indicator["elements"]
        )
        if least:
            self._least(line, rule, step)
            return
        line.upper = self._terms(parse_expression(rule["amount"]), ids)
        line.conclusive = "sum" if rule["op"] in ("<=", "<", "=") else ""

    def _ratio(self, line: Line, rule: Any, ids: Sequence[int]) -> None:
        line.ratio, line.scale = True, float(rule["scale"])
        line.upper = self._terms(parse_expression(rule["numerator"]), ids)
        line.lower = self._terms(parse_expression(rule["denominator"]), ids)

    def _least(self, line: Line, rule: Any, step: Any) -> None:
        """The least of the units' sums; the units stand in lines of their own before it."""
        (term,) = parse_expression(rule["amount"])
        units: dict[str, list[int]] = {}
        for pk in step["figures"]:
            if pk in self.figures.of and self.figures.of[pk]["element"] == term.code:
                units.setdefault(self.figures.of[pk]["unit"], []).append(pk)
        if not units:
            return
        first = self.lines.row
        sums = {
            unit: self.lines.unit(
                line.number, line.part, unit, sum_of(self.figures.cells(ids, term.code))
            ).value
            for unit, ids in units.items()
        }
        column, names = self.column(first, UPPER), self.column(first, LABEL)
        lowest = min(sums, key=lambda unit: (float(sums[unit]), unit))
        line.upper = Live(f"MIN({column})", sums[lowest])
        line.conclusive = "least" if rule["op"] in (">=", ">") else ""
        key = str(line.lacks.formula).split('"')[1] if isinstance(line.lacks, Live) else ""
        line.least_lacks = self.missing.of_unit(
            key, f"INDEX({names},MATCH(MIN({column}),{column},0))", lowest
        )

    def _completion(self, line: Line, indicator: Any, rule: Any, step: Any, index: int) -> None:
        """Verified if the province did, else what was done, ÷ the year's task."""
        ids = step["figures"]
        verified = self.figures.cells(ids, rule.get("verified") or "")
        done = self._terms(parse_expression(rule["done"]), ids)
        if any(is_number(cell.value) for cell in verified):
            done = sum_of(verified)
        line.ratio, line.scale = True, 100.0
        line.upper, line.limit = done, float(rule["limit"])
        line.lower = self._terms((Term(rule["task"], _ONE),), ids)
        line.margin = ""

    def _rank(self, line: Line, indicator: Any, rule: Any, step: Any, index: int) -> None:
        ids = step["figures"]
        line.upper = self._terms((Term(rule["rank"], _ONE),), ids)
        if rule.get("limit") is not None:
            line.limit = float(rule["limit"])
        else:
            cities = self._terms((Term(rule["cities"], _ONE),), ids)
            if isinstance(cities, Live):
                share = float(rule["limit_share_pct"])
                line.limit = Live(
                    f"{cities.formula}*{rule['limit_share_pct']}/100", float(cities.result) * share / 100
                )
        line.op, line.undecided, line.shown = "<=", "数据不全", 0

    def _events(self, line: Line, indicator: Any, rule: Any, step: Any, index: int) -> None:
        line.upper = self._terms(parse_expression(rule["events"]), step["figures"])
        line.op, line.limit, line.conclusive, line.shown = "=", 0, "sum", 0

    def _decline(self, line: Line, indicator: Any, rule: Any, step: Any, index: int) -> None:
        """Below the value before it: the year before, or the same months of it; the first year is only compared with."""
        ids = step["figures"]
        now = [pk for pk in ids if pk in self.figures.of and self._within(pk, step)]
        before = [pk for pk in ids if pk in self.figures.of and pk not in set(now)]
        self._ratio(line, rule, now)
        line.op = "<"
        if index == 1 and step["status"] in ("not_applicable", "partial", "none") and not before:
            self._base(line, step)
            return
        earlier = replace(line)
        self._ratio(earlier, rule, before)
        if isinstance(earlier.upper, Live) and isinstance(earlier.lower, Live):
            upper, lower = earlier.upper, earlier.lower
            known = is_number(upper.result) and is_number(lower.result) and float(lower.result) != 0
            result: Result = float(upper.result) / float(lower.result) * line.scale if known else ""
            line.limit = Live(f'IFERROR(({upper.formula})/({lower.formula})*{rule["scale"]},"")', result)
        line.undecided = "数据不全"

    def _base(self, line: Line, step: Any) -> None:
        """The first year has nothing to fall from: known, it is 不适用 (基准年)."""
        line.op, line.applies = "", step["value"] is not None or step["status"] != "not_applicable"
        row = self.lines.row
        lacks, waits, value = (
            self.lines.cell(row, column).local for column in (VERDICT - 3, VERDICT - 2, VALUE)
        )
        formula = f'IF({lacks}>0,"数据不全",IF({waits}>0,"未到期",IF(ISNUMBER({value}),"不适用","数据不全")))'
        word = {"not_applicable": "不适用", "partial": "数据不全", "none": "未到期"}[step["status"]]
        line.verdict = Live(formula, word)

    def _within(self, pk: int, step: Mapping[str, Any]) -> bool:
        return bool(step["end"]) and step["start"] <= self.figures.of[pk]["end"] <= step["end"]

    # Sums ---------------------------------------------------------------------------------------------------

    def _limit(self, limit: Any, ids: Sequence[int]) -> Live | Result:
        """A number, or the figure of an element (national mean)."""
        if isinstance(limit, str) and limit[:1] == "i":
            return self._terms((Term(limit, _ONE),), ids)
        return "" if limit is None else float(limit)

    def _terms(self, terms: Sequence[Term], ids: Sequence[int]) -> Live | Result:
        """Σ factor × sum of an element's cells; blank where no element has any. What does not apply leaves the sum."""
        words: list[str] = []
        parts: list[float] = []
        for code, factor in terms:
            cells = self.figures.cells(ids, code)
            if not any(is_number(cell.value) for cell in cells):
                continue
            total = sum_of(cells)
            sign = "-" if factor < 0 else "+" if words else ""
            times = "" if abs(factor) == 1 else f"{abs(factor):f}*"
            words.append(f"{sign}{times}{total.formula}")
            parts.append(float(factor) * float(total.result))
        return Live("".join(words), math.fsum(parts)) if words else ""


_ONE = parse_expression("i01.x")[0].factor


def _unit(part: Mapping[str, Any]) -> str:
    return str(part["rule"].get("unit", "项" if part["kind"] == "LIST" else ""))


def _places(part: Mapping[str, Any]) -> int:
    return int(part["rule"].get("places", 0))


def _rounding(rule: Mapping[str, Any]) -> Result:
    places = (rule.get("rounding") or {}).get("places")
    return "" if places is None else int(places)
