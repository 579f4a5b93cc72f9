"""Gathers what a verdict is computed from: accepted figures, what was owed until when, checklist answers.

A constant number of queries for one indicator or for all 26; nothing here depends on the present day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q

from chuangmo.org.models import Unit
from chuangmo.periods import Kind, Period
from chuangmo.review.models import State
from indicators.assessment.queries.measured import gather_readings
from indicators.assessment.rules import (
    ChecklistInput,
    ElementMeta,
    Expectation,
    FigureInput,
    IndicatorRule,
    Inputs,
    Readings,
    elements_read,
    measures_read,
    validate_rule,
)
from indicators.plan.models import ChecklistItem, Plan, ReportItem, RuleVersion, Site, SiteKind
from indicators.reporting.models import AcceptedAnswer, ChecklistAnswer, Figure, ReportValue

YEARS_BACK = 4  # “3 falls” needs four annual values before the plan's year (domain.md §3)

NO_READINGS = Readings()
_CORRECTING = Q(report__case__accepted_revision_no__isnull=False) & ~Q(report__case__state=State.ACCEPTED)


@dataclass(frozen=True)
class Assessable:
    """One indicator's current rule with everything that it is judged on."""

    indicator_id: int
    version: RuleVersion
    rule: IndicatorRule
    inputs: Inputs


def gather(
    plan: Plan,
    indicator_ids: Collection[int] | None = None,
    *,
    also: Collection[str] = (),
    also_measures: Collection[str] = (),
) -> list[Assessable]:
    """Return rule and inputs of the given indicators (all of the plan by default), ordered by number.

    `also`, `also_measures`: further elements and measurements to hand in with each, which another rule than the
    current one would read.
    """
    current = RuleVersion.objects.filter(indicator__plan=plan, is_current=True).select_related("indicator")
    if indicator_ids is not None:
        current = current.filter(indicator__in=indicator_ids)
    versions = list(current.order_by("indicator__number"))
    rules = {version.pk: validate_rule(version.body) for version in versions}
    codes = {code for rule in rules.values() for code in elements_read(rule)} | set(also)
    names = _Names.load()
    metas = _elements(plan, codes)
    since = date(plan.year - YEARS_BACK, 1, 1)
    figures = _figures(codes, since, names)
    expectations = _expectations(codes, since, names)
    readings = gather_readings(
        plan,
        {version.indicator_id: measures_read(rules[version.pk]) | set(also_measures) for version in versions},
    )
    checklist = _checklist([version.indicator_id for version in versions], date(plan.year, 1, 1), names)
    return [
        Assessable(
            indicator_id=version.indicator_id,
            version=version,
            rule=rules[version.pk],
            inputs=Inputs(
                plan_year=plan.year,
                elements={code: metas[code] for code in sorted(read) if code in metas},
                figures=[figure for code in sorted(read) for figure in figures[code]],
                expectations=[owed for code in sorted(read) for owed in expectations[code]],
                checklist=checklist[version.indicator_id],
                facts=plan.facts,
                unit_names=names.units_short,
                site_names=names.sites_named,
                readings=readings.get(version.indicator_id, NO_READINGS),
            ),
        )
        for version in versions
        for read in [elements_read(rules[version.pk]) | set(also)]
    ]


@dataclass(frozen=True)
class _Names:
    """Keys and names of units and sites, read once: joins on every figure would cost more."""

    units: dict[int, str]
    units_short: dict[str, str]
    sites: dict[int, str]
    sites_named: dict[str, str]

    @classmethod
    def load(cls) -> _Names:
        units = list(Unit.objects.values_list("pk", "name", "short_name"))
        sites = list(Site.objects.values_list("pk", "code", "name", "kind"))
        return cls(
            units={pk: name for pk, name, _ in units},
            units_short={name: short for _, name, short in units},
            sites={pk: "" if kind == SiteKind.UNIT else code for pk, code, _, kind in sites},
            sites_named={code: name for _, code, name, kind in sites if kind != SiteKind.UNIT},
        )


