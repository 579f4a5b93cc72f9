from datetime import date

import pytest

from chuangmo.audit.models import AuditEvent
from chuangmo.errors import Invalid, Refused
from indicators.plan.models import Indicator, RuleVersion
from indicators.plan.services.rules import publish_rule

announced: list[dict] = []


def listen(**arguments) -> None:
    announced.append(arguments)


@pytest.fixture
def indicator(plan) -> Indicator:
    return Indicator.objects.get(number=24)


def stricter(indicator: Indicator) -> dict:
    body = RuleVersion.objects.get(indicator=indicator, is_current=True).body
    return {**body, "parts": [{**body["parts"][0], "limit": "85"}]}


def test_a_new_version_becomes_current_and_the_old_one_stays(indicator, admin):
    before = RuleVersion.objects.get(indicator=indicator).body
    rule = publish_rule(indicator=indicator, body=stricter(indicator), by=admin, note="提高满意率要求")
    versions = RuleVersion.objects.filter(indicator=indicator).order_by("version")
    assert list(versions.values_list("version", "is_current")) == [(1, False), (2, True)]
    assert versions[0].body == before
    assert rule.body["parts"][0]["limit"] == "85"
    event = AuditEvent.objects.get(action="发布规则")
    assert (event.actor, event.reason, event.changes["规则"][1]) == (admin, "提高满意率要求", rule.body)


def test_the_same_rule_makes_no_new_version(indicator, admin):
    current = RuleVersion.objects.get(indicator=indicator)
    assert publish_rule(indicator=indicator, body=current.body, by=admin) == current
    assert RuleVersion.objects.filter(indicator=indicator).count() == 1


def test_whoever_keeps_verdicts_is_told(indicator, admin, settings):
    settings.FIGURES_CHANGED = [f"{__name__}.listen"]
    announced.clear()
    publish_rule(indicator=indicator, body=stricter(indicator), by=admin)
    assert announced == [{"element_codes": (), "indicator_ids": {indicator.pk}, "from_day": date(2017, 1, 1)}]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"limit": "很多"}, "limit|限值"),
        ({"kind": "MAGIC"}, "."),
        ({"denominator": "i24.unheard_of"}, "没有这些数据项：i24.unheard_of"),
    ],
)
def test_a_faulty_rule_is_refused(indicator, admin, change, words):
    body = stricter(indicator)
    body["parts"][0].update(change)
    with pytest.raises(Invalid, match=words) as caught:
        publish_rule(indicator=indicator, body=body, by=admin)
    assert list(caught.value.faults) == ["body"]
    assert RuleVersion.objects.filter(indicator=indicator).count() == 1


def test_only_office_and_administrator_publish_rules(indicator, clerk):
    with pytest.raises(Refused, match="只有创模办和管理员"):
        publish_rule(indicator=indicator, body=stricter(indicator), by=clerk)
