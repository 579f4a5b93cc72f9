"""The consistency watch kept up to date: a marker in the transaction of a change, the checks after its commit."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from chuangmo.audit.services import record
from chuangmo.period_fields import period_columns
from indicators.insight.models import StaleWatch, Suspicion, WatchRule
from indicators.insight.queries.book import Names, book_of, names_of, rules_in_force
from indicators.insight.rules.checking import RELATION, concerned, find_hits
from indicators.insight.rules.watching import Cell, Element, Hit, Rule
from indicators.plan.models import Plan
from indicators.reporting.models import Figure

__all__ = ["Rechecked", "figures_changed", "recheck", "recheck_stale"]

log = logging.getLogger(__name__)

_TEXT = 400  # both columns hold as many characters


@dataclass(frozen=True)
class Rechecked:
    """What a run of the checks did: rows opened (or opened again), and rows closed because nothing is found any more."""

    opened: int = 0
    gone: int = 0


def figures_changed(
    *, element_codes: Collection[str], indicator_ids: Collection[int], from_day: date
) -> None:
    """Mark these elements; after the commit their checks run again (what a dead process leaves, the next run takes up)."""
    StaleWatch.objects.bulk_create(StaleWatch(element_code=code) for code in sorted(element_codes))
    transaction.on_commit(recheck_stale, robust=True)


def recheck_stale() -> Rechecked:
    """Run the checks that read marked elements, in the current plan."""
    with transaction.atomic():
        plan = Plan.objects.select_for_update().filter(is_current=True).first()
        marks = list(StaleWatch.objects.values_list("pk", "element_code"))
        if plan is None or not marks:
            return Rechecked()
        done = _recheck(plan, {code for _, code in marks})
        StaleWatch.objects.filter(pk__in=[pk for pk, _ in marks]).delete()
        return done


def recheck(*, plan: Plan) -> Rechecked:
    """Run every check over all figures of the plan."""
    with transaction.atomic():
        Plan.objects.select_for_update().get(pk=plan.pk)
        marks = list(StaleWatch.objects.values_list("pk", flat=True))
        done = _recheck(plan, None)
        StaleWatch.objects.filter(pk__in=marks).delete()
        return done


def _recheck(plan: Plan, changed: set[str] | None) -> Rechecked:
    """Bring the rows into line with what the checks find now. The caller holds the plan's lock."""
    rules = rules_in_force()
    if changed is None:
        book = book_of(plan)
    else:
        rules, needed = concerned(rules, changed)
        book = book_of(plan, needed)
    hits = {hit.key: hit for hit in _of_interest(find_hits(rules, book), rules, changed)}
    rows = {row.key: row for row in _rows_in_question(plan, rules, changed)}
    opened = _open(hits, rows, book.elements)
    gone = _close([row for key, row in rows.items() if key not in hits])
    if opened or gone:
        record(
            by=None,
            action="数据核查",
            object_kind="plan",
            object_id=plan.pk,
            label=plan.name,
            changes={"新存疑": [0, opened], "已消除": [0, gone]},
        )
    return Rechecked(opened, gone)


def _of_interest(hits: Iterable[Hit], rules: Iterable[Rule], changed: set[str] | None) -> list[Hit]:
    """A pattern's hits on elements that were only read for a relation are left as they are."""
    relations = {rule.code for rule in rules if rule.kind == RELATION}
    return [hit for hit in hits if changed is None or hit.rule in relations or hit.element in changed]


def _rows_in_question(plan: Plan, rules: Iterable[Rule], changed: set[str] | None) -> list[Suspicion]:
    rows = Suspicion.objects.filter(indicator__plan=plan, period_end__year=plan.year).select_related("rule")
    if changed is None:
        return list(rows)
    relations = {rule.code for rule in rules if rule.kind == RELATION}
    patterns = {rule.code for rule in rules if rule.kind != RELATION}
    return [
        row
        for row in rows.filter(rule__code__in=relations | patterns)
        if row.rule.code in relations or row.element_code in changed
    ]


