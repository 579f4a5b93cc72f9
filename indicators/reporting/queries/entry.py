"""What the entry page shows: cells with everything that stands beside them, texts, files, the way so far. The number of
queries does not depend on how many cells, units or years there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chuangmo.access.models import Membership, Role
from chuangmo.days import cn_date
from chuangmo.deadlines.queries import exceptions_until
from chuangmo.files.models import Attachment
from chuangmo.files.queries import attachments_of
from chuangmo.org.models import valid_at
from chuangmo.org.queries import name_on
from chuangmo.periods import Kind, Period
from chuangmo.prepared import Prepared
from chuangmo.review.kinds import kind_of
from chuangmo.review.models import ReviewEvent, Revision
from chuangmo.review.queries import TimelineEntry, last_return, timeline
from chuangmo.review.rules import Change, compare
from chuangmo.shell.display import figure
from indicators.plan.models import Assignment, AssignmentRole, DataElement
from indicators.reporting.models import Answer, ChecklistAnswer, Report, ReportText, ReportValue
from indicators.reporting.queries.history import History, earlier_periods, history_of
from indicators.reporting.rules.parsing import BOOLEAN_MEASURE, parse_cell
from indicators.reporting.services.checks import (
    EXPLAIN,
    Finding,
    cell_key,
    cells_of,
    findings_of,
    summary_of,
    unsaid_of,
)
from indicators.reporting.services.freezing import freeze_report
from indicators.reporting.services.gate import Gate

__all__ = ["EntryPage", "entry_page"]

BACK = {Kind.MONTH: 12, Kind.QUARTER: 12, Kind.YEAR: 5, Kind.TERM: 6, Kind.SURVEY: 3}
HEADS = {
    Kind.MONTH: ("本月", "上月"),
    Kind.QUARTER: ("本季", "上季"),
    Kind.YEAR: ("本年", "上年"),
    Kind.TERM: ("本学期", "上学期"),
    Kind.SURVEY: ("本次", "上次"),
}
_SAID = {
    Answer.NONE: "无（确认为零）",
    Answer.NOT_YET: "尚未有数",
    Answer.NOT_APPLICABLE: "不适用",
    Answer.BLANK: "未填",
}


@dataclass(frozen=True, slots=True)
class EntryCell:
    """One figure cell with what stands beside it."""

    key: str
    row: ReportValue
    label: str  # what it is, in full, for readers aloud
    shown: str  # the answer in words, for those who only read
    note: str  # how the text was understood
    help: tuple[str, ...]
    previous: Decimal | None
    last_year: Decimal | None
    series: list[Decimal | None]
    told: list[Finding]
    asked: bool  # a finding concerns it (told here or at another cell)
    bad: bool
    remarks: tuple[str, ...]
    opens_group: str = ""

    @property
    def needs_explanation(self) -> bool:
        return any(one.level == EXPLAIN for one in self.told) or bool(self.row.explanation)

    @property
    def is_boolean(self) -> bool:
        return self.row.element.measure == BOOLEAN_MEASURE

    @property
    def is_open(self) -> bool:
        """Whether its line of words should be open: there is something to say."""
        return self.needs_explanation or self.row.answer == Answer.NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class EntryAnswer:
    """One checklist item."""

    key: str
    row: ChecklistAnswer
    told: list[Finding]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntryText:
    """One narrative text; version 0 where nobody wrote it yet."""

    key: str
    kind: str
    label: str
    text: str
    version: int
    told: list[Finding]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DueWords:
    """When it is due, in parts so that the page can colour them."""

    due: str
    state: str
    is_late: bool
    lock: str


@dataclass(frozen=True, slots=True)
class Step:
    """Who will look at it after it is sent."""

    word: str
    who: str


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Everything on the page."""

    report: Report
    gate: Gate
    unit_name: str
    badge: str
    due: DueWords
    heads: tuple[str, str, str, str]
    cells: list[EntryCell]
    answers: list[EntryAnswer]
    texts: list[EntryText]
    files: list[Attachment]
    findings: list[Finding]
    counts: dict[str, int]
    steps: list[Step]
    timeline: list[TimelineEntry]
    returned: ReviewEvent | None
    return_remarks: list[str]
    changes: list[Change] | None
    submit_word: str
    may_withdraw: bool = False
    checked: bool = False

    @property
    def returned_by(self) -> str:
        """Unit and name of who returned it."""
        if self.returned is None:
            return ""
        unit = self.returned.acting_unit
        return f"{unit.short_name} {self.returned.by_name}" if unit else self.returned.by_name

    @property
    def bad_count(self) -> int:
        """Places that have to be corrected: unreadable or refused."""
        return self.counts["fault"] + self.counts["hard"]

    @property
    def obstacles(self) -> int:
        """How many things still stand in the way."""
        return sum(count for level, count in self.counts.items() if level != "explained")


