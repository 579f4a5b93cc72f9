"""Files on some of the reports."""

from __future__ import annotations

from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from chuangmo.access.models import User
from chuangmo.files.services import attach, check_upload, store
from indicators.demonstration.rules.chance import one_of, pick
from indicators.demonstration.rules.papers import KINDS, paper
from indicators.demonstration.services.moments import moment
from indicators.demonstration.services.sheets import Sheet

__all__ = ["add_paper"]

OFTEN = 14  # one report in so many


def add_paper(sheet: Sheet, by: User, at: datetime, *, always: bool = False) -> None:
    """Hang a paper on the report as its reporter would, if it is one of those that have any."""
    if not always and pick(OFTEN, "paper", *sheet.about):
        return
    report = sheet.report
    title = f"{sheet.unit}{report.period.label}{report.indicator.short_name}"
    rows = [(cell.element.name, f"{cell.raw} {cell.element.measure}") for cell in sheet.cells if cell.raw]
    rows += [(str(text.get_kind_display()), text.text) for text in sheet.texts]
    name, kind, content = paper(one_of(KINDS, "kind of paper", *sheet.about), title, rows)
    upload = SimpleUploadedFile(name, content)
    check_upload(upload)
    with moment(at):
        row = attach(
            by=by,
            file=store(upload),
            name=name,
            owner_kind="report",
            owner_id=report.pk,
            owner_label=str(report),
            unit_id=report.unit_id,
            kind=kind,
            note="演示",
        )
    sheet.papers.append(row)
