"""Who may change a letter, and how the change is written down."""

from __future__ import annotations

from chuangmo.access.models import User
from chuangmo.audit.services import record
from chuangmo.errors import Stale
from supervision.letters.models import LetterVersion

__all__ = ["found_version", "note"]


def found_version(version_id: int) -> LetterVersion:
    one = (
        LetterVersion.objects.select_related("letter__plan", "letter__unit", "letter__office")
        .filter(pk=version_id)
        .first()
    )
    if one is None:
        raise Stale("没有这一版责任书，请刷新")
    return one


def note(one: LetterVersion, by: User, action: str, reason: str = "") -> None:
    record(
        by=by,
        action=action,
        object_kind="letter",
        object_id=one.letter_id,
        label=str(one),
        unit_id=one.letter.unit_id,
        reason=reason,
    )
