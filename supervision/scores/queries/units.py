"""One unit's score: every point opens to the rows behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch

from chuangmo.access.queries import Rights
from supervision.scores.models import (
    Adjustment,
    Correction,
    Objection,
    PartScore,
    RoundState,
    ScoreRow,
    UnitScore,
)
from supervision.scores.rights import visible_rounds, visible_scores

__all__ = ["PartLines", "UnitPage", "newest_own_score", "own_scores", "unit_page"]


@dataclass(frozen=True)
class PartLines:
    """One part with its rows; `replaced` are those that a decision took the place of, by the new row's label."""

    name: str
    part: PartScore
    rows: Sequence[ScoreRow]
    replaced: Sequence[ScoreRow] = field(default_factory=list)


@dataclass(frozen=True)
class UnitPage:
    """Everything that the page of a unit's score shows."""

    score: UnitScore
    parts: Sequence[PartLines]
    adjustments: Sequence[Adjustment]
    objections: Sequence[Objection]
    corrections: Sequence[Correction]
    earlier: Sequence[UnitScore]


def unit_page(score: UnitScore, rights: Rights) -> UnitPage:
    """Six queries, whatever the number of rows."""
    names = {part["code"]: part["name"] for part in score.round.parts}
    parts = PartScore.objects.filter(unit_score=score).prefetch_related(
        Prefetch("rows", ScoreRow.objects.order_by("order", "pk"))
    )
    earlier = (
        visible_scores(rights)
        .filter(
            unit=score.unit,
            round__plan=score.round.plan,
            round__period_kind=score.round.period_kind,
            total__isnull=False,
        )
        .select_related("round", "round__plan")
        .order_by("round__period_start")
    )
    corrections = Correction.objects.filter(unit_score=score).select_related("decided_by")
    if not rights.is_office:
        corrections = corrections.filter(state=Correction.State.CONFIRMED)
    return UnitPage(
        score=score,
        parts=[
            PartLines(
                names.get(part.code, part.code),
                part,
                [row for row in part.rows.all() if row.is_current],
                [row for row in part.rows.all() if not row.is_current],
            )
            for part in parts
        ],
        adjustments=list(
            Adjustment.objects.filter(round=score.round, unit=score.unit).select_related("by", "withdrawn_by")
        ),
        objections=list(
            Objection.objects.filter(unit_score=score).select_related("row__part", "by", "decided_by")
        ),
        corrections=list(corrections),
        earlier=list(earlier),
    )


def own_scores(rights: Rights) -> list[UnitScore]:
    """The newest shown or final month of each unit for which the person acts. One query."""
    mine = rights.report | rights.sign_off
    found: dict[int, UnitScore] = defaultdict()
    rows = (
        UnitScore.objects.filter(unit__in=mine, round__in=visible_rounds(rights), round__period_kind="month")
        .exclude(round__state=RoundState.DRAFT)
        .select_related("round", "round__plan", "unit")
        .order_by("-round__period_end")
    )
    for row in rows:
        found.setdefault(row.unit_id, row)
    return list(found.values())


def newest_own_score(rights: Rights) -> UnitScore | None:
    """What “my unit's score” leads to."""
    return next(iter(own_scores(rights)), None)
