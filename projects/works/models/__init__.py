"""Projects, the stages that they go through, and their schedules."""

from projects.works.models.project import Project, ProjectKind
from projects.works.models.schedule import (
    Schedule,
    ScheduledStage,
    ScheduleState,
    StageTemplate,
    TemplateStage,
)

__all__ = [
    "Project",
    "ProjectKind",
    "Schedule",
    "ScheduleState",
    "ScheduledStage",
    "StageTemplate",
    "TemplateStage",
]
