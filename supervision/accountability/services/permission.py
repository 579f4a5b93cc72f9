"""Whether somebody may take a step with a measure now, and how it is written down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F

from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.audit.services import record
from chuangmo.errors import Refused, Stale
from supervision.accountability.models import Measure, MeasureState
from supervision.accountability.rights import hands_at, visible_measures
from supervision.accountability.rules.moves import APPROVER, MOVES, allowed

__all__ = ["measure_for", "move", "note"]

KIND = "measure"


def measure_for(by: User, measure_id: int, action: str) -> Measure:
    """The measure, locked where the database can. Refused, Stale."""
    rights = rights_of(by)
    found = Measure.objects.select_for_update(of=("self",)).select_related("unit", "office", "plan")
    measure = found.filter(pk=measure_id).first()
    if measure is None or not visible_measures(rights).filter(pk=measure_id).exists():
        raise Refused("没有这件事")
    who, _, kinds, word = MOVES[action]
    hands = hands_at(rights, measure)
    if who not in hands:
        if who == APPROVER and rights.is_office:
            raise Refused(f"由指定的批准人{measure.approver or ''}{word}")
        raise Refused(f"只有创模办可以{word}")
    if action not in allowed(measure.state, measure.kind, hands):
        if measure.kind not in kinds:
            raise Refused(f"{measure.get_kind_display()}不能{word}")
        raise Stale(f"这件事现在是“{MeasureState(measure.state).label}”，不能{word}")
    return measure


def move(measure: Measure, version: int | None, new: MeasureState, **more: object) -> None:
    """From the state that was read to the next one; Stale where somebody was faster."""
    rows = Measure.objects.filter(pk=measure.pk, state=measure.state)
    if version is not None:
        rows = rows.filter(version=version)
    if not rows.update(state=new, version=F("version") + 1, **more):
        raise Stale("刚才有人办理过这件事。您写的内容没有丢，请对照后再提交。")
    measure.refresh_from_db()


def note(
    measure: Measure,
    by: User | None,
    action: str,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
) -> None:
    record(
        by=by,
        action=action,
        object_kind=KIND,
        object_id=measure.pk,
        label=f"{measure.get_kind_display()}：{measure.title}",
        unit_id=measure.unit_id,
        reason=reason[:200],
        changes=changes,
    )
