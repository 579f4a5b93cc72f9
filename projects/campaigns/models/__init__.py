"""Tasks, the registers of what is ticked off in them, and who is to do it."""

from projects.campaigns.models.imports import ImportState, MemberImport
from projects.campaigns.models.members import STANDING_STATES, Member, MemberEvent, MemberState, Post, Share
from projects.campaigns.models.rules import RegisterRules
from projects.campaigns.models.task import CodeKind, Section, TargetKind, Task

__all__ = [
    "STANDING_STATES",
    "CodeKind",
    "ImportState",
    "Member",
    "MemberEvent",
    "MemberImport",
    "MemberState",
    "Post",
    "RegisterRules",
    "Section",
    "Share",
    "TargetKind",
    "Task",
]
