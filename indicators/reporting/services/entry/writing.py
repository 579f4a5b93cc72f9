"""What all writing shares: texts cut to size or refused, one audit row for many places."""

from __future__ import annotations

from collections.abc import Mapping

from chuangmo.access.models import User
from chuangmo.audit.services import record
from chuangmo.errors import Invalid
from indicators.reporting.models import Report


def clean(text: str, length: int) -> str:
    """The text without what no database takes, trimmed; Invalid if it is longer than its column."""
    text = text.replace("\x00", "").strip()
    if len(text) > length:
        raise Invalid({"text": f"文字太长（{len(text)} 字），最多 {length} 字"})
    return text


def record_many(report: Report, by: User, action: str, changes: Mapping[str, list[str]]) -> None:
    """One audit row for a change of many places (`label → [before, after]`); none if nothing changed."""
    if changes:
        record(
            by=by,
            action=action,
            object_kind="report",
            object_id=report.pk,
            label=str(report),
            unit_id=report.unit_id,
            changes=changes,
        )
