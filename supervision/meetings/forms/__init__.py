"""What people type about meetings and decisions: shape and words only; the services decide."""

from supervision.meetings.forms.minutes import (
    MinutesTyped,
    TypedDecision,
    TypedItem,
    conflicts_of,
    typed_minutes,
)
from supervision.meetings.forms.plain import (
    ActForm,
    AnswerForm,
    DecisionFilter,
    IssueForm,
    ItemForm,
    MeetingForm,
    ReportForm,
)

__all__ = [
    "ActForm",
    "AnswerForm",
    "DecisionFilter",
    "IssueForm",
    "ItemForm",
    "MeetingForm",
    "MinutesTyped",
    "ReportForm",
    "TypedDecision",
    "TypedItem",
    "conflicts_of",
    "typed_minutes",
]
