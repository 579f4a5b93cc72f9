"""Who may see which score. Pages, exports and services ask these and no others (docs/scores.md)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from chuangmo.access.queries import Rights
from supervision.scores.models import RoundState, ScoreRound, UnitScore

__all__ = ["may_object", "visible_rounds", "visible_scores"]


def visible_scores(rights: Rights) -> QuerySet[UnitScore]:
    """The office sees everything; a draft nobody else. What is shown is seen by the unit itself and by the county office
    above it; what is final by everybody who reads the campaign."""
    if not rights.sees_campaign:
        return UnitScore.objects.none()
    if rights.is_office:
        return UnitScore.objects.all()
    mine = rights.report | rights.sign_off | rights.oversee
    return UnitScore.objects.filter(
        Q(round__state=RoundState.FINAL) | Q(round__state=RoundState.SHOWN, unit__in=mine)
    )


def visible_rounds(rights: Rights) -> QuerySet[ScoreRound]:
    """The rounds in which the person sees at least one score; the office also those without any."""
    if rights.is_office:
        return ScoreRound.objects.all()
    return ScoreRound.objects.filter(Exists(visible_scores(rights).filter(round=OuterRef("pk"))))


def may_object(rights: Rights, score: UnitScore) -> bool:
    """The unit's own reporters and reviewers, while it is shown; whether the days are over is asked by the service."""
    return score.round.state == RoundState.SHOWN and (
        rights.may("report", score.unit_id) or rights.may("sign_off", score.unit_id)
    )