def _elements(plan: Plan, codes: set[str]) -> dict[str, ElementMeta]:
    items = ReportItem.objects.filter(indicator__plan=plan, element__code__in=codes).select_related("element")
    return {
        item.element.code: ElementMeta(
            code=item.element.code,
            name=item.element.name,
            measure=item.element.measure,
            precision=item.element.precision,
            frequency=item.element.frequency,
            entry=item.element.entry,
            over_time=item.element.over_time,
            over_units=item.element.over_units,
            due=item.due,
        )
        for item in items
    }


def _figures(codes: set[str], since: date, names: _Names) -> dict[str, list[FigureInput]]:
    rows = (
        Figure.objects.current()
        .filter(element__code__in=codes, period_end__gte=since)
        .values_list(
            "element__code",
            "unit_id",
            "site_id",
            "period_kind",
            "period_start",
            "period_end",
            "value",
            "answer",
            "pk",
            "report__case__state",
            "report__case__accepted_revision_no",
        )
        .order_by("pk")
    )
    found: dict[str, list[FigureInput]] = defaultdict(list)
    for code, unit, site, kind, start, end, value, answer, pk, state, accepted in rows.iterator(
        chunk_size=5000
    ):
        found[code].append(
            FigureInput(
                element=code,
                unit=names.units[unit],
                site=names.sites[site],
                period=Period(Kind(kind), start, end),
                value=value,
                answer=answer,
                figure_id=pk,
                correcting=accepted is not None and state != State.ACCEPTED,
            )
        )
    return found


def _expectations(codes: set[str], since: date, names: _Names) -> dict[str, list[Expectation]]:
    rows = (
        ReportValue.objects.filter(element__code__in=codes, report__period_end__gte=since)
        .annotate(due=F("report__obligation__original_due_on"))
        .values_list(
            "element__code",
            "report__unit_id",
            "site_id",
            "report__period_kind",
            "report__period_start",
            "report__period_end",
            "due",
        )
        .order_by("pk")
    )
    found: dict[str, list[Expectation]] = defaultdict(list)
    for code, unit, site, kind, start, end, due in rows.iterator(chunk_size=5000):
        found[code].append(
            Expectation(
                element=code,
                unit=names.units[unit],
                site=names.sites[site],
                period=Period(Kind(kind), start, end),
                due_on=due,
            )
        )
    return found


def _checklist(indicator_ids: Collection[int], since: date, names: _Names) -> dict[int, list[ChecklistInput]]:
    items = {item.pk: item for item in ChecklistItem.objects.filter(indicator__in=indicator_ids)}
    answers = {
        (item, unit, start): (answer, pk, correcting)
        for item, unit, start, answer, pk, correcting in AcceptedAnswer.objects.filter(
            item__in=items, superseded_at__isnull=True, period_end__gte=since
        )
        .annotate(correcting=_CORRECTING)
        .values_list("item_id", "unit_id", "period_start", "answer", "pk", "correcting")
    }
    rows = (
        ChecklistAnswer.objects.filter(item__in=items, report__period_end__gte=since)
        .annotate(due=F("report__obligation__original_due_on"))
        .values_list(
            "item_id",
            "report__unit_id",
            "report__period_kind",
            "report__period_start",
            "report__period_end",
            "due",
        )
        .order_by("pk")
    )
    found: dict[int, list[ChecklistInput]] = defaultdict(list)
    for item_id, unit, kind, start, end, due in rows:
        item = items[item_id]
        answer, pk, correcting = answers.get((item_id, unit, start), (None, 0, False))
        found[item.indicator_id].append(
            ChecklistInput(
                item=item.code,
                name=item.item,
                unit=names.units[unit],
                period=Period(Kind(kind), start, end),
                answer=answer,
                due_on=due,
                answer_id=pk,
                correcting=bool(correcting),
            )
        )
    return found
