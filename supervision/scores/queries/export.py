"""The rows of a round written out, so that anybody can compute the scores again (docs/scores.md)."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from supervision.scores.models import Adjustment, ScoreRound, ScoreRow, UnitScore

__all__ = ["FORMAT", "exported_round"]

FORMAT = "chuangmo-scores-1"


def exported_round(one: ScoreRound) -> dict[str, Any]:
    """`{"format", "period", "kind", "state", "parts": [{code, name, weight}], "bonus_limit", "places", "year_method",
    "year_min_months", "units": [{unit, group, total, rank, frozen_total, frozen_rank, adjustments: [points],
    rows: [{part, label, url, share, counts, note, origin, current}]}]}`; every number is a text. Three queries."""
    rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in (
        ScoreRow.objects.filter(part__unit_score__round=one)
        .select_related("part")
        .order_by("part", "order", "pk")
    ):
        rows[row.part.unit_score_id].append(
            {
                "part": row.part.code,
                "label": row.label,
                "url": row.url,
                "share": str(row.share),
                "counts": row.counts,
                "note": row.note,
                "origin": row.origin,
                "current": row.is_current,
            }
        )
    adjustments: dict[int, list[dict[str, str]]] = defaultdict(list)
    for each in Adjustment.objects.filter(round=one, withdrawn_at__isnull=True).select_related("by"):
        adjustments[each.unit_id].append(
            {"points": str(each.points), "reason": each.reason, "by": each.by.get_full_name()}
        )
    scores = UnitScore.objects.filter(round=one).select_related("unit").order_by("unit__order", "unit")
    return {
        "format": FORMAT,
        "period": one.period.code,
        "kind": one.period_kind,
        "state": one.state,
        "parts": [{key: part[key] for key in ("code", "name", "weight")} for part in one.parts],
        "bonus_limit": one.rules["bonus_limit"],
        "places": one.rules["places"],
        "year_method": one.rules["year_method"],
        "year_min_months": one.rules["year_min_months"],
        "units": [
            {
                "unit": score.unit.name,
                "group": score.group,
                "total": _text(score.total),
                "rank": score.rank,
                "frozen_total": _text(score.frozen_total),
                "frozen_rank": score.frozen_rank,
                "adjustments": adjustments[score.unit_id],
                "rows": rows[score.pk],
            }
            for score in scores
        ],
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
