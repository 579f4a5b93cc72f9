"""The migrations make what the tests stand on: the same tables, columns, indexes, constraints and triggers."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import ROOT, copy_sqlite

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]


def schema(path: Path) -> set[tuple[str, ...]]:
    """Every column with its type and nullability, and the text of every index and trigger."""
    found: set[tuple[str, ...]] = set()
    with sqlite3.connect(path) as database:
        rows = database.execute(
            "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master"
        ).fetchall()
        for kind, name, table, sql in rows:
            if kind == "table":
                columns = database.execute(f'PRAGMA table_info("{name}")').fetchall()
                found |= {("column", name, *map(str, column[1:4])) for column in columns}
                found |= {("check", name, check) for check in re.findall(r'CONSTRAINT "(\w+)"', sql)}
            else:
                found.add((kind, table, sql if kind == "trigger" else _shape(sql)))
    database.close()
    return found


def _shape(sql: str) -> str:
    """An index by what it covers, whatever it is called."""
    return re.sub(r'INDEX "\w+"', "INDEX", sql)


def test_the_migrations_make_what_the_models_say(tmp_path: Path) -> None:
    migrated, made = tmp_path / "migrated.sqlite3", tmp_path / "made.sqlite3"
    environment = {**os.environ, "CHUANGMO_DATABASE_URL": f"sqlite:///{migrated}"}
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"]
    subprocess.run(command, check=True, env=environment)
    copy_sqlite(made)
    assert schema(migrated) == schema(made)
