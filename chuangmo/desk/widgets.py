"""How a cell of a register's workbook is read and written. Each fault is a ValueError with a Chinese sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from import_export.widgets import Widget

from chuangmo.desk.fields import DAYS
from chuangmo.errors import DomainError
from chuangmo.org.models import Unit
from chuangmo.org.queries import UnitResolver, UnknownUnit

__all__ = ["Choice", "Day", "Facts", "Number", "Reference", "Text", "UnitCell", "UnitName", "Whole", "YesNo"]

_DAY_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
_YES, _NO = {"是", "true", "1", "√", "y", "yes"}, {"否", "false", "0", "×", "n", "no"}


def plain(value: Any) -> str:
    """A cell as text: 8.0 that Excel made of 8 is 8 again."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


class Cell(Widget):
    """Exports what `show` makes of a value (native numbers and dates stay), reads by `read`; blank is None."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return "" if value is None else self.show(value)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return self.read(value, row or {}) if plain(value) else self.blank()

    def show(self, value: Any) -> Any:
        return value

    def read(self, value: Any, row: dict[str, Any]) -> Any:
        raise NotImplementedError

    def blank(self) -> Any:
        return None


class Text(Cell):
    def read(self, value: Any, row: dict[str, Any]) -> str:
        return plain(value)

    def blank(self) -> str:
        return ""


class Whole(Cell):
    """A whole number; blank is `empty`."""

    def __init__(self, empty: int | None = None) -> None:
        super().__init__()
        self.empty = empty

    def read(self, value: Any, row: dict[str, Any]) -> int:
        try:
            return int(plain(value))
        except ValueError as error:
            raise ValueError(f"“{plain(value)}”不是整数。") from error

    def blank(self) -> int | None:
        return self.empty


class Number(Cell):
    def read(self, value: Any, row: dict[str, Any]) -> Decimal:
        try:
            number = Decimal(plain(value))
        except InvalidOperation as error:
            raise ValueError(f"“{plain(value)}”不是数。") from error
        if not number.is_finite():
            raise ValueError(f"“{plain(value)}”不是数。")
        return number


class Day(Cell):
    """A date: Excel's own, or typed as 2017-06-01, 2017/6/1, 2017.6.1, 2017年6月1日; within the bounds of the forms."""

    def read(self, value: Any, row: dict[str, Any]) -> date:
        day = self._day(value)
        try:
            for bound in DAYS:
                bound(day)
        except ValidationError as error:
            raise ValueError(error.messages[0]) from error
        return day

    def _day(self, value: Any) -> date:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        for form in _DAY_FORMATS:
            try:
                return datetime.strptime(plain(value), form).date()
            except ValueError:
                continue
        raise ValueError(f"“{plain(value)}”不是日期，请写成 2017-06-01。")


class YesNo(Cell):
    """是 or 否; blank is `empty`."""

    def __init__(self, empty: bool = False) -> None:
        super().__init__()
        self.empty = empty

    def show(self, value: Any) -> str:
        return "是" if value else "否"

    def read(self, value: Any, row: dict[str, Any]) -> bool:
        word = plain(value).lower()
        if word in _YES:
            return True
        if word in _NO:
            return False
        raise ValueError(f"“{plain(value)}”应为“是”或“否”。")

    def blank(self) -> bool:
        return self.empty


class Choice(Cell):
    """One of a field's choices, by its label or its code."""

    def __init__(self, choices: Iterable[tuple[Any, Any]]) -> None:
        super().__init__()
        self.labels = {code: str(label) for code, label in choices if code}
        self.codes = {label: code for code, label in self.labels.items()} | {
            code: code for code in self.labels
        }

    def show(self, value: Any) -> str:
        return self.labels.get(value, str(value))

    def read(self, value: Any, row: dict[str, Any]) -> Any:
        code = self.codes.get(plain(value))
        if code is None:
            raise ValueError(f"没有“{plain(value)}”，应为{'、'.join(self.labels.values())}之一。")
        return code

    def blank(self) -> str:
        return ""


class UnitCell(Cell):
    """A unit by any of its names; written with its full one."""

    resolver: UnitResolver | None = None  # one for all cells of an import, set by the resource

    def show(self, value: Unit) -> str:
        return value.name

    def read(self, value: Any, row: dict[str, Any]) -> Unit | str:
        try:
            return self._resolver().find(plain(value))
        except DomainError as error:
            raise ValueError(str(error)) from error

    def _resolver(self) -> UnitResolver:
        if self.resolver is None:
            self.resolver = UnitResolver()
        return self.resolver


class UnitName(UnitCell):
    """The full name of a unit that is known by the name in the cell; of a new unit the name as it is written."""

    def show(self, value: Any) -> str:
        return str(value)

    def read(self, value: Any, row: dict[str, Any]) -> str:
        try:
            return self._resolver().find(plain(value)).name
        except UnknownUnit:
            return plain(value)
        except DomainError as error:
            raise ValueError(str(error)) from error

    def blank(self) -> str:
        return ""


class Reference(Cell):
    """Another row, by what `key` gives of it; `what` names it in messages (“指标”)."""

    def __init__(
        self,
        rows: Callable[[], Iterable[models.Model]],
        key: Callable[[Any], object],
        what: str,
        cell: Callable[[Any, dict[str, Any]], object] | None = None,
    ) -> None:
        super().__init__()
        self.rows, self.key, self.what = rows, key, what
        self.cell = cell or (lambda value, row: plain(value))
        self._known: dict[object, models.Model] | None = None

    def show(self, value: Any) -> Any:
        key = self.key(value)
        return key[-1] if isinstance(key, tuple) else key

    def read(self, value: Any, row: dict[str, Any]) -> models.Model:
        if self._known is None:
            self._known = {self.key(known): known for known in self.rows()}
        found = self._known.get(self.cell(value, row))
        if found is None:
            raise ValueError(f"没有{self.what}“{plain(value)}”。")
        return found


class Facts(Cell):
    """A JSON object in one cell."""

    def show(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    def read(self, value: Any, row: dict[str, Any]) -> Any:
        try:
            return json.loads(plain(value))
        except ValueError as error:
            raise ValueError("不是正确的 JSON。") from error
