"""From a verdict down to who accepted what: formula → inputs by unit or site and month → report, reading, person.

One builder for page and print. Five queries, whatever the number of figures and readings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from chuangmo.access.queries import Rights
from chuangmo.review.models import Case, State
from indicators.assessment.derivation import InputView, PartView, present
from indicators.assessment.models import Verdict
from indicators.assessment.queries.indicator import figures_behind
from indicators.monitoring.queries import BatchSource, batch_sources
from indicators.plan.models import SiteKind
from indicators.reporting.models import Answer, Figure
from indicators.reporting.rights import visible_reports
from indicators.standards.rounding import format_number

__all__ = ["FigureCell", "InputTable", "PartTree", "ReadingRow", "StepTree", "provenance"]

HISTORY = "历史数据"


@dataclass(frozen=True)
class FigureCell:
    """One accepted figure: number, the revision that it came in (address "" where this person may not open it), who
    accepted it and when."""

    text: str
    url: str
    source: str
    accepted: str
    correcting: bool


@dataclass(frozen=True)
class InputTable:
    """An element's figures of one year: a row for each unit or site, a column for each period."""

    element: str
    measure: str
    year: int
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[FigureCell | None]]]


@dataclass(frozen=True)
class ReadingRow:
    """What a month's readings gave, and the batches that brought them."""

    row: InputView
    sources: Sequence[BatchSource]


@dataclass(frozen=True)
class StepTree:
    """A step that stands on readings."""

    label: str
    status: str
    text: str
    formula: str
    remark: str
    readings: Sequence[ReadingRow]


@dataclass(frozen=True)
class PartTree:
    """A part with its formula, the figures of each element by year (the newest first), and the readings by step."""

    part: PartView
    tables: Sequence[InputTable]
    steps: Sequence[StepTree]

    @property
    def newest(self) -> Sequence[InputTable]:
        """The tables of the last year that there is, shown open."""
        last = max((table.year for table in self.tables), default=0)
        return [table for table in self.tables if table.year == last]

    @property
    def earlier(self) -> Sequence[InputTable]:
        last = max((table.year for table in self.tables), default=0)
        return [table for table in self.tables if table.year != last]


def provenance(verdict: Verdict, rights: Rights) -> list[PartTree]:
    """The tree of each part. `rights`: whose; a report that the person may not open has no address."""
    result: Mapping[str, Any] = verdict.result
    shown = present(result)
    ids = {pk for part in result["parts"] for pk in part["figure_ids"]}
    figures = list(figures_behind(ids).select_related("report__case"))
    reports = {figure.report_id for figure in figures if figure.report_id}
    may_open = set(visible_reports(rights).filter(pk__in=reports).values_list("pk", flat=True))
    batches = {pk for part in shown.parts for step in part.steps for row in step.inputs for pk in row.batches}
    sources = batch_sources(batches) if batches else {}
    by_id = {figure.pk: figure for figure in figures}
    return [
        PartTree(
            part=part,
            tables=_tables([by_id[pk] for pk in raw["figure_ids"] if pk in by_id], may_open),
            steps=[_step(step, sources) for step in part.steps if step.inputs],
        )
        for part, raw in zip(shown.parts, result["parts"], strict=True)
    ]


def _tables(figures: Iterable[Figure], may_open: set[int]) -> list[InputTable]:
    grouped: dict[tuple[str, int], list[Figure]] = defaultdict(list)
    for figure in figures:
        grouped[figure.element.code, figure.period_end.year].append(figure)
    ordered = sorted(grouped.items(), key=lambda item: (-item[0][1], item[0][0]))
    return [_table(year, ones, may_open) for (_, year), ones in ordered]


def _table(year: int, figures: Sequence[Figure], may_open: set[int]) -> InputTable:
    periods = sorted({figure.period for figure in figures}, key=lambda one: (one.end, one.start))
    rows: dict[tuple[int, int, str], dict[Any, FigureCell]] = defaultdict(dict)
    for figure in figures:
        key = (figure.unit.order, figure.site.order, _who(figure))
        rows[key][figure.period] = _cell(figure, may_open)
    return InputTable(
        element=figures[0].element.name,
        measure=figures[0].element.measure,
        year=year,
        columns=[period.label for period in periods],
        rows=[(key[2], [cells.get(period) for period in periods]) for key, cells in sorted(rows.items())],
    )


def _who(figure: Figure) -> str:
    if figure.site.kind == SiteKind.UNIT:
        return figure.unit.short_name
    return f"{figure.site.name}（{figure.unit.short_name}）"


def _cell(figure: Figure, may_open: set[int]) -> FigureCell:
    report = figure.report
    text = "不适用" if figure.value is None else format_number(figure.value, figure.element.precision)
    url = ""
    if report is not None and report.pk in may_open:
        url = reverse("review:revision", args=[report.case_id, figure.revision_no])
    by = figure.accepted_by.get_full_name() if figure.accepted_by else ""
    return FigureCell(
        text="无" if figure.answer == Answer.NONE else text,
        url=url,
        source=f"第 {figure.revision_no} 稿" if report is not None else HISTORY,
        accepted=f"{by} {timezone.localtime(figure.accepted_at):%Y-%m-%d}".strip(),
        correcting=report is not None and _is_correcting(report.case),
    )


def _step(step: Any, sources: Mapping[int, BatchSource]) -> StepTree:
    return StepTree(
        label=step.label,
        status=step.status,
        text=step.text,
        formula=step.formula,
        remark=step.remark,
        readings=[
            ReadingRow(row, [sources[pk] for pk in row.batches if pk in sources]) for row in step.inputs
        ],
    )


def _is_correcting(case: Case) -> bool:
    """Unlocked after an acceptance: the figure counts until the next one."""
    return case.accepted_revision_no is not None and case.state != State.ACCEPTED
