"""The checks of a report with what they need gathered: earlier figures, relations, the city's sums.

`findings_of` is what the entry page shows while somebody types; `submission_faults` is everything that stands in the
way of submitting, all at once. The checks themselves are `reporting.rules.checks`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from chuangmo.prepared import Prepared
from indicators.plan.models import DataElement
from indicators.plan.models import Relation as RelationRow
from indicators.reporting.models import (
    Answer,
    ChecklistAnswer,
    Figure,
    Report,
    ReportText,
    ReportValue,
)
from indicators.reporting.queries.history import History, earlier_periods, history_of, own_amount
from indicators.reporting.rules import checks as rules
from indicators.reporting.rules.checks import CellRef, CheckedCell, Scope
from indicators.reporting.rules.parsing import BOOLEAN_MEASURE
from indicators.standards.rounding import format_number

__all__ = [
    "Finding",
    "by_cell",
    "cell_key",
    "cells_of",
    "findings_of",
    "submission_faults",
    "summary_of",
    "unsaid_of",
]

BLANK, FAULT, HARD, EXPLAIN = "blank", "fault", "hard", "explain"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, missing or to be explained.

    `cell` is where it is told (`v12`, `c3`, `t:progress`), `cells` every cell that it concerns. `level`: blank (nothing
    said yet), fault (can't be read), hard (refused), explain (passes with words; `explained` once they are there).
    """

    cell: str
    level: str
    message: str
    cells: tuple[str, ...] = ()
    explained: bool = False
    rule: str = ""

    @property
    def in_the_way(self) -> bool:
        return not self.explained

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "cells": list(self.cells or (self.cell,))}


def cell_key(cell: ReportValue | ChecklistAnswer) -> str:
    """The key of a cell on the page, in remarks and in revisions."""
    return f"{'v' if isinstance(cell, ReportValue) else 'c'}{cell.pk}"


def cells_of(report: Report) -> list[ReportValue]:
    """The report's figure cells in page order, with elements and sites: one query."""
    cells: list[ReportValue] = _CELLS.objects(report=report.pk)
    return cells


_CELLS = Prepared(
    lambda report: (
        ReportValue.objects.filter(report=report)
        .select_related("element", "site", "updated_by")
        .order_by("order", "id")
    ),
    report=int,
)


def by_cell(findings: Iterable[Finding]) -> dict[str, str]:
    """Messages by the cell where they are told."""
    told: dict[str, list[str]] = defaultdict(list)
    for finding in findings:
        told[finding.cell].append(finding.message)
    return {cell: "；".join(messages) for cell, messages in told.items()}


def summary_of(findings: Iterable[Finding]) -> dict[str, int]:
    """How many stand in the way, by level, and how many were explained."""
    counts = dict.fromkeys((BLANK, FAULT, HARD, EXPLAIN, "explained"), 0)
    for finding in findings:
        counts["explained" if finding.explained else finding.level] += 1
    return counts


def submission_faults(report: Report) -> list[Finding]:
    """Everything that stands in the way of submitting the report, in page order; empty when it may go."""
    cells = cells_of(report)
    answers = (
        ChecklistAnswer.objects.filter(report=report).select_related("item").order_by("item__order", "id")
    )
    texts = ReportText.objects.filter(report=report).values_list("kind", "text")
    found = [*findings_of(report, cells), *unsaid_of(cells, list(answers), dict(texts), report)]
    place = {cell_key(cell): at for at, cell in enumerate(cells)}
    found.sort(key=lambda one: place.get(one.cell, len(place)))  # stable: answers and texts stay behind
    return [finding for finding in found if finding.in_the_way]


# Figures ----------------------------------------------------------------------------------------------


def findings_of(
    report: Report, cells: Sequence[ReportValue], history: History | None = None
) -> list[Finding]:
    """What the checks find in the figures as they are now: unreadable ones, hard and explain findings.

    `history` is at hand on the page; otherwise the last periods are read here.
    """
    found = [Finding(cell_key(cell), FAULT, cell.fault, (cell_key(cell),)) for cell in cells if cell.fault]
    if not cells:
        return found
    history = history or _last_periods(report, cells)
    kind = report.period.kind
    checked, totals = _checked_cells(report, cells, history)
    relations = _relations({cell.element.code for cell in cells})
    plain = [_rule(row) for row in relations if row.scope != Scope.CITY]
    asked = [*rules.check_report(checked, plain, kind), *totals]
    asked += _city_findings(report, cells, [_rule(row) for row in relations if row.scope == Scope.CITY])
    keys = {_ref(cell): cell_key(cell) for cell in cells}
    explanations = {_ref(cell): cell.explanation for cell in cells}
    open_ones = {id(one) for one in rules.unresolved(asked, explanations)}
    return found + [
        Finding(
            cell=keys[_told_at(one)],
            level=str(one.level),
            message=one.message,
            cells=tuple(keys[ref] for ref in one.cells if ref in keys),
            explained=id(one) not in open_ones,
            rule=one.rule or str(one.kind),
        )
        for one in asked
    ]


