"""Checklist answers and narrative texts."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from chuangmo.access.models import User
from chuangmo.audit.services import record_edit
from chuangmo.errors import Invalid
from indicators.reporting.models import ChecklistAnswer, Report, ReportText
from indicators.reporting.services.checks import cell_key
from indicators.reporting.services.entry.results import CellStale, Conflict, SavedText, TextChange
from indicators.reporting.services.entry.writing import clean
from indicators.reporting.services.gate import lock_for_entry

MAX_NOTE, MAX_TEXT = 400, 20_000
_CHOICE_WORDS: dict[str, str] = {c.value: str(c.label) for c in ChecklistAnswer.Choice if c.value}


def save_answer(*, by: User, report_id: int, cell: str, answer: str, note: str, version: int) -> SavedText:
    """Answer one checklist item (`cell` = “c3”); raises as `save_cell`."""
    with transaction.atomic():
        report = lock_for_entry(by=by, report_id=report_id)
        row = find_answer(report, cell)
        before = said_answer(row.answer, row.note)
        if write_answer(row, TextChange(note, version, answer), by):
            record_edit(
                by=by,
                object_kind="checklist_answer",
                object_id=row.pk,
                label=f"{report} {row.item.item}",
                unit_id=report.unit_id,
                before=before,
                after=said_answer(row.answer, row.note),
            )
    return SavedText(cell, row.version, row.updated_at or timezone.now())


def find_answer(report: Report, key: str) -> ChecklistAnswer:
    """The checklist answer of that key in the report; Invalid if it is not there."""
    pk = key.removeprefix("c")
    rows = ChecklistAnswer.objects.filter(report=report).select_related("item", "updated_by")
    row = rows.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None
    if row is None:
        raise Invalid({key: "报表里没有这一项，请刷新页面"})
    return row


def write_answer(row: ChecklistAnswer, change: TextChange, by: User) -> bool:
    """Change the row under the version that was seen; False if it says so already. CellStale otherwise."""
    if change.answer not in ChecklistAnswer.Choice.values:
        raise Invalid({cell_key(row): "请选“已完成”“未完成”或“不适用”"})
    note = clean(change.text, MAX_NOTE)
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
            theirs=said_answer(row.answer, row.note),
            mine=said_answer(change.answer, note),
            by=str(row.updated_by or ""),
            at=row.updated_at,
            version=row.version,
            current={"answer": row.answer, "note": row.note},
        )
    )


def said_answer(answer: str, note: str) -> str:
    """An answer and its note in words."""
    word = _CHOICE_WORDS.get(answer, "")
    return f"{word}：{note}" if note else word


def save_text(*, by: User, report_id: int, kind: str, text: str, version: int) -> SavedText:
    """Save one narrative text (`progress`, `problems`, `measures`); `version` 0 for one never written. Raises as
    `save_cell`."""
    with transaction.atomic():
        report = lock_for_entry(by=by, report_id=report_id)
        row = text_row(report, kind)
        before = row.text
        if write_text(row, TextChange(text, version), by):
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


def text_row(report: Report, kind: str) -> ReportText:
    """The text of that kind, unsaved if nobody wrote it yet; Invalid if the report has none."""
    if not report.has_narrative or kind not in ReportText.Kind.values:
        raise Invalid({f"t:{kind[:20]}": "报表里没有这一栏，请刷新页面"})
    found = ReportText.objects.filter(report=report, kind=kind).select_related("updated_by").first()
    return found or ReportText(report=report, kind=kind)


def write_text(row: ReportText, change: TextChange, by: User) -> bool:
    """Change the text under the version that was seen; False if it says so already. CellStale otherwise."""
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
