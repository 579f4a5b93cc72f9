"""The database itself refuses to change or delete versions of pieces and what was accepted of them (SQLite and PostgreSQL).

SQLite rebuilds a table when a migration alters it, and its triggers go with the old one: a migration that alters one of
these tables must run `install` again.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

VERSIONS, ACCESSIONS = "holdings_pieceversion", "holdings_accession"
_TOLD = (
    "piece_id, number, version_id, revision_no, archive_number, plan_id, unit_id, indicator_id, accepted_at, "
    "accepted_by_id, title, kind, year, covers_from, document_number, issuer, dated_on, pages, signed_page, note"
)
_GUARDS = {
    "holdings_version_no_update": (VERSIONS, "UPDATE"),
    "holdings_version_no_delete": (VERSIONS, "DELETE"),
    "holdings_accession_no_update": (ACCESSIONS, f"UPDATE OF {_TOLD}"),
    "holdings_accession_no_delete": (ACCESSIONS, "DELETE"),
}
# SQLite alone: INSERT OR REPLACE deletes without telling the trigger.
_REPLACE_GUARDS = {
    "holdings_version_no_replace": (
        VERSIONS,
        "id = NEW.id OR (piece_id = NEW.piece_id AND number = NEW.number)",
    ),
    "holdings_accession_no_replace": (
        ACCESSIONS,
        "id = NEW.id OR (piece_id = NEW.piece_id AND number = NEW.number)",
    ),
}
_TEXT = "材料的版次和归档登记不能修改或删除"


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers; those that are there already are made anew."""
    remove(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION holdings_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"RAISE EXCEPTION '{_TEXT}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
        for name, (table, event) in _GUARDS.items():
            body = (
                "FOR EACH ROW EXECUTE FUNCTION holdings_refuse_change()"
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
