"""Old Excel workbooks (.xls), read in a process of its own: a damaged one can make its reader panic or ask for all memory,
which would end whoever reads it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

__all__ = ["rows_of_xls"]

SECONDS = 90
PROGRAM = Path(__file__).with_name("xls_process.py")


def rows_of_xls(content: bytes) -> list[tuple[str, list[list[Any]]]] | None:
    """Each sheet's name and rows (texts, numbers, true and false; days as texts with their hour); None where it can't be read."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(PROGRAM)],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        return None
    return None if done.returncode else [(name, rows) for name, rows in json.loads(done.stdout)]
