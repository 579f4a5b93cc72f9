"""Writing audit rows. Always called inside the transaction of the change that it tells of.

Sealing and checking the chain are in `audit.sealing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from chuangmo.audit.models import AuditEvent
from chuangmo.audit.sealing import last_seal, seal
from chuangmo.prepared import Prepared

if TYPE_CHECKING:
    from chuangmo.access.models import User

__all__ = ["last_seal", "record", "record_edit", "request_id", "seal"]

CONTINUED_EDIT = timedelta(minutes=10)
request_id: ContextVar[str] = ContextVar("chuangmo_request_id", default="")


def record(
    *,
    by: User | None,
    action: str,
    object_kind: str,
    object_id: object,
    label: str,
    unit_id: int | None = None,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Write one audit row; `changes` maps a field to `[before, after]`. `by` is None for the system itself."""
    return AuditEvent.objects.create(
        at=timezone.now(),
        actor=by,
        actor_name=_name(by),
        action=action,
        object_kind=object_kind,
        object_id=str(object_id),
        object_label=label[:300],
        unit_id=unit_id,
        reason=reason,
        changes=dict(changes or {}),
        request_id=request_id.get(),
    )


def record_edit(
    *, by: User, object_kind: str, object_id: object, label: str, unit_id: int, before: Any, after: Any
) -> AuditEvent:
    """Write the edit of one cell; edits of the same cell by the same person within ten minutes share one row.

    The shared row keeps the value before the first edit and the value after the last.
    """
    now = timezone.now()
    with transaction.atomic(savepoint=False):  # in that of the change, which fails with it
        found = _LAST_EDIT.objects(kind=object_kind, pk=str(object_id), actor=by.pk)
        event: AuditEvent | None = found[0] if found else None
        if event is not None and event.open_until is not None and event.open_until > now:
            event.changes = {"值": [event.changes["值"][0], after]}
            event.save(update_fields=["changes"])
            return event
        return AuditEvent.objects.create(
            at=now,
            actor=by,
            actor_name=_name(by),
            action="修改",
            object_kind=object_kind,
            object_id=str(object_id),
            object_label=label[:300],
            unit_id=unit_id,
            changes={"值": [before, after]},
            request_id=request_id.get(),
            open_until=now + CONTINUED_EDIT,
        )


_LAST_EDIT = Prepared(
    lambda kind, pk, actor: AuditEvent.objects.filter(
        object_kind=kind, object_id=pk, actor=actor, action="修改", open_until__isnull=False
    ).order_by("-id")[:1],
    kind=str,
    pk=str,
    actor=int,
)


def _name(by: User | None) -> str:
    return by.get_full_name() if by is not None else "系统"
