"""Queries that are asked with every keystroke: built and compiled once for each connection, then only run.

Django spends several times longer on building a query with subqueries than the database on answering it. What a
`Prepared` asks is still written as a queryset.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

Param = int | date
_LARGEST = 2**63 - 1
_numbers = count(1)


class Prepared:
    """A `values_list` queryset with named parameters, whole numbers and dates.

    `build` gets a stand-in for each parameter and may only compare a column of the same type with it, so that it
    reaches the database as it is.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **kinds: type) -> None:
        self._build = build
        self._stand_ins: dict[str, Param] = {
            name: date(1901, 1, 1) + timedelta(days=n) if kind is date else -(2_000_000_011 + n)
            for n, (name, kind) in enumerate(kinds.items())
        }
        self._kinds = {name: "date" if kind is date else "bigint" for name, kind in kinds.items()}
        self._name = f"prepared_{next(_numbers)}"
        self._sessions: WeakSet[Any] = WeakSet()
        self._compiled: WeakKeyDictionary[Any, tuple[Any, str, list[Any], Any]] = WeakKeyDictionary()

    def rows(self, **params: Param) -> list[tuple[Any, ...]]:
        """The rows for these parameters; KeyError if one is missing. A number that no column holds finds none, as in
        Django's own queries."""
        if any(isinstance(value, int) and abs(value) > _LARGEST for value in params.values()):
            return []
        connection = connections[DEFAULT_DB_ALIAS]
        compiler, sql, places, converters = self._compiled.get(connection) or self._compile(connection)
        values = [_fill(place, params) for place in places]
        if connection.vendor == "postgresql":
            sql = self._planned(connection, sql, places)
            values = [_adapted(connection, params[name]) for name in self._stand_ins]
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            found = cursor.fetchall()
        if converters:
            found = compiler.apply_converters(found, converters)
        return [tuple(row) for row in found]

    def _compile(self, connection: Any) -> tuple[Any, str, list[Any], Any]:
        query = self._build(**self._stand_ins).query
        compiler = query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        names = {_adapted(connection, value): name for name, value in self._stand_ins.items()}
        places = [_Hole(names[value]) if value in names else value for value in values]
        converters = compiler.get_converters([column[0] for column in compiler.select])
        self._compiled[connection] = compiler, sql, places, converters
        return self._compiled[connection]

    def _planned(self, connection: Any, sql: str, places: list[Any]) -> str:
        """The call of the statement as PostgreSQL keeps it for this session: planning a query of many joins takes it
        longer than answering it."""
        connection.ensure_connection()
        session = connection.connection
        if session not in self._sessions:
            numbers = {name: f"${n}" for n, name in enumerate(self._stand_ins, start=1)}
            pieces = [piece.replace("%%", "%") for piece in sql.split("%s")]
            said = [
                numbers[place] if isinstance(place, _Hole) else _literal(place, session) for place in places
            ]
            statement = "".join(piece + value for piece, value in zip(pieces, [*said, ""], strict=True))
            kinds = ", ".join(self._kinds.values())
            with connection.wrap_database_errors:
                session.execute(f"PREPARE {self._name} ({kinds}) AS {statement}")
            self._sessions.add(session)
        return f"EXECUTE {self._name} ({', '.join(['%s'] * len(self._stand_ins))})"


class _Hole(str):
    """The name of a parameter, where its value goes."""


def _fill(place: Any, params: dict[str, Param]) -> Any:
    if not isinstance(place, _Hole):
        return place
    value = params[place]
    return _adapted(connections[DEFAULT_DB_ALIAS], value)


def _literal(value: Any, session: Any) -> str:
    from psycopg import sql

    return sql.Literal(value).as_string(session)


def _adapted(connection: Any, value: Param) -> Any:
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
