"""Inspections, what they found, what deputies say, and the registers behind them. One room for each idea."""

from supervision.inspections.models.comments import Comment
from supervision.inspections.models.findings import Finding, FindingPhoto, Severity
from supervision.inspections.models.inspections import (
    HIDDEN_UNTIL_BEGUN,
    Inspection,
    InspectionKind,
    InspectionState,
    ItemResult,
)
from supervision.inspections.models.registers import InspectingBody, Power, ProblemKind

__all__ = [
    "HIDDEN_UNTIL_BEGUN",
    "Comment",
    "Finding",
    "FindingPhoto",
    "InspectingBody",
    "Inspection",
    "InspectionKind",
    "InspectionState",
    "ItemResult",
    "Power",
    "ProblemKind",
    "Severity",
]
