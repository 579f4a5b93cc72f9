"""Scores of the effectiveness appraisal 效能考评: registers, what was computed, what people decided."""

from supervision.scores.models.decisions import Adjustment, Correction, Objection
from supervision.scores.models.registers import RankGroup, ScorePart, ScoreRules, ShareRule, YearMethod
from supervision.scores.models.scores import PartScore, RoundState, RowOrigin, ScoreRound, ScoreRow, UnitScore

__all__ = [
    "Adjustment",
    "Correction",
    "Objection",
    "PartScore",
    "RankGroup",
    "RoundState",
    "RowOrigin",
    "ScorePart",
    "ScoreRound",
    "ScoreRow",
    "ScoreRules",
    "ShareRule",
    "UnitScore",
    "YearMethod",
]
