"""Consequences: talks, media follow-up, proposals to hold somebody to account."""

from supervision.accountability.models.measure import (
    Measure,
    MeasureEntry,
    MeasureKind,
    MeasureState,
)

__all__ = ["Measure", "MeasureEntry", "MeasureKind", "MeasureState"]
