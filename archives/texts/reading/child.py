"""Calling the reading process: a hostile file can make it fail, never the one that asks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archives.texts.rules.problems import BOMB, LIMITS, MISSING, PROBLEMS, UNREADABLE

__all__ = ["Reading", "draw", "read", "show"]

ROOT = Path(__file__).resolve().parents[3]
READ_SECONDS, SHOW_SECONDS = 120, 25  # of the clock; the process has a limit of processor time of its own
_WORDS = {BOMB: 77, LIMITS: 78}  # how the process says by its exit what it can't say in words


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds. `pages`: text by page (sheet, slide); with a problem there may be some."""

    problem: str = ""
    note: str = ""
    pages: list[str] = field(default_factory=list)
    is_encrypted: bool = False
    has_script: bool = False
    is_cut: bool = False
    signature: list[int | None] | None = None
    picture_hash: str = ""


def read(path: Path, mime: str) -> Reading:
    """The text of a file; every failure is a `problem`, never an exception."""
    if not path.is_file():
        return Reading(problem=MISSING)
    answer = _ask("text", path, mime, seconds=READ_SECONDS)
    if isinstance(answer, str):
        return Reading(problem=answer, note=PROBLEMS[answer])
    return Reading(**json.loads(answer))


def show(path: Path, mime: str) -> dict[str, Any]:
    """What a page shows of an Office file, a table, a text: {"kind": html | tables | pages | none, …} (`reading.showing`)."""
    answer = _ask("show", path, mime, seconds=SHOW_SECONDS)
    return {"kind": "none", "problem": answer} if isinstance(answer, str) else json.loads(answer)


def draw(path: Path, mime: str, *, page: int = 1) -> bytes:
    """A page of a PDF as PNG, a picture scaled as JPEG; empty where it can't be drawn."""
    answer = _ask("draw", path, mime, str(page), seconds=SHOW_SECONDS)
    return b"" if isinstance(answer, str) else answer


def _ask(what: str, path: Path, mime: str, *rest: str, seconds: int) -> bytes | str:
    """The answer, or the code of the problem."""
    if not path.is_file():
        return MISSING
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "VIRTUAL_ENV") if name in os.environ}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "archives.texts.reading", what, str(path), mime, *rest],
            cwd=ROOT,
            env={**environment, "PYTHONHASHSEED": "0", "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        return LIMITS
    if done.returncode == 0:
        return done.stdout
    # Killed by a limit (a signal), or out of memory in a library that can only abort.
    return LIMITS if done.returncode < 0 or done.returncode == _WORDS[LIMITS] else UNREADABLE
