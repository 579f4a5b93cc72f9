"""What a submission freezes: the report's content as JSON, complete enough to be read without the live cells."""

from __future__ import annotations

from typing import Any

from chuangmo.files.queries import attachments_of
from indicators.reporting.models import ChecklistAnswer, Report, ReportText
from indicators.reporting.services.checks import EXPLAIN, cell_key, cells_of, findings_of

__all__ = ["freeze_report"]


def freeze_report(report: Report) -> dict[str, Any]:
    """The content of a revision.

    `values`: cell, element, name, measure, site, site_name, raw, answer, value (decimal text or None), reason,
    explanation. `answers`: cell, item, text, answer, note. `texts`: by kind. `attachments`: id, name, sha256, kind.
    `checks`: what the checks asked and was explained (cell, cells, level, message, explained, rule).
    """
    cells = cells_of(report)
    answers = (
        ChecklistAnswer.objects.filter(report=report).select_related("item").order_by("item__order", "id")
    )
    said = dict(ReportText.objects.filter(report=report).values_list("kind", "text"))
    return {
        "values": [
            {
                "cell": cell_key(cell),
                "element": cell.element.code,
                "name": cell.element.name,
                "measure": cell.element.measure,
                "site": cell.site.code,
                "site_name": cell.site.name if cell.element.site_kind else "",
                "raw": cell.raw,
                "answer": cell.answer,
                "value": None if cell.value is None else str(cell.value),
                "reason": cell.reason,
                "explanation": cell.explanation,
            }
            for cell in cells
        ],
        "answers": [
            {
                "cell": cell_key(answer),
                "item": answer.item.code,
                "text": answer.item.item,
                "answer": answer.answer,
                "note": answer.note,
            }
            for answer in answers
        ],
        "texts": {kind: said.get(kind, "") for kind in ReportText.Kind.values}
        if report.has_narrative
        else {},
        "attachments": [
            {"id": row.pk, "name": row.name, "sha256": row.file.sha256, "kind": row.kind}
            for row in attachments_of("report", report.pk)
        ],
        "checks": [one.as_json() for one in findings_of(report, cells) if one.level == EXPLAIN],
    }
