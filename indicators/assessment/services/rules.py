"""The office publishes a rule: what it shows was previewed, the reason is kept, nobody else's version is overrun."""

from __future__ import annotations

from django.db import transaction

from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.errors import Invalid, Refused, Stale
from indicators.assessment.rules import IndicatorRule, rule_json, validate_rule
from indicators.plan.models import Indicator, RuleVersion
from indicators.plan.services.rules import publish_rule

__all__ = ["publish_version", "require_office"]


def require_office(by: User) -> None:
    """Refused unless `by` is of the steering office now."""
    if not rights_of(by).is_office:
        raise Refused("只有创模办可以修改评定规则。")


@transaction.atomic
def publish_version(
    *, indicator: Indicator, rule: IndicatorRule, base: int, reason: str, by: User
) -> RuleVersion:
    """Make `rule` the indicator's next version. `base`: the version that the person's page started from.

    Verdicts of the plan's year are reached again after the commit. Raises Refused (not the office), Invalid (no
    reason; no change; a data element that does not exist), Stale (another version was published meanwhile).
    """
    require_office(by)
    if not reason.strip():
        raise Invalid({"reason": "请写明为什么改，今后查得到。"})
    Indicator.objects.select_for_update().get(pk=indicator.pk)
    current = RuleVersion.objects.filter(indicator=indicator, is_current=True).first()
    if current is not None and current.version != base:
        raise Stale(f"规则刚才已被别人改为第 {current.version} 版，您的改动没有保存。请刷新后在新版上改。")
    if current is not None and rule_json(validate_rule(current.body)) == rule_json(rule):
        raise Invalid({"": "与现行规则完全相同，没有可发布的改动。"})
    return publish_rule(indicator=indicator, body=rule_json(rule), note=reason.strip(), by=by)
