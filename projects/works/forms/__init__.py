"""What people type about projects: shape and words only; the services decide."""

from projects.works.forms.progress import ProgressPage, page_of, page_typed
from projects.works.forms.schedules import (
    DecisionForm,
    ScheduleForm,
    TypedStage,
    blank_rows,
    rows_typed,
    stages_in,
    typed_stages,
    with_faults,
)

__all__ = [
    "DecisionForm",
    "ProgressPage",
    "ScheduleForm",
    "TypedStage",
    "blank_rows",
    "page_of",
    "page_typed",
    "rows_typed",
    "stages_in",
    "typed_stages",
    "with_faults",
]
