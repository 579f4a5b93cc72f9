"""The database itself refuses to change or delete versions of pieces and what was accepted of them (SQLite and PostgreSQL)."""

from __future__ import annotations

from chuangmo.audit.guards import Guards

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
_ALL = Guards("holdings_refuse_change", _TEXT, _GUARDS, _REPLACE_GUARDS)
install, remove = _ALL.install, _ALL.remove
