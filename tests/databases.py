"""Test databases that are migrated once and then copied: migrating takes twenty seconds, a copy a tenth of one.

The migrated one is kept under var/test/ (SQLite: the file; PostgreSQL: a dump), named for everything that shapes it; the
first process that finds none makes it, the others wait. Django still runs `migrate` on each copy: it finds nothing to do.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "test"
SHAPED_BY = ["requirements-dev.txt"]


def _key() -> str:
    """A digest of all migrations, of what they import, and of the libraries that bring migrations of their own."""
    digest = hashlib.sha256()
    paths = [ROOT / name for name in SHAPED_BY]
    paths += sorted([*ROOT.glob("*/*/migrations/*.py"), *ROOT.glob("*/*/triggers.py")])
    for path in paths:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@contextmanager
def _alone() -> Iterator[None]:
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate(url: str) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"]
    subprocess.run(command, check=True, env={**os.environ, "CHUANGMO_DATABASE_URL": url})


def _made_once(suffix: str, make) -> Path:
    """The kept file of this state of the migrations; `make(path)` writes it where there is none."""
    kept = KEPT / f"migrated-{_key()}{suffix}"
    with _alone():
        if not kept.exists():
            for older in KEPT.glob(f"migrated-*{suffix}"):
                older.unlink()
            unfinished = KEPT / f"unfinished{suffix}"
            unfinished.unlink(missing_ok=True)
            make(unfinished)
            unfinished.rename(kept)
    return kept


def copy_sqlite(target: Path) -> None:
    """Put a migrated database at `target`."""

    def make(path: Path) -> None:
        _migrate(f"sqlite:///{path}")

    shutil.copyfile(_made_once(".sqlite3", make), target)


def postgres_template(url: str) -> str:
    """The name of a migrated database on the server of `url`, to create test databases from."""
    name = f"chuangmo_migrated_{_key()}"
    elsewhere = urlsplit(url)._replace(path=f"/{name}").geturl()

    def make(path: Path) -> None:
        _psql(url, f'CREATE DATABASE "{name}"')
        _migrate(elsewhere)
        subprocess.run(["pg_dump", "--no-owner", "--file", path, elsewhere], check=True)

    kept = _made_once(".sql", make)
    with _alone():
        if not _psql(url, f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            _psql(url, f'CREATE DATABASE "{name}"')
            subprocess.run(
                [
                    "psql",
                    "--quiet",
                    "--no-psqlrc",
                    "--set=ON_ERROR_STOP=1",
                    "--output",
                    os.devnull,
                    "--file",
                    kept,
                    elsewhere,
                ],
                check=True,
            )
    return name


def _psql(url: str, sql: str) -> str:
    command = [
        "psql",
        "--no-psqlrc",
        "--tuples-only",
        "--no-align",
        "--set=ON_ERROR_STOP=1",
        "--command",
        sql,
        url,
    ]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
