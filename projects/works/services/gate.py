"""The one door through which a month's progress is changed before it is handed in."""

from __future__ import annotations

from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.errors import Refused
from projects.works.models import Progress
from projects.works.rights import may_report

__all__ = ["lock_for_entry"]


def lock_for_entry(*, by: User, progress_id: int) -> Progress:
    """The progress, locked; Refused for whoever may not fill it in, or while it is under review."""
    progress = (
        Progress.objects.select_for_update(of=("self",))
        .select_related("project", "project__owner", "project__plan", "case")
        .filter(pk=progress_id)
        .first()
    )
    if progress is None:
        raise Refused("没有这份进度")
    if not may_report(rights_of(by), progress.project):
        raise Refused("只有责任单位的填报员可以填进度")
    if not progress.case.is_editable:
        raise Refused(f"这份进度{progress.case.get_state_display()}，不能再改")
    return progress
