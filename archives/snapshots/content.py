"""What a chapter of a snapshot says: the schema that prints, workbook and package read.

`ChapterContent.content` holds JSON values only. Figures are texts as shown, with their units (“92.1%”); where something is
computed from a figure, the plain number stands beside it as decimal text (`value`, "92.05298"), null where it is not known:
a missing figure is never zero. Days are ISO texts. Nothing depends on who reads it or when.

`content["kind"]` says which shape it has: "cover", "summary", "indicator", "blocks", "evidence". Every shape may carry
`narratives`, the office's own words by block code as sanitised HTML (the service adds them, not the chapter functions),
and `sections`, a list of `Section`, whose blocks any print can show without knowing the chapter.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal, NotRequired, TypedDict

__all__ = [
    "Block",
    "CellContent",
    "ChapterContent",
    "ChartContent",
    "CoverContent",
    "EvidenceContent",
    "EvidenceItem",
    "IndicatorContent",
    "InputFigure",
    "InputTable",
    "MeasuredTable",
    "MissingContent",
    "PartContent",
    "PointContent",
    "Section",
    "StepContent",
    "SummaryContent",
    "SummaryRow",
    "TableContent",
    "UnitText",
    "canonical",
    "digest_of",
    "digest_of_chapters",
]

SCHEMA = 1


@dataclass(frozen=True)
class ChapterContent:
    """One chapter as its function gives it (settings.DOSSIER_CHAPTERS: `chapters(plan, as_of) -> list[ChapterContent]`).

    `slug` is its own for ever (“indicator-08”); narratives hang on it. `number` is the label of its pages (8 in 8-3); None:
    the next number after those before it.
    """

    slug: str
    title: str
    content: Mapping[str, Any]
    number: str | None = None


# Parts that several shapes share -------------------------------------------------------------------------


class TableContent(TypedDict):
    """A table as shown. `align`: one of "left", "center", "right" for each column; right also means a figure."""

    title: str
    head: list[str]
    align: list[str]
    rows: list[list[str]]
    note: NotRequired[str]
    widths: NotRequired[list[int]]  # per cent of the columns, where the text's own widths look poor


class ChartContent(TypedDict):
    """`chuangmo.charts.Chart` as JSON: draw it with `Chart(**…)`; `head` and `rows` are the same figures as a table."""

    title: str
    spoken: str
    option: dict[str, Any]
    head: list[str]
    rows: list[list[str]]
    width: int
    height: int


class Block(TypedDict):
    """One thing in a section; which of the fields is set follows from `kind`.

    text: `html` (sanitised) · table: `table` · chart: `chart` · facts: `facts` (name, value pairs) · narrative: `block`
    (code of the office's text that stands here).
    """

    kind: Literal["text", "table", "chart", "facts", "narrative"]
    html: NotRequired[str]
    table: NotRequired[TableContent]
    chart: NotRequired[ChartContent]
    facts: NotRequired[list[list[str]]]
    block: NotRequired[str]


class Section(TypedDict):
    """A numbered section of a chapter (8.3). `code` is stable within the chapter, for links."""

    code: str
    title: str
    blocks: list[Block]


class EvidenceItem(TypedDict):
    """A piece as the archive held it at the moment of the snapshot: which version, with which hash."""

    archive_number: str
    title: str
    kind: str  # 正式发文 说明报告 图片资料 数据表格
    year: int | None
    piece_id: int
    version_id: int
    sha256: str
    file_name: str
    url: str  # path of the piece's page


# Cover and summary ---------------------------------------------------------------------------------------


class CoverContent(TypedDict):
    """kind "cover" (slug "cover", number ""). When it was taken, by whom and the audit chain's last link stand on the
    `Snapshot` itself: they are no content, two snapshots of the same facts have the same digest."""

    kind: Literal["cover"]
    schema: int
    city: str
    title: str
    subtitle: str
    plan_code: str
    plan_name: str
    year: int
    as_of: str
    office: str
    is_demonstration: bool


class SummaryRow(TypedDict):
    """One row of the table of verdicts; `slug` is the indicator's chapter."""

    number: int
    slug: str
    name: str
    short_name: str
    category: str
    leads: str
    headline: str
    threshold: str
    status: str  # met margin missed partial none
    word: str  # 达标（进行中）
    remark: str
    evidence: int  # accepted pieces


class SummaryContent(TypedDict):
    """kind "summary" (slug "summary", number "总"). `counts`: status → how many of the indicators."""

    kind: Literal["summary"]
    schema: int
    counts: dict[str, int]
    rows: list[SummaryRow]
    sections: list[Section]


# Indicators ----------------------------------------------------------------------------------------------


class MissingContent(TypedDict):
    text: str
    unit: str
    due_on: str | None


class PointContent(TypedDict):
    """A value of one stretch: `value` decimal text or null, `text` as shown."""

    label: str
    start: str
    end: str
    value: str | None
    text: str
    complete: bool
    estimated: bool


class StepContent(TypedDict):
    """One stretch of a part's window, or one site. `inputs`: what each month of readings gave (label, text, status, note)."""

    label: str
    site: str
    status: str
    word: str
    value: str | None
    text: str
    threshold: str
    formula: str
    remark: str
    start: str
    end: str | None
    provisional: bool
    estimated: bool
    missing: list[MissingContent]
    inputs: list[dict[str, str]]


class CellContent(TypedDict):
    """An accepted figure in a table: text, plain value, its revision (“第 2 稿”, “历史数据”), who accepted it and when."""

    text: str
    value: str | None
    source: str
    accepted: str


class InputTable(TypedDict):
    """An element's accepted figures of one year: a row for each unit or site, a column for each period; null = none."""

    element: str  # code
    name: str
    measure: str
    year: int
    columns: list[str]
    rows: list[InputRowContent]


class InputRowContent(TypedDict):
    who: str
    cells: list[CellContent | None]


class InputFigure(TypedDict):
    """An accepted figure as a row, for the workbook's input sheets. `value` null: 不适用 or 尚未有数."""

    id: int
    element: str
    unit: str
    site: str  # "" for the whole unit
    period: str  # code as chuangmo.periods writes it, 2017-04
    period_label: str
    start: str
    end: str
    answer: str  # value none not_yet not_applicable
    value: str | None
    source: str


class ElementContent(TypedDict):
    """A data element that the rule reads."""

    code: str
    name: str
    measure: str
    precision: int
    entry: str  # period cumulative
    over_time: str  # sum last
    over_units: str  # sum min only
    scope: str


class MeasuredTable(TypedDict):
    """Readings behind a monitored part, day by day or month by month. Cells are texts, "" = no value.

    code: air_days (city days: 日期, six pollutants, AQI, 首要污染物, 达标), water (sections × months), noise (points).
    """

    code: str
    title: str
    head: list[str]
    align: list[str]
    rows: list[list[str]]


class PartContent(TypedDict):
    """One part of the rule with all that led to its verdict. `rule` is the part's body (`assessment.rules.schema`)."""

    code: str
    name: str
    kind: str  # RATE THRESHOLD MON SITES LIST …
    status: str
    word: str
    value: str | None
    text: str
    unit: str
    places: int
    threshold: str
    expression: str
    formula: str
    remark: str
    note: str
    provisional: bool
    estimated: bool
    correcting: bool
    rule: dict[str, Any]
    steps: list[StepContent]
    missing: list[MissingContent]
    years: list[PointContent]
    year_to_date: PointContent | None
    series: list[PointContent]
    tables: list[InputTable]
    figure_ids: list[int]


class UnitText(TypedDict):
    """What a unit wrote in an accepted report; only fields with words in them."""

    unit: str
    period: str
    progress: str
    problems: str
    measures: str


class IndicatorContent(TypedDict):
    """kind "indicator" (slug "indicator-08", number "8")."""

    kind: Literal["indicator"]
    schema: int
    number: int
    name: str
    short_name: str
    category: str
    requirement: list[str]  # the rule in words, a sentence each
    leads: list[str]
    responsible: list[str]
    status: str
    word: str
    sign: str
    headline: str
    threshold: str
    remark: str
    sentence: str
    provisional: bool
    correcting: bool
    rule_version: int | None
    combine: Any  # the rule's tree of parts
    inputs_digest: str
    parts: list[PartContent]
    elements: list[ElementContent]
    figures: list[InputFigure]
    answers: list[dict[str, str]]  # accepted checklist answers: item, unit, answer, note, period
    measured: list[MeasuredTable]
    three_years: TableContent | None
    charts: list[ChartContent]
    units: TableContent
    work: list[UnitText]
    evidence: list[EvidenceItem]


class EvidenceContent(TypedDict):
    """kind "evidence" (slug "evidence"): every piece once, with the chapters (slugs) that cite it."""

    kind: Literal["evidence"]
    schema: int
    rows: list[dict[str, Any]]  # EvidenceItem + "chapters": list[str]
    sections: list[Section]


# Digests -------------------------------------------------------------------------------------------------


def canonical(content: Mapping[str, Any]) -> str:
    """The one JSON text of a content: keys in order, no spaces, no NaN. Equal contents give equal texts."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest_of(*, slug: str, number: str, title: str, body: str) -> str:
    """SHA-256 of a chapter, `body` as `canonical` wrote it."""
    head = json.dumps([slug, number, title], ensure_ascii=False, separators=(",", ":"))
    return sha256(f"{head}\n{body}".encode()).hexdigest()


def digest_of_chapters(plan_code: str, as_of: str, digests: Iterable[tuple[str, str]]) -> str:
    """SHA-256 of a snapshot: plan, day, and (slug, digest) of its chapters in order."""
    lines = [f"{plan_code} {as_of}", *(f"{slug} {digest}" for slug, digest in digests)]
    return sha256("\n".join(lines).encode()).hexdigest()
