"""The database itself refuses to change or delete what was submitted (SQLite and PostgreSQL).

On SQLite also an INSERT that would replace a row is refused: INSERT OR REPLACE deletes without telling the trigger.

SQLite rebuilds a table when a migration alters it, and its triggers go with the old one: a migration that alters
`review_revision` must run `install` again.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "review_revision"
_EVENTS = {
    "review_revision_no_update": "UPDATE OF case_id, number, content, digest, created_by_id",
    "review_revision_no_delete": "DELETE",
}
_REPLACE = "review_revision_no_replace"  # SQLite alone
_TEXT = "提交后的稿次不能修改或删除"


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers; those that are there already are made anew."""
    remove(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION review_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"RAISE EXCEPTION '{_TEXT}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
        for name, event in _EVENTS.items():
            body = (
                "FOR EACH ROW EXECUTE FUNCTION review_refuse_change()"
                if connection.vendor == "postgresql"
                else f"BEGIN SELECT RAISE(ABORT, '{_TEXT}'); END"
            )
            cursor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {TABLE} {body}")
        if connection.vendor == "sqlite":
            cursor.execute(
                f"CREATE TRIGGER {_REPLACE} BEFORE INSERT ON {TABLE} WHEN EXISTS (SELECT 1 FROM {TABLE} "
                "WHERE id = NEW.id OR (case_id = NEW.case_id AND number = NEW.number)) "
                f"BEGIN SELECT RAISE(ABORT, '{_TEXT}'); END"
            )


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away (reversing the migration)."""
    on = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in (*_EVENTS, _REPLACE):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
