"""The database itself refuses changes to audit rows and seals (SQLite and PostgreSQL).

Refused: every DELETE (and TRUNCATE), every UPDATE of a seal, every UPDATE of an audit row except one: the `changes` of
a row that may be continued (`open_until` is set) and is not sealed yet.

SQLite also refuses an INSERT that would replace a row (INSERT OR REPLACE deletes the old one without telling its trigger).

SQLite rebuilds a table when a migration alters it, and its triggers go with the old one: a migration that alters
`audit_auditevent` or `audit_seal` must run `install` again. `verify_audit` reports a missing trigger.
"""

from __future__ import annotations

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

__all__ = ["NAMES", "install", "missing", "remove"]

EVENTS, SEALS = "audit_auditevent", "audit_seal"
NO_CHANGE: Final = "审计记录不能修改"
NO_DELETE: Final = "审计记录不能删除"
# Everything but `changes`.
_FIXED = (
    "id",
    "at",
    "actor_id",
    "actor_name",
    "action",
    "object_kind",
    "object_id",
    "object_label",
    "unit_id",
    "reason",
    "request_id",
    "open_until",
)
_ROW_TRIGGERS = {
    "audit_event_no_delete": (EVENTS, "DELETE"),
    "audit_event_no_update": (EVENTS, "UPDATE"),
    "audit_seal_no_delete": (SEALS, "DELETE"),
    "audit_seal_no_update": (SEALS, "UPDATE"),
}
_TRUNCATE_TRIGGERS = {"audit_event_no_truncate": EVENTS, "audit_seal_no_truncate": SEALS}
# SQLite alone: what an inserted row must not share with one that is there.
_REPLACE_TRIGGERS = {
    "audit_event_no_replace": (EVENTS, "id = NEW.id"),
    "audit_seal_no_replace": (SEALS, "seal_no = NEW.seal_no OR event_id = NEW.event_id"),
}
NAMES = frozenset(_ROW_TRIGGERS)


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers; those that are there already are made anew."""
    remove(connection)
    statements = _postgresql() if connection.vendor == "postgresql" else _sqlite()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away (reversing the migration, tests that tamper)."""
    with connection.cursor() as cursor:
        for name, (table, _) in _ROW_TRIGGERS.items():
            cursor.execute(_drop(connection, name, table))
        more = (
            _TRUNCATE_TRIGGERS
            if connection.vendor == "postgresql"
            else {name: table for name, (table, _) in _REPLACE_TRIGGERS.items()}
        )
        for name, table in more.items():
            cursor.execute(_drop(connection, name, table))


def missing(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of triggers that are not there, or that somebody switched off."""
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
        wanted = NAMES | _TRUNCATE_TRIGGERS.keys()
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        wanted = NAMES | _REPLACE_TRIGGERS.keys()
    with connection.cursor() as cursor:
        cursor.execute(query)
        return set(wanted) - {row[0] for row in cursor.fetchall()}


def _drop(connection: BaseDatabaseWrapper, name: str, table: str) -> str:
    on = f" ON {table}" if connection.vendor == "postgresql" else ""
    return f"DROP TRIGGER IF EXISTS {name}{on}"


def _sqlite() -> list[str]:
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in _FIXED)
    sealed = f"EXISTS (SELECT 1 FROM {SEALS} WHERE event_id = OLD.id)"
    condition = f" WHEN OLD.open_until IS NULL OR {sealed} OR {changed}"
    replaced = [
        f"CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"
        f" BEGIN SELECT RAISE(ABORT, '{NO_CHANGE}'); END"
        for name, (table, same) in _REPLACE_TRIGGERS.items()
    ]
    return replaced + [
        f"CREATE TRIGGER {name} BEFORE {event} ON {table}"
        f"{condition if name == 'audit_event_no_update' else ''}"
        f" BEGIN SELECT RAISE(ABORT, '{NO_DELETE if event == 'DELETE' else NO_CHANGE}'); END"
        for name, (table, event) in _ROW_TRIGGERS.items()
    ]


def _postgresql() -> list[str]:
    def function(name: str, body: str) -> str:
        return (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
        )

    def refuse(text: str) -> str:
        return f"RAISE EXCEPTION '{text}' USING ERRCODE = 'integrity_constraint_violation';"

    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in _FIXED)
    sealed = f"EXISTS (SELECT 1 FROM {SEALS} WHERE event_id = OLD.id)"
    functions = [
        function("audit_refuse_change", refuse(NO_CHANGE)),
        function("audit_refuse_delete", refuse(NO_DELETE)),
        function(
            "audit_refuse_late_change",
            f"IF OLD.open_until IS NULL OR {sealed} OR {changed} THEN {refuse(NO_CHANGE)} END IF; RETURN NEW;",
        ),
    ]
    rows = [
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION "
        + (
            "audit_refuse_late_change()"
            if name == "audit_event_no_update"
            else f"audit_refuse_{'delete' if event == 'DELETE' else 'change'}()"
        )
        for name, (table, event) in _ROW_TRIGGERS.items()
    ]
    whole = [
        f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_delete()"
        for name, table in _TRUNCATE_TRIGGERS.items()
    ]
    return [*functions, *rows, *whole]