# Rows -------------------------------------------------------------------------------------------------


def _open(hits: Mapping[str, Hit], rows: Mapping[str, Suspicion], elements: Mapping[str, Element]) -> int:
    """New rows for new hits; rows whose figures changed, or that had gone, are open again. Others keep what was decided,
    though their words may be newer."""
    fresh = [hit for key, hit in hits.items() if key not in rows]
    changed = [(row, hits[key]) for key, row in rows.items() if key in hits and _differs(row, hits[key])]
    if not fresh and not changed:
        return 0
    names, now = names_of(), timezone.now()
    rules = {row.code: row for row in WatchRule.objects.all()}
    reports = _reports([*fresh, *(hit for _, hit in changed)])
    Suspicion.objects.bulk_create(
        Suspicion(
            rule=rules[hit.rule],
            key=hit.key,
            indicator_id=elements[hit.element].indicator,
            unit_id=int(hit.unit) if hit.unit else None,
            element_code=hit.element,
            **_said(hit, names, elements, reports),
            **_opened(hit, now),
        )
        for hit in fresh
    )
    reopened = 0
    for row, hit in changed:
        columns = _said(hit, names, elements, reports)
        if row.numbers != hit.numbers or row.state == Suspicion.State.GONE:
            columns |= _opened(hit, now)
            reopened += 1
        for name, value in columns.items():
            setattr(row, name, value)
        row.save(update_fields=list(columns))
    return len(fresh) + reopened


def _differs(row: Suspicion, hit: Hit) -> bool:
    return row.numbers != hit.numbers or row.state == Suspicion.State.GONE or row.text != hit.text[:_TEXT]


def _close(rows: list[Suspicion]) -> int:
    standing = [row.pk for row in rows if row.state != Suspicion.State.GONE]
    return (
        Suspicion.objects.filter(pk__in=standing)
        .exclude(state=Suspicion.State.GONE)
        .update(state=Suspicion.State.GONE, gone_at=timezone.now())
    )


def _said(
    hit: Hit, names: Names, elements: Mapping[str, Element], reports: Mapping[int, int]
) -> dict[str, Any]:
    """The columns that tell of a hit."""
    return {
        **period_columns(hit.period),
        "text": hit.text[:_TEXT],
        "numbers": hit.numbers,
        "cells": [_cell(cell, names, elements, reports) for cell in hit.cells],
    }


def _opened(hit: Hit, now: datetime) -> dict[str, Any]:
    """The columns of a row that opens; a hit that its reporter explained with the figure is explained at once."""
    explained = hit.explained.strip()
    return {
        "state": Suspicion.State.EXPLAINED if explained else Suspicion.State.OPEN,
        "reason": f"填报说明：{explained}"[:_TEXT] if explained else "",
        "decided_by": None,
        "decided_at": now if explained else None,
        "found_at": now,
        "gone_at": None,
    }


def _cell(
    cell: Cell, names: Names, elements: Mapping[str, Element], reports: Mapping[int, int]
) -> dict[str, Any]:
    element = elements[cell.element]
    site = names.sites.get(cell.place.site)
    return {
        "element": cell.element,
        "name": element.name,
        "measure": element.measure,
        "precision": element.precision,
        "unit": names.units[cell.place.unit].short_name,
        "site": site.name if site else "",
        "period": cell.period.label,
        "value": f"{cell.amount.normalize():f}",
        "figure": cell.figure_id,
        "report": reports.get(cell.figure_id),
    }


def _reports(hits: Iterable[Hit]) -> dict[int, int]:
    ids = {cell.figure_id for hit in hits for cell in hit.cells}
    return {
        pk: report
        for pk, report in Figure.objects.filter(pk__in=ids, report__isnull=False).values_list(
            "pk", "report_id"
        )
    }
