"""Who may change what is owed, and how the change is written down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.access.rules import ACCEPT, REPORT, SIGN_OFF
from chuangmo.audit.services import record
from chuangmo.deadlines.models import Obligation
from chuangmo.deadlines.queries.deciders import may_decide_requests
from chuangmo.errors import Invalid, Refused

__all__ = ["note", "require_decider", "require_office", "require_own_unit", "require_reason"]


def require_office(by: User, obligation: Obligation, what: str) -> None:
    """Refused unless `by` belongs to the steering office now."""
    if not rights_of(by).may(ACCEPT, obligation.unit_id):
        raise Refused(f"只有创模办可以{what}")


def require_decider(by: User, obligation: Obligation, what: str) -> None:
    """Refused unless `by` belongs to an office that decides it (`queries.deciders`)."""
    if not may_decide_requests(rights_of(by), obligation):
        raise Refused(f"只有创模办可以{what}")


def require_own_unit(by: User, obligation: Obligation, what: str) -> None:
    """Refused unless `by` reports or signs off for the unit that owes it."""
    rights = rights_of(by)
    if not (rights.may(REPORT, obligation.unit_id) or rights.may(SIGN_OFF, obligation.unit_id)):
        raise Refused(f"只有承办单位可以{what}")


def require_reason(reason: str, text: str = "请写明理由", limit: int = 200) -> None:
    """Invalid (field `reason`) when there is none, or it is too long to be kept."""
    if not reason.strip():
        raise Invalid({"reason": text})
    if len(reason.strip()) > limit:
        raise Invalid({"reason": f"最多 {limit} 字，现有 {len(reason.strip())} 字"})


def note(
    obligation: Obligation,
    by: User | None,
    action: str,
    reason: str,
    changes: Mapping[str, Any] | None = None,
) -> None:
    """One audit row on the subject: the timeline is read from these."""
    record(
        by=by,
        action=action,
        object_kind=obligation.subject_kind,
        object_id=obligation.subject_id,
        label=obligation.subject_label,
        unit_id=obligation.unit_id,
        reason=reason.strip(),
        changes=changes,
    )
