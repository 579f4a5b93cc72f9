"""The database itself refuses to change or delete what was submitted, and what was done with it (SQLite and PostgreSQL)."""

from __future__ import annotations

from chuangmo.audit.guards import Guards

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
_ALL = Guards("review_refuse_change", _TEXT, _GUARDS, _REPLACE_GUARDS)
install, remove = _ALL.install, _ALL.remove