def entry_page(report: Report, gate: Gate, at: date, *, check: bool = False) -> EntryPage:
    """The page of a report (with case, obligation, indicator and unit at hand). `check`: also tell what is not said yet."""
    cells = cells_of(report)
    period = report.period
    earlier = earlier_periods(period, BACK[period.kind] + 1)
    history = history_of(report, {cell.element_id for cell in cells}, earlier)
    figures = findings_of(report, cells, history)
    answers, texts = _answers(report), _texts(report)
    unsaid = unsaid_of(cells, answers, {kind: row.text for kind, row in texts.items()}, report)
    findings = [*figures, *(unsaid if check else [])]
    returned = last_return(report.case)
    remarks = _remarks(returned)
    told: dict[str, list[Finding]] = defaultdict(list)
    for one in findings:
        told[one.cell].append(one)
    chain = _chain(report, at)
    return EntryPage(
        report=report,
        gate=gate,
        unit_name=name_on(report.unit, report.period_end),
        badge=_badge(report, gate, at),
        due=_due_words(report, at),
        heads=(*HEADS[period.kind], _last_year_head(period), f"近 {BACK[period.kind]} 期"),
        cells=_cells(cells, history, period, findings, told, remarks),
        answers=[
            EntryAnswer(cell_key(a), a, told[cell_key(a)], remarks.get(cell_key(a), ())) for a in answers
        ],
        texts=[
            EntryText(
                f"t:{kind}",
                kind,
                label,
                texts[kind].text if kind in texts else "",
                texts[kind].version if kind in texts else 0,
                told[f"t:{kind}"],
                remarks.get(f"t:{kind}", ()),
            )
            for kind, label in (ReportText.Kind.choices if report.has_narrative else ())
        ],
        files=_FILES.objects(owner_kind="report", owner_id=report.pk),
        findings=findings,
        counts=summary_of([*figures, *unsaid]),
        steps=chain,
        timeline=timeline(report.case),
        returned=returned,
        return_remarks=list(remarks.get("", ())),
        changes=_changes(report) if report.case.is_editable and report.case.revision_no else None,
        submit_word=f"提交{chain[0].word}" if chain else "提交",
        may_withdraw=gate.may and report.case.state == "submitted",
        checked=check,
    )


def _answers(report: Report) -> list[ChecklistAnswer]:
    answers: list[ChecklistAnswer] = _ANSWERS.objects(report=report.pk)
    return answers


def _texts(report: Report) -> dict[str, ReportText]:
    if not report.has_narrative:
        return {}
    return {row.kind: row for row in _TEXTS.objects(report=report.pk)}


_ANSWERS = Prepared(
    lambda report: (
        ChecklistAnswer.objects.filter(report=report).select_related("item").order_by("item__order", "id")
    ),
    report=int,
)
_TEXTS = Prepared(lambda report: ReportText.objects.filter(report=report), report=int)
_FILES = Prepared(attachments_of, owner_kind=str, owner_id=int)


# Cells ------------------------------------------------------------------------------------------------


def _cells(
    rows: Sequence[ReportValue],
    history: History,
    period: Period,
    findings: Sequence[Finding],
    told: Mapping[str, list[Finding]],
    remarks: Mapping[str, tuple[str, ...]],
) -> list[EntryCell]:
    concerned: dict[str, list[Finding]] = defaultdict(list)
    for one in findings:
        for key in one.cells or (one.cell,):
            concerned[key].append(one)
    back = earlier_periods(period, BACK[period.kind] - 1)
    found: list[EntryCell] = []
    group: int | None = None
    for row in rows:
        key, element = cell_key(row), row.element
        opens = bool(element.site_kind) and element.pk != group
        group = element.pk

        def before(then: Period, row: ReportValue = row) -> Decimal | None:
            return history.value(row.element_id, row.site_id, then)

        found.append(
            EntryCell(
                key=key,
                row=row,
                label=f"{element.name}（{row.site.name}）" if element.site_kind else element.name,
                shown=_shown(row),
                note=_note(row),
                help=_help(element),
                previous=before(period.previous()),
                last_year=before(period.same_last_year()),
                series=[*(before(then) for then in reversed(back)), row.value],
                told=told.get(key, []),
                asked=any(one.level == EXPLAIN for one in concerned[key]),
                bad=any(one.level != EXPLAIN for one in concerned[key]),
                remarks=remarks.get(key, ()),
                opens_group=element.name if opens else "",
            )
        )
    return found


def _shown(row: ReportValue) -> str:
    if row.fault:
        return row.raw
    if row.answer == Answer.VALUE:
        if row.element.measure == BOOLEAN_MEASURE:
            return "是" if row.value else "否"
        return figure(row.value)
    return _SAID[Answer(row.answer)] + (f"：{row.reason}" if row.reason else "")


def _note(row: ReportValue) -> str:
    if row.answer != Answer.VALUE:
        return ""
    element = row.element
    return parse_cell(row.raw, element.measure, element.precision, negative_allowed=True).note or ""