def _told_at(one: rules.Finding) -> CellRef:
    """The cell beside which it is told: of a relation the first one of its left side."""
    first = one.rule.lstrip("( ").split(" ")[0]
    return next((ref for ref in one.cells if ref.code == first), one.cells[0])


def _ref(cell: ReportValue) -> CellRef:
    return CellRef(cell.element.code, cell.site_id)


def _last_periods(report: Report, cells: Sequence[ReportValue]) -> History:
    """The period before, and the one before that where totals have to be taken apart."""
    cumulative = any(cell.element.entry == DataElement.Entry.CUMULATIVE for cell in cells)
    periods = earlier_periods(report.period, 2 if cumulative else 1)
    return history_of(report, {cell.element_id for cell in cells}, periods)


def _checked_cells(
    report: Report, cells: Sequence[ReportValue], history: History
) -> tuple[list[CheckedCell], list[rules.Finding]]:
    """The cells as the rules want them, and what is odd about January-to-date totals."""
    period, before = report.period, report.period.previous()
    checked, odd = [], []
    for cell in cells:
        element = cell.element
        value = cell.value
        if element.entry == DataElement.Entry.CUMULATIVE and value is not None:
            total_before = history.value(cell.element_id, cell.site_id, before)
            value = own_amount(value, period, total_before)
            if value is not None and value < 0 and not element.negative_allowed:
                odd.append(_shrunk(cell, total_before or Decimal(0)))
                value = None
        checked.append(
            CheckedCell(
                ref=_ref(cell),
                name=element.name,
                value=value,
                previous=history.amount(element, cell.site_id, before),
                measure=element.measure,
                low=element.low,
                high=element.high,
                negative_allowed=element.negative_allowed,
                change_limit_pct=None if element.measure == BOOLEAN_MEASURE else element.change_limit_pct,
            )
        )
    return checked, odd


def _shrunk(cell: ReportValue, total_before: Decimal) -> rules.Finding:
    return rules.Finding(
        rules.Level.EXPLAIN,
        rules.FindingKind.CHANGE,
        (_ref(cell),),
        f"本年累计 {format_number(cell.value or Decimal(0))} 小于上期累计 {format_number(total_before)}，"
        "请核对或说明原因",
    )


def _relations(codes: set[str]) -> list[RelationRow]:
    """Relations that read one of these elements; an unreadable one is left out (the administrator's desk refuses it)."""
    found = []
    for row in _RELATIONS.objects():
        try:
            read = {code.name for code in _rule(row).codes}
        except ValueError:
            continue
        if read & codes:
            found.append(row)
    return found


_RELATIONS = Prepared(lambda: RelationRow.objects.order_by("code"))


def _rule(row: RelationRow) -> rules.Relation:
    return rules.Relation(row.left, row.op, row.right, rules.Level(row.level), Scope(row.scope))


# The city's year to date ------------------------------------------------------------------------------


def _city_findings(
    report: Report, cells: Sequence[ReportValue], relations: Sequence[rules.Relation]
) -> list[rules.Finding]:
    """Relations over the city's sums of the year so far: accepted figures of everybody and this report's own.

    Months for which somebody who owes an element of the relation has no accepted figure yet are left out on both sides:
    a whole city's treatment against a few counties' waste would ask honest people to explain. Such a relation is
    never hard: no unit can be held to what others reported (domain.md §6, relations.csv).
    """
    own = {cell.element.code for cell in cells if cell.value is not None}
    relations = [one for one in relations if any(code.name in own for code in one.codes)]
    if not relations:
        return []
    codes = {code.name for one in relations for code in one.codes}
    names = dict(DataElement.objects.filter(code__in=codes).values_list("code", "name"))
    by_start = _city_figures(report, cells, codes)
    found = []
    for relation in relations:
        read = {code.name for code in relation.codes}
        sums = {code: Decimal(0) for code in read}
        for figures in by_start.values():
            if read <= figures.keys():
                for code in read:
                    sums[code] += figures[code]
        concerned = [_ref(cell) for cell in cells if cell.element.code in read]
        one = rules.evaluate_relation(
            relation, sums, names=names, cells=concerned, period_kind=report.period.kind
        )
        if one is not None:
            found.append(
                rules.Finding(
                    rules.Level.EXPLAIN, one.kind, one.cells, f"全市本年累计：{one.message}", one.rule
                )
            )
    return found


