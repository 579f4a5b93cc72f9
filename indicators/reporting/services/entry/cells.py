"""One figure cell: read, kept with its fault, or found changed by somebody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from chuangmo.access.models import User
from chuangmo.audit.services import record_edit
from chuangmo.errors import Invalid
from chuangmo.prepared import Prepared
from indicators.plan.models import DataElement, Site
from indicators.reporting.models import Answer, Report, ReportValue
from indicators.reporting.rules.parsing import BOOLEAN_MEASURE, parse_cell
from indicators.reporting.services.checks import cell_key, cells_of, findings_of
from indicators.reporting.services.entry.results import (
    CellChange,
    CellStale,
    CellState,
    Conflict,
    SavedCell,
)
from indicators.reporting.services.entry.writing import clean
from indicators.reporting.services.gate import lock_for_entry

MAX_RAW, MAX_REASON, MAX_EXPLANATION = 200, 200, 400
CHOSEN = frozenset({Answer.NONE, Answer.NOT_YET, Answer.NOT_APPLICABLE})
_ANSWER_WORDS: dict[str, str] = {
    Answer.NONE: "无",
    Answer.NOT_YET: "尚未有数",
    Answer.NOT_APPLICABLE: "不适用",
}


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
        before = said(row)
        if write_cell(row, change, by):
            record_edit(
                by=by,
                object_kind="report_value",
                object_id=row.pk,
                label=f"{report} {label_of(row)}",
                unit_id=report.unit_id,
                before=before,
                after=said(row),
            )
    findings = findings_of(report, cells_of(report)) if check else []
    return SavedCell(state_of(row), findings, row.updated_at or timezone.now())


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


def find_cell(cells: Sequence[ReportValue], key: str) -> ReportValue:
    """The cell of that key among those of a report; Invalid if it is not there."""
    for cell in cells:
        if cell_key(cell) == key:
            return cell
    raise Invalid({key: "报表里没有这个单元格，请刷新页面"})


def write_cell(row: ReportValue, change: CellChange, by: User) -> bool:
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
            "reason": clean(kept, MAX_REASON) if not_applicable else "",
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
        columns = {"reason": clean(change.reason, MAX_REASON)}
    if change.explanation is not None:
        columns["explanation"] = clean(change.explanation, MAX_EXPLANATION)
    return columns


def state_of(row: ReportValue) -> CellState:
    """The cell as it is stored now."""
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


def said(row: ReportValue) -> str:
    """What the cell says, in words, for the audit row and for conflicts."""
    text = row.raw if row.answer not in CHOSEN else _ANSWER_WORDS[row.answer]
    text += f"：{row.reason}" if row.reason else ""
    return f"{text}（说明：{row.explanation}）" if row.explanation else text


def label_of(row: ReportValue) -> str:
    """What the cell is called, with its site where it has one."""
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
        label=label_of(theirs),
        theirs=said(theirs),
        mine=said(mine),
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
