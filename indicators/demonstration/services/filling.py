"""Filling in reports as their reporters would: cells, checklist answers, texts, and the audit row of the saving."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from chuangmo.access.models import User
from chuangmo.audit.models import AuditEvent
from indicators.demonstration.rules.chance import one_of, pick
from indicators.demonstration.rules.narratives import BEGUN, narrative
from indicators.demonstration.services.sheets import Sheet, World
from indicators.plan.models import SiteKind
from indicators.reporting.models import Answer, ChecklistAnswer, ReportText, ReportValue
from indicators.reporting.rules.parsing import BOOLEAN_MEASURE

__all__ = ["fill", "store"]

BATCH = 500
_WORDS = {Answer.NONE: "无", Answer.NOT_APPLICABLE: "不适用"}


def fill(world: World, sheet: Sheet, by: User, at: datetime, *, half: bool = False) -> AuditEvent | None:
    """Fill the sheet in memory (`store` writes it); `half` leaves a good part of it open, as in a draft.

    Returns the audit row as `reporting.services.entry.save_all` would write it, or None if nothing was filled.
    """
    changes: dict[str, list[str]] = {}
    for place, cell in enumerate(sheet.cells):
        if (not half or (place + pick(2, *sheet.about)) % 2 == 0) and _fill_cell(world, sheet, cell):
            cell.version, cell.updated_by, cell.updated_at = 1, by, at
            changes[_label(cell)] = ["", _said(cell)]
    for place, answer in enumerate(sheet.answers):
        if not half or place == 0:
            answer.answer = ChecklistAnswer.Choice.DONE
            answer.version, answer.updated_by, answer.updated_at = 1, by, at
            changes[answer.item.item] = ["", str(answer.get_answer_display())]
    for kind, text in _texts(world, sheet, half).items():
        row = ReportText(report=sheet.report, kind=kind, text=text, version=1, updated_by=by, updated_at=at)
        sheet.texts.append(row)
        changes[str(row.get_kind_display())] = ["", text]
    return _saved(sheet, by, at, changes) if changes else None


def store(sheets: Iterable[Sheet]) -> None:
    """Write what was filled in, all sheets at once."""
    sheets = list(sheets)
    written = ["version", "updated_by", "updated_at"]
    ReportValue.objects.bulk_create(
        [cell for sheet in sheets for cell in sheet.cells if cell.version],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["raw", "answer", "value", "reason", "explanation", *written],
        batch_size=BATCH,
    )
    ChecklistAnswer.objects.bulk_create(
        [answer for sheet in sheets for answer in sheet.answers if answer.version],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["answer", "note", *written],
        batch_size=BATCH,
    )
    ReportText.objects.bulk_create((text for sheet in sheets for text in sheet.texts), batch_size=BATCH)


def _fill_cell(world: World, sheet: Sheet, cell: ReportValue) -> bool:
    code, who, period = cell.element.code, world.who(cell, sheet.unit), sheet.report.period
    value = world.figures.of(code, who, period)
    if value is None:
        return False
    if reason := world.figures.not_applicable(code, who, period):
        cell.answer, cell.reason = Answer.NOT_APPLICABLE, reason
        return True
    if cell.element.measure == BOOLEAN_MEASURE:
        cell.raw, cell.answer, cell.value = ("是" if value else "否"), Answer.VALUE, value
    elif value:
        cell.raw, cell.answer, cell.value = str(value), Answer.VALUE, value
    else:
        cell.answer, cell.value = Answer.NONE, Decimal(0)
    cell.explanation = world.figures.explanation(code, who, period)
    return True


def _texts(world: World, sheet: Sheet, half: bool) -> dict[str, str]:
    report = sheet.report
    if not report.has_narrative:
        return {}
    month = report.period_end.month
    texts = narrative(report.indicator.number, sheet.unit, world.role(sheet), report.period_end.year, month)
    if half:
        begun = one_of(BEGUN, "begun", *sheet.about).format(month=month)
        texts = {"progress": begun or texts["progress"]}
    return {kind: text for kind, text in texts.items() if text}


def _label(cell: ReportValue) -> str:
    return (
        cell.element.name if cell.site.kind == SiteKind.UNIT else f"{cell.element.name}（{cell.site.name}）"
    )


def _said(cell: ReportValue) -> str:
    text = _WORDS.get(Answer(cell.answer), cell.raw)
    text += f"：{cell.reason}" if cell.reason else ""
    return f"{text}（说明：{cell.explanation}）" if cell.explanation else text


def _saved(sheet: Sheet, by: User, at: datetime, changes: dict[str, list[str]]) -> AuditEvent:
    report = sheet.report
    return AuditEvent(
        at=at,
        actor=by,
        actor_name=by.get_full_name(),
        action="保存",
        object_kind="report",
        object_id=str(report.pk),
        object_label=str(report)[:300],
        unit_id=report.unit_id,
        changes=changes,
    )
