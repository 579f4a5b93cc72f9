"""Printed chapters by their key, on disk: whole or not there. May be emptied at any time; then they are printed anew."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from archives.dossiers.services.printing import Printed

__all__ = ["fetch", "folder", "forget", "prune", "put", "scratch"]

KEPT = 600  # chapters: some twenty different books
_NEW, _SCRATCH = ".new-", ".scratch-"
_LEFT_SECONDS = 86_400  # what nobody touched for a day belongs to no running process


def folder() -> Path:
    """Where they lie (settings.DOSSIER_CACHE), made when first asked for."""
    path = Path(settings.DOSSIER_CACHE)
    path.mkdir(parents=True, exist_ok=True)
    return path


def put(key: str, printed: Printed) -> None:
    """Keep a chapter. Written beside its place and moved there in one step; OSError leaves nothing behind."""
    handle, name = tempfile.mkstemp(prefix=_NEW, dir=folder())
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as target:
            target.write(json.dumps(printed.meta, ensure_ascii=False).encode() + b"\n")
            target.write(printed.pdf)
            target.flush()
            os.fsync(target.fileno())
        os.replace(temporary, _path(key))
    finally:
        temporary.unlink(missing_ok=True)


def fetch(key: str) -> Printed | None:
    """A kept chapter; None where there is none (any more)."""
    try:
        content = _path(key).read_bytes()
    except FileNotFoundError:
        return None
    head, _, pdf = content.partition(b"\n")
    return Printed(pdf, json.loads(head))


def forget(key: str) -> None:
    """Have it printed anew next time."""
    _path(key).unlink(missing_ok=True)


@contextmanager
def scratch(step: str, dossier_id: int) -> Iterator[Path]:
    """A folder in which a step of a dossier writes before it publishes; gone afterwards. What the same step left behind when
    its worker was killed (a package may have gigabytes) goes first: the job's lease says that nobody else is at it."""
    prefix = f"{_SCRATCH}{step}-{dossier_id}-"
    for left in folder().glob(f"{prefix}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=folder()) as made:
        yield Path(made)


def prune() -> int:
    """Let go of the oldest above `KEPT`, returns how many; and of what killed workers left half-written."""
    _clear_leftovers()
    found = []
    for path in folder().glob("*.chapter"):
        with suppress(FileNotFoundError):
            found.append((path.stat().st_mtime, path))
    old = sorted(found)[: max(0, len(found) - KEPT)]
    for _, path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _clear_leftovers() -> None:
    before = time.time() - _LEFT_SECONDS
    for path in [*folder().glob(f"{_NEW}*"), *folder().glob(f"{_SCRATCH}*")]:
        with suppress(FileNotFoundError):
            if path.stat().st_mtime >= before:
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()


def _path(key: str) -> Path:
    return folder() / f"{key}.chapter"
