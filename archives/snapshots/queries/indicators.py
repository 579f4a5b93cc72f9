"""The chapters of the indicators: requirement, result with derivation, figures, charts, work done, units, evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from archives.snapshots.content import (
    SCHEMA,
    ChapterContent,
    ChartContent,
    EvidenceItem,
    IndicatorContent,
    PartContent,
    TableContent,
    UnitText,
)
from archives.snapshots.queries.evidence import evidence_by_number
from archives.snapshots.queries.figures import FigureBook, accepted_answers, figure_book
from archives.snapshots.queries.measured import measured_tables
from archives.snapshots.queries.parts import chart_content, part_content, three_years
from archives.snapshots.queries.work import accepted_texts, unit_tables
from archives.snapshots.rules.places import indicator_slug
from chuangmo.shell.signs import status as sign_of
from indicators.assessment.queries.month_table import TableRow, month_table
from indicators.assessment.rules import IndicatorRule, validate_rule
from indicators.assessment.rules.rule_words import combine_words, part_facts
from indicators.insight.queries.comparing import charts_of
from indicators.plan.models import DataElement, Plan

__all__ = ["chapters"]

_NO_LINE = ("NOEV", "LIST")  # events that must not happen make a line at zero, lists none


@dataclass(frozen=True)
class _Sources:
    """What is read once for all indicators."""

    figures: FigureBook
    answers: Mapping[int, list[dict[str, str]]]
    texts: Mapping[int, list[UnitText]]
    units: Mapping[int, TableContent]
    element_names: Mapping[str, str]
    evidence: Mapping[int, list[EvidenceItem]]


def chapters(plan: Plan, as_of: date) -> list[ChapterContent]:
    """A chapter for each indicator of the plan, whether or not it was assessed."""
    rows = month_table(plan, as_of)
    ids = {
        pk for row in rows if row.verdict for part in row.verdict.result["parts"] for pk in part["figure_ids"]
    }
    sources = _Sources(
        figures=figure_book(ids),
        answers=accepted_answers(plan, as_of),
        texts=accepted_texts(plan, as_of),
        units=unit_tables(plan, as_of),
        element_names=dict(DataElement.objects.values_list("code", "name")),
        evidence=evidence_by_number(plan),
    )
    return [
        ChapterContent(
            slug=indicator_slug(row.indicator.number),
            title=row.indicator.short_name,
            content=dict(_content(row, sources, as_of)),
            number=str(row.indicator.number),
        )
        for row in rows
    ]


def _content(row: TableRow, sources: _Sources, as_of: date) -> IndicatorContent:
    indicator, verdict = row.indicator, row.verdict
    rule = validate_rule(verdict.rule.body) if verdict else None
    parts = _parts(row, sources)
    ids = [pk for part in parts for pk in part["figure_ids"]]
    return {
        "kind": "indicator",
        "schema": SCHEMA,
        "number": indicator.number,
        "name": indicator.name,
        "short_name": indicator.short_name,
        "category": indicator.category.name,
        "requirement": _requirement(rule, sources.element_names) if rule else [],
        "leads": _split(row.leads),
        "responsible": _split(row.responsible),
        "status": row.status,
        "word": row.word,
        "sign": sign_of(row.status).sign,
        "headline": verdict.headline if verdict else "",
        "threshold": verdict.threshold if verdict else "",
        "remark": verdict.remark if verdict else "",
        "sentence": verdict.result["sentence"] if verdict else "尚未评定。",
        "provisional": bool(verdict and verdict.is_provisional),
        "correcting": bool(verdict and verdict.is_correcting),
        "rule_version": verdict.rule.version if verdict else None,
        "combine": verdict.rule.body.get("combine") if verdict else None,
        "inputs_digest": verdict.inputs_digest if verdict else "",
        "parts": parts,
        "elements": sources.figures.elements(ids),
        "figures": sources.figures.rows(ids),
        "answers": sources.answers.get(indicator.number, []),
        "measured": measured_tables(rule, verdict.result["parts"], as_of) if verdict and rule else [],
        "three_years": three_years(parts),
        "charts": _charts(row),
        "units": sources.units.get(indicator.number, _NO_UNITS),
        "work": sources.texts.get(indicator.number, []),
        "evidence": sources.evidence.get(indicator.number, []),
    }


_NO_UNITS: TableContent = {
    "title": "责任单位及报送情况",
    "head": ["单位", "职责", "应报", "已审定"],
    "align": ["left", "left", "right", "right"],
    "rows": [],
}


def _split(names: str) -> list[str]:
    return names.split("、") if names else []


def _parts(row: TableRow, sources: _Sources) -> list[PartContent]:
    if row.verdict is None or row.derivation is None:
        return []
    bodies = {body["code"]: body for body in row.verdict.rule.body["parts"]}
    parts = []
    for raw, shown in zip(row.verdict.result["parts"], row.derivation.parts, strict=True):
        part = part_content(raw, shown, bodies.get(raw["code"]))
        part["tables"] = sources.figures.tables(part["figure_ids"])
        parts.append(part)
    return parts


def _requirement(rule: IndicatorRule, names: Mapping[str, str]) -> list[str]:
    """The rule in words: a line for each part, and how the parts combine."""
    lines = []
    for part in rule.parts:
        facts: Sequence[tuple[str, Any]] = part_facts(part, names)
        words = "；".join(f"{term}：{text}" for term, text in facts if term != "类型")
        lines.append(f"{part.name}——{words}。")
    combined = combine_words(rule)
    return [*lines, f"合并：{combined}。"] if combined else lines


def _charts(row: TableRow) -> list[ChartContent]:
    """The run of each part, this year against last, units side by side, what was measured."""
    if row.verdict is None or row.derivation is None:
        return []
    lines = [part.chart for part in row.derivation.parts if part.kind not in _NO_LINE]
    return [chart_content(chart) for chart in (*lines, *charts_of(row.verdict)) if chart is not None]
