"""Tables whose rows the database itself refuses to change or delete (SQLite and PostgreSQL).

On SQLite also an INSERT that would replace a row is refused: INSERT OR REPLACE deletes without telling the trigger.

SQLite rebuilds a table when a migration alters it, and its triggers go with the old one: a migration that alters a guarded
table must run `install` again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

__all__ = ["Guards"]


@dataclass(frozen=True)
class Guards:
    """The triggers of one part.

    `function` names PostgreSQL's function, `text` is what is said; `changes` gives table and event by trigger,
    `replacements` (SQLite alone) what an inserted row must not share with one that is there.
    """

    function: str
    text: str
    changes: Mapping[str, tuple[str, str]]
    replacements: Mapping[str, tuple[str, str]]

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Make the triggers; those that are there already are made anew."""
        self.remove(connection)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {self.function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                    f"RAISE EXCEPTION '{self.text}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
                )
            for name, (table, event) in self.changes.items():
                body = (
                    f"FOR EACH ROW EXECUTE FUNCTION {self.function}()"
                    if connection.vendor == "postgresql"
                    else f"BEGIN SELECT RAISE(ABORT, '{self.text}'); END"
                )
                cursor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} {body}")
            for name, (table, same) in self.replacements.items() if connection.vendor == "sqlite" else ():
                cursor.execute(
                    f"CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
                    f"BEGIN SELECT RAISE(ABORT, '{self.text}'); END"
                )

    def remove(self, connection: BaseDatabaseWrapper) -> None:
        """Take the triggers away (reversing the migration)."""
        guards = {**self.changes, **(self.replacements if connection.vendor == "sqlite" else {})}
        with connection.cursor() as cursor:
            for name, (table, _) in guards.items():
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
