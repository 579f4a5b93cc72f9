"""The database itself refuses to change or delete what was submitted, and what was done with it (SQLite and PostgreSQL).

On SQLite also an INSERT that would replace a row is refused: INSERT OR REPLACE deletes without telling the trigger.

SQLite rebuilds a table when a migration alters it, and its triggers go with the old one: a migration that alters one of
these tables must run `install` again.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

REVISIONS, EVENTS, REMARKS = "review_revision", "review_reviewevent", "review_remark"
_GUARDS = {
    "review_revision_no_update": (REVISIONS, "UPDATE OF case_id, number, content, digest, created_by_id"),
    "review_revision_no_delete": (REVISIONS, "DELETE"),
    "review_event_no_update": (EVENTS, "UPDATE"),
    "review_event_no_delete": (EVENTS, "DELETE"),
    "review_remark_no_update": (REMARKS, "UPDATE"),
    "review_remark_no_delete": (REMARKS, "DELETE"),
}
# SQLite alone: what an inserted row must not share with one that is there.
_REPLACE_GUARDS = {
    "review_revision_no_replace": (
        REVISIONS,
        "id = NEW.id OR (case_id = NEW.case_id AND number = NEW.number)",
    ),
    "review_event_no_replace": (EVENTS, "id = NEW.id"),
    "review_remark_no_replace": (REMARKS, "id = NEW.id"),
}
_TEXT = "提交后的稿次和审核经过不能修改或删除"


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers; those that are there already are made anew."""
    remove(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION review_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"RAISE EXCEPTION '{_TEXT}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
        for name, (table, event) in _GUARDS.items():
            body = (
                "FOR EACH ROW EXECUTE FUNCTION review_refuse_change()"
                if connection.vendor == "postgresql"
                else f"BEGIN SELECT RAISE(ABORT, '{_TEXT}'); END"
            )
            cursor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} {body}")
        for name, (table, same) in _REPLACE_GUARDS.items() if connection.vendor == "sqlite" else ():
            cursor.execute(
                f"CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
                f"BEGIN SELECT RAISE(ABORT, '{_TEXT}'); END"
            )


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away (reversing the migration)."""
    guards = _GUARDS | (_REPLACE_GUARDS if connection.vendor == "sqlite" else {})
    with connection.cursor() as cursor:
        for name, (table, _) in guards.items():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
