"""Who may change a score, and how the change is written down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chuangmo.access.models import User
from chuangmo.access.queries import Rights, rights_of
from chuangmo.audit.services import record
from chuangmo.errors import Invalid, Refused
from supervision.scores.models import ScoreRound, UnitScore

__all__ = ["note_round", "note_unit", "require_office", "require_text"]


def require_office(by: User, what: str) -> Rights:
    """Refused unless `by` belongs to the steering office now."""
    rights = rights_of(by)
    if not rights.is_office:
        raise Refused(f"只有创模办可以{what}")
    return rights


def require_text(name: str, text: str, asked: str, limit: int) -> str:
    """The text without blanks around it; Invalid at the field when there is none, or too much to be kept."""
    plain = text.strip()
    if not plain:
        raise Invalid({name: asked})
    if len(plain) > limit:
        raise Invalid({name: f"最多 {limit} 字，现有 {len(plain)} 字"})
    return plain


def note_round(
    one: ScoreRound, by: User | None, action: str, changes: Mapping[str, Any] | None = None, reason: str = ""
) -> None:
    record(
        by=by,
        action=action,
        object_kind="score_round",
        object_id=one.pk,
        label=str(one),
        reason=reason,
        changes=changes,
    )


def note_unit(
    one: UnitScore, by: User | None, action: str, reason: str, changes: Mapping[str, Any] | None = None
) -> None:
    record(
        by=by,
        action=action,
        object_kind="unit_score",
        object_id=one.pk,
        label=str(one),
        unit_id=one.unit_id,
        reason=reason,
        changes=changes,
    )
