"""The reading process: `python -m archives.texts.reading text|show|draw PATH MIME [PAGE]`, answer on standard output."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from archives.texts.reading.limits import confine


def main() -> int:
    what, path, mime, *rest = sys.argv[1:]
    confine()
    if what == "draw" and mime == "application/pdf":
        return _draw_page(path, rest[0])
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115  # libraries' complaints of the file
    if what == "draw":
        from archives.texts.reading.pictures import scaled

        sys.stdout.buffer.write(scaled(Path(path)))
        return 0
    if what == "show":
        from archives.texts.reading.showing import shown

        answer = shown(Path(path), mime)
    else:
        from archives.texts.reading.texts import read_text

        answer = read_text(Path(path), mime)
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))
    return 0


def _draw_page(path: str, page: str) -> int:
    """Become poppler's renderer, under the same limits; it runs no script and fetches nothing."""
    try:
        os.execvp("pdftoppm", ["pdftoppm", "-q", "-png", "-f", page, "-l", page, "-scale-to", "1400", path])
    except FileNotFoundError:
        return 1


if __name__ == "__main__":
    try:
        code = main()
    except MemoryError:
        code = 78
    except Exception:
        code = 1
    sys.stdout.flush()
    os._exit(code)
