"""The process of `xls`: a workbook on standard input, its sheets as JSON on standard output. Knows nothing of the rest."""

from __future__ import annotations

import json
import resource
import sys
from datetime import date, datetime
from io import BytesIO

from python_calamine import CalamineWorkbook

MEMORY, PROCESSOR_SECONDS = 1024 * 1024 * 1024, 60


def main() -> None:
    content = BytesIO(sys.stdin.buffer.read())
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    book = CalamineWorkbook.from_filelike(content)
    sheets = [
        (name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names
    ]
    json.dump(sheets, sys.stdout, default=_day)


def _day(value: object) -> str:
    """As `files._text` writes it: a day at midnight keeps its hour."""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return f"{value} 00:00:00" if isinstance(value, date) else str(value)


if __name__ == "__main__":
    main()
