"""What is owed, the ladder of reminders and measures above it, and what units ask for. One room for each idea."""

from chuangmo.deadlines.models.ladder import Firing, Hold, Proposal, Rung, SweepRun
from chuangmo.deadlines.models.obligations import LockException, Obligation, ObligationQuerySet
from chuangmo.deadlines.models.requests import DeadlineRequest, Suspension

__all__ = [
    "DeadlineRequest",
    "Firing",
    "Hold",
    "LockException",
    "Obligation",
    "ObligationQuerySet",
    "Proposal",
    "Rung",
    "Suspension",
    "SweepRun",
]
