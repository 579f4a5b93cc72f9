"""Filling in a report: cells, checklist answers, texts, blocks from a spreadsheet.

Every write locks the report's case first, asks the gate, and changes a row only under the version that the page saw.
What cannot be read is stored as it was typed, with the reason: nothing typed is lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from chuangmo.access.models import User
from chuangmo.audit.services import record, record_edit
from chuangmo.errors import Invalid, Stale
from chuangmo.prepared import Prepared
from indicators.plan.models import DataElement, Site
from indicators.reporting.models import Answer, ChecklistAnswer, Report, ReportText, ReportValue
from indicators.reporting.rules.parsing import BOOLEAN_MEASURE, parse_cell
from indicators.reporting.services.checks import Finding, cell_key, cells_of, findings_of
from indicators.reporting.services.gate import NotReporter, lock_for_entry
from indicators.reporting.services.placing import place_block

__all__ = [
    "CellStale",
    "CellState",
    "Conflict",
    "NotReporter",
    "Pasted",
    "SavedAll",
    "SavedCell",
    "SavedText",
    "TextChange",
    "paste_block",
    "save_all",
    "save_answer",
    "save_cell",
    "save_text",
    "set_explanation",
]

MAX_RAW, MAX_REASON, MAX_EXPLANATION, MAX_NOTE, MAX_TEXT = 200, 200, 400, 400, 20_000
CHOSEN = frozenset({Answer.NONE, Answer.NOT_YET, Answer.NOT_APPLICABLE})
_WORDS: dict[str, str] = {
    Answer.NONE: "无",
    Answer.NOT_YET: "尚未有数",
    Answer.NOT_APPLICABLE: "不适用",
    **{choice.value: choice.label for choice in ChecklistAnswer.Choice if choice.value},
}


# What comes back --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CellState:
    """A figure cell as it is stored now; `note` tells how the text was understood, where that is not obvious."""

    cell: str
    version: int
    raw: str
    answer: str
    value: Decimal | None
    fault: str = ""
    note: str = ""
    reason: str = ""
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else was faster on one cell: what they put there, who and when, and what was not written."""

    cell: str
    label: str
    theirs: str
    mine: str
    by: str
    at: datetime | None
    version: int
    current: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        when = f"（{timezone.localtime(self.at):%H:%M}）" if self.at else ""
        return (
            f"“{self.label}”刚才已由 {self.by or '他人'}{when}改为“{self.theirs or '空白'}”，"
            f"您填的“{self.mine or '空白'}”没有保存；请选用哪一个"
        )


class CellStale(Stale):
    """The cell was changed since the page showed it; `conflict` holds both values."""

    def __init__(self, conflict: Conflict) -> None:
        self.conflict = conflict
        super().__init__(conflict.message)


@dataclass(frozen=True, slots=True)
class SavedCell:
    """One saved cell, and what the checks now find in the whole report."""

    state: CellState
    findings: list[Finding]
    at: datetime