def _city_figures(
    report: Report, cells: Sequence[ReportValue], codes: set[str]
) -> dict[date, dict[str, Decimal]]:
    """Sums over units by first day of the period and element, for the months of the year up to the report's."""
    year_start = report.period_end.replace(month=1, day=1)
    sums: dict[date, dict[str, Decimal]] = defaultdict(dict)
    mine = {(cell.element.code, cell.site_id) for cell in cells}
    rows = Figure.objects.current().filter(
        element__code__in=codes,
        period_kind=report.period_kind,
        period_start__gte=year_start,
        period_end__lte=report.period_end,
    )
    said = set()
    unsaid = set()
    for code, unit, site, start, value in rows.values_list(
        "element__code", "unit_id", "site_id", "period_start", "value"
    ):
        said.add((code, unit, site, start))
        if value is None or (
            unit == report.unit_id and start == report.period_start and (code, site) in mine
        ):
            continue  # not applicable; or the report's own say, which replaces what was accepted of it before
        sums[start][code] = sums[start].get(code, Decimal(0)) + value
    owed = ReportValue.objects.filter(
        element__code__in=codes,
        report__period_kind=report.period_kind,
        report__period_start__gte=year_start,
        report__period_end__lte=report.period_end,
        report__obligation__waived_at__isnull=True,
    ).exclude(report=report)
    for key in owed.values_list("element__code", "report__unit_id", "site_id", "report__period_start"):
        if key not in said:
            sums[key[3]].pop(key[0], None)
            unsaid.add((key[3], key[0]))
    for cell in cells:
        start = report.period_start
        if cell.value is not None and cell.element.code in codes and (start, cell.element.code) not in unsaid:
            sums[start][cell.element.code] = sums[start].get(cell.element.code, Decimal(0)) + cell.value
    return sums


# What is not said yet ---------------------------------------------------------------------------------


def unsaid_of(
    cells: Sequence[ReportValue],
    answers: Sequence[ChecklistAnswer],
    texts: Mapping[str, str],
    report: Report,
) -> list[Finding]:
    """Every place where something still has to be said: blank cells, unanswered items, missing reasons and texts."""
    return [*_unsaid(cells), *_unanswered(answers), *(_unwritten(texts) if report.has_narrative else ())]


def _unsaid(cells: Sequence[ReportValue]) -> list[Finding]:
    found = []
    for cell in cells:
        key = cell_key(cell)
        if cell.answer == Answer.BLANK and not cell.fault:
            message = f"{_where(cell)}还没有填：请填数，或选“无”“尚未有数”“不适用”"
            found.append(Finding(key, BLANK, message, (key,)))
        elif cell.answer == Answer.NOT_APPLICABLE and not cell.reason.strip():
            found.append(Finding(key, BLANK, f"{_where(cell)}选了“不适用”，请写明原因", (key,)))
    return found


def _where(cell: ReportValue) -> str:
    return f"{cell.element.name}（{cell.site.name}）" if cell.element.site_kind else cell.element.name


def _unanswered(answers: Sequence[ChecklistAnswer]) -> list[Finding]:
    found = []
    for answer in answers:
        key = cell_key(answer)
        if answer.answer == ChecklistAnswer.Choice.BLANK:
            found.append(Finding(key, BLANK, f"“{answer.item.item}”还没有回答", (key,)))
        elif answer.answer == ChecklistAnswer.Choice.NOT_APPLICABLE and not answer.note.strip():
            found.append(Finding(key, BLANK, f"“{answer.item.item}”选了“不适用”，请写明原因", (key,)))
    return found


def _unwritten(texts: Mapping[str, str]) -> list[Finding]:
    """A monthly report tells what was done; a problem that is named needs a next step."""
    progress, problems, measures = (
        f"t:{kind}" for kind in (ReportText.Kind.PROGRESS, ReportText.Kind.PROBLEMS, ReportText.Kind.MEASURES)
    )
    said = {f"t:{kind}": text.strip() for kind, text in texts.items()}
    found = []
    if not said.get(progress):
        found.append(Finding(progress, BLANK, "“工作进展”还没有写", (progress,)))
    if said.get(problems) and not said.get(measures):
        found.append(Finding(measures, BLANK, "写了“存在问题”，请写“下一步措施”", (measures,)))
    return found
