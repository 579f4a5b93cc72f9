"""Changes of inspections, findings and comments."""

from .comments import answer_comment, write_comment
from .findings import FindingInput, Raised, add_photos, change_finding, drop_finding, raise_finding
from .tours import TourInput, change_inspection, check_items, move_inspection, plan_inspection

__all__ = [
    "FindingInput",
    "Raised",
    "TourInput",
    "add_photos",
    "answer_comment",
    "change_finding",
    "change_inspection",
    "check_items",
    "drop_finding",
    "move_inspection",
    "plan_inspection",
    "raise_finding",
    "write_comment",
]
