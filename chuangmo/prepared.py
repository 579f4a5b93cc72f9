"""Queries that are asked again and again: built and compiled once for each connection, then only run.

Django spends several times longer on building a query with subqueries than the database on answering it. What a
`Prepared` asks is still written as a queryset; one that hangs on a person's rights is `access.prepared.ByRights`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any, NoReturn
from weakref import WeakKeyDictionary, WeakSet

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BigIntegerField, Expression, Model, QuerySet, prefetch_related_objects
from django.db.models.query import get_related_populators

from chuangmo import clock

Param = int | date | str | frozenset[int]
Params = Mapping[str, Param]
_LARGEST = 2**63 - 1
_TEXT = "\0stand-in "
_COLUMNS = {int: "bigint", date: "date", str: "text"}
_numbers = count(1)


class Prepared:
    """A queryset with named parameters: whole numbers, dates, texts, sets of ids (`frozenset`).

    `build` gets a stand-in for each parameter. It may only compare a column of the same type with it (`column__in` for a
    set, also for the union or common part of two), so that it reaches the database as it is; and it may ask neither the
    database nor what day it is, because the answer would stay in the query.

    PostgreSQL keeps the statement with its plan; `plan_anew` is for queries over many rows whose best plan hangs on the
    parameters.
    """

    def __init__(
        self, build: Callable[..., QuerySet[Any, Any]], *, plan_anew: bool = False, **kinds: type
    ) -> None:
        self._build, self._plan_anew = build, plan_anew
        self._stand_ins: dict[str, int | date | str | Ids] = {
            name: _stand_in(n, name, kind) for n, (name, kind) in enumerate(kinds.items())
        }
        self._name = f"prepared_{next(_numbers)}"
        self._sessions: WeakSet[Any] = WeakSet()
        self._compiled: WeakKeyDictionary[Any, _Compiled] = WeakKeyDictionary()

    def rows(self, **params: Param) -> list[tuple[Any, ...]]:
        """The rows of a `values_list` for these parameters; KeyError if one is missing. A number that no column holds
        finds none, as in Django's own queries."""
        return self._rows(params)[1]

    def objects(self, **params: Param) -> list[Any]:
        """The models of a queryset for these parameters, with what it joins (`select_related`), prefetches and
        annotates."""
        compiled, rows = self._rows(params)
        found = [compiled.model(row) for row in rows]
        if found and compiled.prefetches:
            prefetch_related_objects(found, *compiled.prefetches)
        return found

    def _rows(self, params: Params) -> tuple[_Compiled, list[tuple[Any, ...]]]:
        connection = connections[DEFAULT_DB_ALIAS]
        compiled = self._compiled.get(connection) or self._compile(connection)
        if compiled.finds_nothing or any(
            isinstance(value, int) and abs(value) > _LARGEST for value in params.values()
        ):
            return compiled, []
        if connection.vendor == "postgresql" and not self._plan_anew:
            sql = self._planned(connection, compiled)
            values = [hole.value(connection, params) for hole in compiled.holes]
        else:
            sql = compiled.sql
            values = [
                one.value(connection, params) if isinstance(one, _Hole) else one for one in compiled.values
            ]
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            found = cursor.fetchall()
        return compiled, compiled.converted(found)

    def _compile(self, connection: Any) -> _Compiled:
        with _asking_nothing(connection):
            queryset = self._build(**self._stand_ins)
        compiler = queryset.query.get_compiler(connection=connection)
        try:
            sql, values = compiler.as_sql()
        except EmptyResultSet:
            compiled = _Compiled(compiler, finds_nothing=True)
        else:
            compiled = _Compiled(
                compiler,
                sql,
                _with_holes(values, self._stand_ins, connection),
                compiler.get_converters([column[0] for column in compiler.select]),
                queryset._prefetch_related_lookups,  # type: ignore[attr-defined]
            )
        self._compiled[connection] = compiled
        return compiled

    def _planned(self, connection: Any, compiled: _Compiled) -> str:
        """The call of the statement as PostgreSQL keeps it for this session: planning a query of many joins takes it
        longer than answering it."""
        connection.ensure_connection()
        session = connection.connection
        if session not in self._sessions:
            numbers = {hole: f"${n}" for n, hole in enumerate(compiled.holes, start=1)}
            pieces = [piece.replace("%%", "%") for piece in compiled.sql.split("%s")]
            said = [
                numbers[one] if isinstance(one, _Hole) else _literal(one, session) for one in compiled.values
            ]
            statement = "".join(piece + value for piece, value in zip(pieces, [*said, ""], strict=True))
            kinds = f" ({', '.join(hole.kind for hole in compiled.holes)})" if compiled.holes else ""
            with connection.wrap_database_errors:
                session.execute(f"PREPARE {self._name}{kinds} AS {statement}")
            self._sessions.add(session)
        given = f" ({', '.join(['%s'] * len(compiled.holes))})" if compiled.holes else ""
        return f"EXECUTE {self._name}{given}"


class _Hole(str):
    """Where the value of a parameter goes: its name, and the type that it has in the database."""

    kind: str

    def __new__(cls, name: str, kind: str) -> _Hole:
        hole = super().__new__(cls, name)
        hole.kind = kind
        return hole

    def value(self, connection: Any, params: Params) -> Any:
        return _adapted(connection, params[self])


