"""What circulars say of talks and follow-ups (settings.CIRCULAR_ROWS)."""

from __future__ import annotations

from datetime import date

from indicators.plan.models import Plan
from supervision.accountability.models import Measure, MeasureKind
from supervision.accountability.rights import OUT

__all__ = ["talks_told"]


def talks_told(plan: Plan, at: date) -> list[dict[str, str]]:
    """Talks and follow-ups by the media that went out, as `{unit, unit_id, subject, due, state, url}`; a proposal to hold
    somebody to account is for whom it is handed to, and never stands in a circular. One query."""
    rows = (
        Measure.objects.filter(plan=plan, state__in=OUT, issued_on__lte=at)
        .exclude(kind=MeasureKind.ACCOUNT)
        .select_related("unit")
        .order_by("unit__order", "unit", "issued_on", "pk")
    )
    return [
        {
            "unit": row.unit.short_name,
            "unit_id": str(row.unit_id),
            "subject": f"{row.get_kind_display()}：{row.title}",
            "due": (row.held_on or row.issued_on or at).isoformat(),
            "state": row.get_state_display(),
            "url": row.get_absolute_url(),
        }
        for row in rows
    ]
