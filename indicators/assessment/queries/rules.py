"""What the page of a rule shows: the current version, all versions with what changed, and what a change would do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chuangmo import clock
from chuangmo.audit.models import AuditEvent
from chuangmo.errors import Invalid
from indicators.assessment.queries.inputs import gather
from indicators.assessment.queries.months import month_ends
from indicators.assessment.rules import (
    IndicatorRule,
    VerdictResult,
    assess,
    elements_read,
    measures_read,
    validate_rule,
)
from indicators.assessment.rules.rule_words import FACTS, Difference, combine_words, differences, part_facts
from indicators.plan.models import DataElement, Indicator, Plan, RuleVersion

__all__ = [
    "PreviewRow",
    "RuleView",
    "VersionView",
    "facts_of",
    "present_rule",
    "preview_rule",
    "versions_of",
]


@dataclass(frozen=True)
class RuleView:
    """A rule in words: each part's name with its facts, and how the parts combine."""

    parts: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    combined: str


@dataclass(frozen=True)
class VersionView:
    """One version: who published it when and why, and what it changed against the one before."""

    version: int
    is_current: bool
    note: str
    at: datetime
    by: str
    rule: RuleView
    differences: Sequence[Difference]


@dataclass(frozen=True)
class PreviewRow:
    """A month end under the current rule and under the candidate; nothing of it is stored."""

    as_of: date
    before: VerdictResult
    after: VerdictResult

    @property
    def changes(self) -> bool:
        """Whether status or shown value differ."""
        return (self.before.status, self.before.headline, self.before.threshold) != (
            self.after.status,
            self.after.headline,
            self.after.threshold,
        )


def facts_of(plan: Plan) -> dict[str, str]:
    """Facts of the plan that a condition may ask for, with what to call them."""
    return {fact: FACTS.get(fact, fact) for fact in {**FACTS, **plan.facts}}


def present_rule(rule: IndicatorRule, names: Mapping[str, str]) -> RuleView:
    """The rule in words. `names`: data element code → name."""
    return RuleView([(part.name, part_facts(part, names)) for part in rule.parts], combine_words(rule))


def element_names(rules: Collection[IndicatorRule]) -> dict[str, str]:
    """Names of the data elements that the rules read. One query."""
    codes = {code for rule in rules for code in elements_read(rule)}
    return dict(DataElement.objects.filter(code__in=codes).values_list("code", "name"))


def versions_of(indicator: Indicator) -> list[VersionView]:
    """All versions, newest first. Three queries whatever their number."""
    mine = RuleVersion.objects.filter(indicator=indicator).select_related("indicator")
    versions = list(mine.order_by("version"))
    rules = [validate_rule(version.body) for version in versions]
    names = element_names(rules)
    actors = _publishers(indicator)
    found = []
    for number, (version, rule) in enumerate(zip(versions, rules, strict=True)):
        found.append(
            VersionView(
                version=version.version,
                is_current=version.is_current,
                note=version.note,
                at=version.created_at,
                by=actors.get(str(version), "随方案载入"),
                rule=present_rule(rule, names),
                differences=differences(rules[number - 1], rule) if number else (),
            )
        )
    return found[::-1]


def preview_rule(indicator: Indicator, candidate: IndicatorRule) -> list[PreviewRow]:
    """What the candidate makes of every complete month of the plan's year, beside the current rule.

    Raises Invalid where the candidate reads a data element that the plan does not collect.
    """
    subjects = gather(
        indicator.plan,
        [indicator.pk],
        also=elements_read(candidate),
        also_measures=measures_read(candidate),
    )
    if not subjects:
        return []
    subject = subjects[0]
    unknown = elements_read(candidate) - set(subject.inputs.elements)
    if unknown:
        raise Invalid({"": f"本方案没有收集这些数据项：{'、'.join(sorted(unknown))}"})
    return [
        PreviewRow(
            as_of,
            assess(subject.rule, subject.inputs, as_of),
            assess(candidate, subject.inputs, as_of),
        )
        for as_of in month_ends(indicator.plan, clock.today())
    ]


def _publishers(indicator: Indicator) -> dict[str, Any]:
    """Label of a version → who published it, from the audit rows."""
    events = AuditEvent.objects.filter(
        object_kind="indicator", object_id=str(indicator.pk), action="发布规则"
    )
    return dict(events.order_by("pk").values_list("object_label", "actor_name"))
