"""Projects, the stages that they go through, their schedules, and what is reported of them."""

from projects.works.models.funds import CountyFund, FundPlan
from projects.works.models.progress import (
    LightRule,
    MoneyEntry,
    MoneyFigure,
    Picture,
    Progress,
    Source,
    Stage,
    StageEntry,
    StageFigure,
)
from projects.works.models.project import Project, ProjectKind
from projects.works.models.schedule import (
    Schedule,
    ScheduledStage,
    ScheduleState,
    StageTemplate,
    TemplateStage,
)
from projects.works.models.standing import KeptStanding

__all__ = [
    "CountyFund",
    "FundPlan",
    "KeptStanding",
    "LightRule",
    "MoneyEntry",
    "MoneyFigure",
    "Picture",
    "Progress",
    "Project",
    "ProjectKind",
    "Schedule",
    "ScheduleState",
    "ScheduledStage",
    "Source",
    "Stage",
    "StageEntry",
    "StageFigure",
    "StageTemplate",
    "TemplateStage",
]
