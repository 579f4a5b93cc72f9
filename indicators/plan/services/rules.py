"""New versions of rules."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.module_loading import import_string

from chuangmo.access.models import User
from chuangmo.audit.services import record
from chuangmo.errors import Invalid
from indicators.plan.models import DataElement, Indicator, Plan, RuleVersion
from indicators.plan.services.permission import require_rule_keeper

__all__ = ["announce_rules", "publish_rule", "validate_body"]

_ELEMENT = re.compile(r"\bi\d\d\.[a-z][a-z0-9_]*")


def validate_body(body: Any) -> None:
    """Check a rule's shape (the schema that RULE_SCHEMA names) and that the data elements it reads exist.

    Raises Invalid with the fault under "body".
    """
    try:
        import_string(settings.RULE_SCHEMA)(body)
    except ValueError as error:
        raise Invalid({"body": str(error)}) from error
    read = {code for text in _texts(body) for code in _ELEMENT.findall(text)}
    known = set(DataElement.objects.filter(code__in=read).values_list("code", flat=True))
    if read - known:
        raise Invalid({"body": f"没有这些数据项：{'、'.join(sorted(read - known))}"})


@transaction.atomic
def publish_rule(
    *, indicator: Indicator, body: dict[str, Any], by: User | None, note: str = ""
) -> RuleVersion:
    """Make `body` the indicator's current rule, as a new version; older versions stay readable.

    The indicator's verdicts of the plan's year are reached again after the commit. A body equal to the current one
    makes no new version. Raises Refused (neither office nor administrator) and Invalid (a fault in the body).
    """
    require_rule_keeper(by)
    validate_body(body)
    Indicator.objects.select_for_update().get(pk=indicator.pk)
    current = RuleVersion.objects.filter(indicator=indicator, is_current=True).first()
    if current is not None and current.body == body:
        return current
    last = RuleVersion.objects.filter(indicator=indicator).aggregate(last=Max("version"))["last"] or 0
    RuleVersion.objects.filter(indicator=indicator, is_current=True).update(is_current=False)
    rule = RuleVersion.objects.create(indicator=indicator, version=last + 1, body=body, note=note)
    record(
        by=by,
        action="发布规则",
        object_kind="indicator",
        object_id=indicator.pk,
        label=str(rule),
        reason=note,
        changes={"规则": [current.body if current else None, body]},
    )
    announce_rules(indicator.plan, {indicator.pk})
    return rule


def announce_rules(plan: Plan, indicator_ids: set[int]) -> None:
    """Tell whoever keeps verdicts (the functions that FIGURES_CHANGED names) that these indicators' rules changed."""
    for path in getattr(settings, "FIGURES_CHANGED", ()):
        import_string(path)(element_codes=(), indicator_ids=indicator_ids, from_day=plan.window_start)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list | tuple):
        return [text for item in value for text in _texts(item)]
    return []
