"""What a page shows of a file that is neither a PDF nor a picture. HTML is made here and cleaned by who shows it."""

from __future__ import annotations

import zipfile
from itertools import islice
from pathlib import Path
from typing import Any

from archives.texts.reading.archives import Bomb, open_zip
from archives.texts.reading.texts import CutOff, Locked, read_text
from archives.texts.rules import problems

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TABLES = frozenset(
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/vnd.ms-excel"}
)
ROWS, COLUMNS, SHEETS = 200, 40, 12
MOST_HTML = 6 * 1024 * 1024


def shown(path: Path, mime: str) -> dict[str, Any]:
    """{"kind": "html", "html"} for Word, {"kind": "tables", "tables": [{name, rows, total}]} for tables, else
    {"kind": "pages", "pages"}; {"kind": "none", "problem"} where it can't be opened."""
    try:
        if mime == DOCX:
            return {"kind": "html", "html": _word(path)}
        if mime in TABLES:
            return {"kind": "tables", "tables": _tables(path)}
        if mime == "text/csv":
            return {"kind": "tables", "tables": [_comma(path)]}
    except Locked:
        return _none(problems.ENCRYPTED)
    except Bomb:
        return _none(problems.BOMB)
    except (zipfile.BadZipFile, EOFError, CutOff):
        return _none(problems.TRUNCATED)
    except MemoryError:
        raise
    except Exception:
        return _none(problems.UNREADABLE)
    answer = read_text(path, mime)
    if answer["pages"]:
        return {"kind": "pages", "pages": answer["pages"]}
    return _none(answer["problem"])


def _none(problem: str) -> dict[str, Any]:
    return {"kind": "none", "problem": problem}


def _word(path: Path) -> str:
    import mammoth

    from archives.texts.reading.office import refuse_locked

    refuse_locked(path)
    open_zip(path).close()
    with path.open("rb") as stream:
        html = str(mammoth.convert_to_html(stream, external_file_access=False).value)
    if len(html) <= MOST_HTML:
        return html
    with path.open("rb") as stream:  # too many pictures: the words alone
        words = mammoth.convert_to_html(
            stream, external_file_access=False, convert_image=mammoth.images.img_element(lambda image: {})
        )
    return str(words.value)[:MOST_HTML]


def _tables(path: Path) -> list[dict[str, Any]]:
    from archives.texts.reading.office import cell_text, sheets

    return [
        {
            "name": name,
            "rows": [[cell_text(cell) for cell in row[:COLUMNS]] for row in rows[:ROWS]],
            "is_cut": len(rows) > ROWS or any(len(row) > COLUMNS for row in rows[:ROWS]),
        }
        for name, rows in islice(sheets(path, most_rows=ROWS + 1), SHEETS)
    ]


def _comma(path: Path) -> dict[str, Any]:
    import csv
    import io

    from archives.texts.reading.plain import decoded

    rows = list(islice(csv.reader(io.StringIO(decoded(path.read_bytes()))), ROWS + 1))
    return {
        "name": "",
        "rows": [row[:COLUMNS] for row in rows[:ROWS]],
        "is_cut": len(rows) > ROWS or any(len(row) > COLUMNS for row in rows[:ROWS]),
    }
