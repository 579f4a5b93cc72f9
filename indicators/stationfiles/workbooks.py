"""A workbook's one sheet as rows of texts, the way the same table reads as CSV."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from indicators.stationfiles.faults import Faults

__all__ = ["rows_of_workbook"]

_HALF_SECOND = timedelta(milliseconds=500)


def rows_of_workbook(raw: bytes, faults: Faults) -> Iterator[list[str]]:
    """Every row of the only sheet that has cells, empty ones too, so that they can be counted. StationFileError."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        sheets = [
            (name, rows)
            for name in book.sheet_names
            if (rows := book.get_sheet_by_name(name).to_python(skip_empty_area=False))
        ]
    except CalamineError as error:
        raise faults.refuse("不是完好的 Excel 工作簿（可能是别的压缩包、有密码或已损坏）") from error
    if len(sheets) > 1:
        names = "、".join(f"“{name}”" for name, _ in sheets)
        raise faults.refuse(f"工作簿里有 {len(sheets)} 张有内容的表（{names}），请每张存成一个文件")
    return ([_text(cell) for cell in row] for row in (sheets[0][1] if sheets else ()))


def _text(value: Any) -> str:
    """A cell as text. A day at midnight keeps its hour, which Excel hides and an hourly file needs."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        # Excel's days are floats: 13:00 may come as 12:59:59.999.
        return f"{(value + _HALF_SECOND).replace(microsecond=0):%Y-%m-%d %H:%M:%S}".removesuffix(":00")
    if isinstance(value, date):
        return f"{value} 00:00"
    if isinstance(value, time):
        return f"{value:%H:%M:%S}".removesuffix(":00")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