@dataclass(frozen=True, slots=True)
class SavedText:
    """A saved narrative text or checklist answer: its key and new version."""

    cell: str
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Pasted:
    """What became of a block: the cells as they are now, those that somebody else changed meanwhile, and what fell
    outside the form (in words)."""

    cells: list[CellState]
    conflicts: list[Conflict]
    outside: list[str]
    findings: list[Finding]
    at: datetime

    @property
    def bad(self) -> int:
        return sum(bool(cell.fault) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class TextChange:
    """A narrative text or checklist note as the page sends it with its version."""

    text: str
    version: int
    answer: str = ""


@dataclass(frozen=True, slots=True)
class SavedAll:
    """A whole form saved without a script: how many places changed, and who was faster where."""

    changed: int
    conflicts: list[Conflict]


# One cell ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CellChange:
    """What a person did to a cell; None = not touched. `answer` is one of the three answers without a figure, or ""
    to go back to a figure."""

    version: int
    raw: str | None = None
    answer: str | None = None
    reason: str | None = None
    explanation: str | None = None


def save_cell(
    *,
    by: User,
    report_id: int,
    cell: str,
    version: int,
    raw: str | None = None,
    answer: str | None = None,
    reason: str | None = None,
    explanation: str | None = None,
    check: bool = True,
) -> SavedCell:
    """Save one figure cell (`cell` = “v12”) as typed or chosen.

    A text that cannot be read is kept with its fault. Raises NotReporter, Refused (closed), CellStale (both values
    inside), Invalid (no such cell or answer). Sending what is stored already changes nothing, whatever the version.
    Without `check` only the cell's own fault is told (the page asks for the findings when it has saved everything).
    """
    change = CellChange(version, raw, answer, reason, explanation)
    with transaction.atomic():
        report = lock_for_entry(by=by, report_id=report_id)
        row = _cell(report, cell)
        before = _said(row)
        if _write_cell(row, change, by):
            record_edit(
                by=by,
                object_kind="report_value",
                object_id=row.pk,
                label=f"{report} {_label(row)}",
                unit_id=report.unit_id,
                before=before,
                after=_said(row),
            )
    findings = findings_of(report, cells_of(report)) if check else []
    return SavedCell(_state(row), findings, row.updated_at or timezone.now())


_CELL_COLUMNS = [field.attname for field in ReportValue._meta.concrete_fields]
_ELEMENT_COLUMNS = ["name", "measure", "precision", "site_kind", "negative_allowed"]
_CELL = Prepared(
    lambda report_id, cell_id: (
        ReportValue.objects.filter(pk=cell_id, report=report_id)
        .order_by()
        .values_list(*_CELL_COLUMNS, *(f"element__{name}" for name in _ELEMENT_COLUMNS), "site__name")
    ),
    report_id=int,
    cell_id=int,
)


def _cell(report: Report, key: str) -> ReportValue:
    """One cell of the report with as much of its element and site as writing it takes; Invalid if it isn't there."""
    pk = key.removeprefix("v")
    rows = _CELL.rows(report_id=report.pk, cell_id=int(pk)) if pk.isdecimal() and len(pk) < 19 else []
    if not rows:
        raise Invalid({key: "报表里没有这个单元格，请刷新页面"})
    *columns, site_name = rows[0]
    own, of_element = columns[: len(_CELL_COLUMNS)], columns[len(_CELL_COLUMNS) :]
    row = ReportValue.from_db(None, _CELL_COLUMNS, own)
    row.element = DataElement(pk=row.element_id, **dict(zip(_ELEMENT_COLUMNS, of_element, strict=True)))
    row.site = Site(pk=row.site_id, name=site_name)
    return row


def set_explanation(*, by: User, report_id: int, cell: str, text: str, version: int) -> SavedCell:
    """Explain what a check asks about; raises as `save_cell`."""
    return save_cell(by=by, report_id=report_id, cell=cell, version=version, explanation=text)


def _find(cells: Sequence[ReportValue], key: str) -> ReportValue:
    for cell in cells:
        if cell_key(cell) == key:
            return cell
    raise Invalid({key: "报表里没有这个单元格，请刷新页面"})


def _write_cell(row: ReportValue, change: CellChange, by: User) -> bool:
    """Change the row under the version that was seen; False if it says so already. CellStale otherwise."""
    columns = _columns(row, change)
    columns = {name: value for name, value in columns.items() if getattr(row, name) != value}
    if not columns:
        return False
    if row.version != change.version:
        raise CellStale(_conflict(row, columns))
    now = timezone.now()
    columns |= {"version": change.version + 1, "updated_by": by, "updated_at": now}
    if not ReportValue.objects.filter(pk=row.pk, version=change.version).update(**columns):
        theirs = ReportValue.objects.select_related("element", "site", "updated_by").get(pk=row.pk)
        raise CellStale(_conflict(theirs, columns))
    for name, value in columns.items():
        setattr(row, name, value)
    return True


def _columns(row: ReportValue, change: CellChange) -> dict[str, Any]:
    """The columns that the change sets."""
    columns: dict[str, Any] = {}
    element = row.element
    if change.answer in CHOSEN:
        if change.answer == Answer.NONE and element.measure == BOOLEAN_MEASURE:
            raise Invalid({cell_key(row): "本项请填“是”或“否”"})
        not_applicable = change.answer == Answer.NOT_APPLICABLE
        kept = row.reason if change.reason is None else change.reason
        columns = {
            "raw": "",
            "answer": change.answer,
            "value": Decimal(0) if change.answer == Answer.NONE else None,
            "fault": "",
            "reason": _clean(kept, MAX_REASON) if not_applicable else "",
        }
    elif change.answer not in (None, Answer.BLANK, Answer.VALUE):
        raise Invalid({cell_key(row): f"没有“{str(change.answer)[:20]}”这种回答"})
    elif change.raw is not None:
        raw = change.raw.replace("\x00", "")
        parsed = parse_cell(
            raw, element.measure, element.precision, negative_allowed=element.negative_allowed
        )
        chosen = parsed.answer in CHOSEN
        reason = parsed.reason or change.reason or row.reason
        columns = {
            "raw": "" if chosen else raw.strip()[:MAX_RAW],
            "answer": str(parsed.answer),
            "value": parsed.value,
            "fault": (parsed.error or "")[:200],
            "reason": reason.strip()[:MAX_REASON] if parsed.answer == Answer.NOT_APPLICABLE else "",
        }
    elif change.answer == Answer.BLANK and row.answer in CHOSEN:
        columns = {"raw": "", "answer": Answer.BLANK, "value": None, "fault": "", "reason": ""}
    elif change.reason is not None and row.answer == Answer.NOT_APPLICABLE:
        columns = {"reason": _clean(change.reason, MAX_REASON)}
    if change.explanation is not None:
        columns["explanation"] = _clean(change.explanation, MAX_EXPLANATION)
    return columns


def _clean(text: str, length: int) -> str:
    text = text.replace("\x00", "").strip()
    if len(text) > length:
        raise Invalid({"text": f"文字太长（{len(text)} 字），最多 {length} 字"})
    return text


def _state(row: ReportValue) -> CellState:
    element = row.element
    parsed = parse_cell(row.raw, element.measure, element.precision, negative_allowed=True)
    return CellState(
        cell=cell_key(row),
        version=row.version,
        raw=row.raw,
        answer=row.answer,
        value=row.value,
        fault=row.fault,
        note=(parsed.note or "") if row.answer == Answer.VALUE else "",
        reason=row.reason,
        explanation=row.explanation,
    )


def _said(row: ReportValue) -> str:
    """What the cell says, in words, for the audit row and for conflicts."""
    text = row.raw if row.answer not in CHOSEN else _WORDS[row.answer]
    text += f"：{row.reason}" if row.reason else ""
    return f"{text}（说明：{row.explanation}）" if row.explanation else text


def _label(row: ReportValue) -> str:
    return f"{row.element.name}（{row.site.name}）" if row.element.site_kind else row.element.name


def _conflict(theirs: ReportValue, columns: Mapping[str, Any]) -> Conflict:
    mine = ReportValue(
        raw=columns.get("raw", theirs.raw),
        answer=columns.get("answer", theirs.answer),
        reason=columns.get("reason", theirs.reason),
        explanation=columns.get("explanation", theirs.explanation),
    )
    return Conflict(
        cell=cell_key(theirs),
        label=_label(theirs),
        theirs=_said(theirs),
        mine=_said(mine),
        by=str(theirs.updated_by or ""),
        at=theirs.updated_at,
        version=theirs.version,
        current={
            "raw": theirs.raw,
            "answer": theirs.answer,
            "reason": theirs.reason,
            "explanation": theirs.explanation,
        },
    )


# A block ----------------------------------------------------------------------------------------------


def paste_block(*, by: User, report_id: int, at_cell: str, text: str, versions: Mapping[str, int]) -> Pasted:
    """Put a block copied from a spreadsheet into the form, from `at_cell` on (see `placing`).

    All cells in one transaction: good ones saved, unreadable ones kept with their faults, those that somebody else
    changed since the page showed them left alone and listed. Blank cells of the block change nothing. Raises as
    `save_cell`, and Invalid for a block without anything in it.
    """
    with transaction.atomic():
        report = lock_for_entry(by=by, report_id=report_id)
        cells = cells_of(report)
        placed, outside = place_block(cells, _find(cells, at_cell), text)
        if not placed and not outside:
            raise Invalid({at_cell: "剪贴板里没有可以粘贴的内容"})
        changes: dict[str, list[str]] = {}
        conflicts = []
        for row, raw in placed:
            before = _said(row)
            seen = versions.get(cell_key(row), row.version)
            try:
                if _write_cell(row, CellChange(seen, raw=raw), by):
                    changes[_label(row)] = [before, _said(row)]
            except CellStale as stale:
                conflicts.append(stale.conflict)
        _record_many(report, by, "粘贴", changes)
    return Pasted(
        cells=[_state(row) for row, _ in placed],
        conflicts=conflicts,
        outside=outside,
        findings=findings_of(report, cells),
        at=timezone.now(),
    )


def _record_many(report: Report, by: User, action: str, changes: Mapping[str, list[str]]) -> None:
    if changes:
        record(
            by=by,
            action=action,
            object_kind="report",
            object_id=report.pk,
            label=str(report),
            unit_id=report.unit_id,
            changes=changes,
        )


# Answers and texts ------------------------------------------------------------------------------------


def save_answer(*, by: User, report_id: int, cell: str, answer: str, note: str, version: int) -> SavedText:
    """Answer one checklist item (`cell` = “c3”); raises as `save_cell`."""
    with transaction.atomic():
        report = lock_for_entry(by=by, report_id=report_id)
        row = _find_answer(report, cell)
        before = _said_answer(row.answer, row.note)
        if _write_answer(row, TextChange(note, version, answer), by):
            record_edit(
                by=by,
                object_kind="checklist_answer",
                object_id=row.pk,
                label=f"{report} {row.item.item}",
                unit_id=report.unit_id,
                before=before,
                after=_said_answer(row.answer, row.note),
            )
    return SavedText(cell, row.version, row.updated_at or timezone.now())


def _find_answer(report: Report, key: str) -> ChecklistAnswer:
    pk = key.removeprefix("c")
    rows = ChecklistAnswer.objects.filter(report=report).select_related("item", "updated_by")
    row = rows.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None
    if row is None:
        raise Invalid({key: "报表里没有这一项，请刷新页面"})
    return row


def _write_answer(row: ChecklistAnswer, change: TextChange, by: User) -> bool:
    if change.answer not in ChecklistAnswer.Choice.values:
        raise Invalid({cell_key(row): "请选“已完成”“未完成”或“不适用”"})
    note = _clean(change.text, MAX_NOTE)
    if (row.answer, row.note) == (change.answer, note):
        return False
    now = timezone.now()
    if row.version == change.version:
        done = ChecklistAnswer.objects.filter(pk=row.pk, version=change.version).update(
            answer=change.answer, note=note, version=change.version + 1, updated_by=by, updated_at=now
        )
        if done:
            row.answer, row.note, row.version, row.updated_at = change.answer, note, change.version + 1, now
            return True
        row = ChecklistAnswer.objects.select_related("item", "updated_by").get(pk=row.pk)
    raise CellStale(
        Conflict(
            cell=cell_key(row),
            label=row.item.item,
            theirs=_said_answer(row.answer, row.note),
            mine=_said_answer(change.answer, note),
            by=str(row.updated_by or ""),
            at=row.updated_at,
            version=row.version,
            current={"answer": row.answer, "note": row.note},
        )
    )


def _said_answer(answer: str, note: str) -> str:
    word = _WORDS.get(answer, "")
    return f"{word}：{note}" if note else word


def save_text(*, by: User, report_id: int, kind: str, text: str, version: int) -> SavedText:
    """Save one narrative text (`progress`, `problems`, `measures`); `version` 0 for one never written. Raises as
    `save_cell`."""
    with transaction.atomic():
        report = lock_for_entry(by=by, report_id=report_id)
        row = _text_row(report, kind)
        before = row.text
        if _write_text(row, TextChange(text, version), by):
            record_edit(
                by=by,
                object_kind="report_text",
                object_id=row.pk,
                label=f"{report} {row.get_kind_display()}",
                unit_id=report.unit_id,
                before=before,
                after=row.text,
            )
    return SavedText(f"t:{kind}", row.version, row.updated_at or timezone.now())


def _text_row(report: Report, kind: str) -> ReportText:
    if not report.has_narrative or kind not in ReportText.Kind.values:
        raise Invalid({f"t:{kind[:20]}": "报表里没有这一栏，请刷新页面"})
    found = ReportText.objects.filter(report=report, kind=kind).select_related("updated_by").first()
    return found or ReportText(report=report, kind=kind)


def _write_text(row: ReportText, change: TextChange, by: User) -> bool:
    text = change.text.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(text) > MAX_TEXT:
        raise Invalid({f"t:{row.kind}": f"文字太长（{len(text)} 字），最多 {MAX_TEXT} 字"})
    if row.text == text:
        return False
    if row.version == change.version and _store_text(row, text, by):
        return True
    theirs = ReportText.objects.select_related("updated_by").get(report_id=row.report_id, kind=row.kind)
    raise CellStale(
        Conflict(
            cell=f"t:{row.kind}",
            label=ReportText.Kind(row.kind).label,
            theirs=theirs.text,
            mine=text,
            by=str(theirs.updated_by or ""),
            at=theirs.updated_at,
            version=theirs.version,
            current={"text": theirs.text},
        )
    )


def _store_text(row: ReportText, text: str, by: User) -> bool:
    """Write the text under the row's version; False if somebody else did first."""
    now = timezone.now()
    seen, row.text, row.version = row.version, text, row.version + 1
    row.updated_by, row.updated_at = by, now
    if row.pk is not None:
        return bool(
            ReportText.objects.filter(pk=row.pk, version=seen).update(
                text=text, version=seen + 1, updated_by=by, updated_at=now
            )
        )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


# The whole form, without a script ---------------------------------------------------------------------


def save_all(
    *,
    by: User,
    report_id: int,
    cells: Mapping[str, CellChange],
    answers: Mapping[str, TextChange],
    texts: Mapping[str, TextChange],
) -> SavedAll:
    """Save a whole form at once; what somebody else changed meanwhile is left alone and listed. Raises as `save_cell`."""
    changes: dict[str, list[str]] = {}
    conflicts: list[Conflict] = []
    with transaction.atomic():
        report = lock_for_entry(by=by, report_id=report_id)
        for row in cells_of(report) if cells else []:
            if change := cells.get(cell_key(row)):
                before = _said(row)
                try:
                    if _write_cell(row, change, by):
                        changes[_label(row)] = [before, _said(row)]
                except CellStale as stale:
                    conflicts.append(stale.conflict)
        for key, text in answers.items():
            answer = _find_answer(report, key)
            before = _said_answer(answer.answer, answer.note)
            try:
                if _write_answer(answer, text, by):
                    changes[answer.item.item] = [before, _said_answer(answer.answer, answer.note)]
            except CellStale as stale:
                conflicts.append(stale.conflict)
        for kind, text in texts.items():
            narrative = _text_row(report, kind)
            before = narrative.text
            try:
                if _write_text(narrative, text, by):
                    changes[str(narrative.get_kind_display())] = [before, narrative.text]
            except CellStale as stale:
                conflicts.append(stale.conflict)
        _record_many(report, by, "保存", changes)
    return SavedAll(changed=len(changes), conflicts=conflicts)
