"""Months' progress for pages: the list on a project's page, what is owed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Max, Q, QuerySet

from chuangmo.access.queries import Rights
from chuangmo.review.models import EDITABLE, ReviewEvent
from chuangmo.review.rules import WORDS
from projects.works.models import (
    MoneyFigure,
    Picture,
    Progress,
    Project,
    Schedule,
    ScheduleState,
    StageFigure,
)
from projects.works.queries.schedules import ProjectSchedules

__all__ = [
    "last_accepted",
    "newest_pictures",
    "owed_progress",
    "pictures_of",
    "progress_of",
    "project_events",
    "schedules_to_decide",
]


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


def newest_pictures(project: Project) -> QuerySet[Picture]:
    """The last pictures of months that were handed in, newest first. One query."""
    return (
        Picture.objects.filter(
            progress__project=project,
            progress__case__revision_no__gt=0,
            attachment__removed_at__isnull=True,
        )
        .select_related("attachment")
        .order_by("-taken_on", "-pk")[:8]
    )


def project_events(project: Project, schedules: ProjectSchedules) -> list[dict[str, Any]]:
    """What happened to the project, newest first, in the shape of `components/timeline.html`: schedules and months. One
    query."""
    events = []
    for one in schedules.all:
        label = f"第 {one.number} 版工期"
        if one.proposed_at and one.proposed_by:
            events.append(_event(one.proposed_at, "报批", f"{one.proposed_by} {label}", one.reason, ""))
        if one.decided_at and one.decided_by:
            returned = one.state == ScheduleState.RETURNED
            word, tone = ("退回", "returned") if returned else ("批准", "accepted")
            events.append(_event(one.decided_at, word, f"{one.decided_by} {label}", one.decision, tone))
    moves = ReviewEvent.objects.filter(case__progress__project=project, skipped=False).order_by("id")
    for at, action, who, why, start in moves.values_list(
        "at", "action", "by_name", "reason", "case__progress__period_start"
    ):
        tone = {"accept": "accepted", "send_back": "returned", "unlock": "returned"}.get(action, "")
        events.append(_event(at, WORDS[action], f"{who} {start.month} 月进度", why, tone))
    return sorted(events, key=lambda event: event["at"], reverse=True)[:20]


def _event(at: datetime, word: str, who: str, text: str, kind: str) -> dict[str, Any]:
    return {"at": at, "word": word, "who": who, "text": text, "kind": kind}


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
