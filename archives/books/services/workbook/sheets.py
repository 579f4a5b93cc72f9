"""The workbook's sheets and how they look: one head, frozen; A4 across; figures right, their words left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from archives.books.services.workbook.formulas import Live, Result

__all__ = ["Book", "Sheet"]

# Sign, word and colour of each verdict, as on every page (chuangmo.shell.signs).
_LOOKS = {
    "达标": ("●", "#1F7A4D", "#E9F5EE"),
    "临界": ("▲", "#8A5200", "#FDF3E1"),
    "不达标": ("■", "#B42318", "#FDECEA"),
    "数据不全": ("◆", "#34528A", "#EAF0FA"),
    "未到期": ("○", "#565E6B", "#EFF1F3"),
}
_FONT = "宋体"
_LINE = 13.5  # points of a line of text


class Book:
    """An xlsxwriter workbook with the formats that its sheets share."""

    def __init__(self, path: str, *, title: str, foot: str, demonstration: bool) -> None:
        self.file = xlsxwriter.Workbook(
            path, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        )
        self.file.set_calc_mode("auto")
        self.title, self.foot, self.demonstration = title, foot, demonstration
        self.differing: dict[int, int] = {}  # indicator → lines that don't agree with the system's verdict
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self.file.formats[0].set_font_name(_FONT)

    def look(self, **properties: Any) -> Format:
        """A format, made once for each set of properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_name": _FONT, "font_size": 10, "valign": "top"}
            self._formats[key] = self.file.add_format(base | properties)
        return self._formats[key]

    def sheet(
        self, name: str, columns: Sequence[tuple[str, float]], *, heading: str, frozen: int, head: int = 1
    ) -> Sheet:
        """A sheet with its heading in the first row and its columns' heads in row `head` (from 0)."""
        return Sheet(self, name, columns, heading, frozen, head)

    def close(self) -> None:
        self.file.close()


class Sheet:
    """Rows below a frozen head. Rows and columns count from 0."""

    def __init__(
        self,
        book: Book,
        name: str,
        columns: Sequence[tuple[str, float]],
        heading: str,
        frozen: int,
        head: int,
    ) -> None:
        self.book, self.name, self.columns = book, name, columns
        self.row = self.first = head + 1
        self.out: Worksheet = book.file.add_worksheet(name)
        mark = "　【演示数据，不是实际统计结果】" if book.demonstration else ""
        self.out.write_string(0, 0, heading + mark, book.look(bold=True, font_size=14))
        self.head(head, [label for label, _ in columns])
        for number, (_, width) in enumerate(columns):
            self.out.set_column(number, number, width)
        self.out.freeze_panes(self.first, frozen)
        self.out.set_landscape()
        self.out.set_paper(9)
        self.out.fit_to_pages(1, 0)
        self.out.repeat_rows(0, head)
        self.out.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
        self.out.set_footer(f"&L{book.foot}&C&A　第 &P 页，共 &N 页")
        if book.demonstration:
            self.out.set_header("&C演示数据，不是实际统计结果")

    def head(self, row: int, labels: Sequence[str]) -> None:
        look = self.book.look(
            bold=True, text_wrap=True, align="center", valign="vcenter", border=1, bg_color="#E7F0EE"
        )
        for number, label in enumerate(labels):
            self.out.write_string(row, number, label, look)

    def put(self, row: int, column: int, value: Any, **look: Any) -> None:
        """A value: number, text, day, formula with its result; None and "" leave the cell blank but framed."""
        match value:
            case Live(formula=formula, result=result):
                kind = self.book.look(border=1, **({"num_format": "General"} | look))
                self.out.write_formula(row, column, f"={formula}", kind, result)
            case date():
                self.out.write_datetime(
                    row, column, value, self.book.look(border=1, num_format="yyyy-mm-dd", **look)
                )
            case bool():
                self.out.write_string(row, column, "是" if value else "否", self.book.look(border=1, **look))
            case int() | float():
                self.out.write_number(row, column, value, self.book.look(border=1, **look))
            case None | "":
                self.out.write_blank(row, column, None, self.book.look(border=1, **look))
            case _:
                self.out.write_string(
                    row, column, _plain(str(value)), self.book.look(border=1, text_wrap=True, **look)
                )

    def add(self, values: Sequence[Any], looks: Sequence[dict[str, Any]] = ()) -> int:
        """A row below the last one; returns its number."""
        for number, value in enumerate(values):
            self.put(self.row, number, value, **(looks[number] if number < len(looks) else {}))
        lines = max((self._lines(number, value) for number, value in enumerate(values)), default=1)
        if lines > 1:  # not every program finds the height by itself
            self.out.set_row(self.row, _LINE * lines + 2)
        self.row += 1
        return self.row - 1

    def _lines(self, column: int, value: Any) -> int:
        """Into how many lines a text breaks: a Chinese character is as wide as two of a column's units."""
        if not isinstance(value, str) or column >= len(self.columns):
            return 1
        width = max(self.columns[column][1] - 1, 2)
        wide = [sum(2 if ord(one) > 0x2E7F else 1.1 for one in line) for line in value.split("\n")]
        return min(sum(max(1, -(-int(one) // int(width))) for one in wide), 10)

    def note(self, row: int, column: int, words: str) -> None:
        """A comment on a cell: where it comes from."""
        if words:
            self.out.write_comment(
                row, column, _plain(words)[:2000], {"x_scale": 2.5, "y_scale": 1.2, "font_size": 9}
            )

    def colour(self, column: int) -> None:
        """Sign, word and colour for the verdicts of a column."""
        last = max(self.row - 1, self.first)
        for word, (sign, ink, ground) in _LOOKS.items():
            self.out.conditional_format(
                self.first,
                column,
                last,
                column,
                {
                    "type": "cell",
                    "criteria": "==",
                    "value": f'"{word}"',
                    "format": self.book.file.add_format(
                        {"font_color": ink, "bg_color": ground, "num_format": f';;;"{sign} "@'}
                    ),
                },
            )

    def finish(self, *, filtered: bool = True) -> None:
        if filtered and self.row > self.first:
            self.out.autofilter(self.first - 1, 0, self.row - 1, len(self.columns) - 1)
        self.out.print_area(0, 0, max(self.row - 1, 1), len(self.columns) - 1)


def _plain(words: str) -> str:
    """Without the control characters that a workbook can't hold."""
    return "".join(one for one in words if one >= " " or one in "\n\t")[:32_000]


def number_of(text: str | None) -> Result:
    """A decimal text as the number of a cell; blank where it is not known."""
    return "" if text is None else float(text)