def _help(element: DataElement) -> tuple[str, ...]:
    """What the person should know about the cell: scope, way of entry, usual range, decimals, the plan's note."""
    lines = [f"口径：{element.scope}"]
    if element.entry == DataElement.Entry.CUMULATIVE:
        lines.append("填 1 月至本期的累计数")
    if element.low is not None or element.high is not None:
        low = figure(element.low) if element.low is not None else "不限"
        high = figure(element.high) if element.high is not None else "不限"
        lines.append(f"常见范围 {low} 至 {high} {element.measure}")
    if element.measure == BOOLEAN_MEASURE:
        lines.append("填“是”或“否”")
    else:
        lines.append(f"最多 {element.precision} 位小数" if element.precision else "填整数")
        if element.negative_allowed:
            lines.append("可以为负数")
    if element.change_limit_pct is not None and element.measure != BOOLEAN_MEASURE:
        lines.append(f"比上期变动超过 {element.change_limit_pct}% 要说明")
    if element.note:
        lines.append(element.note)
    return tuple(lines)


def _last_year_head(period: Period) -> str:
    if period.kind == Kind.MONTH:
        return f"去年 {period.start.month} 月"
    return {Kind.QUARTER: "去年同季", Kind.YEAR: "上年", Kind.TERM: "上学年同期"}.get(period.kind, "上次")


# Around them ------------------------------------------------------------------------------------------


def _badge(report: Report, gate: Gate, at: date) -> str:
    if report.obligation is not None and report.obligation.waived_at is not None:
        return "waived"
    if report.case.state == "draft" and gate.closed:
        return "locked"
    return report.case.state


def _due_words(report: Report, at: date) -> DueWords:
    obligation = report.obligation
    if obligation is None or obligation.due_on is None:
        return DueWords("应报日期待定（公布或发生后报送）", "", False, "")
    due = f"应报 {cn_date(obligation.due_on, today=at)}"
    if obligation.original_due_on and obligation.original_due_on != obligation.due_on:
        due += f"（原定 {cn_date(obligation.original_due_on, today=at)}）"
    late = obligation.is_late(at)
    days = abs((obligation.due_on - (obligation.done_on or at)).days)
    if obligation.done_on is not None:
        state = f"{cn_date(obligation.done_on, today=at)}报送" + (f"，逾期 {days} 天" if late else "，按时")
        return DueWords(due, state, late, "")
    state = f"逾期 {days} 天" if late else f"还有 {days} 天" if days else "今天到期"
    lock = ""
    if obligation.locks_on is not None and report.case.is_editable:
        lock = f"{cn_date(obligation.locks_on, today=at)}锁定"
        if obligation.is_locked(at):
            lock = f"已于 {lock}"
            until = max(exceptions_until(obligation), default=None)
            if until is not None and until >= at:
                lock += f"，已批准延至 {cn_date(until, today=at)}"
    return DueWords(due, state, late, lock)


_LEADS = Prepared(
    lambda indicator_id, day: (
        Assignment.objects.filter(valid_at(day), indicator=indicator_id, role=AssignmentRole.LEAD)
        .order_by("unit__order", "unit_id")
        .values_list("unit_id", "unit__short_name")
    ),
    indicator_id=int,
    day=date,
)
_REVIEWERS = Prepared(
    lambda unit_id, day: (
        Membership.objects.filter(valid_at(day), unit=unit_id, role=Role.REVIEWER, user__is_active=True)
        .order_by("user__name")
        .values_list("user__name")
    ),
    unit_id=int,
    day=date,
)


def _chain(report: Report, at: date) -> list[Step]:
    """Who looks at it after it is sent, in order; steps that this unit doesn't have are left out. Two queries."""
    leads = dict(_LEADS.rows(indicator_id=report.indicator_id, day=report.period_end))
    steps = []
    if report.unit.own_review:
        who = "、".join(name for (name,) in _REVIEWERS.rows(unit_id=report.unit_id, day=at))
        steps.append(Step("单位审核", who or "本单位还没有审核人"))
    if leads and report.unit_id not in leads:
        steps.append(Step("牵头核定", "、".join(leads.values())))
    steps.append(Step("创模办审定", "市创模办"))
    return steps


def _remarks(returned: ReviewEvent | None) -> dict[str, tuple[str, ...]]:
    """What the reviewer wrote at the last return, by cell; the empty key holds what is about the whole."""
    found: dict[str, tuple[str, ...]] = {}
    for remark in returned.remarks.all() if returned is not None else ():
        found[remark.cell] = (*found.get(remark.cell, ()), remark.text)
    return found


def _changes(report: Report) -> list[Change] | None:
    """What the cells say differently from the last submission."""
    last = Revision.objects.filter(case=report.case_id, number=report.case.revision_no).first()
    if last is None:
        return None
    kind = kind_of(report.case)
    return compare(kind.sections(last.content), kind.sections(freeze_report(report)))
