"""Months' progress for pages: the list on a project's page, what is owed."""

from __future__ import annotations

from datetime import date

from django.db.models import Max, Q, QuerySet

from chuangmo.access.queries import Rights
from chuangmo.review.models import EDITABLE
from projects.works.models import (
    MoneyFigure,
    Picture,
    Progress,
    Project,
    Schedule,
    ScheduleState,
    StageFigure,
)

__all__ = ["last_accepted", "owed_progress", "pictures_of", "progress_of", "schedules_to_decide"]


def progress_of(project: Project) -> QuerySet[Progress]:
    """The project's months, newest first, with case and obligation."""
    return (
        Progress.objects.filter(project=project)
        .select_related("case", "obligation", "project")
        .order_by("-period_start")
    )


def owed_progress(rights: Rights, at: date) -> QuerySet[Progress]:
    """Months that are over and not handed in, of the units for which the person reports; most overdue first."""
    return (
        Progress.objects.filter(
            project__owner__in=rights.report,
            case__state__in=[str(state) for state in EDITABLE],
            period_end__lt=at,
        )
        .select_related("case", "obligation", "project")
        .order_by("obligation__due_on", "project__order", "pk")
    )


def pictures_of(progress: Progress) -> QuerySet[Picture]:
    """The pictures that hang on it now."""
    return (
        Picture.objects.filter(progress=progress, attachment__removed_at__isnull=True)
        .select_related("attachment", "attachment__file")
        .order_by("taken_on", "pk")
    )


def last_accepted(progress: Progress) -> tuple[list[StageFigure], list[MoneyFigure]]:
    """The figures of the month that was accepted last before this one; two empty lists where none was. Three queries."""
    earlier = StageFigure.objects.filter(
        project=progress.project_id, is_current=True, as_of__lt=progress.period_end
    )
    as_of = earlier.aggregate(last=Max("as_of"))["last"]
    if as_of is None:
        return [], []
    money = MoneyFigure.objects.filter(project=progress.project_id, is_current=True, as_of=as_of)
    return list(earlier.filter(as_of=as_of)), list(money)


def schedules_to_decide(rights: Rights) -> QuerySet[Schedule]:
    """Proposed schedules on which the person may decide, the oldest first."""
    return (
        Schedule.objects.filter(
            Q(project__bureau__in=rights.sign_off) | Q(project__owner__in=rights.accept),
            state=ScheduleState.PROPOSED,
        )
        .exclude(proposed_by=rights.user.pk)
        .select_related("project__plan", "project__owner")
        .order_by("proposed_at", "pk")
    )
