"""Putting many rows into a table as fast as the database takes them: COPY on PostgreSQL, executemany on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from json import dumps
from typing import Any, cast

from django.db import IntegrityError, connection, models, transaction

from chuangmo.errors import Stale

__all__ = ["insert_rows", "supersede"]

CHUNK = 10_000
_IDS = 500  # per UPDATE: SQLite takes a limited number of parameters


def insert_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], *, plain: bool = False
) -> None:
    """Insert rows of values in the order of `columns` (field names); within the caller's transaction.

    Values are plain Python (float, int, str, bool, date, aware datetime, Decimal, dict, None); with `plain` the rows
    are tuples of numbers, None, and texts without anything to escape, which saves a look at each of millions. Raises
    Stale where a row of the same place and time came in between.
    """
    names = [cast("models.Field[Any, Any]", model._meta.get_field(name)).column for name in columns]
    table = connection.ops.quote_name(model._meta.db_table)
    listed = ", ".join(connection.ops.quote_name(str(name)) for name in names)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                if plain:
                    _copy_plain(cursor, f"COPY {table} ({listed}) FROM STDIN (NULL 'None')", len(names), rows)
                else:
                    _copy(cursor, f"COPY {table} ({listed}) FROM STDIN", rows)
            else:
                marks = ", ".join(["%s"] * len(names))
                cursor.executemany(
                    f"INSERT INTO {table} ({listed}) VALUES ({marks})",
                    rows if plain else (tuple(map(_sqlite, row)) for row in rows),  # type: ignore[arg-type]
                )
    except IntegrityError as error:
        raise Stale("同一点位同一时间的数据刚才已由另一批次入库，请重新核对") from error


def _copy(cursor: Any, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    with cursor.copy(statement) as copy:
        lines: list[str] = []
        for row in rows:
            lines.append("\t".join(map(_copied, row)))
            if len(lines) >= CHUNK:
                copy.write("\n".join(lines) + "\n")
                lines.clear()
        if lines:
            copy.write("\n".join(lines) + "\n")


def _copy_plain(cursor: Any, statement: str, width: int, rows: Iterable[Sequence[Any]]) -> None:
    form = "\t".join(["%s"] * width) + "\n"
    rows = iter(rows)
    with cursor.copy(statement) as copy:
        while block := [form % row for row in islice(rows, CHUNK)]:
            copy.write("".join(block))


def _copied(value: Any) -> str:
    """One value in COPY's text format."""
    if value is None:
        return r"\N"
    kind = type(value)
    if kind is float:
        return repr(value)
    if kind is str:
        return _escaped(value)
    if kind is int:
        return str(value)
    if kind is bool:
        return "t" if value else "f"
    if isinstance(value, dict):
        return _escaped(dumps(value, ensure_ascii=False))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _sqlite(value: Any) -> Any:
    """One value as Django keeps it in SQLite."""
    kind = type(value)
    if kind is float or value is None or kind is int or kind is str:
        return value
    if kind is datetime:
        return str(value.astimezone(UTC).replace(tzinfo=None))
    if kind is date or kind is Decimal:
        return str(value)
    return dumps(value, ensure_ascii=False) if kind is dict else value


def supersede(model: type[models.Model], ids: Sequence[int], *, at: datetime, batch_id: int) -> None:
    """Mark rows as corrected by a batch. Raises Stale where one was corrected meanwhile."""
    changed = 0
    for start in range(0, len(ids), _IDS):
        rows = model._default_manager.filter(pk__in=ids[start : start + _IDS], superseded_at__isnull=True)
        changed += rows.update(superseded_at=at, superseded_by_id=batch_id)
    if changed != len(ids):
        raise Stale("要更正的数据刚才已由另一批次更正，请重新核对")
