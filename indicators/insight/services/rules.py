"""Rules of the watch at the desk: what they say is read before they are kept, and the checks run again after."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction

from chuangmo.access.models import User
from chuangmo.access.services.permission import require_admin
from chuangmo.desk.rows import save_row
from chuangmo.errors import Invalid
from indicators.insight.models import WatchRule
from indicators.insight.queries.book import rule_of
from indicators.insight.rules.checking import RELATION
from indicators.insight.rules.relations import codes_read
from indicators.insight.services.watching import recheck
from indicators.plan.models import DataElement, Plan

__all__ = ["save_watch_rule"]


@transaction.atomic
def save_watch_rule(*, row: WatchRule, by: User | None, reason: str = "") -> Any:
    """Save a rule; both sides must be readable and name elements that exist. After the commit everything is checked again.

    Raises Refused (no administrator) and Invalid, all faults at once.
    """
    require_admin(by)
    faults = _faults(row)
    if faults:
        raise Invalid(faults)
    saved = save_row(row=row, by=by, reason=reason)
    for plan in Plan.objects.filter(is_current=True):
        transaction.on_commit(partial(recheck, plan=plan), robust=True)
    return saved


def _faults(row: WatchRule) -> dict[str, str]:
    rule = rule_of(row)
    known = set(DataElement.objects.values_list("code", flat=True))
    if row.kind != RELATION:
        unknown = sorted(rule.elements - known)
        return {"elements": f"没有数据项 {'、'.join(unknown)}"} if unknown else {}
    if not (row.left and row.right):
        return {}  # the model says which one is missing
    try:
        unknown = sorted(codes_read(rule) - known)
    except ValueError as error:
        return {"left": str(error)}
    if not codes_read(rule):
        return {"left": "数据关系里没有数据项"}
    return {"left": f"没有数据项 {'、'.join(unknown)}"} if unknown else {}
