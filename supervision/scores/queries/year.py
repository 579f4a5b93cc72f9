"""The months that make a yearly score (docs/scores.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from supervision.scores.models import RoundState, ScoreRound, UnitScore, YearMethod
from supervision.scores.rules.parts import PartResult, Row
from supervision.scores.rules.scoring import drop_lowest

__all__ = ["MONTHS_PART", "month_rows"]

MONTHS_PART = "months"


def month_rows(one: ScoreRound, unit_ids: Sequence[int]) -> dict[int, PartResult]:
    """A row for each final month of the year, its share the month's total as it stands now ÷ 100. One query."""
    found = (
        UnitScore.objects.filter(
            round__plan=one.plan_id,
            round__period_kind="month",
            round__state=RoundState.FINAL,
            round__period_start__gte=one.period_start,
            round__period_end__lte=one.period_end,
            unit__in=unit_ids,
        )
        .select_related("round", "round__plan")
        .order_by("round__period_start")
    )
    by_unit: dict[int, list[UnitScore]] = defaultdict(list)
    for score in found:
        by_unit[score.unit_id].append(score)
    return {pk: PartResult(tuple(_rows(scores, one.rules["year_method"]))) for pk, scores in by_unit.items()}


def _rows(scores: Sequence[UnitScore], method: str) -> list[Row]:
    totals = [score.total for score in scores if score.total is not None]
    dropped = drop_lowest(totals) if method == YearMethod.DROP_LOWEST else None
    rows, place = [], 0
    for score in scores:
        label, url = score.round.period.label, score.get_absolute_url()
        if score.total is None:
            rows.append(Row(label, url, Decimal(0), "当月没有可考核的事项（不计入）", counts=False))
            continue
        rows.append(
            Row(
                label,
                url,
                score.total / 100,
                f"{score.total.normalize():f} 分" + ("，最低一个月（不计入）" if place == dropped else ""),
                counts=place != dropped,
            )
        )
        place += 1
    return rows
