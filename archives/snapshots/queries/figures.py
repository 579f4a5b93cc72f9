"""The accepted figures behind all verdicts of a month end, as tables for the eye and as rows for the workbook.

One query for the figures of all indicators, one for their elements, one for the checklist answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from archives.snapshots.content import CellContent, ElementContent, InputFigure, InputRowContent, InputTable
from indicators.plan.models import DataElement, Plan, SiteKind
from indicators.reporting.models import AcceptedAnswer, Answer, Figure
from indicators.standards.rounding import format_number

__all__ = ["FigureBook", "accepted_answers", "figure_book"]

HISTORY = "历史数据"


@dataclass(frozen=True)
class FigureBook:
    """Figures by id, with their elements by code."""

    figures: Mapping[int, Figure]

    def tables(self, ids: Iterable[int]) -> list[InputTable]:
        """A table for each element and year, the newest year first."""
        grouped: dict[tuple[int, str], list[Figure]] = defaultdict(list)
        for figure in self._of(ids):
            grouped[-figure.period_end.year, figure.element.code].append(figure)
        return [_table(-year, found) for (year, _), found in sorted(grouped.items())]

    def rows(self, ids: Iterable[int]) -> list[InputFigure]:
        """A row for each figure, by element, unit, site and period."""
        return [_row(figure) for figure in self._of(ids)]

    def elements(self, ids: Iterable[int]) -> list[ElementContent]:
        """The elements that occur, by code."""
        found = {figure.element.code: figure.element for figure in self._of(ids)}
        return [_element(found[code]) for code in sorted(found)]

    def _of(self, ids: Iterable[int]) -> list[Figure]:
        known = [self.figures[pk] for pk in set(ids) if pk in self.figures]
        return sorted(known, key=_order)


def _order(figure: Figure) -> tuple[Any, ...]:
    unit, site = figure.unit, figure.site
    return (
        figure.element.code,
        unit.order,
        unit.name,
        site.order,
        site.code,
        figure.period_start,
        figure.period_end,
    )


def figure_book(ids: Iterable[int]) -> FigureBook:
    """The book of these figures. One query for each two thousand."""
    wanted = sorted(set(ids))
    found: dict[int, Figure] = {}
    for start in range(0, len(wanted), 2000):
        rows = Figure.objects.filter(pk__in=wanted[start : start + 2000])
        found |= {row.pk: row for row in rows.select_related("element", "unit", "site", "accepted_by")}
    return FigureBook(found)


def accepted_answers(plan: Plan, as_of: date) -> dict[int, list[dict[str, str]]]:
    """By indicator number: checklist answers of the plan's year that count. One query."""
    rows = (
        AcceptedAnswer.objects.filter(
            item__indicator__plan=plan,
            superseded_at__isnull=True,
            period_end__year=as_of.year,
            period_end__lte=as_of,
        )
        .select_related("item__indicator", "unit")
        .order_by("item__order", "unit__order", "unit__name", "period_start")
    )
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        found[row.item.indicator.number].append(
            {
                "item": row.item.item,
                "unit": row.unit.name,
                "period": row.period.label,
                "answer": row.get_answer_display(),
                "note": row.note,
            }
        )
    return found


def _table(year: int, figures: Sequence[Figure]) -> InputTable:
    periods = sorted({figure.period for figure in figures}, key=lambda one: (one.end, one.start))
    cells: dict[str, dict[Any, CellContent]] = defaultdict(dict)
    for figure in figures:
        cells[_who(figure)][figure.period] = _cell(figure)
    rows: list[InputRowContent] = [
        {"who": who, "cells": [found.get(period) for period in periods]} for who, found in cells.items()
    ]
    element = figures[0].element
    return {
        "element": element.code,
        "name": element.name,
        "measure": element.measure,
        "year": year,
        "columns": [_short(period.label, year) for period in periods],
        "rows": rows,
    }


def _short(label: str, year: int) -> str:
    """4月 in a table of one year; a span over several keeps its years."""
    return label.removeprefix(f"{year}年") or label


def _who(figure: Figure) -> str:
    if figure.site.kind == SiteKind.UNIT:
        return figure.unit.short_name
    return f"{figure.site.name}（{figure.unit.short_name}）"


def _cell(figure: Figure) -> CellContent:
    by = figure.accepted_by.get_full_name() if figure.accepted_by else ""
    return {
        "text": _text(figure),
        "value": None if figure.value is None else f"{figure.value.normalize():f}",
        "source": _source(figure),
        "accepted": f"{by} {timezone.localtime(figure.accepted_at):%Y-%m-%d}".strip(),
    }


def _text(figure: Figure) -> str:
    if figure.answer == Answer.NONE:
        return "无"
    if figure.answer == Answer.NOT_YET:
        return "尚无"
    return "不适用" if figure.value is None else format_number(figure.value, figure.element.precision)


def _source(figure: Figure) -> str:
    return f"第 {figure.revision_no} 稿" if figure.report_id is not None else HISTORY


def _row(figure: Figure) -> InputFigure:
    return {
        "id": figure.pk,
        "element": figure.element.code,
        "unit": figure.unit.name,
        "site": "" if figure.site.kind == SiteKind.UNIT else figure.site.name,
        "period": figure.period.code,
        "period_label": figure.period.label,
        "start": figure.period_start.isoformat(),
        "end": figure.period_end.isoformat(),
        "answer": figure.answer,
        "value": None if figure.value is None else f"{figure.value.normalize():f}",
        "source": _source(figure),
    }


def _element(element: DataElement) -> ElementContent:
    return {
        "code": element.code,
        "name": element.name,
        "measure": element.measure,
        "precision": element.precision,
        "entry": element.entry,
        "over_time": element.over_time,
        "over_units": element.over_units,
        "scope": element.scope,
    }
