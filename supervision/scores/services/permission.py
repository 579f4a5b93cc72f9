"""Who may change a score, and how the change is written down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chuangmo.access.models import User
from chuangmo.audit.services import record
from supervision.scores.models import ScoreRound, UnitScore

__all__ = ["note_round", "note_unit"]


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
