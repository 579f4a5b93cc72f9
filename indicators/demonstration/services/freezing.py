"""What a submission freezes, from rows at hand: equal to `reporting.services.freezing.freeze_report` (the tests compare)."""

from __future__ import annotations

from typing import Any

from indicators.demonstration.services.sheets import Sheet
from indicators.plan.models import SiteKind
from indicators.reporting.models import ReportText, ReportValue
from indicators.reporting.services.checks import EXPLAIN, cell_key, findings_of

__all__ = ["frozen"]


def frozen(sheet: Sheet) -> dict[str, Any]:
    """The content of a revision of a sheet that is stored as it stands here.

    The checks are asked only where something was explained: nothing else in the table of magnitudes calls for it.
    """
    said = {str(text.kind): text.text for text in sheet.texts}
    explained = any(cell.explanation for cell in sheet.cells)
    return {
        "values": [_value(cell) for cell in sheet.cells],
        "answers": [
            {
                "cell": cell_key(answer),
                "item": answer.item.code,
                "text": answer.item.item,
                "answer": str(answer.answer),
                "note": answer.note,
            }
            for answer in sheet.answers
        ],
        "texts": {kind: said.get(kind, "") for kind in ReportText.Kind.values}
        if sheet.report.has_narrative
        else {},
        "attachments": [
            {"id": row.pk, "name": row.name, "sha256": row.file.sha256, "kind": row.kind}
            for row in sheet.papers
        ],
        "checks": [one.as_json() for one in findings_of(sheet.report, sheet.cells) if one.level == EXPLAIN]
        if explained
        else [],
    }


def _value(cell: ReportValue) -> dict[str, Any]:
    return {
        "cell": cell_key(cell),
        "element": cell.element.code,
        "name": cell.element.name,
        "measure": cell.element.measure,
        "site": cell.site.code,
        "site_name": "" if cell.site.kind == SiteKind.UNIT else cell.site.name,
        "raw": cell.raw,
        "answer": str(cell.answer),
        "value": None if cell.value is None else f"{cell.value:.6f}",
        "reason": cell.reason,
        "explanation": cell.explanation,
    }