class _SetHole(_Hole):
    """The same for a set of ids, which may be made of several."""

    ids: Ids

    def value(self, connection: Any, params: Params) -> Any:
        known = sorted(one for one in self.ids.among(params) if abs(one) <= _LARGEST)
        return known if connection.vendor == "postgresql" else json.dumps(known)


class Ids(Expression):
    """The stand-in of a set of ids, for the right side of `__in`; `a | b` and `a & b` are made when the query runs.

    It is true, as a set is that is not empty: what is to be built for an empty set gets an empty one instead.
    """

    def __init__(self, name: str, among: Callable[[Params], frozenset[int]] | None = None) -> None:
        super().__init__(output_field=BigIntegerField())
        self.name = name
        self.among: Callable[[Params], frozenset[int]] = among or (lambda params: _a_set(params[name]))

    def __or__(self, other: Any) -> Ids:  # type: ignore[override]
        return self._with(other, "|", frozenset.union)

    __ror__ = __or__

    def __and__(self, other: Any) -> Ids:  # type: ignore[override]
        return self._with(other, "&", frozenset.intersection)

    __rand__ = __and__

    def _with(self, other: Any, sign: str, join: Callable[..., frozenset[int]]) -> Ids:
        if isinstance(other, Ids):
            return Ids(
                f"({self.name}{sign}{other.name})",
                lambda params: join(self.among(params), other.among(params)),
            )
        given = frozenset(other)
        if not given:
            return self if sign == "|" else Ids(self.name, lambda params: given)
        return Ids(f"({self.name}{sign}{sorted(given)})", lambda params: join(self.among(params), given))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        hole = _SetHole(self.name, "bigint[]")
        hole.ids = self
        rows = "unnest(%s::bigint[])" if connection.vendor == "postgresql" else "value FROM json_each(%s)"
        return f"(SELECT {rows})", [hole]


@dataclass(slots=True)
class _Compiled:
    """A query as its database wants it, with holes for the parameters, and how its rows are read."""

    compiler: Any
    sql: str = ""
    values: list[Any] = field(default_factory=list)
    converters: Any = None
    prefetches: tuple[Any, ...] = ()
    finds_nothing: bool = False
    _reader: Callable[[tuple[Any, ...]], Model] | None = None

    @property
    def holes(self) -> list[_Hole]:
        """Each hole once."""
        return list(dict.fromkeys(one for one in self.values if isinstance(one, _Hole)))

    def converted(self, rows: list[Any]) -> list[tuple[Any, ...]]:
        """As Django's fields want the values; columns that only an ordering asked for are left out."""
        if self.compiler.has_extra_select:
            rows = [row[: self.compiler.col_count] for row in rows]
        if self.converters:
            rows = self.compiler.apply_converters(rows, self.converters)
        return [tuple(row) for row in rows]

    def model(self, row: tuple[Any, ...]) -> Model:
        if self._reader is None:
            self._reader = _reader(self.compiler)
        return self._reader(row)


def _reader(compiler: Any) -> Callable[[tuple[Any, ...]], Model]:
    """How a row becomes a model, as Django's own ModelIterable does it, what does not change from row to row found once."""
    select, shape = compiler.select, compiler.klass_info
    first, last = shape["select_fields"][0], shape["select_fields"][-1] + 1
    names = [column[0].target.attname for column in select[first:last]]
    joined = get_related_populators(shape, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
    annotated = list(compiler.annotation_col_map.items())

    def read(row: tuple[Any, ...]) -> Model:
        found: Model = shape["model"].from_db(DEFAULT_DB_ALIAS, names, row[first:last])
        for one in joined:
            one.populate(row, found)
        for name, place in annotated:
            setattr(found, name, row[place])
        return found

    return read


@contextmanager
def _asking_nothing(connection: Any) -> Iterator[None]:
    def refuse(*_: Any) -> NoReturn:
        raise RuntimeError("a query that is built once may not ask the database while it is built")

    with clock.unasked(), connection.execute_wrapper(refuse):
        yield


def _stand_in(number: int, name: str, kind: type) -> int | date | str | Ids:
    if kind is frozenset:
        return Ids(name)
    if kind is str:
        return f"{_TEXT}{number}"
    return date(1901, 1, 1) + timedelta(days=number) if kind is date else -(2_000_000_011 + number)


def _with_holes(values: Sequence[Any], stand_ins: Mapping[str, Any], connection: Any) -> list[Any]:
    """The values of a query with a hole where a stand-in was."""
    holes = {
        _adapted(connection, one): _Hole(name, _COLUMNS[type(one)])
        for name, one in stand_ins.items()
        if not isinstance(one, Ids)
    }
    found = [value if isinstance(value, _Hole) else holes.get(value, value) for value in values]
    if any(isinstance(one, str) and _TEXT in one for one in found):
        raise ValueError("a text can be compared as it is only: no part of it, no pattern")
    return found


def _a_set(value: Param) -> frozenset[int]:
    if not isinstance(value, frozenset):
        raise TypeError(f"a set of ids was expected, not {value!r}")
    return value


def _literal(value: Any, session: Any) -> str:
    from psycopg import sql

    return sql.Literal(value).as_string(session)


def _adapted(connection: Any, value: Any) -> Any:
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
