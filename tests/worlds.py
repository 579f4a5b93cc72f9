"""Worlds that are told once in a process and then copied: most of a short test would be spent on telling its own.

`@told_once` on a function that fills an empty database: its first call (with these arguments) runs it and keeps the rows
of every table that it wrote to, with the files it stored; later calls put these back and return a copy of what the first
one returned. Where one of these tables has rows already, the function runs as if it stood alone. `empty()` is the way back.
"""

from __future__ import annotations

import copy
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import connection, transaction

Given = ParamSpec("Given")
Told = TypeVar("Told")
WRITES = re.compile(r'\s*(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM) "?(\w+)"?', re.IGNORECASE)
INDEX = "texts_index"  # full text: no model's table
STAYS = {
    "django_content_type",
    "auth_permission",
    "django_migrations",
}  # from the migrations, known by their keys
ROWS_AT_ONCE = 400


@dataclass(frozen=True)
class Kept:
    """A world: the tables it fills, the statements that fill them, its files, and what telling it returned."""

    tables: tuple[str, ...]
    statements: tuple[str, ...]
    files: Path
    told: Any

    def has_room(self) -> bool:
        taken = " OR ".join(f'EXISTS (SELECT 1 FROM "{table}")' for table in self.tables)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {taken}")
            return not cursor.fetchone()[0]

    def put_in(self) -> Any:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in self.statements:
                cursor.execute(statement)
        shutil.copytree(self.files, settings.MEDIA_ROOT, dirs_exist_ok=True)
        return copy.deepcopy(self.told)


def told_once(tell: Callable[Given, Told]) -> Callable[Given, Told]:
    """See the module; what `tell` tells depends on its arguments (which can be keys of a dict) and on nothing else."""
    kept: dict[tuple[Any, ...], Kept] = {}

    @wraps(tell)
    def told(*args: Given.args, **kwargs: Given.kwargs) -> Told:
        key = (*args, *sorted(kwargs.items()))
        if key in kept:
            return kept[key].put_in() if kept[key].has_room() else tell(*args, **kwargs)
        files = Path(settings.MEDIA_ROOT)
        files.mkdir(parents=True, exist_ok=True)
        is_first = _is_empty() and not any(files.iterdir())
        with writes() as tables:
            result = tell(*args, **kwargs)
        if is_first:
            kept[key] = _keep(tuple(tables), result)
        return result

    return told


@contextmanager
def writes() -> Iterator[dict[str, None]]:
    """The tables that the block writes to (on this connection), in order of the first time."""
    tables: dict[str, None] = {}

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if found := WRITES.match(sql):
            tables[found[1]] = None
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield tables


def _keep(tables: tuple[str, ...], told: Any) -> Kept:
    files = Path(tempfile.mkdtemp(prefix="world-", dir=settings.DATA_DIR))
    shutil.copytree(settings.MEDIA_ROOT, files, dirs_exist_ok=True)
    statements = tuple(statement for table in tables for statement in _inserts(table))
    return Kept(tables, statements, files, copy.deepcopy(told))


def _inserts(table: str) -> Iterator[str]:
    """Statements without parameters that store the rows of a table as they stand."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}" LIMIT 0')
        columns = [f'"{column[0]}"' for column in cursor.description]
        if table == INDEX and connection.vendor == "sqlite":
            columns.append("rowid")
        as_sql = "quote({})" if connection.vendor == "sqlite" else "quote_nullable({}::text)"
        values = " || ', ' || ".join(as_sql.format(column) for column in columns)
        cursor.execute(f'SELECT {values} FROM "{table}" ORDER BY 1')
        rows = [row for (row,) in cursor.fetchall()]
    head = f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES '
    for start in range(0, len(rows), ROWS_AT_ONCE):
        yield head + ", ".join(f"({row})" for row in rows[start : start + ROWS_AT_ONCE])


def _tables() -> Iterable[str]:
    named = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return {*named, INDEX} - STAYS


def _filled(tables: Iterable[str]) -> list[str]:
    """Those of the tables that have rows; one query."""
    parts = [f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return [table for (table,) in cursor.fetchall()]


def _is_empty() -> bool:
    return not _filled(_tables())


@contextmanager
def triggers_asleep() -> Iterator[None]:
    """No trigger of the test database fires within the block (on this connection)."""
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute("SET session_replication_role = replica")
            try:
                yield
            finally:
                cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        try:
            yield
        finally:
            for _, sql in triggers:
                cursor.execute(sql)


def empty() -> None:
    """Take every row out but content types and permissions, past the triggers that keep audit rows from being changed.

    Django's own flush empties all 250 tables and makes content types and permissions anew, under other keys.
    """
    filled = _filled(_tables())
    if not filled:
        return
    with connection.constraint_checks_disabled(), triggers_asleep():
        _delete(filled)


def _delete(tables: Iterable[str]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'DELETE FROM "{table}"')
