"""Who may change a circular, and how the change is written down."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from chuangmo.access.models import User
from chuangmo.audit.services import record
from chuangmo.errors import Stale
from supervision.bulletins.models import Bulletin

__all__ = ["found_bulletin", "move", "note"]


def found_bulletin(bulletin_id: int) -> Bulletin:
    one = (
        Bulletin.objects.select_related("plan", "office", "approver", "proposed_by")
        .filter(pk=bulletin_id)
        .first()
    )
    if one is None:
        raise Stale("没有这份通报，可能刚才已经删除")
    return one


def move(one: Bulletin, was: str, edit: int | None, fault: str, **values: Any) -> Bulletin:
    """Change it if it is still in that state (and not edited since, where `edit` is given); Stale otherwise."""
    rows = Bulletin.objects.filter(pk=one.pk, state=was)
    if edit is not None:
        rows = rows.filter(edit=edit)
    if not rows.update(edit=F("edit") + 1, **values):
        raise Stale(fault)
    return found_bulletin(one.pk)


def note(one: Bulletin, by: User, action: str, reason: str = "") -> None:
    record(by=by, action=action, object_kind="bulletin", object_id=one.pk, label=str(one), reason=reason)
