"""What the morning page says, each idea in a room of its own."""

from supervision.morning.queries.changes import (
    LightChange,
    ScoreNews,
    VerdictChange,
    light_changes,
    score_news,
    verdict_changes,
)
from supervision.morning.queries.looks import since
from supervision.morning.queries.waiting import Wait, became_late, waiting

__all__ = [
    "LightChange",
    "ScoreNews",
    "VerdictChange",
    "Wait",
    "became_late",
    "light_changes",
    "score_news",
    "since",
    "verdict_changes",
    "waiting",
]
