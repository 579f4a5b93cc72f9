"""Putting many rows into a table as fast as the database takes them: COPY on PostgreSQL, executemany on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from json import dumps
from typing import Any, cast

from django.db import IntegrityError, connection, models, transaction

from chuangmo.errors import Stale

__all__ = ["CHUNK", "insert_blocks", "insert_rows", "supersede"]

CHUNK = 10_000
_IDS = 500  # per UPDATE: SQLite takes a limited number of parameters


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of values in the order of `columns` (field names); within the caller's transaction.

    Values are plain Python (float, int, str, bool, date, aware datetime, Decimal, dict, None). Raises Stale where a row
    of the same place and time came in between.
    """
    statement = _statement(model, columns)
    with _refusing_doubles(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, statement, rows)
        else:
            cursor.executemany(statement, (tuple(map(_sqlite, row)) for row in rows))  # type: ignore[arg-type]


def insert_blocks(
    model: type[models.Model], columns: Sequence[str], blocks: Iterable[Sequence[Sequence[Any]]]
) -> None:
    """The same for millions of rows: blocks of some thousand rows, each as its columns, equally long.

    Values are numbers, None, and texts without anything to escape. Raises Stale as `insert_rows` does.
    """
    statement = _statement(model, columns)
    with _refusing_doubles(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"{statement} (NULL 'None')") as copy:
                shown = [_Shown() for _ in columns]
                for block in blocks:
                    texts = (map(one.__getitem__, column) for one, column in zip(shown, block, strict=True))
                    copy.write("\n".join(map("\t".join, zip(*texts, strict=True))) + "\n")
        else:
            for block in blocks:
                cursor.executemany(statement, [*zip(*block, strict=True)])


class _Shown(dict[Any, str]):
    """Values as COPY's text has them, each distinct one written once."""

    def __missing__(self, value: Any) -> str:
        text = self[value] = str(value)
        return text


def _statement(model: type[models.Model], columns: Sequence[str]) -> str:
    """What puts rows of these columns into the table: COPY on PostgreSQL, else INSERT."""
    names = [cast("models.Field[Any, Any]", model._meta.get_field(name)).column for name in columns]
    table = connection.ops.quote_name(model._meta.db_table)
    listed = ", ".join(connection.ops.quote_name(str(name)) for name in names)
    if connection.vendor == "postgresql":
        return f"COPY {table} ({listed}) FROM STDIN"
    return f"INSERT INTO {table} ({listed}) VALUES ({', '.join(['%s'] * len(names))})"


@contextmanager
def _refusing_doubles() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
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
