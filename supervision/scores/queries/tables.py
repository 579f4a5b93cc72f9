"""The table of a round: units by group, with parts, ranks and what changed. A constant number of queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from chuangmo.access.queries import Rights
from chuangmo.org.models import Unit
from indicators.plan.models import Plan
from supervision.scores.models import Correction, Objection, PartScore, RankGroup, ScoreRound, UnitScore
from supervision.scores.rights import visible_rounds, visible_scores

__all__ = ["Group", "Line", "newest_round", "round_choices", "round_groups"]


@dataclass(frozen=True)
class Line:
    """One unit of the table; `parts` in the order of the round's, each with its name."""

    score: UnitScore
    parts: Sequence[tuple[str, PartScore]]
    objections: int
    corrections: int

    @property
    def unit(self) -> Unit:
        return self.score.unit


@dataclass(frozen=True)
class Group:
    """Units that are ranked together, best first; those without a total at the end."""

    name: str
    lines: Sequence[Line]


def newest_round(rights: Rights, plan: Plan) -> ScoreRound | None:
    """What the short address leads to: the newest month that the person sees."""
    return visible_rounds(rights).filter(plan=plan, period_kind="month").select_related("plan").first()


def round_choices(rights: Rights, plan: Plan) -> QuerySet[ScoreRound]:
    """Every round of the plan that the person sees, the newest first."""
    return visible_rounds(rights).filter(plan=plan).select_related("plan")


def round_groups(one: ScoreRound, rights: Rights) -> list[Group]:
    """The table's groups in their order. Five queries."""
    scores = list(visible_scores(rights).filter(round=one).select_related("unit"))
    for score in scores:
        score.round = one
    parts: dict[int, list[PartScore]] = defaultdict(list)
    for part in PartScore.objects.filter(unit_score__in=[score.pk for score in scores]):
        parts[part.unit_score_id].append(part)
    objections = Counter(
        Objection.objects.filter(unit_score__round=one, state=Objection.State.OPEN).values_list(
            "unit_score_id", flat=True
        )
    )
    corrections = Counter(
        Correction.objects.filter(unit_score__round=one, state=Correction.State.OPEN).values_list(
            "unit_score_id", flat=True
        )
    )
    names = {part["code"]: part["name"] for part in one.parts}
    order = list(RankGroup.objects.values_list("name", flat=True))
    groups: dict[str, list[Line]] = defaultdict(list)
    for score in sorted(scores, key=_best_first):
        line = Line(
            score,
            [(names[part.code], part) for part in parts[score.pk]],
            objections[score.pk],
            corrections[score.pk] if rights.is_office else 0,
        )
        groups[score.group].append(line)
    place = {name: order.index(name) for name in groups if name in order}
    return [
        Group(name, groups[name]) for name in sorted(groups, key=lambda name: (place.get(name, 99), name))
    ]


def _best_first(score: UnitScore) -> tuple[bool, int, int, int]:
    return (score.rank is None, score.rank or 0, score.unit.order, score.unit_id)
