"""Every change of a score, each a function of its own. Rooms by idea."""

from collections.abc import Callable

from supervision.scores.services.adjustments import adjust_score, withdraw_adjustment
from supervision.scores.services.computing import compute_round
from supervision.scores.services.corrections import (
    confirm_correction,
    decline_correction,
    recheck,
    recheck_all,
)
from supervision.scores.services.objections import decide_objection, object_to_score
from supervision.scores.services.rounds import finish_round, show_round

Move = Callable[..., object]

__all__ = [
    "Move",
    "adjust_score",
    "compute_round",
    "confirm_correction",
    "decide_objection",
    "decline_correction",
    "finish_round",
    "object_to_score",
    "recheck",
    "recheck_all",
    "show_round",
    "withdraw_adjustment",
]
